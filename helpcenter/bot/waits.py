"""Conversations that wait: from a click on a link that was made in one, until the news is told."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select, update

from helpcenter.billing.facts import Facts
from helpcenter.billing.links import PortalLink
from helpcenter.billing.memory import remembered
from helpcenter.bot.tables import told_changes, waits
from helpcenter.clock import Clock
from helpcenter.content.flows import Flow
from helpcenter.conversations import store
from helpcenter.conversations.model import Owner
from helpcenter.db.database import Database
from helpcenter.errors import HelpcenterError
from helpcenter.identity.caller import SYSTEM
from helpcenter.jobs import outbox

ASK = "ask_after_click"
"""The job that asks, a while after a click, if nothing has changed."""

LASTS = timedelta(days=4)
"""How long after the last click a wait ends: a day more than Stripe tries to deliver an event."""

_w = waits.c
_FOR_CARDS = frozenset({Flow.PAYMENT_METHOD_UPDATE, Flow.PORTAL_HOME, Flow.PAY_INVOICE})
"""Pages from which nobody returns content without a change; the others one may just look at."""


@dataclass(frozen=True, slots=True)
class Wait:
    """A conversation that waits, by its row id.

    `known` is what its customer knows of the facts (`billing.memory`); `version` counts how often
    that was changed. `click` counts the clicks, `asked` is the last one after which the bot asked,
    `seq` where the conversation stood at the last click.
    """

    conversation: int
    customer_id: int
    stripe_customer: str = field(repr=False)
    flow: Flow
    known: Mapping[str, Any] = field(repr=False)
    version: int
    click: int
    asked: int
    seq: int
    opened: datetime


@dataclass(frozen=True, slots=True)
class Waits:
    """Opens waits as customers leave for the portal; asks after `patience`."""

    database: Database
    clock: Clock
    patience: timedelta

    async def began(self, link: PortalLink, facts: Facts) -> None:
        """Let the conversation of a link wait from now on; `facts` are from before the page."""
        now = self.clock.now()
        await self.database.write(lambda conn: begin(conn, link, facts, now, self.patience))

    def customer_changed(self, conn: Connection, customer_id: int) -> None:
        """End the waits of somebody who is billed as somebody else: there is no before any more."""
        conn.execute(delete(waits).where(_w.customer_id == customer_id))

    def signed_out(self, conn: Connection, customer_id: int) -> None:
        """Keep waiting: what is told, is told to the customer alone when they come back."""


def begin(
    conn: Connection, link: PortalLink, facts: Facts, now: datetime, patience: timedelta
) -> None:
    """Open a wait, or note another click on one that is open: what is known stays the same then.

    Nothing happens if the conversation is over, or not this customer's.
    """
    try:
        talk = store.find_by_id(conn, SYSTEM, link.wish.conversation or 0, lock=True)
    except HelpcenterError:
        return
    if talk.owner is Owner.CLOSED or talk.customer_id != link.customer_id:
        return
    values = {"flow": link.wish.flow.value, "seq": talk.last_seq, "clicked": now}
    known = find(conn, talk.id, lock=True)
    click = known.click + 1 if known else 1
    if known is None:
        row = {
            "conversation_id": talk.id,
            "customer_id": link.customer_id,
            "stripe_customer": link.stripe_customer,
            "known": remembered(facts),
            "version": 1,
            "click": click,
            "asked": 0,
            "opened": now,
        }
        conn.execute(insert(waits).values(**row, **values))
    else:
        conn.execute(
            update(waits).where(_w.conversation_id == talk.id).values(click=click, **values)
        )
    if link.wish.flow in _FOR_CARDS:
        payload = {"conversation": talk.id, "click": click}
        outbox.enqueue(conn, ASK, payload, now=now, run_at=now + patience)


def find(conn: Connection, conversation: int, *, lock: bool = False) -> Wait | None:
    """Return the wait of a conversation.

    `lock` keeps it as it is for everybody else until this transaction ends.
    """
    query = select(waits).where(_w.conversation_id == conversation)
    row = conn.execute(query.with_for_update() if lock else query).one_or_none()
    return None if row is None else _wait(row)


def open_for(conn: Connection, stripe_customer: str) -> list[Wait]:
    """Return the waits of everybody who is billed as this `cus_…`."""
    query = select(waits).where(_w.stripe_customer == stripe_customer)
    return [_wait(row) for row in conn.execute(query.order_by(_w.conversation_id))]


def waited_for(conn: Connection) -> list[str]:
    """Return each `cus_…` that a conversation waits for."""
    return list(
        conn.execute(select(_w.stripe_customer).distinct().order_by("stripe_customer")).scalars()
    )


def learn(conn: Connection, wait: Wait, digest: str, facts: Facts, now: datetime) -> None:
    """Note what is known from now on, and by which change; raises if it was told before."""
    conn.execute(
        insert(told_changes).values(conversation_id=wait.conversation, digest=digest, at=now)
    )
    conn.execute(
        update(waits)
        .where(_w.conversation_id == wait.conversation)
        .values(known=remembered(facts), version=wait.version + 1)
    )


def note_asked(conn: Connection, wait: Wait) -> None:
    """Note that the bot need not ask after the last click any more."""
    conn.execute(
        update(waits).where(_w.conversation_id == wait.conversation).values(asked=wait.click)
    )


def end(conn: Connection, wait: Wait) -> None:
    """Wait no longer."""
    conn.execute(delete(waits).where(_w.conversation_id == wait.conversation))


def end_old(conn: Connection, now: datetime) -> None:
    """End the waits in which nothing has been clicked for long."""
    conn.execute(delete(waits).where(_w.clicked < now - LASTS))


def _wait(row: Row[Any]) -> Wait:
    return Wait(
        conversation=row.conversation_id,
        customer_id=row.customer_id,
        stripe_customer=row.stripe_customer,
        flow=Flow(row.flow),
        known=row.known,
        version=row.version,
        click=row.click,
        asked=row.asked,
        seq=row.seq,
        opened=row.opened,
    )
