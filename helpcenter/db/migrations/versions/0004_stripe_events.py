"""Stripe's events, each once, and nothing of what they hold."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "stripe_events",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("type", sa.Text, nullable=False),
        sa.Column("created", TIME, nullable=False),
        sa.Column("livemode", sa.Boolean, nullable=False),
        sa.Column("stripe_customer", sa.Text, nullable=False),
        sa.Column("subject", sa.Text),
        sa.Column("received", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_stripe_events"),
    )
    op.create_index("ix_stripe_events_received", "stripe_events", ["received"])
