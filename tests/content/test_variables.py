import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpcenter.content.problems import Report
from helpcenter.content.variables import NAMES, check, escape, fill
from helpcenter.settings import Settings

WORDS = {"product": "Kettle {{ credits }}", "credits": "beans"}


def faults(text: str) -> list[str]:
    report = Report()
    check(text, "f.md", 10, report)
    return [str(problem) for problem in report.errors]


def test_words_are_put_in_once_and_nothing_else_is_touched() -> None:
    assert fill("{{product}}, {{  credits }}", WORDS) == "Kettle {{ credits }}, beans"
    assert fill("{{ unknown }} {product} {{", WORDS) == "{{ unknown }} {product} {{"


def test_every_variable_has_a_value_from_the_settings() -> None:
    assert set(Settings().words("en")) == set(NAMES)


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("a\n{{ produkt }}", "f.md:11: unknown_variable: `{{ produkt }}` is not a variable; did"),
        ("{{ }}", "f.md:10: unknown_variable: `{{  }}` is not a variable; known are:"),
        ("a\n\n{{ product", "f.md:12: unknown_variable: `{{` without a `}}`"),
        ("{{ pro\nduct }}", "f.md:10: unknown_variable: `{{` without a `}}`"),
    ],
)
def test_what_nothing_fills_in_is_told(text: str, fault: str) -> None:
    (found,) = faults(text)
    assert found.startswith(fault)


def test_known_ones_and_single_braces_are_fine() -> None:
    assert faults("{{ product }} {{grace_days}} {x} } }}") == []


def test_braces_that_mean_themselves_are_written_apart() -> None:
    assert (
        fill(r"{\{ product }} and {{ product }}", WORDS) == "{{ product }} and Kettle {{ credits }}"
    )
    assert faults(r"{\{ nothing }} {\{") == []


@given(st.text("{}\\ product"))
def test_whatever_is_escaped_comes_back(text: str) -> None:
    plain = text.replace("{\\", "")
    assert fill(escape(plain), WORDS) == plain
    assert faults(escape(plain)) == []
