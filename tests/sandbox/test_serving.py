"""Starting and stopping on loopback."""

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import stripe
from starlette.applications import Starlette

from helpcenter.sandbox.server import Sandbox, start_sandbox
from helpcenter.sandbox.serving import bind, start_in_thread
from tests.sandbox.browser import Browser
from tests.stripe_contract.checker import ContractWatch


def test_a_sandbox_starts_on_two_sites_and_stops() -> None:
    watches: list[ContractWatch] = []

    def wrap(app: object) -> ContractWatch:
        watches.append(ContractWatch(app))  # type: ignore[arg-type]  # an ASGI app
        return watches[0]

    with start_sandbox(wrap=wrap) as sandbox:
        url, host = sandbox.wiring.stripe_url, sandbox.wiring.host_url
        assert url.startswith("http://127.0.0.1:")
        assert host.startswith("http://localhost:")
        transport = stripe.RequestsClient(timeout=5)
        api = stripe.StripeClient(
            sandbox.config.restricted_key, base_addresses={"api": url}, http_client=transport
        )
        session = api.v1.billing_portal.sessions.create({"customer": "cus_sandboxPip"})
        assert Browser().get(session.url).status == 200
        assert Browser().get(host).status == 200
        transport.close()  # type: ignore[no-untyped-call]  # untyped in the SDK
    (watch,) = watches
    assert (watch.calls, watch.problems) == (1, [])
    for port in (url.rsplit(":", 1)[1], host.rsplit(":", 1)[1]):
        bind(int(port)).close()


def test_a_watch_notes_what_breaks_the_contract() -> None:
    sandbox = Sandbox()
    watch = ContractWatch(sandbox.stripe_app)
    with start_in_thread(watch, lifespan="off") as running:
        transport = stripe.RequestsClient(timeout=5)
        api = stripe.StripeClient(
            sandbox.config.secret_key,
            base_addresses={"api": running.url},
            http_client=transport,
        )
        with pytest.raises(stripe.InvalidRequestError):
            api.v1.customers.list({"colour": "red"})  # type: ignore[arg-type]  # bad on purpose
        transport.close()  # type: ignore[no-untyped-call]  # untyped in the SDK
    assert "colour: no such parameter" in " ".join(watch.problems)


def test_a_taken_port_is_an_error_and_leaves_nothing_open() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(OSError, match="in use"):
            start_sandbox(host_port=port)
        with pytest.raises(OSError, match="in use"):
            start_sandbox(stripe_port=port)


def test_an_app_that_does_not_come_up_says_so() -> None:
    @asynccontextmanager
    async def fail(_app: Starlette) -> AsyncIterator[None]:
        raise ValueError("no")
        yield

    with pytest.raises(RuntimeError, match="did not start"):
        start_in_thread(Starlette(lifespan=fail))


def test_secrets_are_new_each_time_and_out_of_sight() -> None:
    one, other = Sandbox().config, Sandbox().config
    assert one.secret_key != other.secret_key
    assert one.jwt_secret != other.jwt_secret
    assert len(one.jwt_secret) >= 32
    for secret in (one.secret_key, one.restricted_key, one.webhook_secret, one.jwt_secret):
        assert secret not in repr(one)
