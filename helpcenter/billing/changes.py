"""The job `customer_changed`: something is new at Stripe about one customer."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import Connection

from helpcenter.billing.reader import FactsReader
from helpcenter.db.database import Database
from helpcenter.jobs.handlers import Lease
from helpcenter.jobs.outbox import Payload

JOB = "customer_changed"

Effect = Callable[[Connection], None]
"""What a listener has to write: SQL only, and it may run twice."""


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
    facts: FactsReader
    listeners: Sequence[ChangeListener] = ()

    async def handle(self, payload: Payload, lease: Lease) -> None:
        """Do one job; raises `LeaseLostError` if it is another worker's by the end."""
        customer = str(payload["customer"])
        self.facts.clear(customer)
        effects = [await listener.stripe_changed(customer) for listener in self.listeners]

        def write(conn: Connection) -> None:
            for effect in effects:
                effect(conn)
            lease.finish(conn)

        await self.database.write(write)
