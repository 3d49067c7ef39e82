"""The outbox: work that must happen is a row, written with the data that causes it.

Every function takes the caller's `conn` and belongs to the caller's transaction. A job is leased,
not taken: one whose worker dies is run again by another, so a handler's effects must be written
in one transaction with `finish`.
"""

import re
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    and_,
    case,
    delete,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)

from helpcenter.db.types import UtcDateTime
from helpcenter.jobs.tables import jobs

Payload = Mapping[str, int | str]
"""Ids only; what they stand for is read when the job runs."""

_AN_ID = re.compile(r"[\w.:+-]{1,200}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Job:
    """A job under a lease; `attempts` counts the runs begun, this one included."""

    id: int
    name: str
    key: str | None
    payload: Payload
    attempts: int
    token: str


@dataclass(frozen=True, slots=True)
class Retry:
    """How often a job is run, and how long it rests after a failure: doubled each time."""

    attempts: int = 12
    first: timedelta = timedelta(seconds=2)
    longest: timedelta = timedelta(hours=1)

    def delay(self, attempts: int) -> timedelta:
        """Return the rest after the run numbered `attempts`, counted from 1."""
        return min(self.first * 2.0 ** min(attempts - 1, 30), self.longest)


@dataclass(frozen=True, slots=True)
class Counts:
    """How many jobs wait (now or for later), run, and are parked as dead."""

    waiting: int
    running: int
    dead: int


def enqueue(
    conn: Connection,
    name: str,
    payload: Payload,
    *,
    now: datetime,
    key: str | None = None,
    run_at: datetime | None = None,
    unique: bool = False,
) -> None:
    """Add a job, to be run once this transaction commits, not before `run_at`.

    Jobs with one name and key run one after another, in the order they were added. With `unique`,
    a job of that name and key that no worker has begun stands for this one too, and is brought
    forward if this one is due earlier. Raises `ValueError` for a payload of more than ids.
    """
    if not all(isinstance(v, int) or _AN_ID.fullmatch(v) for v in payload.values()):
        raise ValueError(f"the payload of a {name} job may hold ids only")
    due = run_at or now
    if key is not None:
        _queue_up(conn, name, key)
        if unique and _bring_forward(conn, name, key, due, now):
            return
    elif unique:
        raise ValueError(f"a unique {name} job needs a key")
    row = {"name": name, "key": key, "payload": payload, "run_at": due}
    conn.execute(insert(jobs).values(**row, created=now, attempts=0))


def claim(
    conn: Connection, *, now: datetime, lease: timedelta, names: Collection[str]
) -> Job | None:
    """Lease the job among `names` that has been due longest, or return None.

    Never one whose name and key another live lease holds, or for which an earlier one waits.
    """
    mine, other = jobs.alias("mine"), jobs.alias("other")
    blocked = exists().where(
        other.c.name == mine.c.name,
        other.c.key == mine.c.key,
        other.c.dead_at.is_(None),
        or_(other.c.id < mine.c.id, and_(other.c.id != mine.c.id, other.c.lease_until > now)),
    )
    due = (
        select(mine.c.id)
        .where(_waits(mine, now), mine.c.run_at <= now, mine.c.name.in_(names), ~blocked)
        .order_by(mine.c.run_at, mine.c.id)
        .limit(1)
        .with_for_update(skip_locked=True, of=mine)
    )
    row = conn.execute(
        update(jobs)
        .where(jobs.c.id == due.scalar_subquery())
        .values(
            lease_token=secrets.token_hex(8), lease_until=now + lease, attempts=jobs.c.attempts + 1
        )
        .returning(
            jobs.c.id,
            jobs.c.name,
            jobs.c.key,
            jobs.c.payload,
            jobs.c.attempts,
            jobs.c.lease_token,
        )
    ).one_or_none()
    return None if row is None else Job(*row)


def holds(conn: Connection, job: Job, *, now: datetime) -> bool:
    """Tell whether the lease still holds, and keep it so until this transaction ends."""
    found = conn.execute(select(jobs.c.id).where(_leased(job, now)).with_for_update())
    return found.one_or_none() is not None


def renew(conn: Connection, job: Job, *, now: datetime, lease: timedelta) -> bool:
    """Hold on to the job until `now + lease`; False if the lease is lost."""
    return _change(conn, job, now, lease_until=now + lease)


def finish(conn: Connection, job: Job, *, now: datetime) -> bool:
    """Remove a job that is done; False, and nothing removed, if the lease is lost."""
    return conn.execute(delete(jobs).where(_leased(job, now))).rowcount == 1


def fail(conn: Connection, job: Job, *, now: datetime, error: str, retry: Retry) -> bool:
    """Put the job back to be tried later, or park it as dead after its last attempt.

    `error` is a code, never a text that could hold what a customer wrote. Dead jobs stay, counted,
    and stand in nobody's way. False, and nothing changed, if the lease is lost.
    """
    free = {"lease_token": None, "lease_until": None, "last_error": error}
    if job.attempts >= retry.attempts:
        return _change(conn, job, now, **free, dead_at=now)
    return _change(conn, job, now, **free, run_at=now + retry.delay(job.attempts))


def release(conn: Connection, job: Job, *, now: datetime) -> bool:
    """Give the job back as if it had not been begun; False if the lease is lost."""
    return _change(conn, job, now, lease_token=None, lease_until=None, attempts=jobs.c.attempts - 1)


def free_all(conn: Connection) -> int:
    """End every lease and return how many there were; the runs begun still count as attempts.

    Only for a process that knows that no other one lives: what died holding a lease need not be
    waited for.
    """
    held = update(jobs).where(jobs.c.lease_token.is_not(None))
    return conn.execute(held.values(lease_token=None, lease_until=None)).rowcount


def counts(conn: Connection, *, now: datetime) -> Counts:
    """Count all jobs."""
    dead, running = jobs.c.dead_at.is_not(None), jobs.c.lease_until > now
    row = conn.execute(
        select(
            func.count().filter(_waits(jobs, now)),
            func.count().filter(running, ~dead),
            func.count().filter(dead),
        ).select_from(jobs)
    ).one()
    return Counts(*row)


def _queue_up(conn: Connection, name: str, key: str) -> None:
    """Let transactions that add for one key pass one by one, so that ids tell their order."""
    if conn.dialect.name == "postgresql":
        number = func.hashtextextended(f"{name} {key}", 0)
        conn.execute(select(func.pg_advisory_xact_lock(number)))


def _bring_forward(conn: Connection, name: str, key: str, due: datetime, now: datetime) -> bool:
    """Let a waiting job stand for a new one; False if none waits.

    It is written to even if it is due earlier already: that keeps workers from beginning it
    before they can see what this transaction wrote.
    """
    earlier = case((jobs.c.run_at < due, jobs.c.run_at), else_=literal(due, UtcDateTime))
    waiting = (jobs.c.name == name, jobs.c.key == key, _waits(jobs, now))
    return conn.execute(update(jobs).where(*waiting).values(run_at=earlier)).rowcount > 0


def _waits(table: FromClause, now: datetime) -> ColumnElement[bool]:
    free = or_(table.c.lease_until.is_(None), table.c.lease_until <= now)
    return and_(table.c.dead_at.is_(None), free)


def _leased(job: Job, now: datetime) -> ColumnElement[bool]:
    # The time counts, not only the token: an expired lease may be anybody's any moment, and
    # `enqueue` already takes the job for one that has not begun.
    return and_(jobs.c.id == job.id, jobs.c.lease_token == job.token, jobs.c.lease_until > now)


def _change(conn: Connection, job: Job, now: datetime, **values: object) -> bool:
    return conn.execute(update(jobs).where(_leased(job, now)).values(**values)).rowcount == 1
