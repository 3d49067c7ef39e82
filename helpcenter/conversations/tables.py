"""Conversations and their items."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, Table, UniqueConstraint

from helpcenter.db.types import Id, Json, Text, UtcDateTime, metadata

conversations = Table(
    "conversations",
    metadata,
    Column("id", Id, primary_key=True),
    Column("public_id", Text, nullable=False, unique=True),
    Column("customer_id", ForeignKey("customers.id", ondelete="CASCADE")),
    # Of the token that opens it to somebody who has not signed in; None once it is claimed.
    Column("token_digest", Text, unique=True),
    Column("locale", Text, nullable=False),
    Column("wish", Text),
    Column("article", Text),
    Column("owner", Text, nullable=False),
    Column("last_seq", Integer, nullable=False),
    # What the bot remembers, and how often that was written: a turn replaces what it has read.
    Column("state", Json),
    Column("state_version", Integer, nullable=False),
    Column("read_by_customer", Integer, nullable=False, server_default="0"),
    Column("read_by_agent", Integer, nullable=False, server_default="0"),
    Column("created", UtcDateTime, nullable=False),
    Column("last_at", UtcDateTime, nullable=False),
    CheckConstraint("owner IN ('bot', 'queue', 'agent', 'closed')", name="owner"),
    Index(None, "customer_id", "last_at"),
    # For closing what has long been silent.
    Index(None, "owner", "last_at"),
)

items = Table(
    "items",
    metadata,
    Column("id", Id, primary_key=True),
    Column("conversation_id", ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("client_id", Text),
    Column("kind", Text, nullable=False),
    Column("author_role", Text, nullable=False),
    Column("author_name", Text),
    Column("locale", Text, nullable=False),
    Column("parts", Json, nullable=False),
    Column("choice", Text),
    Column("in_reply_to", Integer),
    # The bot's reasons, for agents.
    Column("trace", Json),
    Column("at", UtcDateTime, nullable=False),
    UniqueConstraint("conversation_id", "seq"),
    UniqueConstraint("conversation_id", "client_id"),
)
