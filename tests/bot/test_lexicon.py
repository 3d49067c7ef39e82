"""The lexicon: one normal form for terms and lines, and what is met in it."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from helpcenter.bot.lexicon import HIDDEN, Beside, Lexicon, Name, words_of
from helpcenter.bot.normal import Habits, Normaliser, Terms
from helpcenter.bot.spelling import Spelling
from tests.bot.shipped import folder

FOLDER = folder()


def lexicon(terms: dict[str, list[str]], skipped: str = "", whole: str = "") -> Lexicon:
    normaliser = Normaliser(FOLDER, Habits(tuple(skipped.split()), tuple(whole.split())))
    found: dict[Name, list[Terms]] = {
        name: [normaliser.terms(phrases)] for name, phrases in terms.items()
    }
    return Lexicon(words_of(found, normaliser), normaliser)


def met(text: str, **terms: list[str]) -> dict[str, list[str]]:
    line = lexicon(terms).read(text)
    return {
        name: [text[slice(*line.span(word))] for word in words]
        for name, words in line.met.items()
        if words
    }


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("my CARDS", {"card": ["CARDS"]}),
        ("discard the cardigan", {}),
        ("card", {"card": ["card"]}),
        ("張card俾人", {"card": ["card"]}),
        ("credit  card!", {"card": ["credit  card"]}),
        ("credit. card", {"card": ["card"]}),
        ("ｃａｒｄ", {"card": ["ｃａｒｄ"]}),
        ("我張咭", {"card": ["咭"]}),
    ],
)
def test_terms_are_met_as_whole_words_in_any_spelling(
    text: str, found: dict[str, list[str]]
) -> None:
    assert met(text, card=["card", "credit card", "卡"]) == found


def test_a_term_that_shrinks_to_one_character_needs_what_was_passed_over() -> None:
    which = lexicon({"which": ["邊張"], "son": ["個仔"], "both": ["多張卡"]}, skipped="張 個")
    assert "which" in which.read("用邊張好").met
    assert "which" not in which.read("喺邊度改").met
    assert "which" not in which.read("張邊").met
    assert "son" in which.read("個仔用咗").met
    assert "son" not in which.read("仔細睇").met
    assert "both" in which.read("多卡").met


def test_what_ends_with_the_counter_of_cards_is_not_met_by_other_things() -> None:
    other = lexicon({"new_card": ["第二張", "另一張卡"]}, skipped="張 個")
    assert "new_card" in other.read("用第二張得唔得").met
    assert "new_card" in other.read("用另一個卡").met
    assert "new_card" not in other.read("我用第二個電郵").met


def test_a_mask_hides_what_lies_inside_it_but_not_itself() -> None:
    terms = {"card": ["card"], "thank": ["唔該"], HIDDEN: ["sim card", "唔該"]}
    line = lexicon(terms).read("sim card, card, 唔該")
    assert len(line.met["card"]) == 1
    assert len(line.met["thank"]) == 1


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("save my new card", ["save my new card"]),
        ("save the new card", ["save the new card"]),
        ("儲存張新嘅卡", ["儲存張新嘅卡"]),
        ("my card", []),
    ],
)
def test_words_that_say_nothing_are_passed_over(text: str, found: list[str]) -> None:
    terms = {"x": ["save a new card", "save new card", "儲存新卡"]}
    line = lexicon(terms, "the my 張 嘅").read(text)
    assert [text[slice(*line.span(word))] for word in line.met.get("x", ())] == found
    assert line.normal.latin_words == sum(word.isascii() for word in text.split())


def test_a_whole_word_keeps_its_ending() -> None:
    assert not lexicon({"x": ["bill"]}, whole="billing").read("billing").met
    assert lexicon({"x": ["bill"]}).read("billing").met


@pytest.mark.parametrize("text", ["u pay", "you pay", "U PAY"])
def test_a_short_form_is_read_as_its_word(text: str) -> None:
    normaliser = Normaliser(FOLDER, Habits(short={"u": "you"}))
    words = words_of({"x": [normaliser.terms(["you pay"])]}, normaliser)
    lexicon = Lexicon(words, normaliser)
    assert lexicon.read(text).met


@pytest.mark.parametrize(
    ("text", "read"),
    [("heyyyy", "hey"), ("helloooo", "hello"), ("pleeease", "please"), ("www", "")],
)
def test_a_letter_drawn_out_is_read_once_or_twice(text: str, read: str) -> None:
    found = lexicon({"x": ["hey", "hello", "please"]}).read(text)
    assert [repair.read for repair in found.normal.repairs] == ([read] if read else [])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("it won't work", ["won't work"]),
        ("it works", []),
        ("won't it work", []),
        ("won't. work", []),
        ("won't my work", ["won't my work"]),
        ("更新唔到", ["更新唔到"]),
        ("唔到更新", []),
    ],
)
def test_a_term_beside_a_list_is_met_with_one_of_its_terms(text: str, found: list[str]) -> None:
    normaliser = Normaliser(FOLDER, Habits(("my",)))
    words = words_of(
        {
            "not": [normaliser.terms(["won't", "isn't"])],
            "到": [normaliser.terms(["唔到"])],
            Beside("x", of="not", behind=True): [normaliser.terms(["work"])],
            Beside("x", of="到", behind=False): [normaliser.terms(["更新"])],
        },
        normaliser,
    )
    read = Lexicon(words, normaliser).read(text)
    assert [text[slice(*read.span(word))] for word in read.met.get("x", ())] == found


@pytest.mark.parametrize(
    ("text", "clauses"),
    [("唔係想取消 只係想停", 2), ("改咗 billing 資料", 1), ("cancel my plan", 1), ("唔該 ", 1)],
)
def test_a_blank_between_han_parts_clauses_as_a_comma_does(text: str, clauses: int) -> None:
    assert len(set(lexicon({}).read(text).normal.clause)) == clauses


@pytest.mark.parametrize("text", ["甘點算", "噉點算", "咁點算"])
def test_what_sounds_alike_is_read_alike(text: str) -> None:
    assert met(text, so=["咁點"])["so"] == [text[:2]]


@pytest.mark.parametrize(
    ("text", "found"), [("唔收卡", 1), ("收唔收卡", 0), ("不不收", 1), ("唔", 0)]
)
def test_a_question_of_the_form_yes_or_no_holds_no_denial(text: str, found: int) -> None:
    assert len(lexicon({"x": ["唔收", "不收"]}).read(text).met.get("x", ())) == found


@pytest.mark.parametrize(
    "phrases",
    [
        [
            "Credit  Card",
            "can't",
            "卡",
            "visa卡",
            "a.b",
            "",
            "4242",
            "line\nbreak",
            "張卡",
            "on|off",
        ],
        ["credit card", "can't", "a card", ""],
    ],
)
def test_many_phrases_become_the_terms_they_become_alone(phrases: list[str]) -> None:
    normaliser = Normaliser(FOLDER, Habits(("a", "張")))
    together, alone = normaliser.terms(phrases), [normaliser.term(phrase) for phrase in phrases]
    assert sorted(together.texts) == sorted(text for term in alone for text in term.texts)
    assert list(together.bound) == [bound for term in alone for bound in term.bound]
    assert together.words == frozenset().union(*(term.words for term in alone))


@given(st.text(max_size=40))
@example("按鈕 卡")
def test_a_term_is_met_in_itself_unless_it_holds_no_word(phrase: str) -> None:
    read = lexicon({"x": [phrase]}).read(phrase)
    assert bool(read.met) == bool(read.normal.text)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("declnied", "declined"),
        ("delcined", "declined"),
        ("decline", "declined"),
        ("subscrption", "subscription"),
        ("susbcripton", "subscription"),
        ("crad", "card"),
        ("humn", "human"),
        ("huma", None),
        ("care", None),
        ("ard", None),
        ("eclined", None),
        ("déclined", None),
        ("x" * 50, None),
    ],
)
def test_slips_are_repaired_and_other_words_are_not(written: str, meant: str | None) -> None:
    assert Spelling(["card", "declined", "subscription", "human"]).repair(written) == meant
