"""Conversations that nobody has gone on with for long are closed for good.

Only the bot's: what waits for a person, or is with one, is theirs to end.
"""

from datetime import datetime, timedelta

from sqlalchemy import Connection, select, update

from helpcenter.conversations import feed
from helpcenter.conversations.model import Owner
from helpcenter.conversations.tables import conversations
from helpcenter.db.database import Database
from helpcenter.i18n.locale import Locale
from helpcenter.jobs import outbox
from helpcenter.jobs.handlers import Handle, Lease
from helpcenter.jobs.outbox import Payload

JOB = "close_silent"
EVERY = timedelta(hours=1)
MOST = 200
"""Conversations that one run closes; the next one follows at once if there are more."""

_KEY = "all"
_c = conversations.c


def arm(conn: Connection, now: datetime) -> None:
    """See to it that somebody looks from now on."""
    outbox.enqueue(conn, JOB, {}, now=now, key=_KEY, unique=True)


def sweeper(database: Database, longest: timedelta) -> Handle:
    """Return what does `JOB` jobs: closes what was silent for `longest`, and comes again."""

    async def handle(_payload: Payload, lease: Lease) -> None:
        now = lease.clock.now()

        def write(conn: Connection) -> None:
            lease.finish(conn)
            more = close_silent(conn, now - longest, now) == MOST
            due = now if more else now + EVERY
            outbox.enqueue(conn, JOB, {}, now=now, key=_KEY, run_at=due, unique=True)

        await database.write(write)

    return handle


def close_silent(conn: Connection, before: datetime, now: datetime) -> int:
    """Close at most `MOST` of the bot's conversations silent since `before`; return how many."""
    silent = conn.execute(
        select(_c.id, _c.locale, _c.last_at)
        .where(_c.owner == Owner.BOT.value, _c.last_at < before)
        .order_by(_c.last_at)
        .limit(MOST)
        .with_for_update(skip_locked=True)
    ).all()
    for row in silent:
        feed.append_event(conn, row.id, "closed", {}, Locale(row.locale), now)
        # Lists go by when somebody last said something.
        closed = {"owner": Owner.CLOSED.value, "last_at": row.last_at}
        conn.execute(update(conversations).where(_c.id == row.id).values(closed))
    return len(silent)
