"""What people type to be exact: it does what they mean, and never an error."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpcenter.search.engine import Engine
from helpcenter.search.syntax import Wish, read
from tests.search.shelf import EN, ZH, ask, index, slugs

ENGINE = pytest.fixture(scope="module", name="engine")(index)


@pytest.mark.parametrize(
    ("query", "wish"),
    [
        ('"3D Secure" card', Wish("3D Secure card", phrases=("3D Secure",))),
        ("“付款方式” 更新", Wish("付款方式 更新", phrases=("付款方式",))),
        ("「付款方式」 更新", Wish("付款方式 更新", phrases=("付款方式",))),
        ("card -refund", Wish("card", without=("refund",))),
        ("付款 －退款", Wish("付款", without=("退款",))),
        ('plan -"free trial"', Wish("plan", without=("free trial",))),
        ("title:card declined", Wish("card declined", title=("card",))),
        ('TITLE:"card declined"', Wish("card declined", title=("card declined",))),
    ],
)
def test_a_wish_is_understood(query: str, wish: Wish) -> None:
    assert read(query) == wish


@pytest.mark.parametrize(
    "query",
    [
        "",
        '"',
        '""',
        '" "',
        'a "b',
        '"a"b"c"',
        "-refund",
        "-",
        "--",
        "3-D secure",
        "付款-方式",
        "-5 usd",
        "title:",
        "title: card",
        "subtitle:card",
        "card AND (portal OR",
        "card* ~ ^ field:x {!join} \\",
    ],
)
def test_everything_else_is_text(query: str) -> None:
    assert read(query) == Wish(query)


@given(st.text(alphabet=st.sampled_from('a" -:title款“”－\t'), max_size=40))
def test_any_text_is_a_query(text: str) -> None:
    wish = read(text)
    assert not wish.exact or wish.text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("marmalade -invoice", []),
        ("marmalade -portal", ["marmalade"]),
        ('kettle "says no"', ["teapot"]),
        ('kettle "no says"', []),
        ('"not enough water"', ["teapot"]),
        ('"pays for te"', []),
        ("title:marmalade", ["marmalade"]),
        ("title:invoice", []),
        ('title:"marmalade and"', ["marmalade"]),
        ("-marmalade", ["marmalade"]),
        ("marmelade -kettle", []),
    ],
)
def test_an_exact_query_finds_just_that(engine: Engine, query: str, found: list[str]) -> None:
    results = ask(engine, query, EN)
    assert slugs(results) == found
    assert results.total == len(found)
    assert results.corrected is None


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ('"信用卡"', ["teapot"]),
        ('"買茶葉"', ["teapot"]),
        ('"茶葉買"', []),
        ("退款 -湯匙", []),
        ("退款 -茶壺", ["spoons"]),
        ("title:退款", ["spoons"]),
    ],
)
def test_chinese_is_exact_too(engine: Engine, query: str, found: list[str]) -> None:
    assert slugs(ask(engine, query, ZH)) == found


def test_what_stands_in_another_locale_counts(engine: Engine) -> None:
    assert slugs(ask(engine, 'teapot -"信用咭"', EN)) == []
    assert slugs(ask(engine, '"買茶葉"', EN)) == ["teapot"]
