"""What customers hear for each diagnosis: true, short, in both languages, telling no tales."""

from collections.abc import Iterator

import pytest

from helpcenter.billing.codes import CARD_DECLINES, GENERIC, Kind
from helpcenter.billing.diagnosis import diagnose
from helpcenter.billing.facts import Attempt, CustomerState, Facts, SetupAttempt
from helpcenter.bot.conversation_tests import text_of
from helpcenter.bot.engine import decide, start
from helpcenter.bot.lint import MAX_CHARACTERS, MAX_WORDS
from helpcenter.bot.plain import decision_json
from helpcenter.bot.state import Decision, SaidChoice, SaidText
from helpcenter.bot.view import view_of
from helpcenter.i18n.dates import zone
from helpcenter.i18n.locale import Locale
from helpcenter.language.scripts import has_han
from tests.billing.builders import DAY, NOW, bill, card, declined, expired, facts, subscription
from tests.billing.builders import unpaid as unpaid_facts
from tests.bot.shipped import EN, ZH, playbook

LINES = {
    "card_declined": {EN: "why was my card declined?", ZH: "點解我張卡被拒？"},
    "update_not_saving": {EN: "my new card won't save", ZH: "更新咗張卡但儲存唔到"},
    "update_payment_method": {EN: "how do I change my card?", ZH: "想換卡，點做？"},
    "cannot_access_portal": {EN: "I can't open the billing portal", ZH: "我開唔到帳單頁面"},
    "payment_failed": {EN: "my renewal payment failed", ZH: "續期付款失敗"},
    "card_expiring": {EN: "my card is about to expire", ZH: "張卡就快到期"},
    "default_method_usage": {EN: "which card do you charge?", ZH: "你哋會扣邊張卡"},
}
GENERIC_CODES = sorted(code for code, means in CARD_DECLINES.items() if means == GENERIC)


def unpaid(code: str) -> Facts:
    return unpaid_facts(declined(code))


def setup(status: str, error: str | None = None) -> Facts:
    tried = SetupAttempt("seti_1", status, NOW - DAY, card("new", last4="3155"), error_code=error)
    return facts(setups=(tried,))


NEW = card("new", last4="5555", brand="mastercard", created=NOW - DAY)
OWN = subscription(status="active", own_card_id="pm_own")

KINDS: dict[Kind, Facts] = {
    Kind.NO_CUSTOMER: Facts(NOW, CustomerState.MISSING),
    Kind.CUSTOMER_DELETED: Facts(NOW, CustomerState.DELETED),
    Kind.AUTHENTICATION_NEEDED: unpaid_facts(
        Attempt("pi_1", "requires_action", NOW - DAY, card=card())
    ),
    Kind.SUBSCRIPTION_OWN_CARD: facts(
        cards=(expired("own"), card()), subscriptions=(OWN,), default_card_id="pm_old"
    ),
    Kind.NEW_CARD_NOT_DEFAULT: unpaid_facts(declined("expired_card"), cards=(card(), NEW)),
    Kind.NEW_CARD_NOT_TRIED: unpaid_facts(
        declined("insufficient_funds"), cards=(NEW,), default_card_id="pm_new"
    ),
    Kind.OTHER_CUSTOMER: unpaid_facts(declined("expired_card"), elsewhere=(NEW,)),
    Kind.INSUFFICIENT_FUNDS: unpaid("insufficient_funds"),
    Kind.LIMIT_EXCEEDED: unpaid("card_velocity_exceeded"),
    Kind.CARD_EXPIRED: unpaid("expired_card"),
    Kind.WRONG_DETAILS: unpaid("incorrect_cvc"),
    Kind.NOT_SUPPORTED: unpaid("card_not_supported"),
    Kind.DUPLICATE: unpaid("duplicate_transaction"),
    Kind.TEMPORARY: unpaid("processing_error"),
    Kind.GENERIC: unpaid("generic_decline"),
    Kind.NO_CARD: facts(cards=(), default_card_id=None),
    Kind.OTHER_MODE: Facts(NOW, CustomerState.OTHER_MODE),
    Kind.STOPPED: unpaid("stop_payment_order"),
    Kind.UNPAID: facts(subscriptions=(subscription(status="unpaid"),)),
    Kind.PAUSED: facts(subscriptions=(subscription(status="paused"),)),
    Kind.ENDED: facts(subscriptions=(subscription(status="canceled", ended_at=NOW - DAY),)),
    Kind.CARD_EXPIRING: facts(cards=(card(exp_month=11, exp_year=2026),)),
}

OTHERS: dict[str, Facts] = {
    "confirm_again": unpaid_facts(declined("authentication_required"), bill(has_hosted_page=False)),
    "untried": facts(subscriptions=(subscription(latest_invoice=bill(attempt_count=0)),)),
    "mistyped": setup("requires_payment_method", "incorrect_cvc"),
    "refused": setup("requires_payment_method", "card_declined"),
    "unconfirmed": setup("requires_action"),
    "own_card": facts(cards=(card("own"),), subscriptions=(OWN,), default_card_id=None, setups=()),
}


def reply(found: Facts, topic: str, locale: Locale) -> Decision:
    view = view_of(found, NOW, zone("Asia/Hong_Kong"))
    return decide(playbook(), start(locale), SaidText(LINES[topic][locale]), view, NOW)


def talk(found: Facts, topic: str, locale: Locale) -> Iterator[Decision]:
    """Yield all that is said when nothing helps."""
    view = view_of(found, NOW, zone("Asia/Hong_Kong"))
    decision = reply(found, topic, locale)
    yield decision
    while not decision.hand_off:
        said = SaidChoice("still")
        decision = decide(playbook(), decision.state, said, view, NOW)
        yield decision


def test_every_diagnosis_is_tried() -> None:
    assert set(KINDS) == set(Kind)
    for kind, found in KINDS.items():
        assert diagnose(found, NOW)[0].kind is kind


@pytest.mark.parametrize("locale", [EN, ZH], ids=str)
@pytest.mark.parametrize("topic", LINES)
@pytest.mark.parametrize("name", [*KINDS, *OTHERS])
def test_every_answer_is_short_and_in_its_language(name: str, topic: str, locale: Locale) -> None:
    found = KINDS[Kind(name)] if name in KINDS else OTHERS[name]
    for decision in talk(found, topic, locale):
        text = text_of(decision)
        assert has_han(text) == locale.is_han
        assert "fact" not in text
        assert "[[" not in text
        short = len(text) <= MAX_CHARACTERS if locale.is_han else len(text.split()) <= MAX_WORDS
        assert short, text


@pytest.mark.parametrize("kind", Kind)
def test_every_diagnosis_has_words_of_its_own(kind: Kind) -> None:
    for locale in (EN, ZH):
        decision = reply(KINDS[kind], "card_declined", locale)
        assert decision.trace.steps != ("card_declined/reason",)
        told = {fact.name: fact.value for fact in decision.trace.facts}
        assert told["diagnosis"] == kind


@pytest.mark.parametrize(
    ("name", "topic", "step", "flows"),
    [
        ("confirm_again", "card_declined", "confirm_again", ["payment_method_update"]),
        ("untried", "card_declined", "unpaid", ["pay_invoice"]),
        ("mistyped", "update_not_saving", "mistyped", ["payment_method_update"]),
        ("refused", "update_not_saving", "refused", ["payment_method_update"]),
        ("unconfirmed", "card_declined", "", ["payment_method_update"]),
        ("own_card", "update_payment_method", "own_card", ["portal_home"]),
        (Kind.NO_CARD, "card_declined", "no_card", ["payment_method_update"]),
        (Kind.CARD_EXPIRING, "card_declined", "expiring", ["payment_method_update"]),
        (Kind.NEW_CARD_NOT_TRIED, "card_declined", "", ["pay_invoice", "portal_home"]),
        (Kind.NEW_CARD_NOT_DEFAULT, "card_declined", "", ["portal_home", "pay_invoice"]),
        (
            Kind.OTHER_CUSTOMER,
            "update_not_saving",
            "elsewhere",
            ["payment_method_update", "pay_invoice"],
        ),
        (Kind.AUTHENTICATION_NEEDED, "card_declined", "confirm", ["pay_invoice"]),
        (Kind.AUTHENTICATION_NEEDED, "update_not_saving", "waiting", ["pay_invoice"]),
    ],
)
def test_the_page_that_helps_is_offered(name: str, topic: str, step: str, flows: list[str]) -> None:
    found = KINDS[Kind(name)] if name in KINDS else OTHERS[name]
    decision = reply(found, topic, EN)
    assert [str(offer.flow) for offer in decision.offers] == flows
    if step:
        assert decision.trace.steps == (f"{topic}/{step}",)


def test_the_example_of_the_design() -> None:
    text = text_of(reply(unpaid("insufficient_funds"), "card_declined", EN))
    assert text.startswith(
        "Your Visa ending 4242 was declined on 21 November for insufficient funds (HK$128.00); "
        "the next try is on 24 November."
    )


@pytest.mark.parametrize("code", GENERIC_CODES)
def test_a_generic_decline_sounds_like_any_other_to_the_end_of_the_talk(code: str) -> None:
    for topic in LINES:
        for locale in (EN, ZH):
            heard = [decision_json(d) for d in talk(unpaid(code), topic, locale)]
            plain = [decision_json(d) for d in talk(unpaid("generic_decline"), topic, locale)]
            assert heard == plain


@pytest.mark.parametrize("reason", ["highest_risk_level", "elevated_risk_level", "rule"])
def test_a_payment_blocked_by_radar_sounds_like_a_generic_decline(reason: str) -> None:
    blocked = declined("insufficient_funds", outcome_type="blocked", outcome_reason=reason)
    for topic in LINES:
        heard = [decision_json(d) for d in talk(unpaid_facts(blocked), topic, EN)]
        assert heard == [decision_json(d) for d in talk(unpaid("generic_decline"), topic, EN)]


@pytest.mark.parametrize("topic", LINES)
def test_a_generic_decline_promises_no_other_try_and_names_no_day(topic: str) -> None:
    for decision in talk(unpaid("generic_decline"), topic, EN):
        text = text_of(decision)
        assert "next try" not in text
        assert "November" not in text
        assert "December" not in text
    for decision in talk(unpaid("generic_decline"), topic, ZH):
        assert "下次" not in text_of(decision)
        assert "月" not in text_of(decision)
