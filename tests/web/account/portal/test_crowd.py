"""`/go` under the clicks of a hundred customers at once, over HTTP, before a Stripe that works."""

import asyncio
import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from socket import socket
from urllib.parse import urlsplit

import httpx2
import pytest

from helpcenter.app import HelpCenter
from helpcenter.bot.tables import waits
from helpcenter.clock import ManualClock
from helpcenter.sandbox import shapes
from helpcenter.sandbox.config import SandboxConfig
from helpcenter.sandbox.faults import Fault
from helpcenter.sandbox.server import start_sandbox
from helpcenter.sandbox.serving import bind, start_in_thread
from helpcenter.settings import Settings
from tests.billing.conftest import Stage, Tape
from tests.identity import host
from tests.identity.host import HostApp
from tests.web.account.conftest import ORIGIN
from tests.web.account.portal.conftest import DOCUMENT, rows

pytestmark = [pytest.mark.full, pytest.mark.anyio]

PEOPLE = 100
OURS = {"sec-fetch-site": "same-origin"}


@pytest.fixture
def stage() -> Iterator[Stage]:
    """A sandbox before which nobody checks: two hundred at once have no time for it."""
    clock = ManualClock(datetime(2026, 11, 22, 9, tzinfo=UTC))
    with start_sandbox(SandboxConfig(clock=clock.now)) as sandbox:
        yield Stage(sandbox, Tape(sandbox.stripe_app), clock)


@pytest.fixture
def sock() -> Iterator[socket]:
    with bind() as bound:
        yield bound


@pytest.fixture
def with_host(with_host: Settings, sock: socket) -> Settings:
    return with_host.model_copy(update={"base_url": f"http://127.0.0.1:{sock.getsockname()[1]}"})


@dataclass
class Clicker:
    """One customer, with a browser and an address of their own."""

    client: httpx2.AsyncClient
    stage: Stage
    customer: str
    base: str
    link: str = ""

    async def arrive(self, *, by_chat: bool) -> None:
        """Sign in and get a link, which a conversation may wait for."""
        said = {"aud": self.base, "sub": self.customer, "stripe_customer": self.customer}
        jwt = HostApp().sign(host.claims(self.stage.clock.now(), **said))
        form = {"jwt": jwt, "return_to": "/en/"}
        answer = await self.client.post("/sso", data=form, headers={"origin": ORIGIN})
        assert answer.status_code == 303, answer.text
        wanted = {"flow": "payment_method_update"}
        if by_chat:
            talk = await self.client.post("/api/v1/conversations", json={}, headers=OURS)
            wanted["conversation"] = talk.json()["id"]
        # Both halves of a double click are to begin alike: by a connection of their own.
        alone = OURS | {"connection": "close"}
        made = await self.client.post("/api/v1/portal-links", json=wanted, headers=alone)
        assert made.status_code == 201, made.text
        self.link = made.json()["url"]

    async def click(self) -> str:
        """Click; return where it leads, which must be a page of one's own."""
        answer = await self.client.get(self.link, headers=DOCUMENT)
        assert answer.status_code == 303, answer.text
        to = str(answer.headers["location"])
        parts = urlsplit(to)
        assert f"{parts.scheme}://{parts.netloc}" == self.stage.sandbox.wiring.stripe_url
        state = self.stage.sandbox.state
        session = state.get("billing_portal.session", state.visits[to.rpartition("/")[2]].session)
        assert session["customer"] == self.customer
        return to


@asynccontextmanager
async def crowd(stage: Stage, base: str) -> AsyncIterator[list[Clicker]]:
    """Let in as many customers, each from an address of their own."""
    people, trust = [], ssl.create_default_context()
    for number in range(PEOPLE):
        customer = f"cus_crowd{number:03}"
        stage.sandbox.state.add(shapes.customer(customer, stage.sandbox.state.now()))
        way = httpx2.AsyncHTTPTransport(trust, local_address=f"127.0.1.{number + 1}")
        client = httpx2.AsyncClient(transport=way, base_url=base, timeout=30)
        people.append(Clicker(client, stage, customer, base))
    try:
        yield people
    finally:
        for each in people:
            await each.client.aclose()


@pytest.mark.parametrize(
    ("by_chat", "seconds"), [(False, 0), (True, 0.3)], ids=["quick", "slow and by chat"]
)
async def test_everybody_lands_on_a_page_of_their_own(
    app: HelpCenter,
    stage: Stage,
    with_host: Settings,
    sock: socket,
    *,
    by_chat: bool,
    seconds: float,
) -> None:
    with start_in_thread(app, sock=sock):
        async with crowd(stage, with_host.base_url) as people:
            await asyncio.gather(*(each.arrive(by_chat=by_chat) for each in people))
            if seconds:
                stage.sandbox.faults.add(Fault("hang", times=10_000, seconds=seconds))
            doubles = [person for each in people for person in (each, each)]
            pages = await asyncio.gather(*(each.click() for each in doubles))
            stage.sandbox.faults.clear()
            if seconds:
                # Both halves of a double click share a page, unless this machine kept them apart.
                shared = sum(one == two for one, two in zip(pages[::2], pages[1::2], strict=True))
                assert shared > 0.9 * PEOPLE
            assert len(set(pages[::2])) == PEOPLE
            await settled(app, PEOPLE if by_chat else 0)


async def settled(app: HelpCenter, count: int) -> None:
    """Wait until so many conversations wait for what their customers do."""
    async with asyncio.timeout(30):
        # The database tells nobody when a row is there.
        while len(await asyncio.to_thread(rows, app, waits)) < count:  # noqa: ASYNC110 - see above
            await asyncio.sleep(0.05)
