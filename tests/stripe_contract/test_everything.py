"""Every object of every customer of the sandbox, by every read, against Stripe's schema."""

import json
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from helpcenter.sandbox import passing, people
from helpcenter.sandbox.api.app import ENDPOINTS
from helpcenter.sandbox.api.call import Endpoint
from helpcenter.sandbox.cards import TEST_CARDS
from helpcenter.sandbox.lifecycle import change_plan, delete_customer, schedule_cancel
from helpcenter.sandbox.server import Sandbox
from tests.stripe_contract.checker import response_problems

NEEDS_CUSTOMER = frozenset({"/v1/payment_methods"})


def lived() -> Sandbox:
    """Return a sandbox in which much has happened."""
    sandbox = Sandbox()
    state = sandbox.state
    for name, number in zip(("pip", "marigold", "wren"), sorted(TEST_CARDS), strict=False):
        people.use_card(state, name, number)
    for code in ("stolen_card", "incorrect_cvc", "highest_risk_level"):
        people.fail_next_payment(state, "sunny", code)
    schedule_cancel(state, state.get("subscription", "sub_sandboxBarnaby"), cancel=True)
    change_plan(state, state.get("subscription", "sub_sandboxSaffron"), "price_sandboxSketch")
    delete_customer(state, "cus_sandboxJuniper")
    passing.advance(state, 40 * 86_400)
    return sandbox


def calls(sandbox: Sandbox, endpoint: Endpoint) -> Iterator[str]:
    """Yield an address for each object that a read can be about."""
    kind = endpoint.answers.removeprefix("list:")
    if "{id}" in endpoint.path:
        named = kind if endpoint.answers == kind else "customer"
        for id_ in sandbox.state.tables[named]:
            yield endpoint.path.replace("{id}", id_)
    elif endpoint.path not in NEEDS_CUSTOMER:
        yield f"{endpoint.path}?limit=100"
    if "customer" in endpoint.params:
        for id_ in sandbox.state.tables["customer"]:
            yield f"{endpoint.path}?customer={id_}"


READS = [endpoint for endpoint in ENDPOINTS if endpoint.method == "GET"]


@pytest.mark.full
@pytest.mark.parametrize("whole", [lived, Sandbox], ids=["lived", "fresh"])
def test_every_answer_to_every_read_is_as_published(whole: type[Sandbox]) -> None:
    sandbox = whole()
    client = TestClient(sandbox.stripe_app, base_url="http://127.0.0.1")
    client.headers["authorization"] = f"Bearer {sandbox.config.secret_key}"
    found, looked = {}, 0
    for endpoint in READS:
        for url in calls(sandbox, endpoint):
            answer = client.get(url)
            deleted = b'"deleted"' in answer.content
            assert answer.status_code == 200 or "/payment_methods" in url, (url, answer.text)
            looked += 1
            problems = response_problems("GET", url.partition("?")[0], 200, answer.content)
            if problems and answer.status_code == 200 and not deleted:
                found[url] = problems
    assert found == {}
    assert looked > 300


def test_every_customers_first_read_is_as_published() -> None:
    sandbox = Sandbox()
    client = TestClient(sandbox.stripe_app, base_url="http://127.0.0.1")
    client.headers["authorization"] = f"Bearer {sandbox.config.restricted_key}"
    for person in people.PEOPLE:
        answer = client.get(f"/v1/customers/{person.customer}")
        told = json.loads(answer.content)
        assert told["id"] == person.customer
        assert told.get("deleted", False) is (person.name == "Moss")
        assert (
            response_problems("GET", f"/v1/customers/{person.customer}", 200, answer.content) == []
        )
