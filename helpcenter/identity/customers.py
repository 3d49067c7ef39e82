"""Customers: the people the host app has vouched for, by their `sub` alone."""

import contextlib
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, Row, Select, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from helpcenter.errors import HelpcenterError, Kind
from helpcenter.identity.announce import CustomerListener
from helpcenter.identity.caller import Caller, Role
from helpcenter.identity.claims import HostClaims
from helpcenter.identity.tables import customers


@dataclass(frozen=True, slots=True)
class Customer:
    """Somebody who pays; `stripe_customer` (`cus_…`) may be shared with other customers.

    `livemode` is None until Stripe has been asked; `locale` and `zoneinfo` are the host app's
    words, `en-GB` and `Asia/Hong_Kong` say.
    """

    id: int
    sub: str = field(repr=False)
    stripe_customer: str | None = field(repr=False)
    livemode: bool | None
    name: str | None = field(repr=False)
    email: str | None = field(repr=False)
    locale: str | None
    zoneinfo: str | None


_COLUMNS = tuple(customers.c[name] for name in Customer.__dataclass_fields__)


def find(conn: Connection, caller: Caller) -> Customer:
    """Return the customer who is asking; raises `sign_in_needed` for anybody else."""
    row = None
    if caller.role is Role.CUSTOMER:
        row = conn.execute(select(*_COLUMNS).where(customers.c.id == caller.id)).one_or_none()
    if row is None:
        raise HelpcenterError("sign_in_needed", Kind.UNAUTHENTICATED)
    return Customer(*row)


def find_id(conn: Connection, sub: str) -> int | None:
    """Return the row id of the customer the host app calls `sub`."""
    if "\0" in sub:
        return None  # no database could hold it, and no JWT may say it
    return conn.execute(select(customers.c.id).where(customers.c.sub == sub)).scalar_one_or_none()


def names(conn: Connection, caller: Caller, ids: Collection[int]) -> dict[int, str]:
    """Return what an agent calls customers: by name, else by address, else by `sub`.

    Nobody else calls them anything.
    """
    if caller.role is not Role.AGENT:
        return {}
    c = customers.c
    name = func.coalesce(c.name, c.email, c.sub)
    found = conn.execute(select(c.id, name).where(c.id.in_(ids))).all()
    return dict(found)


def is_billed(conn: Connection, stripe_customer: str) -> bool:
    """Tell whether anybody who came here is billed as this `cus_…`."""
    found = select(customers.c.id).where(customers.c.stripe_customer == stripe_customer).limit(1)
    return conn.execute(found).first() is not None


def find_by_sub(conn: Connection, sub: str) -> Customer | None:
    """Return the customer the host app calls `sub`, for an operator's command."""
    id_ = find_id(conn, sub)
    return None if id_ is None else find(conn, Caller(Role.CUSTOMER, id_))


def record(
    conn: Connection, claims: HostClaims, now: datetime, listener: CustomerListener
) -> Customer:
    """Store what the host app says and return the customer as they are now known.

    What it does not mention stays as it was. Another `stripe_customer` is announced.
    """
    found = _locked(conn, claims.sub) or _created(conn, claims, now)
    if found.claimed_at <= claims.issued_at:
        _update(conn, found, claims, listener)
    return find(conn, Caller(Role.CUSTOMER, found.id))


def _created(conn: Connection, claims: HostClaims, now: datetime) -> Row[int, str | None, datetime]:
    with contextlib.suppress(IntegrityError), conn.begin_nested():
        # Refused when somebody else's first sign-in of the same customer came a moment before.
        conn.execute(insert(customers).values({**_said(claims), "sub": claims.sub, "created": now}))
    return conn.execute(_by_sub(claims.sub)).one()


def _update(
    conn: Connection,
    found: Row[int, str | None, datetime],
    claims: HostClaims,
    listener: CustomerListener,
) -> None:
    said = _said(claims)
    moved = claims.stripe_customer not in {None, found.stripe_customer}
    if moved:
        said["livemode"] = None
    conn.execute(update(customers).where(customers.c.id == found.id).values(said))
    if moved:
        listener.customer_changed(conn, found.id)


def _said(claims: HostClaims) -> dict[str, object]:
    """Return the columns the claims fill; those not mentioned are left out."""
    names = ("stripe_customer", "name", "email", "locale", "zoneinfo")
    values = {name: getattr(claims, name) for name in names}
    said = {name: value for name, value in values.items() if value is not None}
    return {**said, "claimed_at": claims.issued_at}


def _locked(conn: Connection, sub: str) -> Row[int, str | None, datetime] | None:
    return conn.execute(_by_sub(sub)).one_or_none()


def _by_sub(sub: str) -> Select[int, str | None, datetime]:
    columns = (customers.c.id, customers.c.stripe_customer, customers.c.claimed_at)
    return select(*columns).where(customers.c.sub == sub).with_for_update()
