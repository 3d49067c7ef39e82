"""What was searched for: written in batches, without who, forgotten in time."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from helpcenter.clock import ManualClock
from helpcenter.db.database import Database, DatabaseError
from helpcenter.jobs import outbox
from helpcenter.jobs.handlers import Lease
from helpcenter.jobs.tables import jobs
from helpcenter.search import log
from helpcenter.search.log import SearchLog
from helpcenter.search.tables import searches
from tests.search.shelf import EN, ZH

LATE = datetime(2026, 11, 21, 17, 0, tzinfo=UTC)
"""One in the morning of the 22nd in Hong Kong."""
TODAY = date(2026, 11, 22)
ZONE = ZoneInfo("Asia/Hong_Kong")


def logging(database: Database, days: int = 90) -> SearchLog:
    return SearchLog(database, ManualClock(LATE), ZONE, days)


async def stored(database: Database) -> list[tuple[Any, ...]]:
    wanted = select(searches).order_by(searches.c.id)
    return await database.read(lambda conn: [tuple(row) for row in conn.execute(wanted)])


@pytest.mark.anyio
async def test_searches_are_written_together_and_once(database: Database) -> None:
    kept = logging(database)
    kept.note("a", "teapot", EN, 3)
    kept.note("b", "茶壺", ZH, 0)
    assert await stored(database) == []
    await kept.flush()
    await kept.flush()
    assert await stored(database) == [
        ("a", TODAY, "en", "teapot", 3, None),
        ("b", TODAY, "zh_HK", "茶壺", 0, None),
    ]


@pytest.mark.anyio
async def test_card_numbers_are_cut_out_before_anything_is_kept(database: Database) -> None:
    kept = logging(database)
    kept.note("a", "4242 4242 4242 4242 was declined", EN, 1)
    assert "4242 4242" not in repr(vars(kept))
    await kept.flush()
    assert (await stored(database))[0][3] == "•••• 4242 was declined"


@pytest.mark.anyio
async def test_the_first_click_counts_whenever_it_comes(database: Database) -> None:
    kept = logging(database)
    for id_ in ("before", "after", "never"):
        kept.note(id_, "tea", EN, 10)
    kept.click("before", 2)
    kept.click("before", 1)
    await kept.flush()
    kept.click("after", 7)
    await kept.flush()
    kept.click("after", 1)
    await kept.flush()
    ranks = {row[0]: row[-1] for row in await stored(database)}
    assert ranks == {"before": 2, "after": 7, "never": None}


@pytest.mark.anyio
async def test_clicks_on_nothing_change_nothing(database: Database) -> None:
    kept = logging(database)
    kept.note("a", "tea", EN, 2)
    kept.click("a", 3)
    kept.click("unknown", 1)
    kept.click("", 1)
    await kept.flush()
    assert await stored(database) == [("a", TODAY, "en", "tea", 2, None)]


@pytest.mark.anyio
async def test_nothing_is_kept_where_nothing_may_be(database: Database) -> None:
    kept = logging(database, days=0)
    kept.note("a", "tea", EN, 2)
    kept.click("a", 1)
    await kept.flush()
    assert await stored(database) == []


@pytest.mark.anyio
async def test_what_cannot_be_written_waits_and_has_an_end(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = logging(database)
    kept.note("a", "tea", EN, 2)
    kept.click("a", 1)

    def broken(*_: object) -> None:
        kept.note("b", "milk", EN, 1)  # somebody searches meanwhile
        raise DatabaseError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(log, "keep", broken)
        with pytest.raises(DatabaseError):
            await kept.flush()
        patch.setattr(log, "MOST", 2)
        kept.note("too many", "sugar", EN, 1)
    await kept.flush()
    assert [(row[0], row[-1]) for row in await stored(database)] == [("a", 1), ("b", None)]


@pytest.mark.anyio
async def test_what_is_noted_last_is_written_when_it_stops(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, stop, broken = logging(database), asyncio.Event(), asyncio.Event()

    async def fail(_: object) -> None:
        broken.set()
        raise DatabaseError("not now")

    monkeypatch.setattr(log, "FLUSH_SECONDS", 0.01)
    kept.note("a", "tea", EN, 2)
    with monkeypatch.context() as patch:
        patch.setattr(database, "write", fail)
        running = asyncio.create_task(kept.run(stop))
        await broken.wait()
    stop.set()
    await running
    assert [row[0] for row in await stored(database)] == ["a"]


@pytest.mark.anyio
async def test_old_searches_are_forgotten_again_and_again(database: Database) -> None:
    clock = ManualClock(LATE)
    kept = SearchLog(database, clock, ZONE, 2)
    for id_ in ("old", "young"):
        kept.note(id_, "tea", EN, 1)
        await kept.flush()
        clock.advance(timedelta(days=1))
    for _ in range(2):
        await database.write(lambda conn: log.arm(conn, clock.now()))
    handle = log.forgetter(database, ZONE, 2)

    for left in (["young"], []):
        job = await database.write(
            lambda conn: outbox.claim(
                conn, now=clock.now(), lease=timedelta(minutes=1), names=(log.JOB,)
            )
        )
        assert job is not None
        await handle(job.payload, Lease(job, clock))
        assert [row[0] for row in await stored(database)] == left
        due = await database.read(lambda conn: conn.execute(select(jobs.c.run_at)).scalars().all())
        assert due == [clock.now() + log.EVERY]
        clock.advance(timedelta(days=1))
