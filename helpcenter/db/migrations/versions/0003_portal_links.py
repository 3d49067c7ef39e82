"""Portal links, by id only, and when they were clicked."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")
TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "portal_links",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("customer_id", ID, nullable=False),
        sa.Column("stripe_customer", sa.Text, nullable=False),
        sa.Column("flow", sa.Text, nullable=False),
        sa.Column("subscription", sa.Text),
        sa.Column("locale", sa.Text, nullable=False),
        sa.Column("created", TIME, nullable=False),
        sa.Column("expires", TIME, nullable=False),
        sa.Column("revoked", TIME),
        sa.PrimaryKeyConstraint("id", name="pk_portal_links"),
        sa.ForeignKeyConstraint(
            ["customer_id"],
            ["customers.id"],
            name="fk_portal_links_customer_id",
            ondelete="CASCADE",
        ),
    )
    op.create_index(
        "ix_portal_links_customer_id_created", "portal_links", ["customer_id", "created"]
    )
    op.create_table(
        "portal_clicks",
        sa.Column("id", ID, nullable=False),
        sa.Column("link_id", sa.Text, nullable=False),
        sa.Column("at", TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_portal_clicks"),
        sa.ForeignKeyConstraint(
            ["link_id"],
            ["portal_links.id"],
            name="fk_portal_clicks_link_id",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_portal_clicks_link_id_at", "portal_clicks", ["link_id", "at"])
