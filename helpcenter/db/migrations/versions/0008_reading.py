"""How often articles are read, and whether they helped."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

ID = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "article_reads",
        sa.Column("day", sa.Date, nullable=False),
        sa.Column("slug", sa.Text, nullable=False),
        sa.Column("locale", sa.Text, nullable=False),
        sa.Column("reads", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("day", "slug", "locale", name="pk_article_reads"),
    )
    op.create_table(
        "article_feedback",
        sa.Column("id", ID, nullable=False),
        sa.Column("public_id", sa.Text, nullable=False),
        sa.Column("slug", sa.Text, nullable=False),
        sa.Column("locale", sa.Text, nullable=False),
        sa.Column("helpful", sa.Boolean, nullable=False),
        sa.Column("reason", sa.Text),
        sa.Column("text", sa.Text),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_article_feedback"),
        sa.UniqueConstraint("public_id", name="uq_article_feedback_public_id"),
    )
    op.create_index(
        "ix_article_feedback_slug_locale_at", "article_feedback", ["slug", "locale", "at"]
    )
