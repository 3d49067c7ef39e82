"""PostgreSQL alone: transactions that are tried again."""

import asyncio
from collections.abc import Callable
from threading import Barrier

import pytest
from sqlalchemy import Connection, select, text, update
from sqlalchemy.exc import DBAPIError

from helpcenter.db.database import Database
from helpcenter.db.postgres import ATTEMPTS
from tests.db.things import add, count, names, things

pytestmark = pytest.mark.anyio


@pytest.fixture
def dialect() -> str:
    """Here, one database only."""
    return "postgresql"


def _rename(conn: Connection, old: str, new: str) -> None:
    conn.execute(update(things).where(things.c.name == old).values(name=new))


async def test_two_that_lock_each_other_out_both_succeed(stocked: Database) -> None:
    both_inside = Barrier(2, timeout=10)
    runs: list[str] = []
    for name in ("a", "b"):
        await stocked.write(lambda conn, name=name: add(conn, name))  # type: ignore[misc]  # mypy does not infer lambda defaults

    def locks(first: str, second: str) -> Callable[[Connection], None]:
        def fn(conn: Connection) -> None:
            runs.append(first)
            _rename(conn, first, first)
            if runs.count(first) == 1:
                both_inside.wait()
            _rename(conn, second, second)

        return fn

    await asyncio.gather(stocked.write(locks("a", "b")), stocked.write(locks("b", "a")))
    assert len(runs) == 3


async def test_a_conflict_is_tried_again_and_kept_once(stocked: Database) -> None:
    runs: list[int] = []

    def write(conn: Connection) -> None:
        runs.append(1)
        add(conn, f"run {len(runs)}")
        if len(runs) == 1:
            _refuse(conn, "40001")

    await stocked.write(write)
    assert await stocked.read(names) == ["run 2"]


async def test_trying_again_ends(stocked: Database) -> None:
    runs: list[int] = []

    def write(conn: Connection) -> None:
        runs.append(1)
        _refuse(conn, "40P01")

    with pytest.raises(DBAPIError, match="refused"):
        await stocked.write(write)
    assert len(runs) == ATTEMPTS


async def test_other_errors_are_not_tried_again(stocked: Database) -> None:
    runs: list[int] = []

    def write(conn: Connection) -> None:
        runs.append(1)
        _refuse(conn, "P0001")

    with pytest.raises(DBAPIError, match="refused"):
        await stocked.write(write)
    assert len(runs) == 1


async def test_times_are_utc_whatever_the_session_says(stocked: Database) -> None:
    def write(conn: Connection) -> object:
        conn.execute(text("SET LOCAL TIME ZONE 'Asia/Hong_Kong'"))
        conn.execute(text("INSERT INTO things (at) VALUES ('2026-07-01 12:00')"))
        return conn.execute(select(things.c.at)).scalar_one().isoformat()

    assert await stocked.write(write) == "2026-07-01T04:00:00+00:00"


async def test_a_restarted_server_is_noticed(stocked: Database) -> None:
    def end_the_others(conn: Connection) -> None:
        conn.execute(
            text(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        )

    await asyncio.gather(*(stocked.read(count) for _ in range(8)))
    await stocked.write(end_the_others)
    assert await asyncio.gather(*(stocked.read(count) for _ in range(8))) == [0] * 8


def _refuse(conn: Connection, code: str) -> None:
    conn.execute(text(f"DO $$ BEGIN RAISE 'refused' USING ERRCODE = '{code}'; END $$"))
