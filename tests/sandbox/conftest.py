from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import TypeAlias

import pytest
import stripe
from starlette.types import ASGIApp, Receive, Scope, Send

from helpcenter.sandbox.config import SandboxConfig, Wiring
from helpcenter.sandbox.server import Sandbox
from helpcenter.sandbox.serving import start_in_thread
from tests.stripe_contract.checker import CheckingClient

Clients: TypeAlias = Callable[..., stripe.StripeClient]


class Watch:
    """A clock that tests move."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def pass_(self, **span: float) -> None:
        self.now += timedelta(**span)


@pytest.fixture
def watch() -> Watch:
    return Watch()


class Stage:
    """Two servers for the whole run, on which each test puts a sandbox of its own."""

    def __init__(self) -> None:
        self.stripe = Slot()
        self.host = Slot()


class Slot:
    """An ASGI app that is another one each time."""

    app: ASGIApp
    port: int

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await self.app(scope, receive, send)


@pytest.fixture(scope="session")
def stage() -> Iterator[Stage]:
    made = Stage()
    with (
        start_in_thread(made.stripe, lifespan="off") as stripe_server,
        start_in_thread(made.host, lifespan="off") as host_server,
    ):
        made.stripe.port, made.host.port = stripe_server.port, host_server.port
        yield made


@pytest.fixture
def sandbox(watch: Watch, stage: Stage) -> Iterator[Sandbox]:
    config = SandboxConfig(
        clock=watch, live_key="rk_live_forTestsOnly000", webhook_retries=(0.01, 0.02)
    )
    wiring = Wiring(
        stripe_url=f"http://127.0.0.1:{stage.stripe.port}",
        host_url=f"http://localhost:{stage.host.port}",
    )
    made = Sandbox(config, wiring)
    stage.stripe.app, stage.host.app = made.stripe_app, made.host_app
    made.webhooks.start()
    yield made
    made.webhooks.stop()


@pytest.fixture
def client(sandbox: Sandbox) -> Iterator[Clients]:
    """Make SDK clients that check the contract of everything they send and get."""
    made: list[stripe.RequestsClient] = []

    def make(key: str | None = None, *, checked: bool = True) -> stripe.StripeClient:
        transport = CheckingClient(timeout=5) if checked else stripe.RequestsClient(timeout=5)
        made.append(transport)
        return stripe.StripeClient(
            key or sandbox.config.secret_key,
            base_addresses={"api": sandbox.wiring.stripe_url},
            http_client=transport,
        )

    yield make
    for transport in made:
        transport.close()  # type: ignore[no-untyped-call]  # untyped in the SDK
