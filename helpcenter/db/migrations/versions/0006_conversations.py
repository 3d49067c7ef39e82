"""Conversations and their items."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    _conversations()
    _items()


def _conversations() -> None:
    op.create_table(
        "conversations",
        sa.Column("id", ID, nullable=False),
        sa.Column("public_id", sa.Text, nullable=False),
        sa.Column("customer_id", ID),
        sa.Column("token_digest", sa.Text),
        sa.Column("locale", sa.Text, nullable=False),
        sa.Column("wish", sa.Text),
        sa.Column("article", sa.Text),
        sa.Column("owner", sa.Text, nullable=False),
        sa.Column("last_seq", sa.Integer, nullable=False),
        sa.Column("state", sa.JSON),
        sa.Column("state_version", sa.Integer, nullable=False),
        sa.Column("created", TIME, nullable=False),
        sa.Column("last_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_conversations"),
        sa.UniqueConstraint("public_id", name="uq_conversations_public_id"),
        sa.UniqueConstraint("token_digest", name="uq_conversations_token_digest"),
        sa.ForeignKeyConstraint(
            ["customer_id"],
            ["customers.id"],
            name="fk_conversations_customer_id",
            ondelete="CASCADE",
        ),
        sa.CheckConstraint(
            "owner IN ('bot', 'queue', 'agent', 'closed')", name="ck_conversations_owner"
        ),
    )
    for first in ("customer_id", "owner"):
        op.create_index(f"ix_conversations_{first}_last_at", "conversations", [first, "last_at"])


def _items() -> None:
    op.create_table(
        "items",
        sa.Column("id", ID, nullable=False),
        sa.Column("conversation_id", ID, nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("client_id", sa.Text),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("author_role", sa.Text, nullable=False),
        sa.Column("author_name", sa.Text),
        sa.Column("locale", sa.Text, nullable=False),
        sa.Column("parts", sa.JSON, nullable=False),
        sa.Column("choice", sa.Text),
        sa.Column("trace", sa.JSON),
        sa.Column("at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_items"),
        sa.UniqueConstraint("conversation_id", "seq", name="uq_items_conversation_id_seq"),
        sa.UniqueConstraint(
            "conversation_id", "client_id", name="uq_items_conversation_id_client_id"
        ),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name="fk_items_conversation_id",
            ondelete="CASCADE",
        ),
    )
