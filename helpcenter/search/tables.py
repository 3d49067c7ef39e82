"""What people look for and cannot find. Never who, and of the time only the day."""

from sqlalchemy import Column, Date, Integer, Table

from helpcenter.db.types import Text, metadata

searches = Table(
    "searches",
    metadata,
    # Random, known to the page that shows the hits, so that it can say which was opened.
    Column("id", Text, primary_key=True),
    Column("day", Date, nullable=False, index=True),
    Column("locale", Text, nullable=False),
    Column("query", Text, nullable=False),
    Column("hits", Integer, nullable=False),
    # The rank of the hit opened first, counted from 1.
    Column("clicked", Integer),
)
