"""A sandbox Stripe whose every call is noted and held against Stripe's published schema."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from starlette.types import ASGIApp, Receive, Scope, Send

from helpcenter.billing.connect import Billing, connect, open_door
from helpcenter.billing.port import StripePort
from helpcenter.clock import ManualClock
from helpcenter.sandbox.config import SandboxConfig, Wiring
from helpcenter.sandbox.server import Sandbox
from helpcenter.sandbox.serving import bind, start_in_thread
from helpcenter.settings import Settings, read
from tests.stripe_contract.checker import ContractWatch

LIVE_KEY = "rk_live_canary0001"


@dataclass
class Tape:
    """Pure ASGI around the sandbox: every call's method, path and headers, in order."""

    app: ASGIApp
    calls: list[tuple[str, str, dict[str, str]]] = field(default_factory=list)
    begun: threading.Event = field(default_factory=threading.Event)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            headers = {name.decode(): value.decode() for name, value in scope["headers"]}
            self.calls.append((scope["method"], scope["path"], headers))
            self.begun.set()
        await self.app(scope, receive, send)

    def headers(self, path: str) -> list[dict[str, str]]:
        return [headers for _, called, headers in self.calls if called == path]


@dataclass
class Stage:
    """A running sandbox, what was said to it, and the clock both sides go by."""

    sandbox: Sandbox
    tape: Tape
    clock: ManualClock

    def settings(self, **given: object) -> Settings:
        host = self.sandbox.wiring.stripe_url.removeprefix("http://")
        usual = {
            "stripe_key": self.sandbox.config.restricted_key,
            "stripe_api_base": self.sandbox.wiring.stripe_url,
            "stripe_portal_hosts": host,
            "stripe_invoice_hosts": host,
        }
        return read({}, **(usual | given))

    def door(self, **given: object) -> StripePort:
        found = open_door(self.settings(**given))
        assert found is not None
        return found


@pytest.fixture
def stage() -> Iterator[Stage]:
    clock = ManualClock(datetime(2026, 11, 22, 9, tzinfo=UTC))
    sock = bind()
    wiring = Wiring(stripe_url=f"http://127.0.0.1:{sock.getsockname()[1]}")
    sandbox = Sandbox(SandboxConfig(clock=clock.now, live_key=LIVE_KEY), wiring)
    watch = ContractWatch(sandbox.stripe_app)
    tape = Tape(watch)
    with start_in_thread(tape, sock=sock, lifespan="off"):
        yield Stage(sandbox, tape, clock)
    assert watch.problems == []


@pytest.fixture
def billing(stage: Stage) -> Iterator[Billing]:
    made = connect(stage.settings(), stage.clock)
    yield made
    made.close()
