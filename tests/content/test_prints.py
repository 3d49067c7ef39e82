"""Digests of files: of their names and bytes, and read again only when somebody wrote them."""

import os
from pathlib import Path

from helpcenter.content.prints import Prints
from helpcenter.content.roots import Root, Source

LONG_AGO = 1_700_000_000


def write(path: Path, text: str, at: int = LONG_AGO) -> None:
    path.write_text(text)
    os.utime(path, (at, at))


def test_the_digest_is_of_names_and_bytes(tmp_path: Path) -> None:
    root = Root(tmp_path)
    tea, pot, gone = (Source(root, name) for name in ("tea.md", "pot.md", "gone.md"))
    write(tea.path, "Hot.")
    write(pot.path, "Hot.")
    first = Prints().of([tea, pot])
    assert first == Prints().of([tea, pot])
    assert first == Prints().of([tea, gone, pot])
    assert len({first, Prints().of([pot, tea]), Prints().of([tea]), Prints().of([])}) == 4
    write(tea.path, "Cold")
    assert Prints().of([tea, pot]) != first


def test_a_file_that_was_written_just_now_is_read_again(tmp_path: Path) -> None:
    tea = Source(Root(tmp_path), "tea.md")
    tea.path.write_text("Hot.")
    before = Prints()
    first = before.of([tea])
    stat = tea.path.stat()
    tea.path.write_text("Cold")
    os.utime(tea.path, ns=(stat.st_atime_ns, stat.st_mtime_ns))
    assert Prints(before.taken).of([tea]) != first
