"""The outbox's table."""

from sqlalchemy import Column, Index, Integer, Table

from helpcenter.db.types import Id, Json, Text, UtcDateTime, metadata

jobs = Table(
    "jobs",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", Text, nullable=False),
    Column("key", Text),
    Column("payload", Json, nullable=False),
    Column("created", UtcDateTime, nullable=False),
    Column("run_at", UtcDateTime, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("lease_token", Text),
    Column("lease_until", UtcDateTime),
    Column("last_error", Text),
    Column("dead_at", UtcDateTime),
    Index(None, "dead_at", "run_at"),
    Index(None, "name", "key"),
    # A number is never used again, so that it tells the order and a log means one job.
    sqlite_autoincrement=True,
)
