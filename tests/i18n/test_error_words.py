"""Every refusal has words, whatever its code."""

import pytest

from helpcenter.errors import HelpcenterError, Kind
from helpcenter.i18n.error_words import field_words, words


def same(message: str) -> str:
    return message


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_has_words_for_codes_nobody_thought_of(kind: Kind) -> None:
    said = words(HelpcenterError("never heard of it", kind), same)
    assert said.title
    assert not said.title.endswith(".")
    assert said.detail.endswith(".")


def test_a_code_of_its_own_says_more_than_its_kind() -> None:
    error = HelpcenterError("unknown_locale", Kind.NOT_FOUND, {"available": "en, zh-HK"})
    assert words(error, same).detail == "Choose one of these: en, zh-HK."


def test_words_are_translated_before_they_are_filled_in() -> None:
    error = HelpcenterError("unknown_locale", Kind.INVALID, {"available": "en"})
    chinese = {"Choose one of these: %(available)s.": "揀一個：%(available)s"}
    said = words(error, lambda message: chinese.get(message, message))
    assert said.detail == "揀一個：en"


def test_an_unknown_fault_of_an_input_is_still_said() -> None:
    assert field_words("missing", same) == "This is required."
    assert field_words("whatever", same) == "This cannot be used."
