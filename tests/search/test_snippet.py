import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpcenter.search.documents import Record, prepare
from helpcenter.search.snippet import Needle, cut
from tests.search.shelf import EN, FOLDER, article


def record(*texts: str) -> Record:
    sections = [(f"s{n}" if n else "", f"Part {n}", text) for n, text in enumerate(texts)]
    return prepare(article("slug", EN, "Title", sections), FOLDER).record


def html(text: str, *words: str, width: int = 60) -> str:
    needles = [Needle(word, number, 1.0) for number, word in enumerate(words)]
    return cut(record(text), needles, width).html


FILLER = "Tea is a drink that one makes with leaves and patience. "


def test_a_short_text_is_shown_whole() -> None:
    assert html("One small card.", "card") == "One small <mark>card</mark>."


def test_a_long_text_is_cut_around_what_matched_at_sentence_and_word() -> None:
    text = html(FILLER * 5 + "The card was declined by a bank of the river. " + FILLER * 5, "card")
    assert text.startswith("The <mark>card</mark> was declined by a bank")
    assert text.endswith("…")
    assert len(re.sub("<.*?>", "", text)) <= 61


def test_without_a_sentence_near_it_begins_with_a_word() -> None:
    text = html("leaf " * 50 + "card" + " leaf" * 50, "card")
    assert text.startswith("…leaf ")
    assert text.endswith("leaf…")


def test_the_place_where_most_words_stand_together_wins() -> None:
    text = html("The card. " + FILLER * 4 + "A card was declined. " + FILLER, "card", "declined")
    assert "A <mark>card</mark> was <mark>declined</mark>." in text


def test_latin_needles_are_whole_words_and_han_needles_are_not() -> None:
    assert html("cardigan card_x card卡 card", "card") == (
        "cardigan card_x <mark>card</mark>卡 <mark>card</mark>"
    )
    assert html("我的信用咭", "用卡") == "我的信<mark>用咭</mark>"


def test_bigrams_that_touch_are_one_mark() -> None:
    assert html("信用卡不是信用", "信用", "用卡") == "<mark>信用卡</mark>不是<mark>信用</mark>"


def test_chinese_is_cut_between_characters_but_not_inside_latin_words() -> None:
    text = html("茶葉" * 60 + "卡" + "水" * 20 + "Stripe付款方式" * 9, "卡", width=30)
    assert text.startswith("…")
    assert "<mark>卡</mark>" in text
    assert not re.search(r"(?:^|>|…)(?:tripe|ripe|ipe|pe|e)|(?:S|St|Str|Stri|Strip)…$", text)


def test_the_section_that_says_most_is_chosen() -> None:
    snippet = cut(
        record("card", "card declined", "declined"),
        [Needle("card", 0, 1.0), Needle("declined", 1, 1.0)],
        60,
    )
    assert snippet.passage is not None
    assert snippet.passage.id == "s1"


def test_without_a_match_the_lead_is_shown() -> None:
    assert cut(record("Lead & more", "x"), [Needle("z", 0, 1.0)], 60) == (None, "Lead &amp; more")
    assert cut(record(""), [], 60) == (None, "")


@pytest.mark.parametrize("text", ["x" * 500, "<script>" * 50, "咭" * 500, "½" * 300])
def test_text_without_breaks_is_cut_all_the_same(text: str) -> None:
    assert len(html(text, text[:80], width=40)) < 2500


@given(
    st.text(st.sampled_from("card 咭卡½ﷺe\u0301.。<&\n"), max_size=300),
    st.lists(st.sampled_from(["card", "卡", "e", "1", "é", "卡卡"]), max_size=4),
)
def test_a_snippet_is_escaped_text_of_the_original(text: str, words: list[str]) -> None:
    out = html(text, *words)
    bare = out.replace("<mark>", "").replace("</mark>", "")
    assert out.count("<mark>") == out.count("</mark>")
    assert "<" not in bare
    shown = bare.replace("&lt;", "<").replace("&amp;", "&").strip("…")
    assert re.sub(r"\s+", "", shown) in re.sub(r"\s+", "", text)
