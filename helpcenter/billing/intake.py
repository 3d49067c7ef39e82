"""`Intake`: takes Stripe's events in, each once, and leaves a job where one says something."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Connection, delete

from helpcenter.billing import letters
from helpcenter.billing.changes import look_again
from helpcenter.billing.events import (
    WATCHED,
    Event,
    EventRefusedError,
    check_signature,
    read_event,
)
from helpcenter.billing.tables import stripe_events
from helpcenter.clock import Clock
from helpcenter.db.database import Database
from helpcenter.identity import customers
from helpcenter.jobs.wakeups import Wakeups
from helpcenter.settings import Settings

SETTLE = timedelta(seconds=2)
"""How long to wait for more about the same customer: one deed of theirs is several events."""

KEPT = timedelta(days=31)
"""How long an event is known again; nobody can have Stripe send one that is older than 30 days."""


class Result(StrEnum):
    """What became of a genuine event; Stripe need not send it again in either case."""

    STORED = "stored"
    DUPLICATE = "duplicate"
    IGNORED = "ignored"


@dataclass(frozen=True, slots=True)
class Intake:
    """Takes what is signed with one of `secrets` and of the key's mode; any node may.

    With `mails`, customers are written to about a payment that failed.
    """

    database: Database
    clock: Clock
    wakeups: Wakeups
    livemode: bool
    mails: bool
    secrets: tuple[bytes, ...] = field(repr=False)

    async def receive(self, body: bytes, signature: str | None) -> Result:
        """Take one delivery in; raises `EventRefusedError`.

        What it returns is on the disk, and so is the job that goes with it.
        """
        now = self.clock.now()
        check_signature(body, signature, self.secrets, now)
        event = read_event(body)
        if event.livemode is not self.livemode:
            raise EventRefusedError("wrong_mode")
        if event.type not in WATCHED or event.customer is None:
            return Result.IGNORED
        customer = event.customer
        result = await self.database.write(lambda conn: self._take(conn, event, customer, now))
        if result is Result.STORED:
            loop = asyncio.get_running_loop()
            loop.call_later(SETTLE.total_seconds(), self.wakeups.notify)
        return result

    def _take(self, conn: Connection, event: Event, customer: str, now: datetime) -> Result:
        result = take(conn, event, customer, now)
        if self.mails and result is Result.STORED and event.type == letters.TYPE and event.subject:
            letters.invite(conn, customer, event.subject, now)
        return result


def take(conn: Connection, event: Event, customer: str, now: datetime) -> Result:
    """Store an event and its job, unless it is known or about somebody who never came here."""
    if not customers.is_billed(conn, customer):
        return Result.IGNORED
    conn.execute(delete(stripe_events).where(stripe_events.c.received < now - KEPT))
    if not _is_new(conn, event, customer, now):
        return Result.DUPLICATE
    look_again(conn, customer, now, now + SETTLE)
    return Result.STORED


def make_intake(
    settings: Settings, database: Database, clock: Clock, wakeups: Wakeups
) -> Intake | None:
    """Return the intake for these settings, None without a Stripe key or a webhook secret."""
    secrets = tuple(one.get_secret_value().encode() for one in settings.stripe_webhook_secrets)
    if settings.stripe_livemode is None or not any(secrets):
        return None
    return Intake(
        database, clock, wakeups, settings.stripe_livemode, settings.payment_mails, secrets
    )


def _is_new(conn: Connection, event: Event, customer: str, now: datetime) -> bool:
    from sqlalchemy.dialects import postgresql, sqlite

    dialect = postgresql if conn.dialect.name == "postgresql" else sqlite
    row = {
        "id": event.id,
        "type": event.type,
        "created": event.created,
        "livemode": event.livemode,
        "stripe_customer": customer,
        "subject": event.subject,
        "received": now,
    }
    added = dialect.insert(stripe_events).values(row).on_conflict_do_nothing()
    return conn.execute(added.returning(stripe_events.c.id)).first() is not None
