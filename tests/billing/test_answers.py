"""Stripe's answers become facts: exact paths, every way a field can be odd, and no secrets."""

from dataclasses import fields, is_dataclass
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpcenter.billing.answers import from_stripe
from helpcenter.billing.diagnosis import diagnose
from helpcenter.billing.facts import Card, ChargedBy, Checks, CustomerState, Facts, Read
from helpcenter.i18n.money import Money
from tests.billing.builders import NOW

T = 1_790_000_000
MOMENT = datetime.fromtimestamp(T, UTC)
HOSTED = "https://invoice.stripe.com/i/acct_1/test_hush"


def method(id_: str = "pm_1", **changes: Any) -> dict[str, Any]:
    return {
        "id": id_,
        "object": "payment_method",
        "type": "card",
        "created": T,
        "billing_details": {"email": "pip@example.com", "address": {"line1": "4 Lantern Lane"}},
        "card": {
            "brand": "visa",
            "last4": "4242",
            "exp_month": 7,
            "exp_year": 2031,
            "funding": "prepaid",
            "wallet": {"type": "apple_pay"},
            "checks": {"address_line1_check": "fail", "cvc_check": "pass"},
        },
    } | changes


def customer(**changes: Any) -> dict[str, Any]:
    return {
        "id": "cus_1",
        "livemode": False,
        "email": "pip@example.com",
        "invoice_settings": {"default_payment_method": method()},
    } | changes


def invoice(**changes: Any) -> dict[str, Any]:
    return {
        "id": "in_1",
        "status": "open",
        "currency": "hkd",
        "amount_due": 12800,
        "amount_remaining": 12700,
        "attempt_count": 2,
        "next_payment_attempt": T,
        "hosted_invoice_url": HOSTED,
        "confirmation_secret": {"client_secret": "pi_1_secret_hush"},
        "parent": {"subscription_details": {"subscription": "sub_1"}},
        "payments": {"data": [{"payment": {"type": "payment_intent", "payment_intent": "pi_1"}}]},
        "lines": {"data": [{"description": "1 × Plus plan (at HK$128.00 / month)"}]},
    } | changes


def sub(**changes: Any) -> dict[str, Any]:
    price = {
        "unit_amount": 6400,
        "currency": "hkd",
        "nickname": "internal-2026-promo",
        "product": "prod_1",
        "recurring": {"interval": "month", "interval_count": 1},
    }
    return {
        "id": "sub_1",
        "status": "past_due",
        "items": {"data": [{"price": price, "quantity": 2, "current_period_end": T}]},
        "collection_method": "charge_automatically",
        "default_payment_method": None,
        "latest_invoice": invoice(),
    } | changes


def intent(**changes: Any) -> dict[str, Any]:
    return {
        "id": "pi_1",
        "status": "requires_payment_method",
        "created": T - 9,
        "amount": 12800,
        "currency": "hkd",
        "client_secret": "pi_1_secret_hush",
        "payment_method": None,
        "last_payment_error": {
            "code": "card_declined",
            "decline_code": "insufficient_funds",
            "advice_code": "try_again_later",
            "message": "Your card has insufficient funds.",
            "network_decline_code": "51",
            "payment_method": method("pm_tried"),
        },
        "latest_charge": {
            "id": "ch_1",
            "created": T,
            "failure_code": "card_declined",
            "failure_message": "Your card has insufficient funds.",
            "outcome": {
                "type": "issuer_declined",
                "reason": "insufficient_funds",
                "seller_message": "The bank returned the decline code.",
                "risk_score": 24,
            },
            "payment_method": "pm_tried",
            "payment_method_details": {
                "type": "card",
                "card": {"last4": "0341", "checks": {"address_postal_code_check": "fail"}},
            },
        },
    } | changes


def read(**answers: object) -> Facts:
    given = {Read.CUSTOMER: customer()} | {Read(name): value for name, value in answers.items()}
    return from_stripe(given, NOW)


def test_the_customers_default_card_is_read_and_nothing_personal() -> None:
    found = read()
    assert (found.state, found.livemode, found.fetched_at) == (CustomerState.PRESENT, False, NOW)
    assert found.default_card_id == "pm_1"
    assert found.cards == (
        Card(
            id="pm_1",
            type="card",
            brand="visa",
            last4="4242",
            exp_month=7,
            exp_year=2031,
            funding="prepaid",
            wallet="apple_pay",
            created=MOMENT,
            checks=Checks(line1="fail", cvc="pass"),
        ),
    )
    assert found.reads == {Read.CUSTOMER}


@pytest.mark.parametrize(
    ("answer", "state"),
    [
        ({"id": "cus_1", "deleted": True}, CustomerState.DELETED),
        (None, CustomerState.MISSING),
        ("<html>", CustomerState.MISSING),
        ([], CustomerState.MISSING),
    ],
)
def test_a_customer_who_is_gone(answer: object, state: CustomerState) -> None:
    found = from_stripe({Read.CUSTOMER: answer, Read.SUBSCRIPTIONS: [sub()]}, NOW)
    assert (found.state, found.subscriptions) == (state, ())


def test_a_moment_past_what_calendars_hold_is_none() -> None:
    found = read(subscriptions=[sub(trial_end=253_402_300_799, cancel_at=253_370_764_799)])
    (only,) = found.subscriptions
    assert only.trial_end is None
    assert only.cancel_at is not None
    assert only.cancel_at.astimezone(timezone(timedelta(hours=14))).year == 9999


def test_a_subscription_with_its_invoice() -> None:
    found = read(subscriptions={"data": [sub(cancel_at_period_end=True, trial_end=T)]})
    (only,) = found.subscriptions
    assert (only.id, only.status, only.plan) == ("sub_1", "past_due", "Plus plan")
    assert (only.price, only.interval) == (Money(12800, "HKD"), "month")
    assert (only.current_period_end, only.trial_end) == (MOMENT, MOMENT)
    assert (only.ending, only.over, only.charges_automatically) == (True, False, True)
    bill = only.latest_invoice
    assert bill is not None
    assert (bill.amount_due, bill.amount_remaining) == (Money(12800, "HKD"), Money(12700, "HKD"))
    assert (bill.attempt_count, bill.next_attempt, bill.has_hosted_page) == (2, MOMENT, True)
    assert (bill.subscription, bill.payments) == ("sub_1", ("pi_1",))
    assert found.open_invoices == (bill,)


@pytest.mark.parametrize(
    ("changes", "plan"),
    [
        ({"description": "Family plan"}, "Family plan"),
        ({"latest_invoice": invoice(lines={"data": [{"description": "One week"}]})}, "One week"),
        (
            {"latest_invoice": invoice(lines={"data": [{"description": "Trial period for Plus"}]})},
            "Plus",
        ),
        ({"latest_invoice": "in_1"}, None),
        ({"description": "see https://example.com", "latest_invoice": None}, None),
    ],
)
def test_a_plan_goes_by_the_name_customers_see(changes: dict[str, Any], plan: str | None) -> None:
    assert read(subscriptions=[sub(**changes)]).subscriptions[0].plan == plan


def test_a_pause_and_its_reason() -> None:
    found = read(
        subscriptions=[
            sub(
                status="paused",
                pause_collection={"behavior": "void", "resumes_at": T},
                status_details={"paused": {"subscription": {"type": "pause_requested"}}},
            )
        ]
    ).subscriptions[0]
    assert (found.collection_paused, found.resumes_at) == (True, MOMENT)
    assert found.pause_reason == "pause_requested"


@pytest.mark.parametrize(
    "items",
    [
        [],
        [{"price": {"unit_amount": None, "currency": "hkd"}, "quantity": 1}],
        [{"price": {"unit_amount": 5, "currency": "hkd"}, "quantity": None}],
        [
            {"price": {"unit_amount": 5, "currency": "hkd"}, "quantity": 1},
            {"price": {"unit_amount": 5, "currency": "usd"}, "quantity": 1},
        ],
    ],
)
def test_a_price_that_is_not_one_number_is_unknown(items: list[object]) -> None:
    assert read(subscriptions=[sub(items={"data": items})]).subscriptions[0].price is None


def test_a_payment_is_joined_to_its_invoice_with_the_card_that_was_tried() -> None:
    found = read(subscriptions=[sub()], payments={"data": [intent()]})
    (bill,) = found.open_invoices
    attempt = found.attempt_on(bill)
    assert attempt is not None
    assert (attempt.error_code, attempt.decline_code) == ("card_declined", "insufficient_funds")
    assert (attempt.advice_code, attempt.failure) == ("try_again_later", "card_declined")
    assert (attempt.outcome_type, attempt.outcome_reason) == (
        "issuer_declined",
        "insufficient_funds",
    )
    assert (attempt.at, attempt.amount) == (MOMENT, Money(12800, "HKD"))
    assert attempt.card is not None
    assert attempt.card.id == "pm_tried"
    assert attempt.checks == Checks(postal_code="fail")


def test_the_charge_remembers_the_card_when_the_error_is_gone() -> None:
    card = read(payments=[intent(last_payment_error=None)]).attempts[0].card
    assert card is not None
    assert (card.id, card.last4) == ("pm_tried", "0341")


def test_an_intent_that_waits_names_the_card_it_waits_for() -> None:
    waiting = intent(
        status="requires_action",
        next_action={"type": "redirect_to_url", "redirect_to_url": {"url": HOSTED}},
        last_payment_error=None,
        payment_method="pm_1",
    )
    attempt = read(payments=[waiting]).attempts[0]
    assert (attempt.next_action, attempt.card and attempt.card.id) == ("redirect_to_url", "pm_1")
    expanded = read(payments=[waiting | {"payment_method": method("pm_9")}]).attempts[0]
    assert (expanded.card and expanded.card.id) == "pm_9"


def test_the_subscriptions_own_card_is_charged_before_the_default() -> None:
    own = read(subscriptions=[sub(default_payment_method=method("pm_own"))])
    charged = own.charged_for(own.subscriptions[0])
    assert charged is not None
    assert (charged.id, charged.by) == ("pm_own", ChargedBy.SUBSCRIPTION)
    assert charged.card == own.card("pm_own")
    source = read(subscriptions=[sub(default_source="card_1")])
    legacy = source.charged_for(source.subscriptions[0])
    assert legacy is not None
    assert (legacy.id, legacy.by, legacy.card) == ("card_1", ChargedBy.SUBSCRIPTION, None)
    default = read(subscriptions=[sub()])
    usual = default.charged_for(default.subscriptions[0])
    assert usual is not None
    assert (usual.id, usual.by) == ("pm_1", ChargedBy.CUSTOMER)
    bare = from_stripe({Read.CUSTOMER: customer(invoice_settings=None)}, NOW)
    assert bare.charged_for(default.subscriptions[0]) is None


def test_each_card_is_listed_once() -> None:
    found = read(cards={"data": [method("pm_2"), method()]}, subscriptions=[sub()])
    assert [card.id for card in found.cards] == ["pm_2", "pm_1"]


def test_a_way_to_pay_that_is_no_card_keeps_its_type() -> None:
    link = method("pm_link", type="link", card=None)
    found = read(cards=[link]).card("pm_link")
    assert found is not None
    assert (found.type, found.last4, found.expires_at) == ("link", None, None)


def test_a_card_that_was_not_saved() -> None:
    failed = {
        "id": "seti_1",
        "status": "requires_payment_method",
        "created": T - 9,
        "client_secret": "seti_1_secret_hush",
        "last_setup_error": None,
        "latest_attempt": {
            "status": "failed",
            "created": T,
            "setup_error": {"code": "card_declined", "decline_code": "lost_card"}
            | {"payment_method": method("pm_x")},
        },
    }
    (setup,) = read(setups=[failed]).setups
    assert (setup.attempt_status, setup.error_code, setup.decline_code) == (
        "failed",
        "card_declined",
        "lost_card",
    )
    assert (setup.at, setup.card and setup.card.id) == (MOMENT, "pm_x")


def test_a_subscription_carries_the_setup_it_waits_for() -> None:
    waiting = {"id": "seti_1", "status": "requires_action", "created": T}
    found = read(subscriptions=[sub(pending_setup_intent=waiting)]).subscriptions[0]
    assert found.pending_setup is not None
    assert found.pending_setup.status == "requires_action"


def test_what_was_not_read_is_told_from_what_is_empty() -> None:
    assert Read.CARDS not in read(subscriptions=[]).reads
    assert Read.CARDS in read(cards={"data": []}).reads


def test_no_url_secret_or_message_gets_in() -> None:
    found = read(
        subscriptions=[sub(pending_setup_intent={"id": "seti_1_secret_hush"})],
        payments=[intent(id="https://evil.example", latest_charge="hush hush"), intent()],
        cards=[method(), method("pm_2", card={"brand": HOSTED, "last4": "4242424242424242"})],
        invoices=[invoice()],
    )
    text = repr(found)
    for secret in (
        "://",
        "hush",
        "example.com",
        "Lantern",
        "insufficient funds",
        "promo",
        "424242",
    ):
        assert secret not in text


ANSWERS: dict[Read, object] = {
    Read.CUSTOMER: customer(),
    Read.SUBSCRIPTIONS: {"data": [sub(default_payment_method=method("pm_own"))]},
    Read.PAYMENTS: {"data": [intent()]},
    Read.SETUPS: {"data": [{"id": "seti_1", "last_setup_error": {}, "latest_attempt": {}}]},
    Read.CARDS: {"data": [method()]},
    Read.INVOICES: {"data": [invoice()]},
}

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(),
    st.sampled_from([HOSTED, "pi_1_secret_hush", 10**30, -1, 0, "deleted", "open"]),
)
anything = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)


def spoiled(value: object, draw: st.DataObject) -> object:
    """Return a copy of an answer with some of its values replaced by anything at all."""
    if draw.draw(st.integers(0, 11)) == 0:
        return draw.draw(anything)
    if isinstance(value, dict):
        return {key: spoiled(inner, draw) for key, inner in value.items()}
    if isinstance(value, list):
        return [spoiled(inner, draw) for inner in value]
    return value


@given(st.data())
def test_no_shape_however_odd_raises_or_leaks(data: st.DataObject) -> None:
    answers = {read_: spoiled(answer, data) for read_, answer in ANSWERS.items()}
    found = from_stripe(answers, NOW)
    diagnoses = diagnose(found, NOW)
    assert "://" not in repr((found, diagnoses))
    assert "_secret" not in repr((found, diagnoses))
    assert_clean(found)


def assert_clean(value: object) -> None:
    """Every leaf is of the types facts are made of, and every moment knows its zone."""
    if is_dataclass(value):
        for field in fields(value):
            assert_clean(getattr(value, field.name))
    elif isinstance(value, tuple | frozenset):
        for each in value:
            assert_clean(each)
    elif isinstance(value, datetime):
        assert value.tzinfo is not None
    else:
        assert value is None or isinstance(value, str | int | bool)
