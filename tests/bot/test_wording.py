"""Facts in words: cards, amounts and days in each language, and what is left out."""

from datetime import date

import pytest

from helpcenter.billing.codes import Detail
from helpcenter.billing.facts import Card
from helpcenter.bot.facts import FactView, Shown
from helpcenter.bot.wording import Words, faults, fill
from helpcenter.i18n.locale import Locale
from helpcenter.i18n.money import Money
from tests.bot.shipped import EN, ZH, playbook

TODAY = date(2026, 11, 22)


def told(text: str, locale: Locale = EN, **shown: Shown) -> str:
    words = Words(FactView({}, shown, today=TODAY), playbook().names[locale], locale)
    return fill(text, words)


def visa(**given: str | None) -> Card:
    about = {"type": "card", "brand": "visa", "last4": "4242", **given}
    return Card("pm_1", about["type"], about["brand"], about["last4"])


@pytest.mark.parametrize(
    ("card", "en", "zh"),
    [
        (visa(), "Visa ending 4242", "Visa（尾號 4242）"),
        (visa(brand="amex"), "American Express ending 4242", "American Express（尾號 4242）"),
        (visa(brand="of_the_future"), "card ending 4242", "卡（尾號 4242）"),
        (visa(brand=None), "card ending 4242", "卡（尾號 4242）"),
        (visa(type="link", brand=None, last4=None), "payment method", "付款方式"),
    ],
)
def test_a_card_by_name(card: Card, en: str, zh: str) -> None:
    assert told("{{ fact.card }}", EN, card=card) == en
    assert told("{{fact.card}}", ZH, card=card) == zh


@pytest.mark.parametrize(
    ("value", "en", "zh"),
    [
        (Money(38800, "HKD"), "HK$388.00", "HK$388.00"),
        (date(2026, 11, 20), "20 November", "11月20日"),
        (date(2027, 1, 3), "3 January 2027", "2027年1月3日"),
        (Detail.CVC, "security code", "安全碼"),
        ("Plus plan", "Plus plan", "Plus plan"),
    ],
)
def test_other_values(value: Shown, en: str, zh: str) -> None:
    assert told("[[{{ fact.amount }}]]", EN, amount=value) == en
    assert told("[[{{ fact.amount }}]]", ZH, amount=value) == zh


def test_every_detail_has_a_name_in_both_languages() -> None:
    for detail in Detail:
        assert told("{{ fact.detail }}", EN, detail=detail) != ""
        assert told("{{ fact.detail }}", ZH, detail=detail) != ""
    assert told("the {{ fact.detail }}") == "the card details"


def test_what_is_not_known_is_left_out_with_the_words_around_it() -> None:
    text = "Declined[[ on {{ fact.declined_on }}]][[ ({{ fact.amount }})]]."
    assert told(text) == "Declined."
    assert told(text, amount=Money(100, "HKD")) == "Declined (HK$1.00)."
    both = "a[[ {{ fact.amount }} on {{ fact.next_try }}]]b"
    assert told(both, amount=Money(100, "HKD")) == "ab"


def test_chinese_keeps_latin_words_apart() -> None:
    assert told("你的{{ fact.card }}被拒", ZH, card=visa()) == "你的 Visa（尾號 4242）被拒"
    assert told("你的{{ fact.card }}被拒", ZH) == "你的付款方式被拒"
    assert told("[[於{{ fact.next_try }}]]", ZH, next_try=TODAY) == "於11月22日"
    assert told("[[{{ fact.plan }}]]", ZH, plan="Plus") == "Plus"


def test_values_are_not_read_as_words_of_a_writer() -> None:
    plan = "[[x]] {{ fact.amount }}"
    assert told("[[{{ fact.plan }}]]", plan=plan, amount=Money(1, "HKD")) == plan


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Your {{ fact.card }}[[ ({{ fact.amount }})]].", 0),
        ("It costs {{ fact.amount }}.", 1),
        ("Open [[ bracket", 1),
        ("[[ {{ fact.card }} ]]", 1),
        ("[[nothing]]", 1),
    ],
)
def test_a_writer_is_told_what_is_wrong(text: str, count: int) -> None:
    assert len(list(faults(text))) == count
