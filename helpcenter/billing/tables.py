"""Portal links and Stripe's events as rows.

The token that opens a link is derived when it is shown, and never kept. Of an event nothing is kept
but whom and what it is about: its content may hold a URL that lets in whoever holds it.
"""

from sqlalchemy import BigInteger, Boolean, Column, ForeignKey, Index, Table

from helpcenter.db.types import Id, Json, Text, UtcDateTime, metadata

portal_links = Table(
    "portal_links",
    metadata,
    # Sixteen random bytes, in hexadecimal.
    Column("id", Text, primary_key=True),
    Column("customer_id", ForeignKey("customers.id", ondelete="CASCADE"), nullable=False),
    Column("stripe_customer", Text, nullable=False),
    Column("flow", Text, nullable=False),
    Column("subscription", Text),
    # The language it was asked for in, which the portal shall speak, too.
    Column("locale", Text, nullable=False),
    # The row of the conversation it was made for, which waits once it is clicked.
    Column("conversation_id", BigInteger),
    Column("created", UtcDateTime, nullable=False),
    Column("expires", UtcDateTime, nullable=False),
    Column("revoked", UtcDateTime),
    Index(None, "customer_id", "created"),
)

portal_clicks = Table(
    "portal_clicks",
    metadata,
    Column("id", Id, primary_key=True),
    Column("link_id", ForeignKey("portal_links.id", ondelete="CASCADE"), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index(None, "link_id", "at"),
)

portal_looks = Table(
    "portal_looks",
    metadata,
    Column(
        "customer_id",
        ForeignKey("customers.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column("stripe_customer", Text, nullable=False),
    # What they saw of their facts (`billing.memory`).
    Column("known", Json, nullable=False),
    Column("at", UtcDateTime, nullable=False, index=True),
)

payment_letters = Table(
    "payment_letters",
    metadata,
    Column("customer_id", ForeignKey("customers.id", ondelete="CASCADE"), primary_key=True),
    # Stripe's id of the invoice about which they were written to, once.
    Column("invoice", Text, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
)

stripe_events = Table(
    "stripe_events",
    metadata,
    # Stripe's own; the same event delivered again has the same one.
    Column("id", Text, primary_key=True),
    Column("type", Text, nullable=False),
    Column("created", UtcDateTime, nullable=False),
    Column("livemode", Boolean, nullable=False),
    Column("stripe_customer", Text, nullable=False),
    Column("subject", Text),
    Column("received", UtcDateTime, nullable=False),
    Index(None, "received"),
)
