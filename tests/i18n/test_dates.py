"""Dates and names of languages, as each language writes them."""

from datetime import date

from helpcenter.i18n.dates import day
from helpcenter.i18n.locale import SOURCE, Locale
from helpcenter.i18n.names import hreflangs, own_name

HK = Locale("zh_HK")


def test_a_date_cannot_be_read_the_other_way_round() -> None:
    assert day(date(2026, 11, 4), SOURCE) == "4 November 2026"
    assert day(date(2026, 11, 4), HK) == "2026年11月4日"
    assert day(date(2026, 11, 4), Locale("fr")) == "4 novembre 2026"


def test_languages_are_called_what_their_readers_call_them() -> None:
    assert [own_name(locale) for locale in (SOURCE, HK, Locale("fr"))] == [
        "English",
        "繁體中文",
        "Français",
    ]


def test_search_engines_find_hong_kong_under_its_script_too() -> None:
    assert hreflangs(HK) == ("zh-HK", "zh-Hant")
    assert hreflangs(SOURCE) == ("en",)
