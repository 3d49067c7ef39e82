"""What a customer saw of their facts when they last looked, so that a page can say what is new.

Kept for a day, as a wait is (`memory`): ids, states and prices, nothing to read.
"""

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select
from sqlalchemy.dialects import postgresql, sqlite

from helpcenter.billing.facts import CustomerState, Facts
from helpcenter.billing.memory import recalled, remembered
from helpcenter.billing.tables import portal_looks
from helpcenter.identity import customers
from helpcenter.identity.caller import Caller

LASTS = timedelta(days=1)
"""After so long nobody knows any more what they saw."""

_c = portal_looks.c


def note(conn: Connection, caller: Caller, facts: Facts, now: datetime) -> None:
    """Note that the customer has seen these facts of theirs; raises `sign_in_needed`."""
    conn.execute(delete(portal_looks).where(_c.at < now - LASTS))
    who = customers.find(conn, caller)
    if facts.state is not CustomerState.PRESENT or who.stripe_customer is None:
        return
    seen = {"stripe_customer": who.stripe_customer, "known": remembered(facts), "at": now}
    dialect = postgresql if conn.dialect.name == "postgresql" else sqlite
    row = dialect.insert(portal_looks).values(customer_id=who.id, **seen)
    conn.execute(row.on_conflict_do_update(index_elements=[_c.customer_id], set_=seen))


def last(conn: Connection, caller: Caller, now: datetime) -> Facts | None:
    """Return what the customer saw last, if that is not long ago and was of who they are now."""
    who = customers.find(conn, caller)
    known = conn.execute(
        select(_c.known).where(
            _c.customer_id == who.id,
            _c.stripe_customer == who.stripe_customer,
            _c.at >= now - LASTS,
        )
    ).scalar_one_or_none()
    return None if known is None else recalled(known)
