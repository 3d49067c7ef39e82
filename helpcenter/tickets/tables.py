"""Tickets, and everything that happened to them: notes, escalations, who did what when."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, Table, UniqueConstraint
from sqlalchemy import text as sql

from helpcenter.db.types import Id, Json, Text, UtcDateTime, metadata

_OPEN = sql("state <> 'closed'")

tickets = Table(
    "tickets",
    metadata,
    Column("id", Id, primary_key=True),
    Column("conversation_id", ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False),
    Column("state", Text, nullable=False),
    # Counts what agents must not overwrite unseen (`If-Match`).
    Column("version", Integer, nullable=False),
    # Ids of `bot/teams.yaml`, which may change under them.
    Column("team", Text, nullable=False),
    Column("tier", Integer, nullable=False),
    Column("agent_id", ForeignKey("agents.id", ondelete="SET NULL"), index=True),
    # Why the bot could not go on, or that the contact form was used.
    Column("cause", Text, nullable=False),
    # From the contact form only: how somebody without an account wants to be answered.
    Column("contact_name", Text),
    Column("contact_email", Text),
    Column("last_event", Integer, nullable=False),
    Column("created", UtcDateTime, nullable=False),
    Column("changed", UtcDateTime, nullable=False),
    # Since when the customer has been waiting for a person; None while they are not.
    Column("waiting_since", UtcDateTime),
    Column("solved_at", UtcDateTime),
    CheckConstraint(
        "state IN ('new', 'open', 'pending', 'on_hold', 'solved', 'closed')", name="state"
    ),
    Index(None, "state", "changed"),
    Index(
        "ix_tickets_one_open",
        "conversation_id",
        unique=True,
        sqlite_where=_OPEN,
        postgresql_where=_OPEN,
    ),
)

ticket_events = Table(
    "ticket_events",
    metadata,
    Column("id", Id, primary_key=True),
    Column("ticket_id", ForeignKey("tickets.id", ondelete="CASCADE"), nullable=False),
    # Its own count: notes are never in the conversation's feed.
    Column("seq", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("agent_id", ForeignKey("agents.id", ondelete="SET NULL")),
    Column("data", Json, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    UniqueConstraint("ticket_id", "seq"),
)
