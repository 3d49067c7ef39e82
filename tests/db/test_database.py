"""What `Database` promises on SQLite and PostgreSQL alike."""

import asyncio
from collections.abc import Callable
from contextlib import closing
from threading import Event

import pytest
from sqlalchemy import Connection, insert, select
from sqlalchemy.exc import DBAPIError, IntegrityError, InvalidRequestError, SQLAlchemyError

from helpcenter.db.database import Database, DatabaseError
from tests.databases import Place
from tests.db.things import add, count, names, things

pytestmark = pytest.mark.anyio


def adds(name: str) -> Callable[[Connection], None]:
    return lambda conn: add(conn, name)


async def test_what_was_written_is_read_and_results_come_back(stocked: Database) -> None:
    def write(conn: Connection) -> str:
        add(conn, "kettle")
        return "done"

    assert await stocked.write(write) == "done"
    assert await stocked.read(names) == ["kettle"]
    assert stocked.write_sync(count) == stocked.read_sync(count) == 1


async def test_a_function_that_raises_keeps_nothing_and_tells_its_caller(stocked: Database) -> None:
    def write(conn: Connection) -> None:
        add(conn, "half")
        raise LookupError("changed my mind")

    with pytest.raises(LookupError, match="changed my mind"):
        await stocked.write(write)
    assert await stocked.read(names) == []


async def test_a_broken_rule_fails_its_own_write_only(stocked: Database) -> None:
    lines = ["a", "b", "a", "c"]
    outcomes = await asyncio.gather(
        *(stocked.write(adds(name)) for name in lines), return_exceptions=True
    )

    assert [type(outcome) for outcome in outcomes].count(IntegrityError) == 1
    assert sorted(await stocked.read(names)) == ["a", "b", "c"]


async def test_two_hundred_at_once_all_arrive(stocked: Database) -> None:
    def write(number: int) -> Callable[[Connection], None]:
        def fn(conn: Connection) -> None:
            add(conn, f"thing {number}")
            if number % 10 == 3:
                raise ValueError(number)

        return fn

    outcomes = await asyncio.gather(
        *(stocked.write(write(number)) for number in range(200)), return_exceptions=True
    )

    assert [o.args[0] for o in outcomes if isinstance(o, ValueError)] == list(range(3, 200, 10))
    assert await stocked.read(count) == 180


async def test_errors_never_repeat_what_was_to_be_stored(stocked: Database) -> None:
    await stocked.write(adds("4242 my card"))

    with pytest.raises(IntegrityError) as caught:
        await stocked.write(adds("4242 my card"))
    for error in (caught.value, caught.value.orig):
        assert "things" in str(error)
        assert "my card" not in str(error)


async def test_reading_refuses_to_write(stocked: Database) -> None:
    with pytest.raises(DBAPIError, match=r"readonly|read-only"):
        await stocked.read(adds("sneaky"))
    assert await stocked.read(count) == 0


async def test_a_read_sees_one_moment_while_others_write(stocked: Database) -> None:
    seen_once, written = Event(), Event()

    def read(conn: Connection) -> tuple[int, int]:
        before = count(conn)
        seen_once.set()
        assert written.wait(10)
        return before, count(conn)

    reading = asyncio.create_task(stocked.read(read))
    await asyncio.to_thread(seen_once.wait, 10)
    await stocked.write(adds("late"))
    written.set()

    assert await reading == (0, 0)
    assert await stocked.read(count) == 1


async def test_reads_go_on_during_a_long_write(stocked: Database) -> None:
    inside, go_on = Event(), Event()

    def write(conn: Connection) -> None:
        conn.execute(insert(things), [{"name": f"thing {n}"} for n in range(5_000)])
        inside.set()
        assert go_on.wait(10)

    writing = asyncio.create_task(stocked.write(write))
    await asyncio.to_thread(inside.wait, 10)
    assert await asyncio.gather(*(stocked.read(count) for _ in range(3))) == [0, 0, 0]
    go_on.set()
    await writing
    assert await stocked.read(count) == 5_000


async def test_a_cancelled_caller_takes_nobody_with_it(stocked: Database) -> None:
    inside, go_on = Event(), Event()

    def slow(conn: Connection) -> None:
        inside.set()
        assert go_on.wait(10)
        add(conn, "begun")

    begun = asyncio.create_task(stocked.write(slow))
    await asyncio.to_thread(inside.wait, 10)
    begun.cancel()
    with pytest.raises(asyncio.CancelledError):
        await begun
    go_on.set()
    await stocked.write(adds("next"))
    # On PostgreSQL the two are in different threads; closing waits for both.
    await asyncio.to_thread(stocked.close)


async def test_what_was_begun_is_kept_though_its_caller_was_cancelled(
    stocked: Database, place: Place
) -> None:
    inside, go_on = Event(), Event()

    def slow(conn: Connection) -> None:
        inside.set()
        assert go_on.wait(10)
        add(conn, "begun")

    begun = asyncio.create_task(stocked.write(slow))
    await asyncio.to_thread(inside.wait, 10)
    begun.cancel()
    go_on.set()
    await asyncio.to_thread(stocked.close)

    with closing(place.open()) as again:
        assert await again.read(names) == ["begun"]


async def test_closing_finishes_what_was_accepted(stocked: Database, place: Place) -> None:
    writes = [asyncio.create_task(stocked.write(adds(f"thing {n}"))) for n in range(100)]
    await asyncio.sleep(0)
    await asyncio.to_thread(stocked.close)
    await asyncio.gather(*writes)

    with closing(place.open()) as again:
        assert await again.read(count) == 100


async def test_after_closing_every_call_says_so(stocked: Database) -> None:
    stocked.close()
    stocked.close()

    for call in (stocked.write, stocked.read):
        with pytest.raises(DatabaseError, match="closed"):
            await call(count)
    with pytest.raises(DatabaseError, match="closed"):
        stocked.alter_sync(count)
    with pytest.raises(DatabaseError, match="closed"):
        await stocked.ping()


@pytest.mark.parametrize("end", [Connection.commit, Connection.rollback])
async def test_a_function_may_not_end_the_transaction(
    stocked: Database, end: Callable[[Connection], None]
) -> None:
    def write(conn: Connection) -> None:
        add(conn, "mine")
        end(conn)

    with pytest.raises(InvalidRequestError):
        await stocked.write(write)
    await stocked.write(adds("others"))
    assert "others" in await stocked.read(names)


async def test_ping_answers(database: Database) -> None:
    await database.ping()


async def test_two_processes_can_use_one_database(stocked: Database, place: Place) -> None:
    with closing(place.open()) as other:
        await asyncio.gather(
            *(
                one.write(adds(f"{who} {n}"))
                for n in range(20)
                for who, one in (("a", stocked), ("b", other))
            )
        )
        assert await other.read(count) == await stocked.read(count) == 40


async def test_the_database_survives_a_lost_connection(stocked: Database) -> None:
    def cut(conn: Connection) -> None:
        driver = conn.connection.dbapi_connection
        assert driver is not None
        driver.close()
        conn.execute(select(1))

    with pytest.raises(SQLAlchemyError):
        await stocked.write(cut)
    await stocked.write(adds("afterwards"))
    assert await stocked.read(names) == ["afterwards"]
