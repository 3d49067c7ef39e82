"""A clock that is moved: Smart Retries, renewals, ends; and what Stripe's test cards do."""

from typing import Any

import pytest

from helpcenter.sandbox import lifecycle, passing, people
from helpcenter.sandbox.cards import TEST_CARDS
from helpcenter.sandbox.config import SandboxConfig
from helpcenter.sandbox.server import Sandbox
from tests.sandbox.conftest import Clients, Watch
from tests.sandbox.test_faults import order, refusal

DAY = 86_400


@pytest.fixture
def alone(watch: Watch) -> Sandbox:
    """A sandbox that nobody serves."""
    return Sandbox(SandboxConfig(clock=watch))


def subscription(sandbox: Sandbox, name: str) -> dict[str, Any]:
    return sandbox.state.get("subscription", f"sub_sandbox{name}")


def open_bill(sandbox: Sandbox, name: str) -> dict[str, Any]:
    (bill,) = sandbox.state.where("invoice", customer=f"cus_sandbox{name}", status="open")
    return bill


def test_a_soft_decline_is_tried_again_every_three_days(alone: Sandbox) -> None:
    bill = open_bill(alone, "Pip")
    before = alone.state.now()
    assert passing.advance(alone.state, 5 * DAY) == before + 5 * DAY
    assert bill["attempt_count"] == 4
    assert bill["next_payment_attempt"] == before + 8 * DAY
    failed = alone.state.events("invoice.payment_failed")
    his = [row for row in failed if row["data"]["object"]["id"] == bill["id"]]
    assert [row["created"] for row in his] == [before + 2 * DAY, before + 5 * DAY]


def test_a_new_card_pays_at_the_next_try(alone: Sandbox) -> None:
    alone.state.behaviours["pm_sandboxPipVisa"] = ""
    bill = open_bill(alone, "Pip")
    passing.advance(alone.state, 2 * DAY)
    assert bill["status"] == "paid"
    assert subscription(alone, "Pip")["status"] == "active"
    assert len(alone.state.events("invoice.paid")) == 1


def test_a_hard_decline_counts_on_but_asks_no_bank(alone: Sandbox) -> None:
    bill, mine = open_bill(alone, "Thistle"), {"customer": "cus_sandboxThistle"}
    charges = len(alone.state.where("charge", **mine))
    passing.advance(alone.state, 2 * DAY)
    assert bill["attempt_count"] == 3
    assert len(alone.state.where("charge", **mine)) == charges


@pytest.mark.parametrize("end", ["canceled", "unpaid", "past_due"])
def test_after_the_last_try_stripe_gives_up(watch: Watch, end: Any) -> None:
    sandbox = Sandbox(SandboxConfig(clock=watch, after_last_try=end))
    bill = open_bill(sandbox, "Marigold")
    passing.advance(sandbox.state, 27 * DAY)
    assert (bill["attempt_count"], bill["next_payment_attempt"]) == (8, None)
    row = subscription(sandbox, "Marigold")
    assert row["status"] == end
    if end == "canceled":
        assert row["cancellation_details"]["reason"] == "payment_failed"


def test_periods_are_renewed_trials_and_pauses_end(alone: Sandbox) -> None:
    people.use_card(alone.state, "sunny", "4242424242424242")
    start = alone.state.now()
    passing.advance(alone.state, 65 * DAY)
    paid = alone.state.where("invoice", customer="cus_sandboxSunny", status="paid")
    assert sum(row["created"] > start for row in paid) == 2
    assert subscription(alone, "Sunny")["items"]["data"][0]["current_period_end"] > start + 65 * DAY
    assert subscription(alone, "Linnet")["pause_collection"] is None
    assert subscription(alone, "Acorn")["status"] == "canceled"
    assert open_bill(alone, "Acorn")["attempt_count"] == 8


def test_what_was_to_end_ends(alone: Sandbox) -> None:
    row = subscription(alone, "Sunny")
    lifecycle.schedule_cancel(alone.state, row, cancel=True)
    passing.advance(alone.state, 21 * DAY)
    assert row["status"] == "canceled"


def test_time_does_not_go_back(alone: Sandbox) -> None:
    with pytest.raises(ValueError, match="back"):
        passing.advance(alone.state, -1)


def test_the_clock_is_moved_from_outside_and_links_stay_alive(
    sandbox: Sandbox, client: Clients
) -> None:
    made = client().v1.billing_portal.sessions.create({"customer": "cus_sandboxPip"})
    assert order(sandbox, "clock", days=1, hours=1)["now"] == sandbox.state.wall() + 25 * 3600
    secret = str(made.url).rpartition("/")[2]
    assert sandbox.state.visits[secret].alive(sandbox.state.wall())
    assert refusal(sandbox, "clock", weeks=1) == 400
    assert refusal(sandbox, "clock", days=-1) == 400


@pytest.mark.parametrize("number", sorted(TEST_CARDS))
def test_every_test_card_does_what_stripe_says(
    sandbox: Sandbox, client: Clients, number: str
) -> None:
    card = TEST_CARDS[number]
    done = order(sandbox, "customers/card", customer="Pip", number=number)
    assert done["status"] == ("open" if card.on_charge else "paid")
    found = client().v1.payment_intents.list(
        {"customer": "cus_sandboxPip", "limit": 1, "expand": ["data.latest_charge"]}
    )
    intent = found.data[0].to_dict()
    error = intent["last_payment_error"]
    if not card.on_charge or card.on_charge == "authentication_required":
        assert error is None
    elif card.on_charge == "highest_risk_level":
        assert intent["latest_charge"]["outcome"]["type"] == "blocked"
        assert error["decline_code"] == "fraudulent"
    else:
        assert error["decline_code"] == card.on_charge
    method = sandbox.state.charged_card(subscription(sandbox, "Pip"))
    assert method is not None
    saved = sandbox.state.get("payment_method", method)["card"]
    assert (saved["last4"], saved["funding"]) == (number[-4:], card.funding)
    assert [name for name in card.failing if saved["checks"][f"{name}_check"] != "fail"] == []


def test_a_number_that_is_no_test_card_is_refused(sandbox: Sandbox) -> None:
    assert refusal(sandbox, "customers/card", customer="Pip", number="1") == 400
    fine = "4242424242424242"
    assert refusal(sandbox, "customers/card", customer="Fern", number=fine) == 400
