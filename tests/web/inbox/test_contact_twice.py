"""The contact form's button pressed twice, and both presses arrive at once."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from httpx2 import ASGITransport, AsyncClient

from helpcenter.app import HelpCenter
from helpcenter.identity.agents import Agent
from tests.web.conftest import BASE
from tests.web.inbox.conftest import OURS, Shop
from tests.web.inbox.test_contact import GOOD, waiting

pytestmark = [pytest.mark.anyio, pytest.mark.full]


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def dialect() -> str:
    """SQLite's one writer cannot meet itself: only here two are at it at once."""
    return "postgresql"


@pytest.fixture
async def http(app: HelpCenter) -> AsyncIterator[AsyncClient]:
    async with AsyncClient(transport=ASGITransport(app=app), base_url=BASE) as client:
        yield client


async def test_presses_at_once_are_one_ticket(
    http: AsyncClient, shop_floor: Shop, ada: Agent
) -> None:
    presses = [http.post("/en/contact", data=GOOD, headers=OURS) for _ in range(9)]
    answers = await asyncio.gather(*presses)
    assert {answer.headers["location"] for answer in answers} == {"/en/contact/sent"}
    assert len(waiting(shop_floor, ada)) == 1
