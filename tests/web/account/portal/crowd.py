"""Customers with browsers of their own, before an app that really serves."""

import re
import ssl
import time
from collections import defaultdict, deque
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from urllib.parse import urlsplit

import httpx2
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from helpcenter.clock import ManualClock
from helpcenter.sandbox.config import SandboxConfig
from helpcenter.sandbox.server import start_sandbox
from tests.billing.conftest import Stage, Tape
from tests.identity import host
from tests.identity.host import HostApp
from tests.web.account.conftest import ORIGIN
from tests.web.account.portal.conftest import DOCUMENT

MOST = 25
OURS = {"sec-fetch-site": "same-origin"}


@dataclass
class Clicker:
    """One customer; `link` is theirs, and `talk` the conversation that it was made for, if any."""

    client: httpx2.AsyncClient
    stage: Stage
    customer: str
    link: str = ""
    talk: str | None = None

    async def arrive(self, *, by_chat: bool) -> None:
        """Sign in and get a link, which a conversation may wait for."""
        base = str(self.client.base_url).rstrip("/")
        said = {"aud": base, "sub": self.customer, "stripe_customer": self.customer}
        jwt = HostApp().sign(host.claims(self.stage.clock.now(), **said))
        form = {"jwt": jwt, "return_to": "/en/"}
        answer = await self.client.post("/sso", data=form, headers={"origin": ORIGIN})
        assert answer.status_code == 303, answer.text
        if by_chat and self.talk is None:
            begun = await self.client.post("/api/v1/conversations", json={}, headers=OURS)
            self.talk = begun.json()["id"]
        wanted = {"flow": "payment_method_update", "conversation": self.talk}
        # Both halves of a double click are to begin alike: by a connection of their own.
        alone = OURS | {"connection": "close"}
        made = await self.client.post("/api/v1/portal-links", json=wanted, headers=alone)
        assert made.status_code == 201, made.text
        self.link = made.json()["url"]

    async def go(self, link: str) -> httpx2.Response:
        """Click a link, whoever's it is."""
        return await self.client.get(link, headers=DOCUMENT)

    async def click(self) -> str:
        """Click one's own link; return where it leads, which must be a page of one's own."""
        return self.landed(await self.go(self.link))

    def landed(self, answer: httpx2.Response) -> str:
        """Return where an answer leads, which must be a page of one's own."""
        assert answer.status_code == 303, answer.text
        to = str(answer.headers["location"])
        parts = urlsplit(to)
        assert f"{parts.scheme}://{parts.netloc}" == self.stage.sandbox.wiring.stripe_url
        state = self.stage.sandbox.state
        session = state.get("billing_portal.session", state.visits[to.rpartition("/")[2]].session)
        assert session["customer"] == self.customer
        return to

    async def heard(self) -> list[str]:
        """Return what one's conversation says."""
        answer = await self.client.get(
            f"/api/v1/conversations/{self.talk}/feed?after=0", headers=OURS
        )
        parts = [part for item in answer.json()["items"] for part in item["parts"]]
        return [part["text"] for part in parts if part["type"] == "text"]


class Limited:
    """Pure ASGI: of each kind of call, takes 25 a second as Stripe does; `refused` the rest."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self.refused = 0
        self._taken: defaultdict[str, deque[float]] = defaultdict(partial(deque, maxlen=MOST))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        kind = re.sub(r"/cus_\w+", "", scope.get("path", ""))
        taken, now = self._taken[kind], time.monotonic()
        if kind.startswith("/v1/") and len(taken) == MOST and now - taken[0] < 1:
            self.refused += 1
            error = {"type": "invalid_request_error", "code": "rate_limit", "message": "Slower."}
            await JSONResponse({"error": error}, 429)(scope, receive, send)
            return
        taken.append(now)
        await self.app(scope, receive, send)


@contextmanager
def unwatched() -> Iterator[Stage]:
    """Run a sandbox with Stripe's limits that nobody checks: a crowd leaves no time for it."""
    clock = ManualClock(datetime(2026, 11, 22, 9, tzinfo=UTC))
    with start_sandbox(SandboxConfig(clock=clock.now), wrap=Limited) as sandbox:
        yield Stage(sandbox, Tape(sandbox.stripe_app), clock)


@asynccontextmanager
async def browsers(stage: Stage, base: str, customers: list[str]) -> AsyncIterator[list[Clicker]]:
    """Give each customer a browser, and each browser an address of its own."""
    trust = ssl.create_default_context()
    people = []
    for number, customer in enumerate(customers, 1):
        way = httpx2.AsyncHTTPTransport(trust, local_address=f"127.0.1.{number}")
        client = httpx2.AsyncClient(transport=way, base_url=base, timeout=30)
        people.append(Clicker(client, stage, customer))
    try:
        yield people
    finally:
        for each in people:
            await each.client.aclose()
