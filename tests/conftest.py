"""What every test may ask for."""

from pathlib import Path

import pytest
from hypothesis import settings

# No deadlines: speed is a benchmark's matter, and a busy machine is no fault of the code.
# What make runs tells whether a change broke something, so it draws the same examples each time;
# plain pytest looks for new ones.
settings.register_profile("searching", deadline=None)
settings.register_profile("thorough", deadline=None, derandomize=True)
settings.register_profile("quick", deadline=None, derandomize=True, max_examples=25)
settings.load_profile("searching")

_HERE = Path(__file__).parent
_BOTH = (_HERE / "db", _HERE / "jobs")
_OF_OUR_TOOLS = (_HERE / "sandbox", _HERE / "stripe_contract")

pytest_plugins = ["tests.databases"]


@pytest.fixture
def anyio_backend() -> str:
    """Coroutine tests (`@pytest.mark.anyio`) run on the loop that the server uses."""
    return "asyncio"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave to `make test-full` what few changes touch.

    PostgreSQL outside the rooms whose matter it is, and the tests of what only tests and the demo
    stand on.
    """
    for item in items:
        if any(room in item.path.parents for room in _OF_OUR_TOOLS):
            item.add_marker(pytest.mark.full)
        asked = getattr(item, "callspec", None)
        if asked is None or "postgresql" not in asked.params.values():
            continue
        if not any(room in item.path.parents for room in _BOTH):
            item.add_marker(pytest.mark.full)
