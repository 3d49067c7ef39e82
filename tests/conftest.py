"""What every test may ask for."""

from pathlib import Path

import pytest

_HERE = Path(__file__).parent
_BOTH = (_HERE / "db", _HERE / "jobs")

pytest_plugins = ["tests.databases"]


@pytest.fixture
def anyio_backend() -> str:
    """Coroutine tests (`@pytest.mark.anyio`) run on the loop that the server uses."""
    return "asyncio"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave PostgreSQL to `make test-full`, but for the rooms whose matter it is."""
    for item in items:
        asked = getattr(item, "callspec", None)
        if asked is None or "postgresql" not in asked.params.values():
            continue
        if not any(room in item.path.parents for room in _BOTH):
            item.add_marker(pytest.mark.full)
