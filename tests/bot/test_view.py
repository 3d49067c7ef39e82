"""`view_of`: what the bot may know, from what Stripe knows."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from helpcenter.billing.codes import CARD_DECLINES, GENERIC, Kind
from helpcenter.billing.facts import (
    Attempt,
    CustomerState,
    Facts,
    FactsUnavailable,
    Read,
    Reason,
    SetupAttempt,
)
from helpcenter.bot.facts import FACTS, SHOWN, FactView, PlanShown
from helpcenter.bot.view import Terms, view_of
from helpcenter.content.flows import Flow
from helpcenter.i18n.money import Money
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

HK = ZoneInfo("Asia/Hong_Kong")
GENERIC_CODES = sorted(code for code, means in CARD_DECLINES.items() if means == GENERIC)


def view(found: Facts | FactsUnavailable, zone: str = "Asia/Hong_Kong") -> FactView:
    return view_of(found, NOW, ZoneInfo(zone))


@pytest.mark.parametrize(
    ("reason", "sight"),
    [
        (Reason.SIGNED_OUT, "signed_out"),
        (Reason.NO_KEY, "no_key"),
        (Reason.STRIPE_DOWN, "stripe_down"),
        (Reason.REFUSED, "stripe_down"),
    ],
)
def test_without_facts_only_the_reason_is_known(reason: Reason, sight: str) -> None:
    assert view(FactsUnavailable(reason)) == FactView({"facts": sight})


def test_all_well() -> None:
    seen = view(facts())
    assert seen.known == {
        "facts": "known",
        "diagnosis": "none",
        "moment": "none",
        "saving": "none",
        "card": "valid",
        "charged_by": "customer",
        "invoice": "none",
        "funding": "credit",
        "subscription": "active",
        "subscriptions": "one",
        "can_cancel": "yes",
        "can_pause": "yes",
        "can_change": "yes",
        "can_edit": "yes",
    }
    assert seen.shown["charged_card"] == seen.shown["card"] == card()
    assert seen.shown["renews_on"] == date(2026, 12, 18)
    assert seen.fetched_at == NOW


def test_a_named_reason_comes_with_card_amount_and_days() -> None:
    seen = view(unpaid(declined("insufficient_funds")))
    assert seen.known["diagnosis"] == "insufficient_funds"
    assert seen.known["invoice"] == "payable"
    assert seen.shown["amount"] == PRICE
    assert seen.shown["declined_on"] == date(2026, 11, 21)
    assert seen.shown["next_try"] == date(2026, 11, 24)
    assert "renews_on" not in seen.shown


def test_days_are_those_where_the_customer_is() -> None:
    late = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)
    found = unpaid(declined("insufficient_funds", at=late))
    assert view(found).shown["declined_on"] == date(2026, 11, 21)
    assert view(found, "America/New_York").shown["declined_on"] == date(2026, 11, 20)


@pytest.mark.parametrize("code", GENERIC_CODES)
def test_generic_declines_cannot_be_told_apart_and_hold_no_dates(code: str) -> None:
    def seen(code: str) -> FactView:
        advice = "do_not_try_again" if code in {"lost_card", "stolen_card"} else "try_again_later"
        return view(unpaid(declined(code, advice_code=advice)))

    assert seen(code) == seen("generic_decline")
    assert not {"declined_on", "next_try", "renews_on"} & seen(code).shown.keys()


def test_a_card_past_its_date_gives_no_day_away_that_a_generic_decline_hides() -> None:
    found = unpaid(declined("fraudulent", card=expired()), cards=(expired(),))
    seen = view(found)
    assert seen.known["diagnosis"] == "card_expired"
    assert not {"declined_on", "next_try"} & seen.shown.keys()


def test_a_new_card_beside_a_generic_decline_shows_no_dates() -> None:
    new = card("new", last4="5555", created=NOW - DAY)
    for code in ("generic_decline", "stolen_card"):
        seen = view(unpaid(declined(code), cards=(card(), new)))
        assert seen.known["diagnosis"] == "new_card_not_default"
        assert seen.shown["new_card"] == new
        assert not {"declined_on", "next_try"} & seen.shown.keys()


def test_what_was_not_read_is_not_said_to_be_none() -> None:
    basic = facts(reads=frozenset({Read.CUSTOMER, Read.SUBSCRIPTIONS, Read.PAYMENTS}))
    assert "saving" not in view(basic).known


def test_a_card_that_could_not_be_saved() -> None:
    setup = SetupAttempt("seti_1", "requires_action", NOW - DAY, card("new", last4="3155"))
    seen = view(facts(setups=(setup,)))
    assert (seen.known["saving"], seen.known["moment"]) == ("authentication_needed", "saving")
    assert seen.shown["saving_card"] == setup.card


@pytest.mark.parametrize("state", [CustomerState.MISSING, CustomerState.DELETED])
def test_a_customer_stripe_does_not_have(state: CustomerState) -> None:
    seen = view(Facts(NOW, state))
    assert set(seen.known) == {"facts", "diagnosis", "moment"}
    assert seen.known["diagnosis"] in {"no_customer", "customer_deleted"}


@pytest.mark.parametrize(
    ("found", "invoice"),
    [
        (unpaid(declined("insufficient_funds"), bill(has_hosted_page=False)), "open"),
        (unpaid(declined("insufficient_funds", status="processing")), None),
        (facts(subscriptions=(subscription(status="unpaid"),)), None),
        (facts(subscriptions=()), "none"),
        (
            facts(subscriptions=(subscription(latest_invoice=bill(attempt_count=0)),)),
            "payable",
        ),
    ],
)
def test_an_invoice_is_spoken_of_only_when_it_is_certain(found: Facts, invoice: str | None) -> None:
    assert view(found).known.get("invoice") == invoice


def test_an_open_invoice_that_nobody_tried_shows_its_amount() -> None:
    found = facts(subscriptions=(subscription(latest_invoice=bill(attempt_count=0)),))
    assert view(found).shown["amount"] == PRICE


@pytest.mark.parametrize(
    ("cards", "state"),
    [
        ((card(),), "valid"),
        ((card(exp_month=12, exp_year=2026),), "valid"),
        ((card(exp_month=11, exp_year=2026),), "expiring"),
        ((expired(),), "expired"),
        ((), None),
    ],
)
def test_the_card_that_is_charged(cards: tuple[object, ...], state: str | None) -> None:
    assert view(facts(cards=cards)).known.get("card") == state


def test_without_any_card_there_is_none() -> None:
    seen = view(facts(cards=(), default_card_id=None))
    assert (seen.known["card"], seen.known["charged_by"]) == ("none", "none")
    assert seen.known["diagnosis"] == "no_card"


def test_a_subscriptions_own_card_is_told_from_the_default() -> None:
    own = card("own", last4="5100")
    sub = subscription(status="active", own_card_id="pm_own")
    seen = view(facts(cards=(card(created=None), own), subscriptions=(sub,), default_card_id=None))
    assert seen.known["charged_by"] == "subscription"
    assert seen.shown["charged_card"] == own


def test_a_name_stays_on_one_short_line() -> None:
    sub = subscription(status="active", plan="Plus\n\u2003" + "plan " * 30)
    plan = view(facts(subscriptions=(sub,))).shown["plan"]
    assert isinstance(plan, str)
    assert len(plan) == 60
    assert plan.startswith("Plus plan")
    nameless = subscription(status="active", plan=None)
    assert "plan" not in view(facts(subscriptions=(nameless,))).shown


def test_a_payment_without_invoice_has_its_day() -> None:
    loose = declined("insufficient_funds", id="pi_loose", amount=Money(500, "USD"))
    seen = view(facts(attempts=(loose,)))
    assert seen.shown["declined_on"] == date(2026, 11, 21)
    assert seen.shown["amount"] == Money(500, "USD")


@pytest.mark.parametrize(
    "changes",
    [
        {"cancel_at_period_end": True},
        {"collection_paused": True},
        {"charges_automatically": False},
        {"price": Money(0, "HKD")},
        {"price": None},
        {"current_period_end": None},
        {"current_period_end": NOW - DAY},
    ],
)
def test_no_next_charge_is_promised_that_may_not_come(changes: dict[str, object]) -> None:
    sub = replace(subscription(status="active"), **changes)  # type: ignore[arg-type] # a table's row
    assert "renews_on" not in view(facts(subscriptions=(sub,))).shown


def test_several_plans_are_told_apart_by_price_and_day() -> None:
    one = subscription(status="active")
    two = (replace(one, plan="Sketch"), replace(one, id="sub_2", plan="Plus", price=None))
    seen = view(facts(subscriptions=two)).shown
    first, second = (PlanShown("Sketch", seen["price"], seen["renews_on"]), PlanShown("Plus"))  # type: ignore[arg-type] # as shown
    assert seen["plans"] == (first, second)
    assert "plans" not in view(facts(subscriptions=(one,))).shown
    nameless = (one, replace(one, id="sub_2", plan=None))
    assert "plans" not in view(facts(subscriptions=nameless)).shown


def test_of_several_plans_the_one_that_is_charged_next_is_spoken_of() -> None:
    later = replace(subscription(status="active"), plan="Sketch")
    assert later.current_period_end is not None
    end = later.current_period_end - timedelta(days=5)
    sooner = replace(later, id="sub_2", plan="Plus", current_period_end=end)
    ending = replace(sooner, id="sub_3", plan="Studio", cancel_at_period_end=True)
    seen = view(facts(subscriptions=(ending, later, sooner))).shown
    assert (seen["plan"], seen["renews_on"]) == ("Plus", end.date())


def test_every_value_is_one_that_topics_may_name() -> None:
    found: list[Facts] = [facts(), Facts(NOW, CustomerState.MISSING)]
    found += [unpaid(declined(code)) for code in CARD_DECLINES]
    found += [facts(cards=(expired(),)), facts(cards=(), default_card_id=None)]
    found.append(unpaid(Attempt("pi_1", "requires_action", card=card())))
    kinds = set()
    for each in found:
        seen = view_of(each, NOW, HK)
        kinds.add(seen.known["diagnosis"])
        assert seen.shown.keys() <= SHOWN
        for name, value in seen.known.items():
            assert value in FACTS[name]
    assert str(Kind.AUTHENTICATION_NEEDED) in kinds


def test_an_unpaid_plan_goes_on_for_the_days_of_grace() -> None:
    found = unpaid(declined("insufficient_funds"))
    assert view(found).shown["pay_by"] == date(2026, 11, 25)
    short = view_of(found, NOW, HK, Terms(grace=timedelta(days=3)))
    assert "pay_by" not in short.shown


@pytest.mark.parametrize("code", GENERIC_CODES)
def test_with_a_generic_cause_there_is_no_day_of_grace(code: str) -> None:
    assert "pay_by" not in view(unpaid(declined(code))).shown


@pytest.mark.parametrize(
    ("changes", "standing", "shown"),
    [
        ({"status": "active"}, "active", {}),
        ({"status": "trialing"}, "trialing", {}),
        ({"status": "unpaid"}, "unpaid", {}),
        ({"status": "from the future"}, None, {}),
        (
            {"status": "active", "cancel_at_period_end": True},
            "ending",
            {"ends_on": date(2026, 12, 18)},
        ),
        (
            {"status": "active", "collection_paused": True, "resumes_at": NOW + DAY},
            "paused",
            {"resumes_on": date(2026, 11, 23)},
        ),
        (
            {"status": "canceled", "ended_at": NOW - DAY},
            "ended",
            {"ended_on": date(2026, 11, 21)},
        ),
    ],
)
def test_how_a_plan_stands(
    changes: dict[str, Any], standing: str | None, shown: dict[str, date]
) -> None:
    seen = view(facts(subscriptions=(subscription(**changes),)))
    assert seen.known.get("subscription") == standing
    days = ("ends_on", "ended_on", "resumes_on")
    assert {name: seen.shown[name] for name in days if name in seen.shown} == shown


def test_how_many_plans_there_are() -> None:
    two = (subscription(status="active"), subscription(id="sub_2", status="active"))
    assert view(facts(subscriptions=two)).known["subscriptions"] == "several"
    assert view(facts(subscriptions=())).known["subscriptions"] == "none"


def test_what_the_portal_does_not_have_cannot_be_done() -> None:
    seen = view_of(facts(), NOW, HK, Terms(flows=frozenset({Flow.SUBSCRIPTION_CANCEL})))
    allowed = {name: seen.known[name] for name in ("can_cancel", "can_pause", "can_edit")}
    assert allowed == {"can_cancel": "yes", "can_pause": "no", "can_edit": "no"}


def test_the_kind_of_card_is_that_of_the_one_in_trouble() -> None:
    tried = declined("generic_decline", card=card("other", funding="prepaid"))
    assert view(unpaid(tried)).known["funding"] == "prepaid"
    assert "funding" not in view(facts(cards=(card(funding="unknown"),))).known
