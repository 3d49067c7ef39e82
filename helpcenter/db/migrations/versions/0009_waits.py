"""Conversations that wait for a change at Stripe, and what they were told."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("portal_links", sa.Column("conversation_id", sa.BigInteger))
    op.create_table(
        "waits",
        sa.Column("conversation_id", ID, autoincrement=False, nullable=False),
        sa.Column("customer_id", ID, nullable=False),
        sa.Column("stripe_customer", sa.Text, nullable=False),
        sa.Column("flow", sa.Text, nullable=False),
        sa.Column("known", sa.JSON, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("click", sa.Integer, nullable=False),
        sa.Column("asked", sa.Integer, nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("opened", TIME, nullable=False),
        sa.Column("clicked", TIME, nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", name="pk_waits"),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name="fk_waits_conversation_id",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name="fk_waits_customer_id", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_waits_customer_id", "waits", ["customer_id"])
    op.create_index("ix_waits_stripe_customer", "waits", ["stripe_customer"])
    op.create_table(
        "told_changes",
        sa.Column("conversation_id", ID, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("conversation_id", "digest", name="pk_told_changes"),
        sa.ForeignKeyConstraint(
            ["conversation_id"],
            ["conversations.id"],
            name="fk_told_changes_conversation_id",
            ondelete="CASCADE",
        ),
    )
