"""A Stripe that hangs, resets, answers 429, 500 or rubbish, and orders from outside."""

import json
import urllib.error
import urllib.request
from typing import Any

import pytest
import stripe

from helpcenter.sandbox.faults import Fault, Kind
from helpcenter.sandbox.server import Sandbox
from tests.sandbox.conftest import Clients


def order(sandbox: Sandbox, name: str, media: str = "application/json", **given: Any) -> Any:
    """Give an order as another process would."""
    url = f"{sandbox.wiring.stripe_url}/_sandbox/{name}"
    request = urllib.request.Request(  # noqa: S310 — our own loopback server
        url, json.dumps(given).encode(), {"Content-Type": media}
    )
    with urllib.request.urlopen(request, timeout=5) as response:  # noqa: S310 — the same
        return json.load(response)


def refusal(sandbox: Sandbox, name: str, **given: Any) -> int:
    with pytest.raises(urllib.error.HTTPError) as refused:
        order(sandbox, name, **given)
    refused.value.close()
    return refused.value.code


@pytest.mark.parametrize(
    ("kind", "error"),
    [
        ("rate_limit", stripe.RateLimitError),
        ("error", stripe.APIError),
        ("garbage", stripe.APIError),
        ("reset", stripe.APIConnectionError),
    ],
)
def test_the_next_calls_fail_and_then_no_more(
    sandbox: Sandbox, client: Clients, kind: Kind, error: type[stripe.StripeError]
) -> None:
    api = client(checked=False)
    sandbox.faults.add(Fault(kind, times=2))
    for _ in range(2):
        with pytest.raises(error):
            api.v1.customers.list()
    assert api.v1.customers.list().data


def test_a_call_that_hangs_outlasts_the_clients_patience(sandbox: Sandbox) -> None:
    transport = stripe.RequestsClient(timeout=0.2)
    api = stripe.StripeClient(
        sandbox.config.secret_key,
        base_addresses={"api": sandbox.wiring.stripe_url},
        http_client=transport,
    )
    sandbox.faults.add(Fault("hang", seconds=2.0))
    with pytest.raises(stripe.APIConnectionError):
        api.v1.customers.list()
    assert api.v1.customers.list().data
    transport.close()  # type: ignore[no-untyped-call]  # untyped in the SDK


def test_a_short_hang_still_answers(sandbox: Sandbox, client: Clients) -> None:
    sandbox.faults.add(Fault("hang", seconds=0.05))
    assert client().v1.customers.list().data


def test_a_fault_can_be_for_one_path(sandbox: Sandbox, client: Clients) -> None:
    api = client(checked=False)
    order(sandbox, "faults", kind="error", path="/v1/billing_portal", times=9)
    assert api.v1.customers.list().data
    with pytest.raises(stripe.APIError):
        api.v1.billing_portal.configurations.list()
    order(sandbox, "faults/clear")
    assert api.v1.billing_portal.configurations.list().data


def test_a_retrying_client_gets_through(sandbox: Sandbox) -> None:
    transport = stripe.RequestsClient(timeout=2)
    api = stripe.StripeClient(
        sandbox.config.secret_key,
        base_addresses={"api": sandbox.wiring.stripe_url},
        http_client=transport,
        max_network_retries=1,
    )
    sandbox.faults.add(Fault("reset"))
    assert api.v1.customers.list().data
    transport.close()  # type: ignore[no-untyped-call]  # untyped in the SDK


def test_a_customer_can_be_deleted_from_outside(sandbox: Sandbox, client: Clients) -> None:
    order(sandbox, "customers/delete", customer="Sunny")
    assert client().v1.customers.retrieve("cus_sandboxSunny").deleted is True


def test_the_portal_can_be_taken_away_and_changed(sandbox: Sandbox, client: Clients) -> None:
    api = client()
    order(sandbox, "portal", features={"subscription_cancel": False})
    (config,) = api.v1.billing_portal.configurations.list({"is_default": True}).data
    assert config.features.subscription_cancel.enabled is False
    order(sandbox, "portal", configured=False, rewrites_subscription_card=True)
    assert not api.v1.billing_portal.configurations.list({"is_default": True}).data
    assert sandbox.state.rewrites_subscription_card is True


def test_permissions_go_and_come_back(sandbox: Sandbox, client: Clients) -> None:
    api = client(sandbox.config.restricted_key)
    order(sandbox, "permissions", drop=["customer_read"])
    with pytest.raises(stripe.PermissionError):
        api.v1.customers.list()
    order(sandbox, "permissions", reset=True)
    assert api.v1.customers.list().data


def test_a_decline_can_be_ordered(sandbox: Sandbox) -> None:
    made = order(sandbox, "customers/decline", customer="sunny", code="fraudulent")
    assert sandbox.state.get("invoice", made["invoice"])["status"] == "open"


def test_the_people_can_be_listed(sandbox: Sandbox) -> None:
    rows = order(sandbox, "customers")["customers"]
    assert rows[0]["name"] == "Pip"
    assert len({row["customer"] for row in rows}) == len(rows) == 16


def test_events_and_webhooks_are_steered_from_outside(sandbox: Sandbox) -> None:
    order(sandbox, "webhooks", pause=True, delay=0)
    order(sandbox, "customers/decline", customer="pip", code="lost_card")
    (row,) = order(sandbox, "events", type="invoice.payment_failed")["events"]
    order(sandbox, "webhooks", release=True, backwards=True)
    order(sandbox, "events/redeliver", id=row["id"], times=2)
    assert sandbox.webhooks.paused is False
    # Nobody has told the sandbox where to deliver, so there is nothing to report.
    assert sandbox.webhooks.drain()
    assert order(sandbox, "events")["deliveries"] == []


def test_an_order_must_be_an_object(sandbox: Sandbox) -> None:
    url = f"{sandbox.wiring.stripe_url}/_sandbox/portal"
    for body in (b"[]", b"not json"):
        request = urllib.request.Request(url, body, {"Content-Type": "application/json"})  # noqa: S310 — our own loopback server
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(request, timeout=5)  # noqa: S310 — the same
        refused.value.close()
        assert refused.value.code == 400


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("faults", {"kind": "explode"}),
        ("faults", {"kind": "hang", "seconds": "long"}),
        ("faults", {"kind": "hang", "colour": "red"}),
        ("customers/delete", {"customer": "nobody"}),
        ("events/redeliver", {"id": "evt_none"}),
        ("portal", {"features": {"dance": True}}),
    ],
)
def test_orders_that_make_no_sense_are_refused(
    sandbox: Sandbox, name: str, given: dict[str, Any]
) -> None:
    assert refusal(sandbox, name, **given) == 400


def test_a_form_of_another_page_cannot_give_orders(sandbox: Sandbox) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        order(sandbox, "customers/delete", "text/plain", customer="Sunny")
    refused.value.close()
    assert refused.value.code == 415
    assert not sandbox.customer("sunny").get("deleted")
