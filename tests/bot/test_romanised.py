"""Chinese in Latin letters: read as the Han it sounds like, and English let be."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpcenter.bot.playbook import ROMANISED
from helpcenter.bot.romanised import Romanised
from helpcenter.bot.understand import understand
from helpcenter.i18n.locale import Locale
from tests.bot.shipped import playbook

SPELT = {"我": ["ngo"], "想": ["soeng", "seung"], "點解": ["dim gaai"], "唔": ["m"], "得": ["dak"]}
ENGLISH = Locale("en")


def read(text: str) -> str:
    pieces = Romanised(SPELT).pieces(text)
    return "|".join(han or text[start:end] for _, start, end, han in pieces)


@pytest.mark.parametrize(
    ("text", "han"),
    [
        ("ngo seung cancel", "我|想|cancel"),
        ("dim gaai m dak", "點解|唔|得"),
        ("dim, gaai m dak", "dim|gaai|m|dak"),
        ("m dak? ngo", "唔|得|我"),
        ("ngo", "ngo"),
        ("dak the line in m words", "dak|the|line|in|m|words"),
        ("", ""),
    ],
)
def test_spelt_words_are_read_where_they_make_up_the_line(text: str, han: str) -> None:
    assert read(text) == han


@given(st.text(alphabet="ngo seum dak,.1想"))
def test_pieces_stand_in_the_order_of_the_text_and_lose_no_letter(text: str) -> None:
    pieces = list(Romanised(SPELT).pieces(text))
    ends = [0, *(end for _, _, end, _ in pieces)]
    between = [text[end:start] for end, (_, start, _, _) in zip(ends, pieces, strict=False)]
    assert all(start < end for _, start, end, _ in pieces)
    assert not any(char.isalnum() for char in "".join(between) + text[ends[-1] :])


@pytest.mark.parametrize(
    ("text", "topic"),
    [
        ("ngo soeng wun zoeng kaat", "update_payment_method"),
        ("dim yeung ting zo go yuet fai keoi", "cancel_subscription"),
        ("ngan baau bei yan tau zo, jeung card dim syun", "compromised_card"),
    ],
)
def test_romanised_lines_are_understood_and_answered_in_chinese(text: str, topic: str) -> None:
    found = understand(text, playbook(), ENGLISH)
    assert (found.best, found.locale.is_han, found.why_locale) == (topic, True, "romanised")


def test_a_single_telling_word_still_betrays_cantonese() -> None:
    line = playbook().lexicon.read("mgoi")
    assert ROMANISED in line.met
