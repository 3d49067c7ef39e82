"""Both languages say everything, and the same things as the articles."""

import re
from pathlib import Path

import pytest
import yaml

from helpcenter.sandbox import pages
from helpcenter.sandbox.host.words import WORDS as HOST
from helpcenter.sandbox.portal.words import WORDS as PORTAL

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "helpcenter" / "sandbox" / "templates"

# The screens that articles draw, and where this sandbox says the same.
SHARED = {
    "host_dashboard": HOST["dashboard"],
    "host_manage": HOST["manage"],
    "host_manage_subscription": HOST["manage_subscription"],
    "host_my_subscriptions": HOST["my_subscriptions"],
    "host_sign_out": HOST["sign_out"],
    "host_active": HOST["status_ok"],
    "portal_add_payment_method": PORTAL["add_payment_method"],
    "portal_billing_address": PORTAL["address"],
    "portal_card_number": PORTAL["card_number"],
    "portal_country": PORTAL["country"],
    "portal_cvc": PORTAL["cvc"],
    "portal_default": PORTAL["default"],
    "portal_delete": PORTAL["delete"],
    "portal_district": PORTAL["city"],
    "portal_expiry": PORTAL["expiry"],
    "portal_invoice_open": PORTAL["status_open"],
    "portal_invoice_paid": PORTAL["status_paid"],
    "portal_invoices": PORTAL["invoices"],
    "portal_make_default": PORTAL["make_default"],
    "portal_pay": PORTAL["pay"],
    "portal_save": PORTAL["save"],
}


@pytest.mark.parametrize("words", [HOST, PORTAL], ids=["host", "portal"])
def test_everything_is_said_in_both_languages(words: dict[str, tuple[str, str]]) -> None:
    for name, (english, chinese) in words.items():
        assert english.isascii() or name == "banner", name
        assert re.search(r"[\u4e00-\u9fff]", chinese), name
        assert english.count("%s") == chinese.count("%s"), name


@pytest.mark.parametrize(
    ("folder", "words"), [("host", HOST), ("portal", PORTAL)], ids=["host", "portal"]
)
def test_templates_name_only_words_that_exist(
    folder: str, words: dict[str, tuple[str, str]]
) -> None:
    text = "".join(path.read_text("utf-8") for path in (TEMPLATES / folder).glob("*.html"))
    named = set(re.findall(r"\bt\.(\w+)", text))
    assert named
    assert named <= words.keys()


@pytest.mark.parametrize("term", sorted(SHARED))
def test_screens_say_what_the_articles_say(term: str) -> None:
    known = yaml.safe_load((ROOT / "i18n" / "portal-terms.yaml").read_text("utf-8"))[term]
    assert SHARED[term] == (known["en"]["text"], known["zh_HK"]["text"])


def test_no_word_of_elsewhere_is_used() -> None:
    avoided = yaml.safe_load((ROOT / "i18n" / "zh_HK" / "wording.yaml").read_text("utf-8"))
    for words in (HOST, PORTAL):
        for name, (_, chinese) in words.items():
            assert not [word for word in avoided if word in chinese], name


@pytest.mark.parametrize(
    ("wishes", "locale"),
    [
        (("zh-HK",), "zh-HK"),
        (("zh-CN", "en"), "zh-HK"),
        (("yue",), "zh-HK"),
        (("fr", "en-GB"), "en"),
        ((None, "zh"), "zh-HK"),
        ((), "en"),
        (("",), "en"),
    ],
)
def test_the_first_wish_we_can_grant_wins(wishes: tuple[str | None, ...], locale: str) -> None:
    assert pages.page_locale(*wishes) == locale


def test_amounts_and_days_are_written_as_people_write_them() -> None:
    assert pages.money(123456, "hkd") == "HK$1,234.56"
    assert pages.money(1900, "usd") == "US$19.00"
    assert pages.day(1_795_338_000, "en") == "22 Nov 2026"
    assert pages.day(1_795_338_000, "zh-HK") == "2026年11月22日"
