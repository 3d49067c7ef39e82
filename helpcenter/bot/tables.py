"""Conversations that wait for a change at Stripe, and what they were told of it."""

from sqlalchemy import Column, ForeignKey, Integer, Table

from helpcenter.db.types import Json, Text, UtcDateTime, metadata

waits = Table(
    "waits",
    metadata,
    Column(
        "conversation_id",
        ForeignKey("conversations.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    Column(
        "customer_id", ForeignKey("customers.id", ondelete="CASCADE"), nullable=False, index=True
    ),
    Column("stripe_customer", Text, nullable=False, index=True),
    # Of the last click, as are `seq`, where the conversation stood then, and `clicked`.
    Column("flow", Text, nullable=False),
    # What the customer was last told, or what was so at the first click (`billing.memory`).
    Column("known", Json, nullable=False),
    Column("version", Integer, nullable=False),
    # How often a link was clicked, and the last of these clicks after which the bot asked.
    Column("click", Integer, nullable=False),
    Column("asked", Integer, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("opened", UtcDateTime, nullable=False),
    Column("clicked", UtcDateTime, nullable=False),
)

told_changes = Table(
    "told_changes",
    metadata,
    Column("conversation_id", ForeignKey("conversations.id", ondelete="CASCADE"), primary_key=True),
    # From what to what: no change is told twice.
    Column("digest", Text, primary_key=True),
    Column("at", UtcDateTime, nullable=False),
)
