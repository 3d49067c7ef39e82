"""The webhook before a signer that shares no code with Stripe's SDK, our sandbox or ourselves.

localstripe is somebody else's stand-in for Stripe. It runs as a process of its own and is never
imported here. Of Stripe it has only what these tests need: customers, and webhooks that are signed.
"""

import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import httpx2
import pytest
from sqlalchemy import func, select
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from helpcenter.app import HelpCenter
from helpcenter.billing.changes import JOB as CUSTOMER_CHANGED
from helpcenter.billing.intake import SETTLE
from helpcenter.billing.tables import stripe_events
from helpcenter.clock import ManualClock
from helpcenter.db.database import Database
from helpcenter.jobs.tables import jobs
from helpcenter.sandbox.serving import bind, start_in_thread
from tests.billing.deliveries import SECRET, sign_in

pytestmark = pytest.mark.full

PATH = "/webhooks/stripe"
KEY = {"authorization": "Bearer sk_test_anything"}

# Nothing but loopback, and no copy of its customers on the disk.
PROGRAM = """
import sys
from localstripe import resources
resources.Store.dump_to_disk = lambda self: None
from localstripe import server
from aiohttp import web
web.run_app(server.app, host="127.0.0.1", port=int(sys.argv[1]), access_log=None, print=None)
"""


@dataclass(frozen=True)
class Delivery:
    """What arrived at the webhook, and what was answered."""

    body: bytes
    signature: str
    status: int


@dataclass
class Doorman:
    """Pure ASGI around the app: notes every delivery."""

    app: ASGIApp
    taken: list[Delivery] = field(default_factory=list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["path"] != PATH:
            await self.app(scope, receive, send)
            return
        body, status = bytearray(), 0

        async def hear() -> Message:
            message = await receive()
            body.extend(message.get("body", b""))
            return message

        async def say(message: Message) -> None:
            nonlocal status
            status = message.get("status", status)
            await send(message)

        await self.app(scope, hear, say)
        signature = dict(scope["headers"])[b"stripe-signature"].decode()
        self.taken.append(Delivery(bytes(body), signature, status))

    def about(self, event: str) -> list[Delivery]:
        """Return the deliveries of one type of event."""
        return [each for each in self.taken if f'"type": "{event}"'.encode() in each.body]


@pytest.fixture
def clock() -> ManualClock:
    """The signer goes by the machine's clock."""
    return ManualClock(datetime.now(UTC))


@pytest.fixture(scope="module")
def localstripe() -> Iterator[httpx2.Client]:
    """A client of localstripe, which runs until the last test is done."""
    with bind() as sock:
        port = sock.getsockname()[1]
    command = [sys.executable, "-I", "-c", PROGRAM, str(port)]
    with (
        subprocess.Popen(command) as process,
        httpx2.Client(base_url=f"http://127.0.0.1:{port}", headers=KEY) as client,
    ):
        try:
            until(lambda: answers(client))
            yield client
        finally:
            process.kill()


def answers(client: httpx2.Client) -> bool:
    try:
        return client.get("/v1/customers").is_success
    except httpx2.TransportError:
        return False


@contextmanager
def subscribed(localstripe: httpx2.Client, app: HelpCenter, secret: str) -> Iterator[Doorman]:
    """Serve the app and have every event delivered to it, signed with `secret`."""
    doorman = Doorman(app)
    with start_in_thread(doorman) as running:
        endpoint = {"url": f"{running.url}{PATH}", "secret": secret}
        assert localstripe.post("/_config/webhooks/ours", json=endpoint).is_success
        yield doorman


def change_customer(localstripe: httpx2.Client, database: Database, clock: ManualClock) -> str:
    """Make a customer who has been here, then change them; return their id."""
    customer: str = localstripe.post("/v1/customers", data={"name": "Pip"}).json()["id"]
    sign_in(database, clock.now(), customer)
    assert localstripe.post(f"/v1/customers/{customer}", data={"name": "Pippa"}).is_success
    return customer


def until(there: Callable[[], object]) -> None:
    end = time.monotonic() + 30
    while not there():
        assert time.monotonic() < end
        time.sleep(0.02)


def kept(database: Database) -> list[tuple[str, str]]:
    """Return the type and the customer of every event that was stored."""
    query = select(stripe_events.c.type, stripe_events.c.stripe_customer)
    return database.read_sync(lambda conn: [tuple(row) for row in conn.execute(query)])


def waiting(database: Database) -> int:
    """Count the jobs that an event leaves."""
    query = select(func.count()).select_from(jobs).where(jobs.c.name == CUSTOMER_CHANGED)
    return database.read_sync(lambda conn: conn.execute(query).scalar_one())


def test_what_somebody_else_signed_is_taken_and_worked(
    localstripe: httpx2.Client, app: HelpCenter, database: Database, clock: ManualClock
) -> None:
    with subscribed(localstripe, app, SECRET) as doorman:
        customer = change_customer(localstripe, database, clock)
        until(lambda: doorman.about("customer.updated"))
        until(lambda: doorman.about("customer.created"))
        assert {each.status for each in doorman.taken} == {200}
        assert kept(database) == [("customer.updated", customer)]
        clock.advance(SETTLE)
        until(lambda: not waiting(database))


def test_what_somebody_else_signed_with_another_secret_is_refused(
    localstripe: httpx2.Client, app: HelpCenter, database: Database, clock: ManualClock
) -> None:
    with subscribed(localstripe, app, "whsec_somebodyElses") as doorman:
        change_customer(localstripe, database, clock)
        until(lambda: doorman.about("customer.updated"))
    assert {each.status for each in doorman.taken} == {400}
    assert (kept(database), waiting(database)) == ([], 0)


def test_a_delivery_is_good_as_it_was_signed_and_no_other_way(
    localstripe: httpx2.Client, app: HelpCenter, database: Database, clock: ManualClock
) -> None:
    with subscribed(localstripe, app, SECRET) as doorman:
        change_customer(localstripe, database, clock)
        until(lambda: doorman.about("customer.updated"))
    (true,) = doorman.about("customer.updated")

    def repeat(body: bytes, signature: str | None) -> str:
        headers = {} if signature is None else {"stripe-signature": signature}
        said = again.post(PATH, content=body, headers=headers).json()
        return str(said.get("result") or said["code"])

    with (
        start_in_thread(app, lifespan="off") as running,
        httpx2.Client(base_url=running.url) as again,
    ):
        assert repeat(true.body, true.signature) == "duplicate"
        assert repeat(true.body.replace(b"Pippa", b"Pippb"), true.signature) == "webhook_forged"
        assert repeat(true.body + b"\n", true.signature) == "webhook_forged"
        moved = true.signature.replace("t=1", "t=2", 1)
        assert repeat(true.body, moved) == "webhook_forged"
        assert repeat(true.body, None) == "webhook_unsigned"
        # Stripe's five minutes, from when the signer signed: by the machine's clock, so later.
        clock.advance(timedelta(minutes=10))
        assert repeat(true.body, true.signature) == "webhook_untimely"
