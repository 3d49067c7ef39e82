"""Migrations: what they build is what the code declares."""

import ast
import importlib
import pkgutil
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text

import helpcenter
from helpcenter.db import migrate
from helpcenter.db.database import Database, DatabaseError
from helpcenter.db.engine import open_database
from helpcenter.db.types import metadata
from tests.databases import Maker, Place


def _declare_all_tables() -> None:
    for module in pkgutil.walk_packages(helpcenter.__path__, "helpcenter."):
        if module.name.endswith(".tables"):
            importlib.import_module(module.name)


def test_migrated_schema_is_the_declared_one(database: Database) -> None:
    _declare_all_tables()

    def differences(conn: Connection) -> list[object]:
        context = MigrationContext.configure(conn, opts={"compare_type": True})
        return list(compare_metadata(context, metadata))

    assert metadata.tables
    assert database.read_sync(differences) == []


def test_revisions_are_one_chain_of_numbered_files() -> None:
    chain = ScriptDirectory(str(migrate.FOLDER)).walk_revisions()

    assert [script.revision for script in chain][::-1] == migrate.known()
    assert migrate.head() == migrate.known()[-1]


def test_migrations_import_nothing_of_helpcenter() -> None:
    for file in migrate.FOLDER.rglob("*.py"):
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            names = [alias.name for alias in getattr(node, "names", ())]
            assert not any(
                name.startswith("helpcenter")
                for name in [*names, getattr(node, "module", "") or ""]
            ), file


def test_an_empty_database_is_brought_to_head(new_place: Maker, dialect: str) -> None:
    with closing(new_place(dialect, migrated=False).open()) as database:
        assert migrate.current(database) is None

        assert migrate.upgrade(database) is None

        assert migrate.current(database) == migrate.head()
        assert database.read_sync(lambda conn: inspect(conn).has_table("jobs"))


def test_migrating_twice_changes_nothing(database: Database) -> None:
    assert migrate.upgrade(database) == migrate.head()
    assert migrate.upgrade(database) == migrate.head()


def test_several_at_once_are_as_good_as_one(new_place: Maker, dialect: str) -> None:
    place = new_place(dialect, migrated=False)

    def upgrade() -> None:
        with closing(place.open()) as database:
            migrate.upgrade(database)

    with ThreadPoolExecutor(4) as threads:
        for done in [threads.submit(upgrade) for _ in range(4)]:
            done.result()
    with closing(place.open()) as database:
        assert migrate.current(database) == migrate.head()


def test_a_database_newer_than_the_code_is_refused(place: Place) -> None:
    with closing(place.open()) as database:
        database.write_sync(
            lambda conn: conn.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        )

        with pytest.raises(DatabaseError, match=r"revision 9999.*does not know"):
            migrate.upgrade(database)


def test_a_newer_process_that_migrates_first_is_noticed(database: Database) -> None:
    def newer(conn: Connection) -> None:
        conn.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        migrate._migrate(conn)

    with pytest.raises(DatabaseError, match="revision 9999"):
        database.alter_sync(newer)
    assert migrate.current(database) == migrate.head()


def test_a_failed_change_leaves_the_schema_as_it_was(database: Database) -> None:
    def change(conn: Connection) -> None:
        conn.execute(text("CREATE TABLE half_done (id INTEGER)"))
        raise RuntimeError("power cut")

    with pytest.raises(RuntimeError, match="power cut"):
        database.alter_sync(change)
    assert not database.read_sync(lambda conn: inspect(conn).has_table("half_done"))


def test_an_unreachable_database_is_told_in_words(tmp_path: Path) -> None:
    (tmp_path / "helpcenter.db").mkdir()

    with (
        closing(open_database(None, tmp_path)) as database,
        pytest.raises(DatabaseError, match="cannot be opened: unable to open database file"),
    ):
        migrate.upgrade(database)
