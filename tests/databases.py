"""Fixtures: a fresh, migrated database for each test.

`database` is SQLite, or PostgreSQL with `TEST_DATABASE=postgresql`; the rooms `db` and `jobs` ask
for both in their conftest. `POSTGRES=no` leaves PostgreSQL out where none can be had, and says so.
"""

import itertools
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from helpcenter.db import engine, migrate
from helpcenter.db.database import Database
from helpcenter.db.engine import open_database
from tests import postgres_server

TEMPLATE = "helpcenter_template"


@dataclass(frozen=True)
class Place:
    """Where a test's database is: what `open_database` takes."""

    url: str | None
    folder: Path

    def open(self) -> Database:
        """Open it once more, as another process would."""
        return open_database(self.url, self.folder)


Maker = Callable[..., Place]


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The URL of this worker's server, without a database name; started by its first user."""
    if os.environ.get("POSTGRES") == "no":
        pytest.skip("POSTGRES=no: not tested on PostgreSQL")
    with ExitStack() as stack:
        try:
            url = stack.enter_context(postgres_server.running())
        except postgres_server.NoPostgresError as error:
            pytest.fail(f"{error}; POSTGRES=no leaves these tests out", pytrace=False)
        _administer(url, f"CREATE DATABASE {TEMPLATE}")
        with closing(open_database(url + TEMPLATE, Path())) as template:
            migrate.upgrade(template)
        yield url


@pytest.fixture(scope="session")
def _sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("template")
    with closing(open_database(None, folder)) as template:
        migrate.upgrade(template)
    return folder / engine.FILE


@pytest.fixture
def new_place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Maker]:
    """Make places of databases: `new_place(dialect, migrated=True)`; dropped after the test."""
    names = (f"test_{os.getpid()}_{number}" for number in itertools.count())
    made: list[str] = []

    def make(dialect: str, *, migrated: bool = True) -> Place:
        name = next(names)
        folder = tmp_path / f"{name} 資料"
        folder.mkdir()
        if dialect == "sqlite":
            if migrated:
                shutil.copy(request.getfixturevalue("_sqlite_template"), folder / engine.FILE)
            return Place(None, folder)
        server: str = request.getfixturevalue("postgres")
        source = TEMPLATE if migrated else "template0"
        _administer(server, f"CREATE DATABASE {name} TEMPLATE {source}")
        made.append(name)
        return Place(server + name, folder)

    yield make
    for name in made:
        _administer(request.getfixturevalue("postgres"), f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def dialect() -> str:
    """Which database this test runs on."""
    return os.environ.get("TEST_DATABASE", "sqlite")


@pytest.fixture
def place(new_place: Maker, dialect: str) -> Place:
    """Where this test's migrated database is."""
    return new_place(dialect)


@pytest.fixture
def database(place: Place) -> Iterator[Database]:
    """This test's own database, migrated and empty."""
    with closing(place.open()) as opened:
        yield opened


def _administer(server: str, statement: str) -> None:
    with closing(psycopg.connect(server + "postgres", autocommit=True)) as conn:
        conn.execute(statement.encode())
