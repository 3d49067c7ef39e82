"""Bring the schema to what this version of the code expects.

Migrations are `migrations/versions/NNNN_what.py`; their revision is the number. They import
nothing of helpcenter, so that an old one means tomorrow what it meant when it was written.
"""

from pathlib import Path
from threading import Lock

from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import OperationalError

from helpcenter.db.database import Database, DatabaseError

FOLDER = Path(__file__).parent / "migrations"
_alembic_is_process_wide = Lock()


def known() -> list[str]:
    """Return the revisions this code knows, oldest first."""
    return sorted(path.name[:4] for path in (FOLDER / "versions").glob("[0-9]*.py"))


def head() -> str:
    """Return the revision this code expects."""
    return known()[-1]


def current(database: Database) -> str | None:
    """Return the revision of the database, None for an empty one.

    Raises `DatabaseError` when it cannot be reached.
    """
    try:
        return database.read_sync(_revision)
    except OperationalError as error:
        raise DatabaseError(f"the database cannot be opened: {error.orig}") from error


def upgrade(database: Database) -> str | None:
    """Migrate to `head()` and return the revision found, None for an empty database.

    All or nothing, and safe to run twice or from several processes at once. Raises
    `DatabaseError` when the database is newer than this code or cannot be reached.
    """
    found = current(database)
    _refuse_newer(found)
    if found != head():
        with _alembic_is_process_wide:
            database.alter_sync(_migrate)
    return found


def _revision(conn: Connection) -> str | None:
    if not inspect(conn).has_table("alembic_version"):
        return None
    found: str | None = conn.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return found


def _refuse_newer(found: str | None) -> None:
    if found is not None and found not in known():
        raise DatabaseError(
            f"the database is at revision {found}, which this version of helpcenter does not know "
            f"(its newest is {head()}): use the version that wrote it, or a newer one"
        )


def _migrate(conn: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    # Another process may have been quicker, and newer.
    _refuse_newer(_revision(conn))
    config = Config(attributes={"connection": conn})
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    command.upgrade(config, "head")
