"""Patterns: `[card] … [declined]`, their parsing and their matching.

A pattern is one or more elements divided by `…`. An element is a concept, `[card]`, one of several,
`[card|payment]`, or words as they stand, `link expired`. The elements may come in any order, each
within `gap` half words of its neighbour, and never share a word.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

GAP = 10
"""Half words (five English words, ten Chinese characters) allowed between neighbours."""

_MAX_OCCURRENCES = 4
"""Of one element; more only make a hostile line slow."""

_CONCEPT = re.compile(r"\[([a-z0-9_]+(?:\|[a-z0-9_]+)*)\]\Z")


@dataclass(frozen=True, slots=True)
class Element:
    """One place of a pattern: names of concepts, any of which fills it, or words as they stand."""

    names: tuple[str, ...] = ()
    words: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """A compiled pattern. `elements` are names the lexicon reports; `owner` is a topic id."""

    id: str
    owner: str
    elements: tuple[tuple[str, ...], ...]
    weight: float
    gap: int
    telling: bool = False
    vetoes: bool = False
    answer: str | None = None


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A term met in a line: its place in half words (`at`, `to`) and in characters."""

    at: int
    to: int
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Match:
    """A rule and the words that fill it, in the order of the line."""

    rule: Rule
    words: tuple[Occurrence, ...]

    @property
    def at(self) -> int:
        """Where it begins, in half words."""
        return self.words[0].at

    @property
    def to(self) -> int:
        """Where it ends, in half words."""
        return self.words[-1].to


def parse(text: str) -> tuple[Element, ...]:
    """Read a pattern; raises ValueError saying what is wrong."""
    if text.strip() and not any(mark in text for mark in ("[", "]", "…", "...")):
        return (Element(words=text.strip()),)
    parts = [part.strip() for part in text.replace("...", "…").split("…")]
    return tuple(_element(part, text) for part in parts)


def _element(part: str, text: str) -> Element:
    if not part:
        raise ValueError(f"`{text}` has nothing on one side of `…`")
    found = _CONCEPT.match(part)
    if found:
        return Element(names=tuple(found[1].split("|")))
    if "[" in part or "]" in part:
        raise ValueError(f"`{part}`: put `…` between a [concept] and what stands beside it")
    return Element(words=part)


def weight(elements: int) -> float:
    """Return what a match of that many elements is worth: 0.6, 0.8, 0.9, then 0.95."""
    return 1 - 0.4 * 0.5 ** (elements - 1)


def match(rule: Rule, met: Mapping[str, Sequence[Occurrence]]) -> Match | None:
    """Return the closest way to fill the rule's elements, the first of equals, or None."""
    choices = []
    for names in rule.elements:
        options = [found for name in names for found in met.get(name, ())]
        if not options:
            return None
        choices.append(options[:_MAX_OCCURRENCES])
    fillings = ((_spread(words, rule.gap), words) for words in _fillings(choices))
    near = [(spread, words[0].at, words) for spread, words in fillings if spread is not None]
    return Match(rule, min(near, key=lambda way: way[:2])[2]) if near else None


def _fillings(choices: Sequence[Sequence[Occurrence]]) -> list[tuple[Occurrence, ...]]:
    """Return every way to take one occurrence of each element, in the order of the line."""
    ways: list[tuple[Occurrence, ...]] = [()]
    for options in choices:
        ways = [(*way, option) for way in ways for option in options if _apart(way, option)]
    return [tuple(sorted(way, key=lambda word: word.start)) for way in ways]


def _apart(way: tuple[Occurrence, ...], option: Occurrence) -> bool:
    return all(option.end <= word.start or option.start >= word.end for word in way)


def _spread(words: tuple[Occurrence, ...], gap: int) -> int | None:
    """Return the half words between neighbours in all, None if one distance is over `gap`."""
    total = 0
    for before, after in pairwise(words):
        between = after.at - before.to
        if between > gap:
            return None
        total += between
    return total
