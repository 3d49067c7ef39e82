"""docs/writing-topics.md names every key, fact and value there is."""

import re
from pathlib import Path

import pytest

from helpcenter.bot.conversation_tests import Conversation, Turn
from helpcenter.bot.facts import FACTS, SHOWN, Reads
from helpcenter.bot.topics import (
    Answer,
    Branch,
    HandOff,
    OfferEntry,
    Pattern,
    Recognition,
    Step,
    Topic,
)
from helpcenter.bot.vocabulary import Vocabulary
from helpcenter.content.schema import Schema

PAGE = (Path(__file__).parents[2] / "docs" / "writing-topics.md").read_text("utf-8")
MODELS = [
    Topic,
    Recognition,
    Pattern,
    Step,
    Answer,
    Branch,
    OfferEntry,
    Vocabulary,
    Conversation,
    Turn,
]


@pytest.mark.parametrize("model", MODELS)
def test_every_key_is_shown(model: type[Schema]) -> None:
    keys = {field.alias or name for name, field in model.model_fields.items()}
    assert {key for key in keys if not re.search(rf"\b{key}\b", PAGE)} == set()


def test_every_fact_and_value_is_listed() -> None:
    rows = re.findall(r"^\| `(\w+)` \| `([^`]+)` \|$", PAGE, re.MULTILINE)
    assert {name: frozenset(values.split()) for name, values in rows} == FACTS


def test_every_reason_to_hand_over_is_named() -> None:
    assert all(str(reason) in PAGE for reason in HandOff)


def test_everything_that_words_may_show_is_named() -> None:
    assert {name for name in SHOWN if f"`fact.{name}`" not in PAGE} == set()


def test_every_depth_of_reading_is_named() -> None:
    assert all(f"`{reads}`" in PAGE for reads in Reads)
