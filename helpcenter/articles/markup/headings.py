"""Ids of headings: given as `{#id}` and shared by all locales, else made from the words."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from markdown_it.token import Token

from helpcenter.articles.markup.place import Place
from helpcenter.articles.markup.tokens import line_of, plain
from helpcenter.content.problems import Edit

_GIVEN = re.compile(r"\{#([^{}]*)\}\Z")
_ID = re.compile(r"[^\W_]+(?:[-_][^\W_]+)*\Z")
TOP = 2
"""The level of the highest heading in a body; level 1 is the article's title."""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading: its id, its level, and its line in the body (from 0)."""

    id: str
    level: int
    line: int


def name_headings(tokens: Sequence[Token], place: Place) -> tuple[Heading, ...]:
    """Give every heading token its id, take `{#id}` out of its words, and return the headings."""
    found: dict[str, Heading] = {}
    level = TOP - 1
    for token, inner in pairwise(tokens):
        if token.type != "heading_open":
            continue
        heading = Heading(_take_id(inner, place), int(token.tag[1]), line_of(token))
        _check_level(heading, level, place)
        level = heading.level
        if heading.id in found:
            first = place.line(found[heading.id].line)
            message = f"the id `{heading.id}` is taken by line {first}: give another `{{#id}}`"
            place.error(heading.line, "duplicate_id", message)
        found.setdefault(heading.id, heading)
        token.attrs["id"] = heading.id
    return tuple(found.values())


def derive_id(words: str) -> str:
    """Make an id from a heading's words; Chinese stays Chinese."""
    return "-".join(re.findall(r"[^\W_]+", words.lower())) or "section"


def _take_id(inner: Token, place: Place) -> str:
    children = inner.children or []
    words = plain(children)
    last = children[-1] if children and children[-1].type == "text" else None
    given = _GIVEN.search(last.content.rstrip()) if last else None
    if given is None or last is None:
        if not words.strip():
            place.error(line_of(inner), "empty_heading", "a heading without words: write some")
        return derive_id(words)
    last.content = last.content[: given.start()].rstrip()
    if not plain(children).strip():
        place.error(line_of(inner), "empty_heading", "a heading without words: write some")
    if not _ID.match(given[1]):
        message = f"`{{#{given[1]}}}` is no id: use letters and digits joined by `-`"
        place.error(line_of(inner), "bad_id", message)
        return derive_id(words)
    return given[1]


def _check_level(heading: Heading, before: int, place: Place) -> None:
    if heading.level < TOP:
        message = "`#` is the title, which stands in the front matter: begin with `##`"
        place.error(heading.line, "heading_order", message)
    elif heading.level > before + 1:
        wanted = "#" * (before + 1)
        message = f"a heading of level {heading.level} after level {before}: use `{wanted}`"
        edit = Edit("#" * heading.level, wanted)
        place.warning(heading.line, "heading_order", message, edit)
