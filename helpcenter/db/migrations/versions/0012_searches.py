"""What people look for, and which hit they opened."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "searches",
        sa.Column("id", sa.Text, nullable=False),
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("locale", sa.Text, nullable=False),
        sa.Column("query", sa.Text, nullable=False),
        sa.Column("hits", sa.Integer, nullable=False),
        sa.Column("clicked", sa.Integer),
        sa.PrimaryKeyConstraint("id", name="pk_searches"),
    )
    op.create_index("ix_searches_day", "searches", ["day"])
