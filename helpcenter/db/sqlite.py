"""SQLite: one writer, a few readers, one file."""

import sqlite3
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, Engine, QueuePool, create_engine, event

from helpcenter.db import types
from helpcenter.db.database import Database
from helpcenter.db.threads import Threads
from helpcenter.db.writer import Writer

T = TypeVar("T")
READERS = 4
BUSY_SECONDS = 10
"""How long to wait for another process, such as a command beside the server."""


def library() -> ModuleType:
    """Return the SQLite driver to use: `pysqlite3` brings a newer SQLite where it is installed."""
    try:
        import pysqlite3
    except ImportError:
        return sqlite3
    module: ModuleType = pysqlite3
    return module


class SqliteDatabase(Database):
    """A database in the file at `path`, which is created by the first write."""

    dialect = "sqlite"

    def __init__(self, path: Path, module: ModuleType) -> None:
        # Only the writer checkpoints: SQLite up to 3.51.2 can corrupt the file when two
        # connections commit and checkpoint at once.
        self._writing = _engine(
            path,
            module,
            begin="BEGIN IMMEDIATE",
            pragmas=("journal_mode=WAL", "synchronous=FULL", "wal_autocheckpoint=1000"),
            size=1,
        )
        self._reading = _engine(
            path,
            module,
            begin="BEGIN",
            pragmas=("query_only=ON", "wal_autocheckpoint=0"),
            size=READERS,
        )
        self._writer = Writer(self._writing)
        self._readers = Threads(READERS, "helpcenter-reader")

    def alter_sync(self, fn: Callable[[Connection], T]) -> T:
        """Run `fn` alone in an immediate transaction, which other processes wait for."""
        return self._writer.submit(fn, alone=True).result()

    def close(self) -> None:
        """Finish the reads, then the writes, so that the writer is the last to leave the file."""
        self._readers.close()
        self._reading.dispose()
        self._writer.close()
        self._writing.dispose()

    def _write(self, fn: Callable[[Connection], T]) -> Future[T]:
        return self._writer.submit(fn)

    def _read(self, fn: Callable[[Connection], T]) -> Future[T]:
        return self._readers.submit(lambda: self._view(fn))

    def _view(self, fn: Callable[[Connection], T]) -> T:
        with self._reading.connect() as conn, conn.begin():
            return fn(conn)


def _engine(
    path: Path, module: ModuleType, *, begin: str, pragmas: tuple[str, ...], size: int
) -> Engine:
    engine = create_engine(
        URL.create("sqlite", database=str(path)),
        module=module,
        poolclass=QueuePool,
        pool_size=size,
        max_overflow=0,
        hide_parameters=True,
        json_serializer=types.to_json,
        # Without an isolation level the driver begins nothing by itself; we do, below.
        connect_args={"isolation_level": None, "check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def _prepare(driver: Any, _record: object) -> None:  # noqa: ANN401 - either driver's
        for pragma in (f"busy_timeout={BUSY_SECONDS * 1000}", "foreign_keys=ON", *pragmas):
            driver.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def _begin(conn: Connection) -> None:
        conn.exec_driver_sql(begin)

    return engine
