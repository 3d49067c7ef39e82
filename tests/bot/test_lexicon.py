"""The lexicon: one normal form for terms and lines, and what is met in it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpcenter.bot.lexicon import HIDDEN, Lexicon
from helpcenter.bot.normal import Normaliser
from helpcenter.bot.spelling import Spelling
from tests.bot.shipped import folder

FOLDER = folder()


def lexicon(**terms: list[str]) -> Lexicon:
    normaliser = Normaliser(FOLDER)
    return Lexicon(
        {name: list(map(normaliser.term, phrases)) for name, phrases in terms.items()}, normaliser
    )


def met(text: str, **terms: list[str]) -> dict[str, list[str]]:
    line = lexicon(**terms).read(text)
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


def test_a_mask_hides_what_lies_inside_it_but_not_itself() -> None:
    terms = {"card": ["card"], "thank": ["唔該"], HIDDEN: ["sim card", "唔該"]}
    line = lexicon(**terms).read("sim card, card, 唔該")
    assert len(line.met["card"]) == 1
    assert len(line.met["thank"]) == 1


@given(st.text(max_size=40))
def test_a_term_is_met_in_itself_unless_it_holds_no_word(phrase: str) -> None:
    read = lexicon(x=[phrase]).read(phrase)
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
        ("care", None),
        ("ard", None),
        ("eclined", None),
        ("déclined", None),
        ("x" * 50, None),
    ],
)
def test_slips_are_repaired_and_other_words_are_not(written: str, meant: str | None) -> None:
    assert Spelling(["card", "declined", "subscription"]).repair(written) == meant
