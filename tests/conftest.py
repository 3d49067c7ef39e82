"""What every test may ask for."""

import pytest

pytest_plugins = ["tests.databases"]


@pytest.fixture
def anyio_backend() -> str:
    """Coroutine tests (`@pytest.mark.anyio`) run on the loop that the server uses."""
    return "asyncio"
