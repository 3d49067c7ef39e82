"""The job `customer_changed`: something is new at Stripe about one customer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from sqlalchemy import Connection, select

from helpcenter.billing.tables import stripe_events
from helpcenter.db.database import Database
from helpcenter.jobs import outbox
from helpcenter.jobs.handlers import Lease
from helpcenter.jobs.outbox import Payload

JOB = "customer_changed"


def _nothing() -> None:
    pass


@dataclass(frozen=True, slots=True)
class Effect:
    """What a listener has to write: SQL only, and it may run twice. `kept` is called after that."""

    write: Callable[[Connection], None]
    kept: Callable[[], None] = _nothing


class Kept(Protocol):
    """Facts that are kept for a while."""

    def clear(self, customer: str) -> None:
        """Forget a customer's."""
        ...


class ChangeListener(Protocol):
    """Somebody who tells customers what is new."""

    async def stripe_changed(self, customer: str) -> Effect:
        """Look at a `cus_…` anew and return what to write; called again if that was not kept.

        The effects of all listeners and the end of the job are one transaction, so each is
        written exactly once, whenever the process dies.
        """
        ...


@dataclass(frozen=True, slots=True)
class ChangeTeller:
    """Does the job: forgets the customer's facts, then lets each listener look.

    The facts are forgotten in this process only; another node's last `facts_seconds` at most.
    """

    database: Database
    facts: Kept
    listeners: Sequence[ChangeListener] = ()

    async def handle(self, payload: Payload, lease: Lease) -> None:
        """Do one job; raises `LeaseLostError` if it is another worker's by the end."""
        customer = str(payload["customer"])
        self.facts.clear(customer)
        effects = [await listener.stripe_changed(customer) for listener in self.listeners]

        def write(conn: Connection) -> None:
            lease.finish(conn)
            for effect in effects:
                effect.write(conn)

        await self.database.write(write)
        for effect in effects:
            effect.kept()


def look_again(
    conn: Connection, customer: str, now: datetime, run_at: datetime | None = None
) -> None:
    """Leave the job for a `cus_…`, or let the one that waits stand for this one too."""
    payload = {"customer": customer}
    outbox.enqueue(conn, JOB, payload, key=customer, unique=True, now=now, run_at=run_at)


def replay(
    conn: Connection, now: datetime, *, since: datetime, customer: str | None = None
) -> list[str]:
    """Look again at everybody about whom an event came since then; return their `cus_…`.

    With a `customer`, at that one only.
    """
    c = stripe_events.c
    query = select(c.stripe_customer).where(c.received >= since).distinct()
    if customer is not None:
        query = query.where(c.stripe_customer == customer)
    found = sorted(conn.execute(query).scalars())
    for each in found:
        look_again(conn, each, now)
    return found
