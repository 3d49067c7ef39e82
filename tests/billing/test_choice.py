"""Which pages of the portal are proposed: those that are there and have something to do."""

from typing import Any

import pytest

from helpcenter.billing.choice import check, offered
from helpcenter.billing.facts import CustomerState, Facts
from helpcenter.content.flows import Flow
from helpcenter.errors import HelpcenterError
from tests.billing.builders import DAY, NOW, bill, facts, subscription

CANCEL, PAUSE = Flow.SUBSCRIPTION_CANCEL, Flow.SUBSCRIPTION_PAUSE
UPDATE, PAY = Flow.SUBSCRIPTION_UPDATE, Flow.PAY_INVOICE


@pytest.mark.parametrize(
    ("changes", "flow", "why"),
    [
        ({"cancel_at_period_end": True}, CANCEL, "subscription_ending"),
        ({"cancel_at": NOW + DAY}, PAUSE, "subscription_ending"),
        ({"cancel_at": NOW + DAY}, UPDATE, "subscription_ending"),
        ({"collection_paused": True}, PAUSE, "subscription_paused"),
        ({"status": "paused"}, PAUSE, "subscription_paused"),
        ({"status": "incomplete"}, UPDATE, "subscription_incomplete"),
        ({"charges_automatically": False}, UPDATE, "subscription_by_invoice"),
        ({"status": "canceled"}, CANCEL, "subscription_gone"),
        ({"status": "paused"}, CANCEL, None),
        ({"status": "unpaid"}, CANCEL, None),
        ({"status": "incomplete"}, CANCEL, None),
        ({"charges_automatically": False}, CANCEL, None),
        ({"cancel_at_period_end": True}, PAY, None),
        ({"status": "canceled"}, PAY, None),
    ],
)
def test_a_page_with_nothing_to_do_says_why(
    changes: dict[str, Any], flow: Flow, why: str | None
) -> None:
    found = facts(subscriptions=(subscription(**({"status": "active"} | changes)),))
    if flow is not PAY:
        assert offered(found, flow, None) is (why is None)
    if why is None:
        check(found, flow, "sub_1")
        return
    with pytest.raises(HelpcenterError) as caught:
        check(found, flow, "sub_1")
    assert caught.value.code == why


def test_one_plan_that_suits_is_enough() -> None:
    ending = subscription(id="sub_0", status="active", cancel_at_period_end=True)
    assert offered(facts(subscriptions=(ending, subscription(status="active"))), CANCEL, None)
    assert not offered(facts(subscriptions=(ending,)), CANCEL, None)


def test_paying_needs_a_bill_with_a_page() -> None:
    assert not offered(facts(), PAY, None)
    assert offered(facts(invoices=(bill(),)), PAY, None)
    assert not offered(facts(invoices=(bill(has_hosted_page=False),)), PAY, None)


@pytest.mark.parametrize("flow", Flow)
def test_what_the_portal_does_not_have_is_never_proposed(flow: Flow) -> None:
    found = facts(invoices=(bill(),))
    assert offered(found, flow, frozenset({flow}))
    assert not offered(found, flow, frozenset(Flow) - {flow})


@pytest.mark.parametrize("state", [state for state in CustomerState if state != "present"])
def test_nobody_is_offered_nothing(state: CustomerState) -> None:
    assert not any(offered(Facts(NOW, state), flow, None) for flow in Flow)
