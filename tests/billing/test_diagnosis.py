"""`diagnose`: the true reason first, nothing that must not be told, and never an exception."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from helpcenter.billing.codes import CARD_DECLINES, LOCAL_DECLINES, Detail, Kind
from helpcenter.billing.diagnosis import Diagnosis, Moment, diagnose, shown_next_attempt
from helpcenter.billing.facts import Attempt, Checks, CustomerState, Facts, SetupAttempt
from helpcenter.content.flows import Flow
from tests.billing.builders import (
    DAY,
    NOW,
    PRICE,
    bill,
    card,
    declined,
    expired,
    facts,
    subscription,
    unpaid,
)

GENERIC_CODES = sorted(
    code
    for code, means in {**LOCAL_DECLINES, **CARD_DECLINES}.items()
    if means.kind is Kind.GENERIC
)


def kinds(found: Facts) -> list[Kind]:
    return [each.kind for each in diagnose(found, NOW)]


def first(found: Facts) -> Diagnosis:
    return diagnose(found, NOW)[0]


def test_all_well_is_nothing() -> None:
    assert diagnose(facts(), NOW) == ()


@pytest.mark.parametrize(
    ("state", "kind"),
    [
        (CustomerState.MISSING, Kind.NO_CUSTOMER),
        (CustomerState.DELETED, Kind.CUSTOMER_DELETED),
        (CustomerState.OTHER_MODE, Kind.OTHER_MODE),
    ],
)
def test_without_a_customer_a_person_must_help(state: CustomerState, kind: Kind) -> None:
    assert diagnose(Facts(NOW, state), NOW) == (Diagnosis(kind, flow=None),)


def test_no_money_says_card_amount_tries_and_the_next_one() -> None:
    assert diagnose(unpaid(declined("insufficient_funds")), NOW) == (
        Diagnosis(
            kind=Kind.INSUFFICIENT_FUNDS,
            flow=Flow.PAYMENT_METHOD_UPDATE,
            moment=Moment.PAYING,
            card=card(),
            subscription="sub_1",
            plan="Plus plan",
            invoice="in_1",
            amount=PRICE,
            attempts=2,
            next_attempt=NOW + 2 * DAY,
            since=NOW - 4 * DAY,
        ),
    )


@pytest.mark.parametrize("code", GENERIC_CODES)
@pytest.mark.parametrize("advice", [None, "do_not_try_again", "try_again_later"])
def test_generic_codes_cannot_be_told_apart(code: str, advice: str | None) -> None:
    ways: list[dict[str, Any]] = [
        {},
        {"cards": (expired(),)},
        {"cards": (card(), card("new", created=NOW - DAY / 2))},
        {"cards": (card(), card("new")), "default_card_id": "pm_new"},
    ]
    for way in ways:
        plain = diagnose(unpaid(declined("generic_decline"), **way), NOW)
        found = diagnose(unpaid(declined(code, advice_code=advice), **way), NOW)
        assert found == plain
        assert all(each.attempts is None and each.next_attempt is None for each in found)


@pytest.mark.parametrize("code", GENERIC_CODES)
def test_a_generic_decline_shows_no_next_try_anywhere(code: str) -> None:
    assert shown_next_attempt(unpaid(declined(code)), bill(), NOW) is None


def test_what_radar_blocked_looks_like_a_generic_decline() -> None:
    blocked = declined("insufficient_funds", outcome_type="blocked", outcome_reason="rule")
    plain = diagnose(unpaid(declined("generic_decline")), NOW)
    assert diagnose(unpaid(blocked), NOW) == plain


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("incorrect_number", {}),
        ("insufficient_funds", {"advice_code": "do_not_try_again"}),
    ],
)
def test_no_next_try_is_promised_where_stripe_will_not_try(
    code: str, changes: dict[str, str]
) -> None:
    found = unpaid(declined(code, **changes))
    assert first(found).next_attempt is None
    assert shown_next_attempt(found, bill(), NOW) is None


def test_a_next_try_in_the_past_is_no_next_try() -> None:
    late = bill(next_attempt=NOW - DAY)
    assert first(unpaid(declined("insufficient_funds"), late)).next_attempt is None


def test_an_untried_invoice_is_no_trouble_and_its_try_is_shown() -> None:
    fresh = bill(attempt_count=0)
    untried = Attempt("pi_1", status="requires_payment_method")
    found = unpaid(untried, fresh)
    assert diagnose(found, NOW) == ()
    assert shown_next_attempt(found, fresh, NOW) == NOW + 2 * DAY


@pytest.mark.parametrize(
    "attempt", [Attempt("pi_1", status="requires_payment_method"), declined("x", id="pi_other")]
)
def test_a_tried_invoice_whose_reason_nobody_remembers_is_generic(attempt: Attempt) -> None:
    found = first(unpaid(attempt))
    assert (found.kind, found.amount, found.attempts) == (Kind.GENERIC, PRICE, None)


@pytest.mark.parametrize("status", ["succeeded", "processing", "canceled"])
def test_a_payment_under_way_or_done_is_no_trouble(status: str) -> None:
    assert diagnose(unpaid(declined("insufficient_funds", status=status)), NOW) == ()


def test_wrong_details_name_the_detail() -> None:
    found = first(unpaid(declined("incorrect_cvc")))
    assert (found.kind, found.detail) == (Kind.WRONG_DETAILS, Detail.CVC)


@pytest.mark.parametrize("hosted", [True, False])
def test_an_invoice_that_waits_for_authentication_is_paid_on_its_own_page(*, hosted: bool) -> None:
    waiting = Attempt("pi_1", status="requires_action", next_action="use_stripe_sdk", card=card())
    (found,) = diagnose(unpaid(waiting, bill(has_hosted_page=hosted)), NOW)
    assert found.kind is Kind.AUTHENTICATION_NEEDED
    assert found.flow is (Flow.PAY_INVOICE if hosted else Flow.PAYMENT_METHOD_UPDATE)
    assert found.next_attempt is None


def test_a_declined_authentication_is_paid_on_the_invoices_page_too() -> None:
    assert first(unpaid(declined("authentication_required"))).flow is Flow.PAY_INVOICE


def test_a_new_card_that_is_not_the_default_comes_first() -> None:
    new = card("new", created=NOW - DAY)
    found = diagnose(unpaid(declined("expired_card", card=expired()), cards=(new, expired())), NOW)
    assert [each.kind for each in found] == [Kind.NEW_CARD_NOT_DEFAULT, Kind.CARD_EXPIRED]
    assert (found[0].card, found[0].new_card) == (expired(), new)
    assert found[0].flow is Flow.PAYMENT_METHOD_UPDATE


def test_the_newest_of_several_good_new_cards_is_meant() -> None:
    new = [card(f"n{days}", created=NOW - days * DAY) for days in (3, 1, 2)]
    dead = expired("dead", created=NOW - DAY / 2)
    found = first(unpaid(declined("generic_decline"), cards=(card(), *new, dead)))
    assert (found.new_card and found.new_card.id) == "pm_n1"


def test_an_older_card_is_not_taken_for_the_new_one() -> None:
    older = card("older", created=NOW - 300 * DAY)
    assert kinds(unpaid(declined("generic_decline"), cards=(card(), older))) == [Kind.GENERIC]


def test_a_subscription_with_a_card_of_its_own_passes_the_default_over() -> None:
    new = card("new", created=NOW - DAY)
    sub = subscription(own_card_id="pm_old", latest_invoice=bill())
    found = diagnose(
        unpaid(
            declined("expired_card", card=expired()),
            cards=(new, expired()),
            default_card_id="pm_new",
            subscriptions=(sub,),
        ),
        NOW,
    )
    assert [each.kind for each in found] == [Kind.SUBSCRIPTION_OWN_CARD, Kind.CARD_EXPIRED]
    assert (found[0].card, found[0].new_card) == (expired(), new)
    assert found[0].flow is Flow.PORTAL_HOME


def test_a_card_changed_after_the_failure_only_has_to_be_tried() -> None:
    new = card("new", created=NOW - DAY / 2)
    found = diagnose(
        unpaid(declined("insufficient_funds"), cards=(card(), new), default_card_id="pm_new"),
        NOW,
    )
    assert [each.kind for each in found] == [Kind.NEW_CARD_NOT_TRIED, Kind.INSUFFICIENT_FUNDS]
    assert (found[0].flow, found[0].new_card) == (Flow.PAY_INVOICE, new)
    assert found[0].next_attempt == NOW + 2 * DAY


def test_the_date_on_the_card_is_told_after_the_banks_own_reason() -> None:
    specific = unpaid(declined("insufficient_funds", card=expired()), cards=(expired(),))
    generic = unpaid(declined("lost_card", card=expired()), cards=(expired(),))
    assert kinds(specific) == [Kind.INSUFFICIENT_FUNDS, Kind.CARD_EXPIRED]
    assert kinds(generic) == [Kind.CARD_EXPIRED, Kind.GENERIC]


@pytest.mark.parametrize(
    ("year", "month", "found"),
    [
        (2026, 10, [Kind.CARD_EXPIRED]),
        (2026, 11, [Kind.CARD_EXPIRING]),
        (2026, 12, []),
    ],
)
def test_the_card_of_a_running_subscription_is_watched(
    year: int, month: int, found: list[Kind]
) -> None:
    assert kinds(facts(cards=(card(exp_year=year, exp_month=month),))) == found


def test_the_last_day_of_the_month_is_still_valid_everywhere() -> None:
    ends = card(exp_month=12, exp_year=2026)
    assert ends.expires_at is not None
    assert not ends.expired(ends.expires_at - timedelta(seconds=1))
    assert ends.expired(ends.expires_at)
    assert ends.expires_at.isoformat() == "2027-01-01T12:00:00+00:00"


def test_an_expiring_card_with_a_better_one_says_both() -> None:
    ending = card(exp_month=11, exp_year=2026)
    found = kinds(facts(cards=(ending, card("new", created=NOW - DAY))))
    assert found == [Kind.NEW_CARD_NOT_DEFAULT, Kind.CARD_EXPIRING]


def test_a_subscription_without_any_card_says_so() -> None:
    bare = facts(cards=(), default_card_id=None)
    assert kinds(bare) == [Kind.NO_CARD]
    assert kinds(replace(bare, default_source_id="card_1")) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"price": None},
        {"price": replace(PRICE, minor=0)},
        {"status": "canceled"},
        {"status": "paused"},
        {"collection_paused": True},
        {"cancel_at_period_end": True},
        {"charges_automatically": False},
    ],
)
def test_a_subscription_that_will_not_charge_needs_no_card(changes: dict[str, object]) -> None:
    sub = subscription(**({"status": "active"} | changes))
    found = kinds(facts(cards=(), default_card_id=None, subscriptions=(sub,)))
    assert Kind.NO_CARD not in found


def test_a_card_that_could_not_be_saved_is_about_saving() -> None:
    failed = SetupAttempt(
        "seti_1", "requires_payment_method", NOW - DAY, card("x"), error_code="card_declined"
    )
    (found,) = diagnose(facts(setups=(replace(failed, decline_code="incorrect_cvc"),)), NOW)
    assert (found.kind, found.moment, found.detail) == (
        Kind.WRONG_DETAILS,
        Moment.SAVING,
        Detail.CVC,
    )
    assert kinds(facts(setups=(failed,))) == [Kind.GENERIC]


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "requires_action"},
        {"status": "requires_payment_method", "attempt_status": "abandoned"},
        {"status": "canceled", "cancellation_reason": "abandoned"},
    ],
)
def test_an_unfinished_authentication_while_saving(changes: dict[str, str]) -> None:
    setup = replace(SetupAttempt("seti_1", at=NOW - DAY), **changes)  # type: ignore[arg-type] # strings by field name
    (found,) = diagnose(facts(setups=(setup,)), NOW)
    assert (found.kind, found.moment) == (Kind.AUTHENTICATION_NEEDED, Moment.SAVING)
    assert found.flow is Flow.PAYMENT_METHOD_UPDATE


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "succeeded"},
        {"status": "requires_payment_method"},
        {"status": "requires_action", "at": NOW - 30 * DAY},
        {"status": "requires_action", "at": NOW - 300 * DAY},
        {"status": "requires_action", "at": None},
    ],
)
def test_saving_that_worked_or_is_long_ago_is_no_trouble(changes: dict[str, object]) -> None:
    setup = replace(SetupAttempt("seti_1", at=NOW - DAY), **changes)  # type: ignore[arg-type] # values by field name
    assert diagnose(facts(setups=(setup,)), NOW) == ()


def test_saving_that_worked_at_the_second_go_is_no_trouble() -> None:
    setup = SetupAttempt("seti_1", "requires_action", NOW - DAY)
    found = facts(setups=(setup,), cards=(card(), card("new", created=NOW - DAY / 2)))
    assert diagnose(found, NOW) == ()


def test_what_a_subscription_waits_for_is_said_once() -> None:
    setup = SetupAttempt("seti_1", "requires_action", NOW - DAY)
    sub = subscription(status="active", pending_setup=setup)
    (found,) = diagnose(facts(subscriptions=(sub,), setups=(setup,)), NOW)
    assert (found.kind, found.subscription) == (Kind.AUTHENTICATION_NEEDED, "sub_1")


def test_a_recent_payment_outside_any_invoice_counts() -> None:
    assert kinds(facts(attempts=(declined("insufficient_funds"),))) == [Kind.INSUFFICIENT_FUNDS]
    old = declined("insufficient_funds", at=NOW - 20 * DAY)
    assert kinds(facts(attempts=(old,))) == []
    paid = Attempt("pi_2", status="succeeded", at=NOW)
    assert kinds(facts(attempts=(paid, declined("insufficient_funds")))) == []


def test_the_failed_payment_of_a_settled_invoice_is_history() -> None:
    settled = bill(status="paid")
    assert diagnose(unpaid(declined("insufficient_funds"), settled), NOW) == ()


def test_an_invoice_read_twice_is_said_once() -> None:
    found = unpaid(declined("insufficient_funds"), invoices=(bill(),))
    assert kinds(found) == [Kind.INSUFFICIENT_FUNDS]


def test_an_invoice_of_an_ended_subscription_still_counts() -> None:
    sub = subscription(status="canceled", latest_invoice=bill(subscription=None))
    found = first(unpaid(declined("insufficient_funds"), subscriptions=(sub,)))
    assert (found.kind, found.subscription) == (Kind.INSUFFICIENT_FUNDS, "sub_1")


def test_an_old_source_that_is_charged_is_compared_with_nothing() -> None:
    newer = card("new", created=NOW - DAY)
    found = unpaid(
        declined("insufficient_funds", card=None),
        cards=(newer,),
        default_card_id=None,
        default_source_id="card_1",
    )
    assert kinds(found) == [Kind.INSUFFICIENT_FUNDS]


@pytest.mark.parametrize("code", GENERIC_CODES)
@pytest.mark.parametrize(
    ("checks", "detail"),
    [
        (Checks(cvc="fail", postal_code="fail"), Detail.CVC),
        (Checks(postal_code="fail", line1="fail"), Detail.POSTAL_CODE),
        (Checks(line1="fail"), Detail.ADDRESS),
    ],
)
def test_a_failed_check_is_said_for_every_generic_code_alike(
    code: str, checks: Checks, detail: Detail
) -> None:
    wrong, cause = diagnose(unpaid(declined(code, checks=checks)), NOW)
    assert (wrong.kind, wrong.detail, cause.kind) == (Kind.WRONG_DETAILS, detail, Kind.GENERIC)
    assert (wrong.attempts, wrong.next_attempt, wrong.since) == (None, None, None)


def test_a_reason_of_the_banks_goes_before_a_failed_check() -> None:
    found = unpaid(declined("insufficient_funds", checks=Checks(cvc="fail")))
    assert kinds(found) == [Kind.INSUFFICIENT_FUNDS]


@pytest.mark.parametrize("result", ["pass", "unavailable", "unchecked", None])
def test_a_check_that_did_not_fail_says_nothing(result: str | None) -> None:
    assert kinds(unpaid(declined("do_not_honor", checks=Checks(cvc=result)))) == [Kind.GENERIC]


def test_a_plan_that_is_not_paid_is_trouble_though_nothing_was_refused() -> None:
    found = first(facts(subscriptions=(subscription(status="unpaid"),)))
    assert (found.kind, found.flow) == (Kind.UNPAID, Flow.PAYMENT_METHOD_UPDATE)
    waiting = subscription(status="unpaid", latest_invoice=bill(attempt_count=0, payments=()))
    assert first(facts(subscriptions=(waiting,))).flow is Flow.PAY_INVOICE


@pytest.mark.parametrize(
    "changes", [{"status": "paused"}, {"status": "active", "collection_paused": True}]
)
def test_a_pause_is_said_with_its_end(changes: dict[str, Any]) -> None:
    (found,) = diagnose(facts(subscriptions=(subscription(resumes_at=NOW + DAY, **changes),)), NOW)
    assert (found.kind, found.until, found.flow) == (Kind.PAUSED, NOW + DAY, Flow.PORTAL_HOME)
    (found,) = diagnose(facts(subscriptions=(subscription(resumes_at=NOW - DAY, **changes),)), NOW)
    assert found.until is None


def test_a_pause_for_want_of_a_card_wants_a_card() -> None:
    paused = subscription(status="paused", pause_reason="trial_end_without_payment_method")
    assert first(facts(subscriptions=(paused,))).flow is Flow.PAYMENT_METHOD_UPDATE


def test_an_ended_plan_is_said_only_if_no_other_goes_on() -> None:
    ended = subscription(id="sub_0", status="canceled", ended_at=NOW - DAY)
    assert first(facts(subscriptions=(ended,))).until == NOW - DAY
    assert kinds(facts(subscriptions=(ended,))) == [Kind.ENDED]
    assert kinds(facts(subscriptions=(subscription(status="active"), ended))) == []
    assert kinds(facts(subscriptions=())) == []


ASTRAY = card("astray", last4="5555", brand="mastercard", created=NOW - 2 * DAY)
LATER = SetupAttempt("seti_1", "requires_payment_method", NOW - DAY, error_code="card_declined")


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({}, True),
        ({"elsewhere": (card("older", created=NOW - 9 * DAY), ASTRAY)}, True),
        ({"elsewhere": (card("undated", created=None), ASTRAY)}, True),
        ({"elsewhere": (card("undated", created=None),)}, False),
        ({"elsewhere": (replace(ASTRAY, exp_month=10, exp_year=2026),)}, False),
        ({"cards": (card(), card("new", created=NOW - DAY))}, False),
        ({"cards": (card(), replace(ASTRAY, id="pm_copy", created=NOW - 90 * DAY))}, False),
        ({"cards": (card(created=None),)}, True),
        ({"setups": (LATER,)}, False),
        ({"setups": (replace(LATER, at=NOW - 3 * DAY),)}, True),
        ({"subscriptions": (subscription(status="active", pending_setup=LATER),)}, False),
    ],
    ids=range(11),
)
def test_a_card_saved_elsewhere_is_told_while_nothing_here_is_newer(
    changes: dict[str, Any], *, told: bool
) -> None:
    found = diagnose(facts(**({"elsewhere": (ASTRAY,)} | changes)), NOW)
    assert (Kind.OTHER_CUSTOMER in [each.kind for each in found]) is told


def test_a_card_saved_elsewhere_comes_first_and_names_both_cards() -> None:
    found = unpaid(declined("insufficient_funds"), elsewhere=(ASTRAY,))
    assert kinds(found) == [Kind.OTHER_CUSTOMER, Kind.INSUFFICIENT_FUNDS]
    assert first(found) == Diagnosis(
        kind=Kind.OTHER_CUSTOMER,
        card=card(),
        new_card=ASTRAY,
        subscription="sub_1",
        plan="Plus plan",
    )
    bare = facts(elsewhere=(ASTRAY,), cards=(), default_card_id=None, subscriptions=())
    assert diagnose(bare, NOW) == (Diagnosis(Kind.OTHER_CUSTOMER, new_card=ASTRAY),)
    unknown = facts(elsewhere=(ASTRAY,), default_card_id=None)
    assert first(unknown).card is None


@pytest.mark.parametrize("state", [each for each in CustomerState if each != "present"])
def test_nobody_has_a_card_elsewhere(state: CustomerState) -> None:
    assert diagnose(Facts(NOW, state, elsewhere=(ASTRAY,)), NOW)[0].new_card is None
