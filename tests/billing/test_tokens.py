"""The token of a portal link: one spelling for one link, and nobody else can make it."""

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpcenter.billing.tokens import LinkToken, Seal, make_seal, new_id
from helpcenter.identity.keys import Keys

SEAL = make_seal(Keys(b"k" * 32))
LINK = "00112233445566778899aabbccddeeff"
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

ids = st.binary(min_size=16, max_size=16).map(bytes.hex)


@given(ids)
def test_a_token_leads_back_to_its_link(link_id: str) -> None:
    token = SEAL.token(link_id).reveal()
    assert SEAL.link_id(token) == link_id
    assert len(token) == 43
    assert set(token) <= set(ALPHABET)


@given(ids, st.integers(0, 42), st.characters(codec="utf-8"))
def test_a_token_with_any_character_changed_is_none(link_id: str, at: int, other: str) -> None:
    token = SEAL.token(link_id).reveal()
    forged = token[:at] + other + token[at + 1 :]
    assert (SEAL.link_id(forged) is None) is (forged != token)


@pytest.mark.parametrize("at", range(43))
def test_every_other_character_at_every_place_is_refused(at: int) -> None:
    token = SEAL.token(LINK).reveal()
    for other in ALPHABET.replace(token[at], ""):
        assert SEAL.link_id(token[:at] + other + token[at + 1 :]) is None


@given(st.text())
def test_any_text_is_a_token_or_it_is_not(text: str) -> None:
    assert SEAL.link_id(text) is None


def test_a_token_cut_short_or_dressed_up_is_none() -> None:
    token = SEAL.token(LINK).reveal()
    dressed = [token + "A", token + "=", token + "\n", " " + token]
    twisted = [token[:-1], token[1:], token.swapcase(), token[::-1], LINK, ""]
    assert [SEAL.link_id(each) for each in dressed + twisted] == [None] * 10


def test_another_site_makes_another_token() -> None:
    other = make_seal(Keys(b"o" * 32))
    assert other.token(LINK).reveal() != SEAL.token(LINK).reveal()
    assert other.link_id(SEAL.token(LINK).reveal()) is None


def test_ids_do_not_repeat() -> None:
    assert len({new_id() for _ in range(100)}) == 100


def test_a_token_does_not_show_or_travel() -> None:
    token = SEAL.token(LINK)
    shown = f"{token} {token!r} {SEAL!r} {[token]} {Seal(b'secret')}"
    assert token.reveal() not in shown
    assert "secret" not in shown
    with pytest.raises(TypeError):
        pickle.dumps(LinkToken("x"))
