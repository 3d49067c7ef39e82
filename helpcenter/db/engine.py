"""`open_database`: from the operator's choice to a `Database`."""

from pathlib import Path

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from helpcenter.db import sqlite
from helpcenter.db.database import Database, DatabaseError

FILE = "helpcenter.db"


def open_database(url: str | None, folder: Path) -> Database:
    """Return the PostgreSQL database at `url`, or without one the SQLite file in `folder`.

    Nothing is connected yet. Raises `DatabaseError` for a URL or folder that cannot be used.
    """
    return _postgres(url) if url else _sqlite(folder)


def _sqlite(folder: Path) -> Database:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise DatabaseError(f"{folder}: cannot keep the database: {error.strerror}") from None
    return sqlite.SqliteDatabase(folder / FILE, sqlite.library())


def _postgres(url: str) -> Database:
    from helpcenter.db.postgres import PostgresDatabase

    # The URL holds a password: no message may repeat it.
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise DatabaseError("the database URL cannot be read; expected postgresql://…") from None
    if parsed.drivername not in {"postgresql", "postgres", "postgresql+psycopg"}:
        raise DatabaseError(f"no such kind of database: {parsed.drivername}; use postgresql://…")
    return PostgresDatabase(parsed.set(drivername="postgresql+psycopg"))
