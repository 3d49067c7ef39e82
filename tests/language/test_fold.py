import itertools
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpcenter.language.fold import Folder

FOLDER = Folder({"咭": "卡", "着": "著", "邨": "村", "汚": "污"})

TRICKY = (
    "e\u0301\u0323ﷺ½℃ßİᾴｶﾞ\u1100\u1161\u11a8\u200b\u200d\ufe0f\u00ad"
    "👩💳咭衞裏说說\x00\ud800 aZ’é\u0345Ⅷ…"
)
ugly = st.text(st.one_of(st.sampled_from(TRICKY), st.characters()), max_size=60)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("ＶＩＳＡ　４２４２", "visa 4242"),
        ("信用咭", "信用卡"),
        ("信用卡", "信用卡"),
        ("裏 裡 里", "里 里 里"),
        ("衞 衛 卫", "卫 卫 卫"),
        ("説說说", "说说说"),
        ("着著", "著著"),
        ("Can’t", "can't"),
        ("1½ ℃", "11⁄2 °c"),
        ("Straße", "strasse"),
        ("cafe\u0301", "café"),
        ("card\u200bde\u00adclined\ufeff", "carddeclined"),
        ("a\x00b\x1bc", "a b c"),
        ("", ""),
    ],
)
def test_folds(text: str, folded: str) -> None:
    assert FOLDER.fold(text).text == folded


def test_chains_of_variants_are_followed_and_loops_end() -> None:
    folder = Folder({"甲": "乙", "乙": "丙", "子": "丑", "丑": "子"})
    assert folder.fold("甲乙丙").text == "丙丙丙"
    once = folder.fold("子丑").text
    assert folder.fold(once).text == once


def test_any_character_may_be_a_variant() -> None:
    assert Folder({"ı": "I"}).fold("ıI").text == "ii"


def test_every_han_character_folds_to_an_end() -> None:
    every = "".join(map(chr, range(0x3400, 0xA000)))
    once = FOLDER.fold(every).text
    assert len(once) == len(every)
    assert FOLDER.fold(once).text == once


def test_a_span_leads_back_to_the_original() -> None:
    text = "½ ℃ 信用咭 e\u0301x"
    folded = FOLDER.fold(text)
    at = folded.text.index("用卡")
    assert text[slice(*folded.span(at, at + 2))] == "用咭"
    assert text[slice(*folded.span(1, 2))] == "½"
    at = folded.text.index("é")
    assert text[slice(*folded.span(at, at + 1))] == "e\u0301"
    assert folded.span(len(folded.text), len(folded.text)) == (len(text), len(text))


@given(ugly)
def test_folding_twice_changes_nothing(text: str) -> None:
    once = FOLDER.fold(text).text
    assert FOLDER.fold(once).text == once


@given(ugly)
def test_spans_go_forward_and_cover_the_text(text: str) -> None:
    folded = FOLDER.fold(text)
    spans = [folded.span(i, i + 1) for i in range(len(folded.text))]
    covered = 0
    for before, after in itertools.pairwise(spans):
        assert before == after or before[1] <= after[0]
    for start, end in spans:
        assert start < end
        assert FOLDER.fold(text[covered:start]).text == ""
        covered = max(covered, end)
    assert FOLDER.fold(text[covered:]).text == ""


@given(ugly, st.data())
def test_a_slice_of_the_original_folds_to_what_matched(text: str, data: st.DataObject) -> None:
    folded = FOLDER.fold(text)
    start = data.draw(st.integers(0, len(folded.text)))
    end = data.draw(st.integers(start, len(folded.text)))
    first, last = folded.span(start, end)
    again = FOLDER.fold(text[first:last]).text
    assert folded.text[start:end] in again


@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), max_size=40))
def test_han_folds_one_to_one_and_alone_as_in_company(text: str) -> None:
    folded = FOLDER.fold(text).text
    assert len(folded) == len(text)
    assert folded == "".join(FOLDER.fold(char).text for char in text)


@given(st.text(st.characters(codec="latin-1", exclude_categories=["Cc", "Cf"]), max_size=40))
def test_latin_text_folds_as_nfkc_and_casefold_say(text: str) -> None:
    expected = unicodedata.normalize("NFKC", text).casefold()
    assert FOLDER.fold(text).text == unicodedata.normalize("NFKC", expected)


def test_a_tower_of_marks_folds_to_its_letter() -> None:
    assert FOLDER.fold("e" + "\u0301\u0323" * 5000 + "x").text == "ex"
