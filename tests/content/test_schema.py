from datetime import date
from typing import Literal

import pytest
from pydantic import Field, field_validator

from helpcenter.content.problems import ContentError
from helpcenter.content.schema import Schema, validate
from helpcenter.content.yaml import load


class Blend(Schema):
    leaf: str
    strength: Literal["mild", "strong"] = "mild"


class Kettle(Schema):
    name: str = Field(min_length=1)
    litres: int = 1
    bought: date | None = None
    blends: tuple[Blend, ...] = ()
    by_hour: dict[str, Blend] = Field(default_factory=dict)
    when: str = Field(default="always", alias="if")

    @field_validator("litres")
    @classmethod
    def _holds_something(cls, litres: int) -> int:
        if litres < 1:
            raise ValueError("should hold at least one litre")
        return litres


def faults(text: str) -> list[str]:
    with pytest.raises(ContentError) as caught:
        validate(Kettle, load(text, "k.yaml"), "k.yaml")
    return [str(problem) for problem in caught.value.problems]


def test_good_data_becomes_the_model() -> None:
    text = "name: ' Whistler '\nbought: 2026-02-03\nblends: [{leaf: oolong}]\nif: raining\n"
    kettle = validate(Kettle, load(text, "k.yaml"), "k.yaml")
    assert (kettle.name, kettle.bought, kettle.when) == ("Whistler", date(2026, 2, 3), "raining")
    assert kettle.blends == (Blend(leaf="oolong"),)


def test_every_fault_is_told_at_once_on_its_own_line() -> None:
    text = (
        "nmae: Whistler\nlitres: lots\nbought: 2026-13-01\nblends:\n  - leaf: 7\n"
        "    strength: stong\n  - laef: x\nby_hour:\n  noon: {leef: y}\n"
    )
    assert faults(text) == [
        "k.yaml:1: missing_key: `name` is missing: add it",
        "k.yaml:1: unknown_key: `nmae` is not known; did you mean `name`?",
        "k.yaml:2: bad_value: `litres`: should be a whole number",
        "k.yaml:3: bad_value: `bought`: should be a date as YYYY-MM-DD",
        "k.yaml:5: bad_value: `blends.0.leaf`: should be text: put numbers in quotes",
        "k.yaml:6: bad_value: `blends.0.strength` is 'stong' but should be 'mild' or 'strong'",
        "k.yaml:7: missing_key: `blends.1.leaf` is missing: add it",
        "k.yaml:7: unknown_key: `blends.1.laef` is not known; did you mean `leaf`?",
        "k.yaml:9: missing_key: `by_hour.noon.leaf` is missing: add it",
        "k.yaml:9: unknown_key: `by_hour.noon.leef` is not known; did you mean `leaf`?",
    ]


def test_a_key_like_nothing_known_is_answered_with_what_is() -> None:
    (fault,) = faults("name: x\nzzzzzz: 1\n")
    assert fault.endswith("known are: blends, bought, by_hour, if, litres, name")


@pytest.mark.parametrize("text", ["- a\n", "hello\n"])
def test_a_file_of_another_shape_says_what_it_should_be(text: str) -> None:
    assert faults(text) == [
        "k.yaml:1: bad_value: `the file`: should be a table of `key: value` lines"
    ]


def test_an_empty_file_misses_its_keys_and_a_validator_speaks_for_itself() -> None:
    assert faults("") == ["k.yaml:1: missing_key: `name` is missing: add it"]
    assert faults("name: ''\nlitres: 0\n") == [
        "k.yaml:1: bad_value: `name`: is empty: write something, or remove the key",
        "k.yaml:2: bad_value: `litres`: should hold at least one litre",
    ]
