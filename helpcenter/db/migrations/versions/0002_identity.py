"""Customers, their sessions and tokens, and the `jti`s that are spent."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    _customers()
    _sessions()
    _tokens()


def _customers() -> None:
    op.create_table(
        "customers",
        sa.Column("id", ID, nullable=False),
        sa.Column("sub", sa.Text, nullable=False),
        sa.Column("stripe_customer", sa.Text),
        sa.Column("livemode", sa.Boolean),
        sa.Column("name", sa.Text),
        sa.Column("email", sa.Text),
        sa.Column("locale", sa.Text),
        sa.Column("zoneinfo", sa.Text),
        sa.Column("claimed_at", TIME, nullable=False),
        sa.Column("created", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_customers"),
        sa.UniqueConstraint("sub", name="uq_customers_sub"),
    )
    op.create_index("ix_customers_stripe_customer", "customers", ["stripe_customer"])


def _sessions() -> None:
    op.create_table(
        "sessions",
        sa.Column("id", ID, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("customer_id", ID),
        sa.Column("agent_id", ID),
        sa.Column("created", TIME, nullable=False),
        sa.Column("last_seen", TIME, nullable=False),
        sa.Column("signed_in_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_sessions"),
        sa.UniqueConstraint("digest", name="uq_sessions_digest"),
        sa.ForeignKeyConstraint(
            ["customer_id"],
            ["customers.id"],
            name="fk_sessions_customer_id",
            ondelete="CASCADE",
        ),
        sa.CheckConstraint(
            "(kind = 'customer' AND customer_id IS NOT NULL AND agent_id IS NULL)"
            " OR (kind = 'agent' AND agent_id IS NOT NULL AND customer_id IS NULL)",
            name="ck_sessions_one_owner",
        ),
    )
    for column in ("customer_id", "agent_id", "last_seen"):
        op.create_index(f"ix_sessions_{column}", "sessions", [column])


def _tokens() -> None:
    op.create_table(
        "access_tokens",
        sa.Column("id", ID, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("customer_id", ID, nullable=False),
        sa.Column("created", TIME, nullable=False),
        sa.Column("expires", TIME, nullable=False),
        sa.Column("signed_in_at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_access_tokens"),
        sa.UniqueConstraint("digest", name="uq_access_tokens_digest"),
        sa.ForeignKeyConstraint(
            ["customer_id"],
            ["customers.id"],
            name="fk_access_tokens_customer_id",
            ondelete="CASCADE",
        ),
    )
    for column in ("customer_id", "expires"):
        op.create_index(f"ix_access_tokens_{column}", "access_tokens", [column])
    op.create_table(
        "api_tokens",
        sa.Column("id", ID, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("scopes", sa.JSON, nullable=False),
        sa.Column("created", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_api_tokens"),
        sa.UniqueConstraint("name", name="uq_api_tokens_name"),
        sa.UniqueConstraint("digest", name="uq_api_tokens_digest"),
    )
    op.create_table(
        "spent_jti",
        sa.Column("digest", sa.Text, nullable=False),
        sa.Column("expires", TIME, nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_spent_jti"),
    )
    op.create_index("ix_spent_jti_expires", "spent_jti", ["expires"])
