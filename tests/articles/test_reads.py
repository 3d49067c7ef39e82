"""Reads: counted in memory, added to the database, ranked; nothing lost, nothing twice."""

import asyncio
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from helpcenter.articles import reads
from helpcenter.articles.reads import Reads, add, most_read
from helpcenter.articles.tables import article_reads
from helpcenter.clock import ManualClock
from helpcenter.db.database import Database, DatabaseError
from helpcenter.i18n.locale import Locale

EN, ZH = Locale("en"), Locale("zh_HK")
LATE = datetime(2026, 11, 21, 17, 0, tzinfo=UTC)
"""One in the morning of the 22nd in Hong Kong."""
ZONE = ZoneInfo("Asia/Hong_Kong")


class Told:
    """Whoever wants to know that a ranking changed."""

    def __init__(self) -> None:
        self.locales: list[set[Locale]] = []
        self.heard = asyncio.Event()

    def __call__(self, locales: Iterable[Locale]) -> None:
        self.locales.append(set(locales))
        self.heard.set()


def counting(database: Database, told: Told | None = None) -> Reads:
    return Reads(database, ManualClock(LATE), ZONE, told or Told())


async def stored(database: Database) -> list[tuple[Any, ...]]:
    table = article_reads.c
    wanted = select(table.day, table.slug, table.locale, table.reads).order_by(*article_reads.c)
    return await database.read(lambda conn: [tuple(row) for row in conn.execute(wanted)])


@pytest.mark.anyio
async def test_reads_of_several_processes_add_up_by_article_locale_and_day(
    database: Database,
) -> None:
    one, other = counting(database), counting(database)
    one.cell("tea", EN).reads += 2
    one.cell("tea", ZH).reads += 1
    other.cell("tea", EN).reads += 5
    await one.flush()
    await other.flush()
    await other.flush()
    day = date(2026, 11, 22)
    assert await stored(database) == [(day, "tea", "en", 7), (day, "tea", "zh_HK", 1)]


@pytest.mark.anyio
async def test_what_cannot_be_added_is_kept_for_the_next_time(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted = counting(database)
    cell = counted.cell("tea", EN)
    cell.reads += 3

    def broken(*_: object) -> None:
        cell.reads += 1  # somebody reads meanwhile
        raise DatabaseError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(reads, "add", broken)
        with pytest.raises(DatabaseError):
            await counted.flush()
    assert cell.reads == 4
    await counted.flush()
    assert (await stored(database))[0][-1] == 4


@pytest.mark.anyio
async def test_most_read_is_a_matter_of_the_last_weeks_and_of_one_locale(
    database: Database,
) -> None:
    told = Told()
    counted = counting(database, told)
    today = date(2026, 11, 22)
    old = today - timedelta(days=28)
    await database.write(lambda conn: add(conn, old, {("tea", EN): 1000, ("milk", EN): 1000}))
    await database.write(lambda conn: add(conn, today, {("tea", EN): 2, ("cups", EN): 3}))
    await database.write(lambda conn: add(conn, today, {("milk", ZH): 1}))
    await counted.rank()
    assert counted.ranking(EN) == ("cups", "tea")
    assert counted.ranking(ZH) == ("milk",)
    assert told.locales == [{EN, ZH}]
    await counted.rank()
    assert told.locales == [{EN, ZH}]
    few = await database.read(lambda conn: most_read(conn, old - timedelta(days=1), limit=1))
    assert few[EN] == ("tea",)


@pytest.mark.anyio
async def test_the_last_reads_are_added_when_the_server_stops(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reads, "FLUSH_SECONDS", 0.01)
    told = Told()
    counted = counting(database, told)
    stop = asyncio.Event()
    counted.cell("tea", EN).reads += 1
    running = asyncio.create_task(counted.run(stop))
    await told.heard.wait()
    assert counted.ranking(EN) == ("tea",)
    counted.cell("cups", EN).reads += 1
    stop.set()
    await running
    assert [row[1] for row in await stored(database)] == ["cups", "tea"]


@pytest.mark.anyio
async def test_a_database_that_fails_does_not_end_the_counting(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reads, "FLUSH_SECONDS", 0.01)
    counted = counting(database)
    counted.cell("tea", EN).reads += 1
    loop, failures = asyncio.get_running_loop(), iter(range(2))
    often_enough = asyncio.Event()

    def broken(*_: object) -> dict[Locale, tuple[str, ...]]:
        if next(failures, None) is None:
            loop.call_soon_threadsafe(often_enough.set)
        raise DatabaseError("away")

    stop = asyncio.Event()
    with monkeypatch.context() as patch:
        patch.setattr(reads, "most_read", broken)
        running = asyncio.create_task(counted.run(stop))
        await often_enough.wait()
    stop.set()
    await running
    assert await stored(database)
