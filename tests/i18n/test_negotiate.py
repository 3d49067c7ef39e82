"""Which language a reader gets, for every way of asking."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpcenter.i18n.locale import SOURCE, Locale
from helpcenter.i18n.negotiate import alias, match, negotiate

HK, CN, FR = Locale("zh_HK"), Locale("zh_CN"), Locale("fr")
BOTH = (SOURCE, HK)

TRADITIONAL = [
    "zh-HK",
    "zh_HK",
    "zh-hk",
    "ZH_hk",
    "zh-Hant",
    "zh-Hant-HK",
    "zh-Hant-TW",
    "zh-hant-mo",
    "zh-MO",
    "zh-TW",
    "yue",
    "yue-HK",
    "yue-Hant",
    "zh-yue",
]
SIMPLIFIED = ["zh", "zh-CN", "zh-Hans", "zh-Hans-CN", "zh-SG", "cmn"]


@pytest.mark.parametrize("tag", TRADITIONAL)
def test_traditional_readers_get_hong_kong_and_never_simplified(tag: str) -> None:
    assert match(tag, BOTH) == HK
    assert match(tag, (SOURCE, CN, HK)) == HK


@pytest.mark.parametrize("tag", SIMPLIFIED)
def test_simplified_readers_get_their_own_once_there_is_one(tag: str) -> None:
    assert match(tag, BOTH) == HK
    assert match(tag, (SOURCE, HK, CN)) == CN


@pytest.mark.parametrize("tag", ["en", "EN", "en-HK", "en_GB", "en-US-x-private"])
def test_english_of_any_country_is_english(tag: str) -> None:
    assert match(tag, BOTH) == SOURCE


@pytest.mark.parametrize("tag", ["", "fr", "de-DE", "中文", "x-klingon", "-", "zh--HK", "*", "zzz"])
def test_another_language_matches_nothing(tag: str) -> None:
    assert match(tag, BOTH) is None


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, SOURCE),
        ("", SOURCE),
        ("zh-HK,zh;q=0.9,en;q=0.8", HK),
        ("en-HK;q=0.9,zh-HK", HK),
        ("en-GB,en;q=0.9,zh-HK;q=0.8", SOURCE),
        ("zh-CN,zh;q=0.9", HK),
        ("zh-CN;q=0.5,en;q=0.9", SOURCE),
        ("zh-CN;q=0.9,en;q=0.5", HK),
        ("fr-FR,de;q=0.8,yue;q=0.1", HK),
        ("fr,de", SOURCE),
        ("*", SOURCE),
        ("fr,*;q=0.5,zh-HK;q=0.4", SOURCE),
        ("zh-HK;q=0,en", SOURCE),
        ("en;q=0,zh-HK;q=0.1", HK),
        (" zh-TW ; q=1.000 ", HK),
        ("zh-HK;q=2,en;q=0.1", SOURCE),
        (",,;;q=,=;", SOURCE),
        ("zh-HK" + ",x" * 10_000, HK),
    ],
)
def test_the_header_decides_by_weight(header: str | None, expected: Locale) -> None:
    assert negotiate(BOTH, header) == expected


def test_a_choice_made_once_wins_over_the_header() -> None:
    assert negotiate(BOTH, "en", "zh-HK") == HK
    assert negotiate(BOTH, "zh-HK", "en") == SOURCE
    assert negotiate(BOTH, "zh-HK", "garbage \x00") == HK


def test_without_the_source_language_the_first_there_is_serves_everybody() -> None:
    assert negotiate((FR, HK), "de") == FR


@given(st.text(), st.none() | st.text())
def test_nothing_in_a_header_or_cookie_ever_fails(header: str, cookie: str | None) -> None:
    assert negotiate(BOTH, header, cookie) in BOTH


@pytest.mark.parametrize(
    ("segment", "expected"),
    [
        ("en", SOURCE),
        ("zh-HK", HK),
        ("zh_HK", HK),
        ("zh-hk", HK),
        ("zh-TW", HK),
        ("yue", HK),
        ("en-GB", SOURCE),
        ("fr", None),
        ("en-articles", None),
        ("zh-HK-x-y", None),
        ("robots.txt", None),
        ("", None),
    ],
)
def test_a_urls_segment_is_a_tag_or_it_is_not(segment: str, expected: Locale | None) -> None:
    assert alias(segment, BOTH) == expected
