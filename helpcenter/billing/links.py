"""Portal links: which page of the portal, for which customer, until when (CONTRACTS §3).

A link outlives Stripe's own pages by hours because it is none: it is a row that names a page, and
the page is opened anew at each click, for its customer only. The row and everything around it
know the link's id; the token is derived where the customer sees it (`tokens`).
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import Connection, Row, Select, and_, insert, select, update

from helpcenter.billing.port import Refusal, StripeRefusedError
from helpcenter.billing.tables import portal_clicks, portal_links
from helpcenter.clock import Clock
from helpcenter.content.flows import Flow
from helpcenter.errors import HelpcenterError, Kind
from helpcenter.i18n.locale import Locale
from helpcenter.identity import customers
from helpcenter.identity.caller import Caller, Role
from helpcenter.identity.tables import customers as customer_rows

MOST = 10
"""Clicks, and links made for programs, that a customer has in `SPAN`."""
SPAN = timedelta(minutes=1)

_Columns = tuple[str, int, str, str, str, str | None, int | None, datetime]


@dataclass(frozen=True, slots=True)
class Wish:
    """A page of the portal that a customer wants; the portal will speak `locale`.

    `conversation` is the row id of the talk in which it was asked for, if it was in one.
    """

    flow: Flow
    locale: Locale
    subscription: str | None = None
    conversation: int | None = None


@dataclass(frozen=True, slots=True)
class PortalLink:
    """A link that is still good, of the customer who asked for it."""

    id: str
    customer_id: int
    stripe_customer: str = field(repr=False)
    wish: Wish
    expires: datetime


def make(
    conn: Connection, caller: Caller, link_id: str, wish: Wish, now: datetime, lifetime: timedelta
) -> PortalLink:
    """Store a new link for the customer who asks; `link_id` comes from `tokens.new_id`.

    Raises `sign_in_needed`, or CUSTOMER_MISSING for somebody whom Stripe does not bill.
    """
    known = _known(conn, caller)
    link = PortalLink(link_id, *known, wish, now + lifetime)
    conn.execute(
        insert(portal_links).values(
            id=link.id,
            customer_id=link.customer_id,
            stripe_customer=link.stripe_customer,
            flow=wish.flow.value,
            subscription=wish.subscription,
            locale=wish.locale.folder,
            conversation_id=wish.conversation,
            created=now,
            expires=link.expires,
        )
    )
    return link


def make_or_reuse(
    conn: Connection, caller: Caller, link_id: str, wish: Wish, now: datetime, lifetime: timedelta
) -> PortalLink:
    """Return the customer's link for this very wish if one is still good, else make it."""
    row = conn.execute(
        _good(caller, now)
        .where(
            portal_links.c.flow == wish.flow.value,
            portal_links.c.locale == wish.locale.folder,
            portal_links.c.subscription.is_not_distinct_from(wish.subscription),
            portal_links.c.conversation_id.is_not_distinct_from(wish.conversation),
        )
        .order_by(portal_links.c.expires.desc())
        .limit(1)
    ).one_or_none()
    return _link(row) if row else make(conn, caller, link_id, wish, now, lifetime)


def click(conn: Connection, caller: Caller, link_id: str, now: datetime) -> PortalLink:
    """Note a click and return the link, if it is good and the caller's own.

    Raises `link_not_found`, the same for a stranger's link and one that never was, or `too_many`.
    """
    # Held until the commit, so that clicks at the same moment on several nodes are all counted.
    query = _good(caller, now).where(portal_links.c.id == link_id)
    row = conn.execute(query.with_for_update(of=customer_rows)).one_or_none()
    if row is None:
        raise link_not_found()
    times = conn.execute(
        select(portal_clicks.c.at)
        .join(portal_links)
        .where(portal_links.c.customer_id == caller.id, portal_clicks.c.at > now - SPAN)
    )
    _refuse_too_many(times.scalars(), now)
    conn.execute(insert(portal_clicks).values(link_id=link_id, at=now))
    return _link(row)


def history(conn: Connection, caller: Caller, most: int) -> list[tuple[Flow, datetime]]:
    """Return the caller's last clicks, newest first: which page, and when."""
    used = (
        select(portal_links.c.flow, portal_clicks.c.at)
        .join_from(portal_clicks, portal_links)
        .where(portal_links.c.customer_id == (caller.id if caller.role is Role.CUSTOMER else None))
        .order_by(portal_clicks.c.at.desc(), portal_clicks.c.id.desc())
        .limit(most)
    )
    return [(Flow(flow), at) for flow, at in conn.execute(used)]


def refuse_too_many(conn: Connection, caller: Caller, now: datetime) -> None:
    """Raise `too_many` if the customer has had enough links made for the moment."""
    made = select(portal_links.c.created).where(
        portal_links.c.customer_id == caller.id, portal_links.c.created > now - SPAN
    )
    _refuse_too_many(conn.execute(made).scalars(), now)


def link_not_found() -> HelpcenterError:
    """Return the one refusal of links that are not good, whatever the reason."""
    return HelpcenterError("link_not_found", Kind.NOT_FOUND)


@dataclass(frozen=True, slots=True)
class Revoker:
    """Revokes a customer's links when they become somebody else at Stripe or are signed out."""

    clock: Clock

    def customer_changed(self, conn: Connection, customer_id: int) -> None:
        """Revoke: the links lead to the records of whom the customer no longer is."""
        self._revoke(conn, customer_id)

    def signed_out(self, conn: Connection, customer_id: int) -> None:
        """Revoke: the host app has shown the customer out."""
        self._revoke(conn, customer_id)

    def _revoke(self, conn: Connection, customer_id: int) -> None:
        conn.execute(
            update(portal_links)
            .where(portal_links.c.customer_id == customer_id, portal_links.c.revoked.is_(None))
            .values(revoked=self.clock.now())
        )


def _known(conn: Connection, caller: Caller) -> tuple[int, str]:
    who = customers.find(conn, caller)
    if who.stripe_customer is None:
        raise StripeRefusedError(Refusal.CUSTOMER_MISSING)
    return who.id, who.stripe_customer


def _good(caller: Caller, now: datetime) -> Select[*_Columns]:
    """Select the caller's links that lead somewhere: to the customer's present self at Stripe."""
    c = portal_links.c
    owner = and_(
        customer_rows.c.id == c.customer_id, customer_rows.c.stripe_customer == c.stripe_customer
    )
    return (
        select(
            c.id,
            c.customer_id,
            c.stripe_customer,
            c.flow,
            c.locale,
            c.subscription,
            c.conversation_id,
            c.expires,
        )
        .join(customer_rows, owner)
        .where(
            c.customer_id == (caller.id if caller.role is Role.CUSTOMER else None),
            c.revoked.is_(None),
            c.expires > now,
        )
    )


def _link(row: Row[*_Columns]) -> PortalLink:
    link_id, customer_id, stripe_customer, flow, locale, subscription, talk, expires = row
    wish = Wish(Flow(flow), Locale(locale), subscription, talk)
    return PortalLink(link_id, customer_id, stripe_customer, wish, expires)


def _refuse_too_many(times: Iterable[datetime], now: datetime) -> None:
    recent = sorted(times)
    if len(recent) >= MOST:
        free = recent[-MOST] + SPAN - now
        raise HelpcenterError("too_many", Kind.TOO_MANY, retry_after=int(free.total_seconds()) + 1)
