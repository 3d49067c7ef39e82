"""`OwnFacts`: a customer's facts, with a card that they saved where they are not billed any more.

Somebody for whom the host app has made a new customer at Stripe may still have had a page of the
old one open, and have typed their new card there. We know it by nothing but our own rows: this
customer clicked a link of ours for that `cus_…`, and a card was saved there while the page that
the click opened could be open. E-mail, name or digits of a card never lead from one customer of
Stripe's to another.
"""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, exists, or_, select

from helpcenter.billing.facts import Card, CustomerState, Facts, FactsUnavailable, Read
from helpcenter.billing.line import PATIENCE
from helpcenter.billing.reader import FactsReader, Scope
from helpcenter.billing.tables import portal_clicks, portal_links
from helpcenter.db.database import Database
from helpcenter.identity.caller import Caller, Role
from helpcenter.identity.tables import customers as customer_rows

LATELY = timedelta(days=14)
"""How long after a click a card that was saved elsewhere explains anything."""

SITTING = timedelta(hours=1)
"""How long after a click a card is the clicker's own: Stripe keeps an idle page open no longer."""

_MOST = 50


@dataclass(frozen=True, slots=True)
class Earlier:
    """Whom a customer was at Stripe before, and when they clicked as such, newest first.

    Nobody else who came here has ever been that `stripe_customer`.
    """

    stripe_customer: str = field(repr=False)
    clicks: tuple[datetime, ...]


@dataclass(frozen=True, slots=True)
class OwnFacts:
    """Facts for their owner's eyes and for whoever answers them; belongs to one event loop."""

    database: Database
    reader: FactsReader

    async def facts_for(
        self, caller: Caller, customer: str | None, scope: Scope
    ) -> Facts | FactsUnavailable:
        """Return the facts of a caller who is billed as `customer`, as `FactsReader.facts_for`.

        Where no card of theirs is newer than what they can have saved as somebody they were
        before, also the cards saved there (`Facts.elsewhere`); none if Stripe does not say so in
        the same few seconds.
        """
        until = asyncio.get_running_loop().time() + PATIENCE
        found = await self.reader.facts_for(customer, scope)
        if isinstance(found, FactsUnavailable) or not _may_lack_a_card(found):
            return found
        asked = found.fetched_at
        before = await self.database.read(lambda conn: find(conn, caller, asked))
        if before is None or _has_newer(found, before):
            return found
        try:
            async with asyncio.timeout_at(until):
                there = await self.reader.facts_for(before.stripe_customer, Scope.CARDS)
        except TimeoutError:
            return found
        if isinstance(there, FactsUnavailable):
            return found
        return replace(found, elsewhere=saved_after(there.cards, before.clicks))


def find(conn: Connection, caller: Caller, now: datetime) -> Earlier | None:
    """Return whom the caller was when they last clicked, if that is lately and somebody else."""
    links, clicks = portal_links.c, portal_clicks.c
    used = conn.execute(
        select(links.stripe_customer, clicks.at)
        .join_from(portal_clicks, portal_links)
        .join(customer_rows, customer_rows.c.id == links.customer_id)
        .where(
            links.customer_id == (caller.id if caller.role is Role.CUSTOMER else None),
            links.stripe_customer != customer_rows.c.stripe_customer,
            clicks.at > now - LATELY,
        )
        .order_by(clicks.at.desc())
        .limit(_MOST)
    ).all()
    if not used or _is_shared(conn, caller, used[0].stripe_customer):
        return None
    last = used[0].stripe_customer
    return Earlier(last, tuple(at for customer, at in used if customer == last))


def saved_after(cards: Iterable[Card], clicks: Iterable[datetime]) -> tuple[Card, ...]:
    """Return the cards that were saved on a page that one of these clicks opened."""
    opened = tuple(clicks)
    return tuple(
        card
        for card in cards
        if card.created and any(at <= card.created <= at + SITTING for at in map(_second, opened))
    )


def _is_shared(conn: Connection, caller: Caller, customer: str) -> bool:
    """Tell whether anybody else is, or was when they asked for a link, the same `cus_…`.

    Then nobody can say whose card it is.
    """
    rows, links = customer_rows.c, portal_links.c
    others = or_(
        exists().where(rows.stripe_customer == customer, rows.id != caller.id),
        exists().where(links.stripe_customer == customer, links.customer_id != caller.id),
    )
    return conn.execute(select(others)).scalar_one()


def _may_lack_a_card(found: Facts) -> bool:
    paying = bool(found.open_subscriptions or found.open_invoices)
    return found.state is CustomerState.PRESENT and Read.CARDS in found.reads and paying


def _has_newer(found: Facts, before: Earlier) -> bool:
    """Tell whether a card here is newer than any that the last click can explain."""
    last = before.clicks[0] + SITTING
    return any(card.created and card.created > last for card in found.cards)


def _second(moment: datetime) -> datetime:
    """Return a moment as Stripe tells time, in whole seconds."""
    return moment.replace(microsecond=0)
