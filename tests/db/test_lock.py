"""The site's lock."""

import subprocess
import sys
from pathlib import Path

import pytest

from helpcenter.db.database import DatabaseError
from helpcenter.db.lock import Version, has_wal_reset_bug, hold

BROKEN, SOUND = (3, 40, 1), (3, 53, 4)


@pytest.mark.parametrize(
    ("version", "broken"),
    [
        ((3, 6, 23), False),
        ((3, 7, 0), True),
        ((3, 40, 1), True),
        ((3, 44, 5), True),
        ((3, 44, 6), False),
        ((3, 44, 9), False),
        ((3, 45, 0), True),
        ((3, 50, 6), True),
        ((3, 50, 7), False),
        ((3, 51, 0), True),
        ((3, 51, 2), True),
        ((3, 51, 3), False),
        ((3, 53, 4), False),
        ((4, 0, 0), False),
    ],
)
def test_which_sqlite_has_the_bug(version: Version, *, broken: bool) -> None:
    assert has_wal_reset_bug(version) is broken


def test_sound_ones_share_the_lock(tmp_path: Path) -> None:
    with (
        hold(tmp_path, "serve", version=SOUND) as first,
        hold(tmp_path, "migrate", version=SOUND) as second,
    ):
        assert not first
        assert not second, "who shares the lock cannot know who else lives"


@pytest.mark.parametrize(
    ("first", "second", "whose"),
    [
        (BROKEN, BROKEN, "SQLite 3.40.1 here"),
        (SOUND, BROKEN, "SQLite 3.40.1 here"),
        (BROKEN, SOUND, "the SQLite it uses"),
    ],
)
def test_a_broken_one_tolerates_nobody(
    tmp_path: Path, first: Version, second: Version, whose: str
) -> None:
    with (
        hold(tmp_path, "helpcenter serve", version=first),
        pytest.raises(DatabaseError) as refused,
        hold(tmp_path, "helpcenter migrate", version=second),
    ):
        pytest.fail("both hold the lock")

    words = str(refused.value)
    assert "helpcenter serve (process " in words
    assert whose in words
    assert 'pip install "helpcenter[sqlite]"' in words


def test_the_lock_is_free_again_after_use_and_after_an_error(tmp_path: Path) -> None:
    def fail() -> None:
        with hold(tmp_path, "serve", version=BROKEN):
            raise RuntimeError("stopped")

    with pytest.raises(RuntimeError, match="stopped"):
        fail()
    with hold(tmp_path, "serve", version=BROKEN):
        pass


def test_the_lock_of_a_killed_process_is_free(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from helpcenter.db.lock import hold\n"
        "with hold(Path(sys.argv[1]), 'serve', version=(3, 40, 1)):\n"
        "    print('held', flush=True); sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, tmp_path], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with (
            pytest.raises(DatabaseError, match=f"process {holder.pid}"),
            hold(tmp_path, "serve", version=BROKEN),
        ):
            pytest.fail("two hold the lock")
        holder.kill()
        holder.wait(10)

    with hold(tmp_path, "serve", version=BROKEN) as alone:
        assert alone


def test_the_version_in_use_decides_by_default(tmp_path: Path) -> None:
    with hold(tmp_path / "新 folder", "serve"):
        assert (tmp_path / "新 folder").is_dir()


def test_a_folder_that_cannot_be_is_told_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with (
        pytest.raises(DatabaseError, match="cannot keep the lock"),
        hold(tmp_path / "file", "serve"),
    ):
        pytest.fail("held")
