"""SQLite's writer: group commit, and what happens when something breaks."""

import asyncio
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from threading import Event
from types import ModuleType
from typing import Any

import pytest
from sqlalchemy import Connection, event, text
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from helpcenter.db.database import DatabaseError
from helpcenter.db.sqlite import SqliteDatabase, library
from helpcenter.db.writer import BATCH
from tests.db import things
from tests.db.things import add, count, names

pytestmark = pytest.mark.anyio
DRIVERS = [name for name in ("sqlite3", "pysqlite3") if find_spec(name)]


@pytest.fixture(params=DRIVERS)
def module(request: pytest.FixtureRequest) -> ModuleType:
    """Each SQLite there is: the one of Python, and the newer one if it is installed."""
    return import_module(request.param)


@pytest.fixture
def lite(tmp_path: Path, module: ModuleType) -> Iterator[SqliteDatabase]:
    """A database on its own file."""
    with closing(SqliteDatabase(tmp_path / "test.db", module)) as database:
        things.create(database)
        yield database


def _pragma(conn: Connection, name: str) -> object:
    return conn.exec_driver_sql(f"PRAGMA {name}").scalar()


def _count_commits(database: SqliteDatabase) -> list[object]:
    commits: list[object] = []
    event.listen(database._writing, "commit", commits.append)
    return commits


async def _hold_the_writer(database: SqliteDatabase) -> tuple[Event, asyncio.Task[None]]:
    """Occupy the writer until the event is set, so that what comes meanwhile has to queue."""
    inside, go_on = Event(), Event()

    def wait(_conn: Connection) -> None:
        inside.set()
        assert go_on.wait(10)

    waiting = asyncio.create_task(database.write(wait))
    await asyncio.to_thread(inside.wait, 10)
    return go_on, waiting


def _adds(name: str) -> Callable[[Connection], None]:
    return lambda conn: add(conn, name)


def test_connections_are_set_up_as_designed(lite: SqliteDatabase) -> None:
    assert lite.write_sync(lambda conn: _pragma(conn, "journal_mode")) == "wal"
    assert lite.write_sync(lambda conn: _pragma(conn, "synchronous")) == 2
    assert lite.read_sync(lambda conn: _pragma(conn, "query_only")) == 1
    assert lite.read_sync(lambda conn: _pragma(conn, "wal_autocheckpoint")) == 0
    for run in (lite.write_sync, lite.read_sync):
        assert run(lambda conn: _pragma(conn, "foreign_keys")) == 1
        assert run(lambda conn: _pragma(conn, "busy_timeout")) == 10_000


async def test_what_waits_shares_a_commit(lite: SqliteDatabase) -> None:
    go_on, first = await _hold_the_writer(lite)
    commits = _count_commits(lite)
    writes = [asyncio.create_task(lite.write(_adds(f"thing {n}"))) for n in range(BATCH + 10)]
    await asyncio.sleep(0)
    go_on.set()
    await asyncio.gather(first, *writes)

    assert len(commits) == 3
    assert await lite.read(count) == BATCH + 10


def test_nobody_is_told_before_the_commit(lite: SqliteDatabase) -> None:
    told: list[bool] = []
    go_on = Event()
    future = lite._writer.submit(lambda _conn: go_on.wait(10))
    event.listen(lite._writing, "commit", lambda _conn: told.append(future.done()))
    go_on.set()

    assert future.result(10)
    assert told == [False]


async def test_a_failed_commit_fails_all_who_shared_it(lite: SqliteDatabase) -> None:
    await lite.write(
        lambda conn: conn.execute(
            text(
                "CREATE TABLE parts (thing INTEGER REFERENCES things (id) "
                "DEFERRABLE INITIALLY DEFERRED)"
            )
        )
    )
    go_on, first = await _hold_the_writer(lite)
    writes = [
        asyncio.create_task(lite.write(write))
        for write in (
            _adds("innocent"),
            lambda conn: conn.execute(text("INSERT INTO parts VALUES (99)")),
        )
    ]
    await asyncio.sleep(0)
    go_on.set()
    await first

    for outcome in await asyncio.gather(*writes, return_exceptions=True):
        assert isinstance(outcome, SQLAlchemyError)
        assert "FOREIGN KEY" in str(outcome)
    assert await lite.read(names) == []
    await lite.write(_adds("afterwards"))
    assert await lite.read(names) == ["afterwards"]


async def test_a_lost_transaction_fails_all_who_shared_it(lite: SqliteDatabase) -> None:
    def lose(conn: Connection) -> None:
        # What SQLite does by itself when the disk is full.
        driver: Any = conn.connection.dbapi_connection
        driver.rollback()
        raise LookupError

    go_on, first = await _hold_the_writer(lite)
    writes = [asyncio.create_task(lite.write(write)) for write in (_adds("a"), lose, _adds("b"))]
    await asyncio.sleep(0)
    go_on.set()
    await first

    outcomes = await asyncio.gather(*writes, return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [OperationalError] * 3
    assert await lite.read(names) == []


async def test_a_write_withdrawn_while_it_waits_never_happens(lite: SqliteDatabase) -> None:
    go_on, first = await _hold_the_writer(lite)
    withdrawn = asyncio.create_task(lite.write(_adds("withdrawn")))
    kept = asyncio.create_task(lite.write(_adds("kept")))
    await asyncio.sleep(0)
    withdrawn.cancel()
    await asyncio.sleep(0)
    go_on.set()
    await asyncio.gather(first, kept)

    assert await lite.read(names) == ["kept"]


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
async def test_if_the_thread_dies_everybody_hears_of_it(
    lite: SqliteDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on, first = await _hold_the_writer(lite)
    write = asyncio.create_task(lite.write(_adds("orphan")))
    withdrawn = asyncio.create_task(lite.write(_adds("withdrawn")))
    await asyncio.sleep(0)
    withdrawn.cancel()

    def die() -> None:
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr(lite._writer, "_take", die)
    go_on.set()
    await first

    with pytest.raises(DatabaseError, match="the writer has stopped"):
        await write
    await asyncio.to_thread(lite._writer.close)
    with pytest.raises(DatabaseError, match="closed"):
        await lite.write(_adds("late"))


async def test_when_the_file_cannot_be_opened_each_write_says_so(
    tmp_path: Path, module: ModuleType
) -> None:
    path = tmp_path / "not yet" / "test.db"
    with closing(SqliteDatabase(path, module)) as database:
        with pytest.raises(OperationalError, match="unable to open"):
            await database.write(_adds("lost"))
        path.parent.mkdir()
        await database.write(things.things.metadata.create_all)
        await database.write(_adds("found"))
        assert await database.read(names) == ["found"]


def test_a_write_inside_a_write_is_refused(lite: SqliteDatabase) -> None:
    with pytest.raises(DatabaseError, match="cannot wait for another write"):
        lite.write_sync(lambda _conn: lite.write_sync(count))


def test_reading_alone_starts_no_writer(lite: SqliteDatabase, module: ModuleType) -> None:
    path = lite._writing.url.database
    assert path
    with closing(SqliteDatabase(Path(path), module)) as reader:
        assert reader.read_sync(count) == 0
        assert reader._writer._thread is None


def test_a_clean_end_leaves_one_file(tmp_path: Path, module: ModuleType) -> None:
    with closing(SqliteDatabase(tmp_path / "test.db", module)) as database:
        things.create(database)
        assert (tmp_path / "test.db-wal").exists()
        assert database.read_sync(count) == 0

    assert [file.name for file in tmp_path.iterdir()] == ["test.db"]


def _rebuild_things(conn: Connection) -> None:
    conn.execute(text("CREATE TABLE anew (id INTEGER PRIMARY KEY, name TEXT)"))
    conn.execute(text("INSERT INTO anew SELECT id, name FROM things"))
    conn.execute(text("DROP TABLE things"))
    conn.execute(text("ALTER TABLE anew RENAME TO things"))


def _things_with_parts(conn: Connection) -> None:
    add(conn, "chair")
    conn.execute(
        text("CREATE TABLE parts (thing INTEGER REFERENCES things (id) ON DELETE CASCADE)")
    )
    conn.execute(text("INSERT INTO parts SELECT id FROM things"))


def test_rebuilding_a_table_keeps_the_rows_that_point_to_it(lite: SqliteDatabase) -> None:
    lite.write_sync(_things_with_parts)

    lite.alter_sync(_rebuild_things)

    assert lite.read_sync(lambda conn: conn.execute(text("SELECT count(*) FROM parts")).scalar())
    assert lite.write_sync(lambda conn: _pragma(conn, "foreign_keys")) == 1


def test_a_change_of_schema_may_not_leave_orphans(lite: SqliteDatabase) -> None:
    lite.write_sync(_things_with_parts)

    with pytest.raises(DatabaseError, match="rows of parts without parent"):
        lite.alter_sync(lambda conn: conn.execute(text("DELETE FROM things")))
    assert lite.read_sync(names) == ["chair"]
    assert lite.write_sync(lambda conn: _pragma(conn, "foreign_keys")) == 1


def test_the_newer_library_is_used_where_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    newer = ModuleType("pysqlite3")
    monkeypatch.setitem(sys.modules, "pysqlite3", newer)
    assert library() is newer

    # How Python says that a module cannot be imported.
    monkeypatch.setitem(sys.modules, "pysqlite3", None)
    assert library() is sqlite3
