"""A table of this room's tests' own, made beside the product's."""

from sqlalchemy import Column, Connection, MetaData, Table, func, insert, select

from helpcenter.db.database import Database
from helpcenter.db.types import Id, Json, Text, UtcDateTime

things = Table(
    "things",
    MetaData(),
    Column("id", Id, primary_key=True),
    Column("name", Text, unique=True),
    Column("at", UtcDateTime),
    Column("data", Json),
)


def create(database: Database) -> None:
    """Make the table."""
    database.write_sync(things.metadata.create_all)


def add(conn: Connection, name: str) -> None:
    """Add a thing."""
    conn.execute(insert(things).values(name=name))


def names(conn: Connection) -> list[str]:
    """All names, in the order they were added."""
    return list(conn.execute(select(things.c.name).order_by(things.c.id)).scalars())


def count(conn: Connection) -> int:
    """Tell how many there are."""
    return conn.execute(select(func.count()).select_from(things)).scalar_one()
