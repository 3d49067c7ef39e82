"""Every request the help centre can send, on the wire, held against Stripe's specification."""

import re
import time
from collections.abc import Callable, Iterator
from itertools import product

import pytest
from pydantic import SecretStr

from helpcenter.billing.facts import Read
from helpcenter.billing.port import PortalRequest, Refusal, StripePort, StripeRefusedError
from helpcenter.billing.stripe import API_VERSION, StripeDoor
from helpcenter.content.flows import Flow
from helpcenter.i18n.locale import Locale
from helpcenter.sandbox.serving import start_in_thread
from tests.stripe_contract.author import CANARY, Author
from tests.stripe_contract.spec import load
from tests.stripe_contract.spec_server import SpecStripe

FLOWS = [flow for flow in Flow if flow is not Flow.PAY_INVOICE]

# What the published specification has not heard of yet.
NEWER = {Flow.CUSTOMER_UPDATE, Flow.SUBSCRIPTION_PAUSE}

SENT = {
    "GET /v1/billing_portal/configurations",
    "GET /v1/charges/{id}",
    "GET /v1/customers/{id}",
    "GET /v1/customers/{id}/payment_methods",
    "GET /v1/invoice_payments",
    "GET /v1/invoices",
    "GET /v1/invoices/{id}",
    "GET /v1/payment_intents",
    "GET /v1/payment_intents/{id}",
    "GET /v1/payment_methods/{id}",
    "GET /v1/setup_intents",
    "GET /v1/setup_intents/{id}",
    "GET /v1/subscriptions",
    "GET /v1/subscriptions/{id}",
    "POST /v1/billing_portal/sessions",
}


@pytest.fixture
def mock() -> SpecStripe:
    return SpecStripe(Author(load()))


@pytest.fixture
def door(mock: SpecStripe) -> Iterator[StripeDoor]:
    with start_in_thread(mock, lifespan="off") as running:
        mock.author = Author(load(), origin=running.url)
        yield door_to(running.url)


def door_to(url: str) -> StripeDoor:
    host = url.removeprefix("http://")
    return StripeDoor(SecretStr("rk_test_x"), url, portal_hosts=(host,), invoice_hosts=(host,))


def click(flow: Flow, subscription: str | None, folder: str = "zh_HK") -> PortalRequest:
    back = "https://help.example.com/zh-HK/account?from=portal"
    return PortalRequest("cus_1", flow, Locale(folder), back, subscription)


def everything(door: StripePort) -> Iterator[Callable[[], object]]:
    """Yield every call of the door, with each of its variants."""
    late = time.monotonic()
    for read in Read:
        yield lambda read=read: door.read(read, "cus_1", late)  # type: ignore[misc] # bound now
    yield lambda: door.payments_of("in_1", late)
    requests = [click(flow, about) for flow, about in product(FLOWS, ("sub_1", None))]
    requests += [click(Flow.PORTAL_HOME, None, folder) for folder in ("en", "tlh")]
    for request in requests:
        yield lambda request=request: door.create_session(request, late)  # type: ignore[misc] # bound now
    for about in ("sub_1", None):
        yield lambda about=about: door.hosted_invoice("cus_1", about, late)  # type: ignore[misc] # bound now
    yield lambda: door.allowed_flows(late)
    yield door.inspect


def test_every_request_is_one_that_stripe_publishes(mock: SpecStripe, door: StripeDoor) -> None:
    for call in everything(door):
        try:
            call()
        except StripeRefusedError as error:
            assert error.refusal is Refusal.NOTHING_TO_PAY  # noqa: PT017 - the others do not raise
    assert mock.problems == []
    assert {f"{asked.method} {template(asked.path)}" for asked in mock.calls} == SENT
    keys = []
    for asked in mock.calls:
        assert asked.headers["stripe-version"] == API_VERSION
        assert asked.headers["authorization"] == "Bearer rk_test_x"
        if asked.method == "POST":
            assert asked.headers["content-type"] == "application/x-www-form-urlencoded"
            keys.append(asked.headers["idempotency-key"])
    assert len(set(keys)) == len(keys)


def template(path: str) -> str:
    """Return a path with its ids taken out."""
    return re.sub(r"/(?:cus|sub|in|pi|ch|pm|seti)_\w+", "/{id}", path)


def test_every_door_of_the_port_was_opened() -> None:
    doors = {name for name in vars(StripePort) if not name.startswith("_")}
    asked = {"read", "payments_of", "create_session", "hosted_invoice", "allowed_flows", "inspect"}
    assert doors == asked | {"livemode"}


@pytest.mark.parametrize("flow", FLOWS)
def test_a_stripe_of_half_a_year_ago_opens_every_flow_or_the_front_page(
    mock: SpecStripe, door: StripeDoor, flow: Flow
) -> None:
    mock.dated = True
    session = door.create_session(click(flow, "sub_1"), time.monotonic())
    assert session.fell_back is (flow in NEWER)
    assert mock.calls[-1].params.get("flow_data", {}).get("type") in {flow.value, None}
    assert bool(mock.problems) is (flow in NEWER)


def test_reads_ask_for_nothing_that_stripe_of_half_a_year_ago_lacks(
    mock: SpecStripe, door: StripeDoor
) -> None:
    mock.dated = True
    for read in Read:
        door.read(read, "cus_1", time.monotonic())
    door.payments_of("in_1", time.monotonic())
    assert door.inspect().problem is None
    assert mock.problems == []


@pytest.mark.parametrize("status", [400, 403, 429, 500])
def test_every_published_refusal_is_one_of_ours(
    mock: SpecStripe, door: StripeDoor, status: int
) -> None:
    mock.failing = status
    for call in list(everything(door))[:-1]:
        with pytest.raises(StripeRefusedError) as caught:
            call()
        assert CANARY not in f"{caught.value!r} {caught.value}"
        assert (caught.value.__context__, caught.value.__cause__) == (None, None)
    found = door.inspect()
    if status >= 429:
        assert found.problem is Refusal.UNAVAILABLE
    assert found.flows is None
    assert CANARY not in repr(found)
