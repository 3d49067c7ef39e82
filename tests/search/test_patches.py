"""Queries written into keywords and synonyms."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpcenter.content import matter
from helpcenter.content.problems import Report
from helpcenter.language.rules import Synonym, parse_synonyms
from helpcenter.search.patches import with_keyword, with_synonym


def article(head: str) -> str:
    return f"---\ntitle: Tea\n{head}order: 1\n---\nkeywords: [not these]\n"


def keywords(text: str) -> object:
    value = matter.split(text, "").matter.value
    assert isinstance(value, dict)
    return value["keywords"]


@pytest.mark.parametrize(
    ("head", "before"),
    [
        ("", []),
        ("keywords: []\n", []),
        ("keywords: [cup]\n", ["cup"]),
        ("keywords: [cup, saucer]   # words\n", ["cup", "saucer"]),
        ("keywords:\n  - cup\n  - saucer\n", ["cup", "saucer"]),
        ("keywords: # words\n- cup\n", ["cup"]),
    ],
)
@pytest.mark.parametrize("query", ["mug", "點樣飲", 'say "tea"', "yes", "a: b, c] # d"])
def test_a_keyword_joins_those_there_are(head: str, before: list[str], query: str) -> None:
    text = article(head)
    written = with_keyword(text, query)
    assert written is not None
    assert keywords(written) == [*before, query]
    assert matter.split(written, "").body == matter.split(text, "").body


@pytest.mark.parametrize("head", ["keywords: [cup,\n  saucer]\n", "keywords:\n", "keywords: cup\n"])
def test_what_only_a_person_can_read_is_left_to_them(head: str) -> None:
    assert with_keyword(article(head), "mug") is None


@pytest.mark.parametrize("before", ["", "cup, mug\n", "cup, mug"])
def test_a_synonym_is_a_line_more(before: str) -> None:
    written = with_synonym(before, "cha, #1", "Tea")
    assert written is not None
    report = Report()
    assert parse_synonyms(written, "", report)[-1] == Synonym("cha, #1", ("Tea",))
    assert report.problems == []


@pytest.mark.parametrize("query", ["x" * 61, "Tea", ""])
def test_what_cannot_be_a_synonym_is_none(query: str) -> None:
    assert with_synonym("", query, "Tea") is None


@given(st.text(st.characters(exclude_categories=["C"]), max_size=70))
def test_any_query_is_a_synonym_or_none(query: str) -> None:
    written = with_synonym("", query, "Tea")
    if written is not None:
        assert parse_synonyms(written, "", Report()) == [Synonym(query, ("Tea",))]
