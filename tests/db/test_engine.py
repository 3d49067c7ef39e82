"""`open_database`: the operator's choice."""

import stat
from contextlib import closing
from pathlib import Path

import pytest

from helpcenter.db.database import DatabaseError
from helpcenter.db.engine import open_database


def test_without_a_url_it_is_a_file_in_a_folder_of_its_own(tmp_path: Path) -> None:
    folder = tmp_path / "a b" / "資料 %20?#"

    with closing(open_database(None, folder)) as database:
        assert database.dialect == "sqlite"
        database.write_sync(lambda _conn: None)

    assert [file.name for file in folder.iterdir()] == ["helpcenter.db"]
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_a_postgresql_url_needs_no_server_yet(tmp_path: Path, scheme: str) -> None:
    with closing(open_database(f"{scheme}://user:secret@127.0.0.1:1/none", tmp_path)) as database:
        assert database.dialect == "postgresql"


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("mysql://user:secret@host/db", "no such kind of database: mysql"),
        ("sqlite:///secret.db", "no such kind of database: sqlite"),
        ("user:secret@host", "cannot be read"),
        ("postgresql://user:secret@host:port/db", "cannot be read"),
    ],
)
def test_any_other_url_is_refused_without_repeating_it(tmp_path: Path, url: str, says: str) -> None:
    with pytest.raises(DatabaseError, match=says) as refused:
        open_database(url, tmp_path)
    assert "secret" not in str(refused.value)


def test_a_folder_that_cannot_be_is_told_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(DatabaseError, match=r"file: cannot keep the database: File exists"):
        open_database(None, tmp_path / "file")
