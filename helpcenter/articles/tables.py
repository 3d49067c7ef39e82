"""What readers leave behind: how often articles were read, and whether they helped. Never who."""

from sqlalchemy import Boolean, Column, Date, Index, Integer, Table

from helpcenter.db.types import Id, Text, UtcDateTime, metadata

article_reads = Table(
    "article_reads",
    metadata,
    Column("day", Date, primary_key=True),
    Column("slug", Text, primary_key=True),
    Column("locale", Text, primary_key=True),
    Column("reads", Integer, nullable=False),
)

article_feedback = Table(
    "article_feedback",
    metadata,
    Column("id", Id, primary_key=True),
    # Random, known to the browser that voted, so that it can change its vote.
    Column("public_id", Text, nullable=False, unique=True),
    Column("slug", Text, nullable=False),
    Column("locale", Text, nullable=False),
    Column("helpful", Boolean, nullable=False),
    Column("reason", Text),
    Column("text", Text),
    Column("at", UtcDateTime, nullable=False),
    Index(None, "slug", "locale", "at"),
)
