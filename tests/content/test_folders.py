import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from helpcenter.content import folders

FILES = {"a.seg": b"postings" * 1000, "words.json": b"{}"}


def test_what_was_saved_is_loaded(tmp_path: Path) -> None:
    root = tmp_path / "var" / "search"
    folders.save(root, "key", FILES)
    assert folders.load(root, "key") == FILES
    assert folders.load(root, "other") is None


@pytest.mark.parametrize("name", ["a.seg", "words.json", "manifest.json"])
@pytest.mark.parametrize("harm", ["cut", "flip", "empty", "gone"])
def test_a_spoilt_folder_is_no_folder_and_is_replaced(tmp_path: Path, name: str, harm: str) -> None:
    folders.save(tmp_path, "key", FILES)
    path = tmp_path / "key" / name
    data = path.read_bytes()
    if harm == "gone":
        path.unlink()
    else:
        flipped = bytes([data[0] ^ 1]) + data[1:]
        path.write_bytes({"cut": data[:-1], "flip": flipped, "empty": b""}[harm])
    assert folders.load(tmp_path, "key") is None
    folders.save(tmp_path, "key", FILES)
    assert folders.load(tmp_path, "key") == FILES


def test_a_folder_of_another_name_or_with_a_strange_file_is_not_opened(tmp_path: Path) -> None:
    folders.save(tmp_path, "key", FILES)
    (tmp_path / "key").rename(tmp_path / "renamed")
    assert folders.load(tmp_path, "renamed") is None
    folders.save(tmp_path, "key", FILES)
    (tmp_path / "key" / "evil.seg").write_bytes(b"")
    assert folders.load(tmp_path, "key") is None


@pytest.mark.parametrize("manifest", [b"[]", b"{}", b'{"key": "key", "files": 3}', b"\xff"])
def test_a_strange_manifest_is_no_manifest(tmp_path: Path, manifest: bytes) -> None:
    folders.save(tmp_path, "key", FILES)
    (tmp_path / "key" / "manifest.json").write_bytes(manifest)
    assert folders.load(tmp_path, "key") is None


def test_the_last_but_one_is_kept_older_ones_and_leavings_go(tmp_path: Path) -> None:
    abandoned = tmp_path / "unfinished-long-ago"
    abandoned.mkdir()
    os.utime(abandoned, (0, 0))
    (tmp_path / "unfinished-now").mkdir()
    for number in range(4):
        folders.save(tmp_path, f"key{number}", FILES)
        os.utime(tmp_path / f"key{number}", (number + 1, number + 1))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["key2", "key3", "unfinished-now"]


def test_saving_again_what_another_process_saved_keeps_it(tmp_path: Path) -> None:
    folders.save(tmp_path, "key", FILES)
    before = (tmp_path / "key" / "a.seg").stat().st_ino
    folders.save(tmp_path, "key", FILES)
    assert (tmp_path / "key" / "a.seg").stat().st_ino == before


_SAVE_FOR_EVER = """
import sys
from itertools import count
from pathlib import Path
from helpcenter.content.folders import save
print("ready", flush=True)
for number in count():
    save(Path(sys.argv[1]), f"new{number}", {str(n): b"x" * 20_000 for n in range(9)})
"""


def test_a_kill_leaves_what_was_there_whole(tmp_path: Path) -> None:
    for number in range(5):
        process = subprocess.Popen(
            [sys.executable, "-c", _SAVE_FOR_EVER, str(tmp_path)], stdout=subprocess.PIPE
        )
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(0.01 * number)
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        for path in tmp_path.iterdir():
            if not path.name.startswith("unfinished-"):
                # A kill may also fall into the removal of an old one.
                loaded = folders.load(tmp_path, path.name)
                assert loaded is None or all(loaded.values())
        folders.save(tmp_path, "next", FILES)
        assert folders.load(tmp_path, "next") == FILES
