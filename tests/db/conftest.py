"""This room's tests run on both databases."""

import pytest

from helpcenter.db.database import Database
from tests.db import things


@pytest.fixture(params=["sqlite", "postgresql"])
def dialect(request: pytest.FixtureRequest) -> str:
    """Which database this test runs on."""
    name: str = request.param
    return name


@pytest.fixture
def stocked(database: Database) -> Database:
    """The test's database, with the empty table `things` in it."""
    things.create(database)
    return database
