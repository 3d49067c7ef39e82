"""How often articles are read: counted in memory, added to the database once a minute.

Counted are pages handed out, by article, the locale of the page and the day. Nothing says who read.
Several processes add to the same rows. What a process has counted and not yet added is lost when it
is killed.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import Connection, func, select

from helpcenter.articles.tables import article_reads
from helpcenter.clock import Clock
from helpcenter.db.database import Database
from helpcenter.i18n.locale import Locale

FLUSH_SECONDS = 60.0
RANK = timedelta(hours=1)
RANKED = 20
"""How many articles of a locale are ranked."""

PERIOD = timedelta(days=28)
"""What "most read" looks back on: whole weeks, since weekends are read differently."""

_LOG = structlog.get_logger("helpcenter.reads")

Key = tuple[str, Locale]
"""An article's slug, and the locale of the page it was read on."""


class Cell:
    """Where the reads of one page are counted, on the event loop's thread only."""

    __slots__ = ("reads",)

    def __init__(self) -> None:
        self.reads = 0


class Reads:
    """Counts, adds up in the database, and knows what is read most.

    `on_change` is told the locales whose ranking is another one than before.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        zone: ZoneInfo,
        on_change: Callable[[Iterable[Locale]], None],
    ) -> None:
        self._database = database
        self._clock = clock
        self._zone = zone
        self._on_change = on_change
        self._cells: dict[Key, Cell] = {}
        self._ranked: Mapping[Locale, tuple[str, ...]] = {}
        self._rank_at = clock.now()

    def cell(self, slug: str, locale: Locale) -> Cell:
        """Return where reads of this page are counted."""
        return self._cells.setdefault((slug, locale), Cell())

    def ranking(self, locale: Locale) -> tuple[str, ...]:
        """Return the slugs read most in `locale` lately, most read first; any audience's."""
        return self._ranked.get(locale, ())

    async def flush(self) -> None:
        """Add what was counted since the last time; what cannot be added is kept and raised."""
        counted = {key: cell.reads for key, cell in self._cells.items() if cell.reads}
        if not counted:
            return
        for key, reads in counted.items():
            self._cells[key].reads -= reads
        day = self._today()
        try:
            await self._database.write(lambda conn: add(conn, day, counted))
        except BaseException:
            for key, reads in counted.items():
                self._cells[key].reads += reads
            raise

    async def rank(self) -> None:
        """Look up anew what is read most."""
        since = self._today() - PERIOD
        ranked = await self._database.read(lambda conn: most_read(conn, since))
        before, self._ranked = self._ranked, ranked
        changed = [
            locale for locale in {*before, *ranked} if before.get(locale) != ranked.get(locale)
        ]
        if changed:
            self._on_change(changed)

    async def run(self, stop: asyncio.Event) -> None:
        """Flush each minute and rank each hour until `stop` is set, then flush once more.

        While nothing is ranked yet, it ranks each minute.
        """
        while not stop.is_set():
            await self._turn()
            try:
                async with asyncio.timeout(FLUSH_SECONDS):
                    await stop.wait()
            except TimeoutError:
                continue
        await self._try(self.flush)

    async def _turn(self) -> None:
        await self._try(self.flush)
        now = self._clock.now()
        if now >= self._rank_at or not self._ranked:
            self._rank_at = now + RANK
            await self._try(self.rank)

    async def _try(self, step: Callable[[], Awaitable[None]]) -> None:
        try:
            await step()
        except Exception:  # noqa: BLE001 - counting reads is never worth a page
            _LOG.exception("reads cannot be counted")

    def _today(self) -> date:
        return self._clock.now().astimezone(self._zone).date()


def add(conn: Connection, day: date, counted: Mapping[Key, int]) -> None:
    """Add reads to a day's rows; in one order everywhere, so that processes cannot deadlock."""
    from sqlalchemy.dialects import postgresql, sqlite

    dialect = postgresql if conn.dialect.name == "postgresql" else sqlite
    rows = [
        {"day": day, "slug": slug, "locale": locale.folder, "reads": reads}
        for (slug, locale), reads in sorted(counted.items())
    ]
    statement = dialect.insert(article_reads)
    total = article_reads.c.reads + statement.excluded.reads
    key = [article_reads.c.day, article_reads.c.slug, article_reads.c.locale]
    conn.execute(statement.on_conflict_do_update(index_elements=key, set_={"reads": total}), rows)


def most_read(conn: Connection, since: date, limit: int = RANKED) -> dict[Locale, tuple[str, ...]]:
    """Return by locale the slugs read most since that day, most read first, at most `limit`."""
    table = article_reads.c
    total = func.sum(table.reads)
    rows = conn.execute(
        select(table.locale, table.slug)
        .where(table.day > since)
        .group_by(table.locale, table.slug)
        .order_by(table.locale, total.desc(), table.slug)
    )
    ranked: dict[Locale, list[str]] = {}
    for folder, slug in rows:
        ranked.setdefault(Locale(folder), []).append(slug)
    return {locale: tuple(slugs[:limit]) for locale, slugs in ranked.items()}
