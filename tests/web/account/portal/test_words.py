"""Everything the account page can say, from facts made by hand."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from helpcenter.billing.codes import CARD_DECLINES, Detail, Kind
from helpcenter.billing.diagnosis import Diagnosis, Moment
from helpcenter.billing.facts import Card, Facts
from helpcenter.billing.news import Change, News
from helpcenter.content.flows import Flow
from helpcenter.content.roots import find_roots
from helpcenter.i18n import dates
from helpcenter.i18n.locale import Locale
from helpcenter.site.build import build
from helpcenter.web.account import fresh
from helpcenter.web.account.plan import plan_of
from helpcenter.web.account.speaker import Speaker
from helpcenter.web.account.trouble import trouble_of
from helpcenter.web.account.view import view_of
from tests.billing import builders as made
from tests.factories import CONTENT, SETTINGS

EN, ZH = Locale("en"), Locale("zh_HK")
SITE = build(SETTINGS, find_roots(CONTENT))
HONG_KONG = dates.zone("Asia/Hong_Kong")


def speaker(locale: Locale = EN) -> Speaker:
    return Speaker(locale, SITE.catalogues.for_locale(locale).gettext, HONG_KONG, made.NOW)


def rows(facts: Facts) -> dict[str, tuple[str, str, bool]]:
    plan = plan_of(facts, facts.subscriptions[0], speaker())
    return {row.label: (row.value, row.note, row.warns) for row in plan.rows}


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"status": "active"}, ("Active", "", False)),
        ({"status": "past_due"}, ("Payment overdue", "", True)),
        ({"status": "unpaid"}, ("Not paid", "", True)),
        ({"status": "incomplete"}, ("Waiting for the first payment", "", True)),
        ({"status": "paused"}, ("Paused", "", False)),
        ({"status": "active", "collection_paused": True}, ("Charges are paused", "", False)),
        (
            {"status": "active", "cancel_at_period_end": True},
            ("Ends on 18 December 2026", "Nothing more is charged for it.", False),
        ),
        (
            {"status": "active", "cancel_at": made.NOW + 9 * made.DAY},
            ("Ends on 1 December 2026", "Nothing more is charged for it.", False),
        ),
        ({"status": "something_new"}, None),
        ({"status": None}, None),
    ],
    ids=range(10),
)
def test_each_status_in_words(changes: dict[str, object], status: object) -> None:
    found = rows(made.facts(subscriptions=(made.subscription(**changes),)))
    assert found.get("Status") == status
    charged = changes.get("status") in {"active", "past_due"} and len(changes) == 1
    assert ("Next charge" in found) == charged


def test_the_next_charge_of_every_kind_of_price() -> None:
    def charge(**changes: object) -> tuple[str, str, bool]:
        sub = made.subscription(**({"status": "active"} | changes))
        found = rows(made.facts(subscriptions=(sub,)))
        return found.get("Next charge") or found["Next invoice"]

    assert charge()[0] == "HK$128.00 on 18 December 2026"
    assert charge(price=None) == ("18 December 2026", "", False)
    trial = made.NOW + 3 * made.DAY
    assert charge(status="trialing", trial_end=trial)[0] == "HK$128.00 on 25 November 2026"
    by_invoice = made.subscription(status="active", charges_automatically=False)
    found = rows(made.facts(subscriptions=(by_invoice,)))
    assert "Next invoice" in found
    assert "Card used" not in found
    past = made.subscription(status="active", current_period_end=made.NOW - made.DAY)
    assert "Next charge" not in rows(made.facts(subscriptions=(past,)))


@pytest.mark.parametrize(
    ("card", "said"),
    [
        (made.card(), ("Visa ending 4242", "Expires 12/2030", False)),
        (made.expired(), ("Visa ending 4242", "Expired 10/2026", True)),
        (
            made.card(exp_month=11, exp_year=2026),
            ("Visa ending 4242", "Expires soon: 11/2026", True),
        ),
        (made.card(brand="newcomer"), ("Card ending 4242", "Expires 12/2030", False)),
        (made.card(exp_month=None), ("Visa ending 4242", "", False)),
        (Card("pm_old", "link"), ("A payment method saved with Stripe", "", False)),
    ],
    ids=range(6),
)
def test_the_card_that_is_charged(card: Card, said: tuple[str, str, bool]) -> None:
    sub = made.subscription(status="active")
    assert rows(made.facts(cards=(card,), subscriptions=(sub,)))["Card used"] == said


def test_no_card_is_worth_a_warning() -> None:
    bare = made.facts(cards=(), default_card_id=None)
    assert rows(bare)["Card used"] == ("No card is saved", "", True)
    unknown = made.facts(cards=(), default_card_id="pm_elsewhere")
    assert rows(unknown)["Card used"][0] == "A payment method saved with Stripe"


def diagnoses() -> Iterator[Diagnosis]:
    """Every kind and detail, with everything known and with nothing known."""
    for kind in Kind:
        for moment in (*Moment, None):
            yield Diagnosis(kind, moment=moment)
            yield Diagnosis(
                kind,
                moment=moment,
                card=made.card(),
                new_card=made.card("new", brand="jcb", last4="0505"),
                amount=made.PRICE,
                next_attempt=made.NOW + made.DAY,
                subscription="sub_1",
            )
    for detail in Detail:
        yield Diagnosis(Kind.WRONG_DETAILS, moment=Moment.PAYING, detail=detail, card=made.card())


@pytest.mark.parametrize("locale", [EN, ZH], ids=str)
def test_every_diagnosis_has_words_in_the_readers_language(locale: Locale) -> None:
    for each in diagnoses():
        trouble = trouble_of(each, speaker(locale), links=True)
        if each.kind in {Kind.NO_CUSTOMER, Kind.CUSTOMER_DELETED, Kind.OTHER_MODE}:
            assert trouble is None
            continue
        assert trouble is not None
        text = " ".join((trouble.title, *trouble.sentences))
        assert "%" not in text
        assert trouble.title
        assert trouble.sentences
        chinese = re.search("[\u4e00-\u9fff]", text) is not None
        assert chinese == (locale == ZH)
        assert trouble.button is not None
        assert trouble.button.url.startswith(f"/{locale.tag}/account/manage/")
        silent = trouble_of(each, speaker(locale), links=False)
        assert silent is not None
        assert silent.button is None


def test_a_button_names_the_subscription_where_the_page_is_about_one() -> None:
    def url(flow: Flow) -> str:
        told = Diagnosis(Kind.GENERIC, flow, Moment.PAYING, subscription="sub_1")
        trouble = trouble_of(told, speaker(), links=True)
        assert trouble is not None
        assert trouble.button is not None
        return trouble.button.url

    assert url(Flow.PAY_INVOICE).endswith("/pay_invoice?subscription=sub_1")
    assert url(Flow.PAYMENT_METHOD_UPDATE).endswith("/payment_method_update")


@pytest.mark.parametrize("locale", [EN, ZH], ids=str)
def test_generic_declines_cannot_be_told_apart(locale: Locale) -> None:
    def page(decline: str) -> object:
        return view_of(made.unpaid(made.declined(decline)), speaker(locale), links=True)

    plain = page("generic_decline")
    for code in (*CARD_DECLINES, "a_code_of_tomorrow"):
        meaning = CARD_DECLINES.get(code)
        generic = meaning is None or meaning.kind is Kind.GENERIC
        assert (page(code) == plain) == generic, code


@pytest.mark.parametrize("locale", [EN, ZH], ids=str)
def test_all_that_can_be_new_has_words_in_the_readers_language(
    locale: Locale, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare = [Change(kind) for kind in News]
    rich = [
        replace(each, card=made.card(), amount=made.PRICE, until=made.NOW + made.DAY)
        for each in bare
    ]
    for changes in (bare, rich):
        monkeypatch.setattr(fresh, "what_changed", lambda _before, _after, told=changes: told)
        said = fresh.news_of(made.facts(), made.facts(), speaker(locale))
        assert len(said) == len(News)
        for sentence in said:
            assert "%" not in sentence
            assert (re.search("[\u4e00-\u9fff]", sentence) is not None) == (locale == ZH)
    assert fresh.news_of(None, made.facts(), speaker(locale)) == ()


def test_an_invoice_in_words() -> None:
    bill = made.bill(due_date=made.NOW + made.DAY)
    facts = made.unpaid(made.declined("insufficient_funds"), bill)
    (shown,) = view_of(facts, speaker(), links=True).bills
    assert (shown.amount, shown.about) == (
        "HK$128.00",
        (
            "Invoice of 18 November 2026",
            "Due on 23 November 2026",
            "Next try on 24 November 2026",
        ),
    )
    bare = replace(bill, amount_due=None, amount_remaining=None, created=None, due_date=None)
    facts = made.unpaid(made.declined("generic_decline"), bare)
    (shown,) = view_of(facts, speaker(), links=True).bills
    assert (shown.amount, shown.about) == ("Invoice", ())


def test_an_hour_is_that_of_the_place_and_an_unknown_place_is_utc() -> None:
    assert "8:00" in speaker().as_of(made.NOW)
    assert dates.zone(None, "Nowhere/Land", "../etc/passwd", "Asia/Tokyo").utcoffset(
        made.NOW
    ) == timedelta(hours=9)
    assert dates.zone("", None).utcoffset(made.NOW) == timedelta(0)
