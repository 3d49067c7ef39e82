"""The site's lock: on an SQLite with the WAL-reset bug, one process at a time may write."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from helpcenter.db.database import DatabaseError
from helpcenter.db.sqlite import library

FILE = "helpcenter.lock"
_MENDED = (((3, 44, 6), (3, 45, 0)), ((3, 50, 7), (3, 51, 0)), ((3, 51, 3), None))
_BROKEN_SINCE = (3, 7, 0)

Version = tuple[int, int, int]


def has_wal_reset_bug(version: Version) -> bool:
    """Tell whether two processes that write with this SQLite can corrupt the database."""
    if version < _BROKEN_SINCE:
        return False
    return not any(
        since <= version and (until is None or version < until) for since, until in _MENDED
    )


@contextmanager
def hold(folder: Path, purpose: str, *, version: Version | None = None) -> Iterator[bool]:
    """Hold the lock of the SQLite database in `folder` while writing to it.

    A sound SQLite shares the lock with other sound ones; one with the bug wants it for itself.
    `purpose` is the command, as others who are refused shall read it; `version` is SQLite's,
    by default the one in use. Yields whether this process surely was the only one that lives when
    it came. Raises `DatabaseError` when the lock cannot be had.
    """
    used = version or library().sqlite_version_info
    broken = has_wal_reset_bug(used)
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = os.open(folder / FILE, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise DatabaseError(f"{folder}: cannot keep the lock: {error.strerror}") from None
    try:
        try:
            fcntl.flock(file, (fcntl.LOCK_EX if broken else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except BlockingIOError:
            raise DatabaseError(_refusal(folder, file, used, broken=broken)) from None
        os.ftruncate(file, 0)
        os.pwrite(file, f"{purpose} (process {os.getpid()})".encode(), 0)
        # Who shares the lock cannot tell: looking would mean to refuse others for a moment.
        yield broken
    finally:
        os.close(file)


def _refusal(folder: Path, file: int, version: Version, *, broken: bool) -> str:
    # Only a hint: it may be that of an earlier holder, or not written yet.
    holder = os.pread(file, 200, 0).decode("utf-8", "replace") or "another process"
    number = ".".join(map(str, version))
    whose = f"SQLite {number} here" if broken else "the SQLite it uses"
    return (
        f"{folder}: {holder} is using this database, and {whose} can corrupt it when two "
        f"processes write. Stop that one first, or get a newer SQLite for both: "
        f'pip install "helpcenter[sqlite]"'
    )
