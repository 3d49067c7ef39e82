"""Events are signed, delivered, retried, and as late, double or backwards as a test wants."""

import hashlib
import hmac
import json
from collections.abc import Iterator
from typing import Any

import pytest
import stripe
from hypothesis import given, settings
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from helpcenter.sandbox import lifecycle, wallet
from helpcenter.sandbox.server import Sandbox
from helpcenter.sandbox.serving import start_in_thread
from helpcenter.sandbox.webhooks import sign


class Inbox:
    """A webhook endpoint that keeps what it gets and answers as told."""

    def __init__(self) -> None:
        self.statuses: list[int] = []
        self.got: list[tuple[bytes, str]] = []
        self.app = Starlette(routes=[Route("/hook", self.take, methods=["POST"])])

    async def take(self, request: Request) -> Response:
        self.got.append((await request.body(), request.headers["stripe-signature"]))
        return Response(status_code=self.statuses.pop(0) if self.statuses else 200)

    def events(self) -> list[Any]:
        return [json.loads(body) for body, _ in self.got]


@pytest.fixture
def inbox(sandbox: Sandbox) -> Iterator[Inbox]:
    box = Inbox()
    with start_in_thread(box.app) as running:
        sandbox.connect(webhook_url=f"{running.url}/hook")
        yield box


def rename(sandbox: Sandbox, name: str) -> None:
    sandbox.state.change("customer", "cus_sandboxSunny", {"name": name}, "customer.updated")


def test_an_event_arrives_signed_as_stripe_signs(sandbox: Sandbox, inbox: Inbox) -> None:
    rename(sandbox, "Sunnier")
    assert sandbox.webhooks.drain()
    ((payload, header),) = inbox.got
    secret = sandbox.config.webhook_secret
    # The sandbox's clock is set by the test, so recency is not for the SDK to judge here.
    client = stripe.StripeClient("sk_test_x")
    event = client.construct_event(payload, header, secret, tolerance=0)
    assert event.type == "customer.updated"
    assert event.livemode is False
    assert event.api_version == "2026-10-28.endive"
    for body, head, key in (
        (payload + b" ", header, secret),
        (payload, header, "whsec_other"),
        (payload, header.replace("v1=", "v1=0"), secret),
    ):
        with pytest.raises(stripe.SignatureVerificationError):
            client.construct_event(body, head, key, tolerance=0)


@settings(deadline=None)
@given(st.binary(), st.text("abc", min_size=1), st.integers(0, 2**40))
def test_signatures_are_what_the_manual_says(payload: bytes, secret: str, moment: int) -> None:
    signed = str(moment).encode() + b"." + payload
    digest = hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()
    assert sign(payload, secret, moment) == f"t={moment},v1={digest}"


def test_previous_attributes_say_what_changed(sandbox: Sandbox, inbox: Inbox) -> None:
    cus = sandbox.customer("juniper")["id"]
    old = sandbox.customer("juniper")["invoice_settings"]["default_payment_method"]
    new = sandbox.state.where("payment_method", customer=cus)[0]["id"]
    wallet.make_default(sandbox.state, cus, new)
    assert sandbox.webhooks.drain()
    (event,) = inbox.events()
    assert event["data"]["previous_attributes"] == {
        "invoice_settings": {"default_payment_method": old}
    }
    assert event["data"]["object"]["invoice_settings"]["default_payment_method"] == new


def test_a_refused_delivery_is_tried_again_a_few_times(sandbox: Sandbox, inbox: Inbox) -> None:
    inbox.statuses = [500, 302, 200]
    rename(sandbox, "Sunnier")
    assert sandbox.webhooks.drain()
    assert [row.status for row in sandbox.webhooks.log] == [500, 302, 200]
    inbox.statuses = [400] * 9
    rename(sandbox, "Sunniest")
    assert sandbox.webhooks.drain()
    assert [row.attempt for row in sandbox.webhooks.log[3:]] == [1, 2, 3]


def test_nobody_there_is_no_end_of_the_world(sandbox: Sandbox) -> None:
    with start_in_thread(Inbox().app) as gone:
        url = f"{gone.url}/hook"
    sandbox.connect(webhook_url=url)
    rename(sandbox, "Sunnier")
    assert sandbox.webhooks.drain()
    assert [row.status for row in sandbox.webhooks.log] == [None, None, None]


def test_held_events_come_in_the_order_asked_for(sandbox: Sandbox, inbox: Inbox) -> None:
    sandbox.webhooks.paused = True
    for name in ("A", "B", "C"):
        rename(sandbox, name)
    assert sandbox.webhooks.drain()
    assert inbox.got == []
    sandbox.webhooks.release(backwards=True)
    assert sandbox.webhooks.drain()
    assert [row["data"]["object"]["name"] for row in inbox.events()] == ["C", "B", "A"]


def test_an_event_can_come_many_times(sandbox: Sandbox, inbox: Inbox) -> None:
    rename(sandbox, "Sunnier")
    (event,) = sandbox.state.events()
    sandbox.webhooks.redeliver(event["id"], times=3)
    assert sandbox.webhooks.drain()
    assert [row["id"] for row in inbox.events()] == [event["id"]] * 4


def test_a_delay_holds_events_back(sandbox: Sandbox, inbox: Inbox) -> None:
    sandbox.webhooks.delay = 60.0
    rename(sandbox, "Sunnier")
    assert not sandbox.webhooks.drain(timeout=0.05)
    assert inbox.got == []


def test_only_subscribed_events_are_delivered(sandbox: Sandbox, inbox: Inbox) -> None:
    bill = sandbox.fail_payment("sunny", "lost_card")
    lifecycle.delete_customer(sandbox.state, bill["customer"])
    assert sandbox.webhooks.drain()
    sent = {row["type"] for row in inbox.events()}
    assert sent <= sandbox.config.webhook_events
    assert {"invoice.payment_failed", "customer.deleted", "customer.subscription.deleted"} <= sent
    assert "charge.failed" in {row["type"] for row in sandbox.state.events()}


@pytest.mark.parametrize(
    "url", ["https://example.com/hook", "http://example.com/", "https://127.0.0.1/", "hook", ""]
)
def test_webhooks_stay_on_loopback(sandbox: Sandbox, url: str) -> None:
    with pytest.raises(ValueError, match="loopback"):
        sandbox.connect(webhook_url=url)


@pytest.mark.parametrize(
    ("rewrites", "own"), [(False, "pm_sandboxBarnabyOld"), (True, "pm_sandboxBarnabyNew")]
)
def test_make_default_rewrites_the_subscriptions_card_by_a_switch(
    sandbox: Sandbox, *, rewrites: bool, own: str
) -> None:
    sandbox.state.rewrites_subscription_card = rewrites
    wallet.make_default(sandbox.state, "cus_sandboxBarnaby", "pm_sandboxBarnabyNew")
    row = sandbox.state.get("subscription", "sub_sandboxBarnaby")
    assert row["default_payment_method"] == own
