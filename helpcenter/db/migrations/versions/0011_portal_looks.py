"""What customers saw when they last looked at their account page."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "portal_looks",
        sa.Column(
            "customer_id",
            sa.BigInteger().with_variant(sa.Integer, "sqlite"),
            autoincrement=False,
            nullable=False,
        ),
        sa.Column("stripe_customer", sa.Text, nullable=False),
        sa.Column("known", sa.JSON, nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("customer_id", name="pk_portal_looks"),
        sa.ForeignKeyConstraint(
            ["customer_id"],
            ["customers.id"],
            name="fk_portal_looks_customer_id",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_portal_looks_at", "portal_looks", ["at"])
