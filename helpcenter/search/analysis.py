"""Analysis: the terms that text is indexed under; queries are taken apart by the same rules.

Latin words are indexed by their stem, Han runs by their characters and bigrams; who looks for a
single character asks for one list of postings, not for the hundreds of bigrams that begin with it.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from helpcenter.language.stem import stem
from helpcenter.language.tokens import Kind, scan

VERSION = "3"
"""Raise it whenever the same text would be indexed under other terms or weights."""

_PART = re.compile(r"[a-z0-9]+")


class Part(NamedTuple):
    """A piece of text as it is indexed: the term and, of Latin words, how it was written."""

    term: str
    surface: str | None


class Unit(NamedTuple):
    """A Latin word or a single Han character, at a place in folded text.

    `key` is its term; `parts` are the terms of the words inside a code or an address.
    """

    key: str
    start: int
    end: int
    han: bool
    parts: tuple[str, ...] = ()


def parts(text: str) -> Iterator[Part]:
    """Return what folded text is indexed under, piece by piece."""
    before, joint = "", -1
    for kind, start, end in scan(text):
        if kind is Kind.HAN:
            for at in range(start, end - 1):
                yield Part(text[at], None)
                yield Part(text[at : at + 2], None)
            yield Part(text[end - 1], None)
            continue
        surface = text[start:end]
        term, *inner = latin_terms(kind, surface)
        yield Part(term, surface)
        for word in inner:
            yield Part(word, None)
        if start == joint and text[start - 1] == "-":
            yield Part(stem(before + surface), before + surface)
        before, joint = surface, end + 1


def units(text: str) -> list[Unit]:
    """Take folded text apart into words and Han characters."""
    found: list[Unit] = []
    for kind, start, end in scan(text):
        if kind is Kind.HAN:
            found.extend(Unit(text[at], at, at + 1, han=True) for at in range(start, end))
        else:
            key, *inner = latin_terms(kind, text[start:end])
            found.append(Unit(key, start, end, han=False, parts=tuple(inner)))
    return found


def sought(text: str) -> list[str]:
    """Return the terms that any text has which has this folded one in it."""
    found, terms, paired = units(text), list[str](), set[int]()
    for at, (one, two) in enumerate(pairwise(found)):
        if one.han and two.han and one.end == two.start:
            terms.append(one.key + two.key)
            paired |= {at, at + 1}
    return terms + [unit.key for at, unit in enumerate(found) if at not in paired]


@lru_cache(maxsize=65_536)
def latin_terms(kind: Kind, surface: str) -> tuple[str, ...]:
    """Return the term of a token, then the terms of the words inside it if it is a compound."""
    if kind is Kind.NUMBER:
        return (surface.replace(",", ""),)
    if kind is Kind.WORD:
        return (stem(surface.removesuffix("'s").replace("'", "")),)
    return surface, *(stem(word) for word in _PART.findall(surface))
