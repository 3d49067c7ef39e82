"""What was searched for: noted in memory, written in batches, forgotten after some days.

Kept are a random id, the query without card numbers, its locale, how many hits there were, the rank
of the one opened first, and the day. Nothing says who searched. What a process has noted and not
yet written is lost when it is killed; a database that cannot be written to fails no search.
"""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import structlog
from sqlalchemy import Connection, Integer, bindparam, delete, insert, update

from helpcenter.clock import Clock
from helpcenter.db.database import Database
from helpcenter.i18n.locale import Locale
from helpcenter.jobs import outbox
from helpcenter.jobs.handlers import Handle, Lease
from helpcenter.jobs.outbox import Payload
from helpcenter.language.redact import redact
from helpcenter.search.tables import searches

FLUSH_SECONDS = 2.0
MOST = 5000
"""Searches and clicks that wait to be written; more are not kept."""

JOB = "forget_searches"
EVERY = timedelta(hours=6)
_KEY = "all"

_LOG = structlog.get_logger("helpcenter.searches")


@dataclass(frozen=True, slots=True)
class Searched:
    """A search to be kept; `query` is redacted, `hits` counts all of them."""

    id: str
    day: date
    locale: Locale
    query: str
    hits: int


class SearchLog:
    """Notes searches and clicks, on the event loop's thread only; writes them from time to time.

    `days` is how long they are kept; with 0 nothing is noted at all.
    """

    def __init__(self, database: Database, clock: Clock, zone: ZoneInfo, days: int) -> None:
        self._database = database
        self._clock = clock
        self._zone = zone
        self._days = days
        self._noted: dict[str, Searched] = {}
        self._clicks: dict[str, int] = {}

    def note(self, id_: str, query: str, locale: Locale, hits: int) -> None:
        """Note a search under its random id; of too many at once the later ones are not kept."""
        if self._days and len(self._noted) < MOST:
            day = self._clock.now().astimezone(self._zone).date()
            self._noted[id_] = Searched(id_, day, locale, redact(query).text, hits)

    def click(self, id_: str, rank: int) -> None:
        """Note that the hit of that rank was opened, the first time; any id may be given."""
        if self._days and len(self._clicks) < MOST:
            self._clicks.setdefault(id_, rank)

    async def flush(self) -> None:
        """Write what was noted since the last time; what cannot be written is kept and raised."""
        noted, clicks = self._noted, self._clicks
        if not noted and not clicks:
            return
        self._noted, self._clicks = {}, {}
        try:
            await self._database.write(lambda conn: keep(conn, noted.values(), clicks))
        except BaseException:
            self._noted = noted | self._noted
            self._clicks |= clicks
            raise

    async def run(self, stop: asyncio.Event) -> None:
        """Flush every two seconds until `stop` is set, then once more."""
        while not stop.is_set():
            await self._try()
            try:
                async with asyncio.timeout(FLUSH_SECONDS):
                    await stop.wait()
            except TimeoutError:
                continue
        await self._try()

    async def _try(self) -> None:
        try:
            await self.flush()
        except Exception:  # noqa: BLE001 - knowing what was searched is never worth a search
            _LOG.exception("searches cannot be noted")


def keep(conn: Connection, noted: Iterable[Searched], clicks: Mapping[str, int]) -> None:
    """Store searches, and which hits were opened; clicks on no hit of any search are ignored."""
    rows = [
        {"id": s.id, "day": s.day, "locale": s.locale.folder, "query": s.query, "hits": s.hits}
        for s in noted
    ]
    if rows:
        conn.execute(insert(searches), rows)
    if clicks:
        given = bindparam("rank", type_=Integer)
        first = searches.c.clicked.is_(None) & (searches.c.hits >= given)
        clicked = update(searches).where(searches.c.id == bindparam("known"), first)
        # In one order everywhere, so that processes cannot deadlock.
        ranks = [{"known": id_, "rank": rank} for id_, rank in sorted(clicks.items())]
        conn.execute(clicked.values(clicked=given), ranks)


def arm(conn: Connection, now: datetime) -> None:
    """See to it that old searches are forgotten from now on."""
    outbox.enqueue(conn, JOB, {}, now=now, key=_KEY, unique=True)


def forgetter(database: Database, zone: ZoneInfo, days: int) -> Handle:
    """Return what does `JOB` jobs: forgets what is older than `days`, and comes again."""

    async def handle(_payload: Payload, lease: Lease) -> None:
        now = lease.clock.now()

        def write(conn: Connection) -> None:
            lease.finish(conn)
            forget(conn, now.astimezone(zone).date() - timedelta(days=days))
            outbox.enqueue(conn, JOB, {}, now=now, key=_KEY, run_at=now + EVERY, unique=True)

        await database.write(write)

    return handle


def forget(conn: Connection, last: date) -> int:
    """Delete the searches of that day and of those before it; return how many there were."""
    return conn.execute(delete(searches).where(searches.c.day <= last)).rowcount
