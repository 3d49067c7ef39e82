"""What changed between two looks at a customer, and what is remembered of the first."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpcenter.billing.facts import (
    CustomerState,
    Facts,
    Invoice,
    Read,
    SetupAttempt,
    Subscription,
)
from helpcenter.billing.memory import recalled, remembered
from helpcenter.billing.news import FULL, Change, News, what_changed
from helpcenter.i18n.money import Money
from tests.billing.builders import (
    DAY,
    NOW,
    PRICE,
    bill,
    card,
    declined,
    facts,
    subscription,
    unpaid,
)

OLD, NEW = card("old"), card("new", created=NOW + timedelta(minutes=1))
BOTH = (NEW, OLD)
WELL = facts()
OWED = unpaid(declined("insufficient_funds"))
REFUSED = SetupAttempt("seti_1", status="requires_payment_method", attempt_status="failed")
UNFINISHED = SetupAttempt("seti_1", status="requires_action", attempt_status="requires_action")


def sub(**changes: Any) -> Facts:
    return facts(subscriptions=(subscription(**({"status": "active"} | changes)),))


CASES: dict[str, tuple[Facts, Facts, list[News]]] = {
    "a new card": (WELL, facts(cards=BOTH), [News.NEW_CARD]),
    "a new default": (
        WELL,
        facts(cards=BOTH, default_card_id="pm_new"),
        [News.NEW_CHARGED_CARD],
    ),
    "the other card": (
        facts(cards=BOTH),
        facts(cards=BOTH, default_card_id="pm_new"),
        [News.CHARGED_CARD],
    ),
    "a default that is passed over": (
        facts(cards=BOTH, subscriptions=(subscription(own_card_id="pm_old"),)),
        facts(
            cards=BOTH,
            default_card_id="pm_new",
            subscriptions=(subscription(own_card_id="pm_old"),),
        ),
        [News.DEFAULT_CARD],
    ),
    "a card for the subscription": (
        facts(cards=BOTH),
        facts(cards=BOTH, subscriptions=(subscription(status="active", own_card_id="pm_new"),)),
        [News.CHARGED_CARD],
    ),
    "a first card without a plan": (
        facts(cards=(), default_card_id=None, subscriptions=()),
        facts(cards=(NEW,), default_card_id="pm_new", subscriptions=()),
        [News.NEW_CHARGED_CARD],
    ),
    "another date": (WELL, facts(cards=(card("old", exp_year=2034),)), [News.CARD_RENEWED]),
    "one card less": (facts(cards=BOTH), facts(cards=(OLD,)), [News.CARD_REMOVED]),
    "replaced": (
        WELL,
        facts(cards=(NEW,), default_card_id="pm_new"),
        [News.NEW_CHARGED_CARD, News.CARD_REMOVED],
    ),
    "cards out of sight": (WELL, facts(cards=BOTH, reads=frozenset({Read.CUSTOMER})), []),
    "as many cards as are listed": (
        facts(cards=tuple(card(str(n)) for n in range(FULL))),
        facts(cards=tuple(card(str(n)) for n in range(1, FULL + 1))),
        [],
    ),
    "a new one among many": (
        facts(cards=tuple(card(str(n)) for n in range(FULL))),
        facts(cards=(NEW, *(card(str(n)) for n in range(FULL - 1)))),
        [News.NEW_CARD],
    ),
    "refused": (WELL, facts(setups=(REFUSED,)), [News.CARD_REFUSED]),
    "refused after the bank's check": (
        facts(setups=(UNFINISHED,)),
        facts(setups=(REFUSED,)),
        [News.CARD_REFUSED],
    ),
    "refused before": (facts(setups=(REFUSED,)), facts(setups=(REFUSED,)), []),
    "still at the bank's check": (WELL, facts(setups=(UNFINISHED,)), []),
    "refused, then another card": (
        WELL,
        facts(setups=(REFUSED,), cards=BOTH),
        [News.NEW_CARD],
    ),
    "paid": (
        OWED,
        facts(subscriptions=(subscription(latest_invoice=bill(status="paid")),)),
        [News.PAID],
    ),
    "written off": (
        OWED,
        facts(subscriptions=(subscription(latest_invoice=bill(status="void")),)),
        [],
    ),
    "a later invoice": (
        OWED,
        facts(subscriptions=(subscription(latest_invoice=bill(id="in_2", status="paid")),)),
        [],
    ),
    "cancelled": (WELL, sub(cancel_at_period_end=True), [News.ENDING]),
    "gone": (WELL, sub(status="canceled"), [News.ENDED]),
    "gone before": (sub(status="canceled"), sub(status="canceled"), []),
    "kept after all": (sub(cancel_at_period_end=True), WELL, [News.RESUMED]),
    "paused": (WELL, sub(collection_paused=True), [News.PAUSED]),
    "going on": (sub(status="paused"), WELL, [News.RESUMED]),
    "another price": (WELL, sub(price=Money(25600, "HKD")), [News.PLAN_CHANGED]),
    "by the year": (sub(interval="month"), sub(interval="year"), [News.PLAN_CHANGED]),
    "another plan's name on a bill": (WELL, sub(plan="Studio plan"), []),
    "a subscription more": (
        WELL,
        facts(subscriptions=(*WELL.subscriptions, subscription(id="sub_2", status="active"))),
        [],
    ),
    "one out of sight": (WELL, facts(subscriptions=()), []),
    "moved": (facts(address_mark="a"), facts(address_mark="b"), [News.ADDRESS]),
    "moved, we think": (WELL, facts(address_mark="b"), []),
    "deleted": (WELL, Facts(NOW, CustomerState.DELETED), []),
    "never there": (Facts(NOW, CustomerState.MISSING), WELL, []),
}


@pytest.mark.parametrize("case", CASES)
def test_what_changed(case: str) -> None:
    before, after, kinds = CASES[case]
    assert [change.kind for change in what_changed(before, after)] == kinds
    kept = recalled(json.loads(json.dumps(remembered(before))))
    assert what_changed(kept, after) == what_changed(before, after)


@pytest.mark.parametrize("case", CASES)
def test_what_is_remembered_is_no_news(case: str) -> None:
    for found in CASES[case][:2]:
        assert what_changed(found, found) == ()
        assert what_changed(recalled(remembered(found)), found) == ()


def test_changes_carry_what_words_need() -> None:
    ends = NOW + 26 * DAY
    (ending,) = what_changed(WELL, sub(cancel_at_period_end=True))
    assert ending == Change(News.ENDING, "sub_1", plan="Plus plan", until=ends)
    (earlier,) = what_changed(WELL, sub(cancel_at=NOW + DAY))
    assert earlier.until == NOW + DAY
    (paused,) = what_changed(WELL, sub(collection_paused=True, resumes_at=NOW + DAY))
    assert paused.until == NOW + DAY
    (paid,) = what_changed(*CASES["paid"][:2])
    assert paid == Change(News.PAID, "in_1", amount=PRICE)
    (new,) = what_changed(*CASES["a new card"][:2])
    assert new == Change(News.NEW_CARD, "pm_new", NEW)


def test_nothing_remembered_can_be_read() -> None:
    told = json.dumps(remembered(replace(OWED, cards=(card("old", last4="9995"),))))
    for hidden in ("9995", "visa", "Plus", "credit"):
        assert hidden not in told


plans = st.builds(
    Subscription,
    id=st.sampled_from(["sub_1", "sub_2"]),
    status=st.sampled_from([None, "active", "canceled", "paused", "odd"]),
    price=st.sampled_from([None, PRICE]),
    cancel_at_period_end=st.booleans(),
    own_card_id=st.sampled_from([None, "pm_old", "pm_gone"]),
    latest_invoice=st.none() | st.builds(Invoice, id=st.just("in_1"), status=st.text(max_size=4)),
)
anybody = st.builds(
    facts,
    state=st.sampled_from(CustomerState),
    reads=st.frozensets(st.sampled_from(Read)),
    cards=st.lists(st.sampled_from([OLD, NEW, card("odd", exp_year=None)]), unique=True),
    default_card_id=st.sampled_from([None, "pm_old", "pm_new", "pm_gone"]),
    subscriptions=st.lists(plans, max_size=2, unique_by=lambda plan: plan.id),
    setups=st.lists(st.sampled_from([REFUSED, UNFINISHED]), max_size=1),
    address_mark=st.sampled_from([None, "a", "b"]),
)


@given(before=anybody, after=anybody)
def test_it_is_total_and_memory_is_enough(before: Facts, after: Facts) -> None:
    changes = what_changed(before, after)
    assert what_changed(recalled(remembered(before)), after) == changes
    assert len({(change.kind, change.about) for change in changes}) == len(changes)
