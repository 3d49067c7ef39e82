"""Tokens: the words, numbers, codes, addresses and Han runs of a text, in one pass.

A Han run is one token; who needs characters or bigrams cuts it (`Token.characters`). Latin and Han
never share a token (`更新Stripe付款方式` is three). Hyphens separate (`sign-in` is `sign`, `in`),
apostrophes and underscores do not (`can't`, `do_not_honor`).
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from helpcenter.language.fold import Folded
from helpcenter.language.scripts import HAN


class Kind(StrEnum):
    """What sort of token it is."""

    WORD = "word"
    NUMBER = "number"
    CODE = "code"
    URL = "url"
    EMAIL = "email"
    HAN = "han"


_LETTER = rf"[^\W_{HAN}]"
_TAIL = rf"(?:['_]{_LETTER}++)*+"
# Every alternative eats all it can and never gives back, so that no text makes it slow.
_TOKEN = re.compile(
    rf"(?P<han>[{HAN}]++)"
    rf"|(?P<url>(?:https?://|www\.)[^\s<>\"'|{HAN}]++)"
    r"|(?P<email>[a-z0-9.%+-][a-z0-9._%+-]{0,63}+@[a-z0-9-]{1,63}+(?:\.[a-z0-9-]{1,63}+)++)"
    rf"|(?P<number>[0-9]++(?:[.,][0-9]++)*+)(?P<suffix>{_LETTER}*+{_TAIL})"
    rf"|(?P<word>{_LETTER}++{_TAIL})"
)
_URL_END = ".,;:!?)]}。，；：！？）」』、…"


@dataclass(frozen=True, slots=True)
class Token:
    """One token: its folded text, where it stands in the original, and its kind.

    `at` is its start in the folded text, for neighbours and for `Folded.span` of a part of it.
    """

    text: str
    start: int
    end: int
    kind: Kind
    at: int

    def characters(self, folded: Folded) -> "Iterator[Token]":
        """Cut the token into its characters, each with its own place in the original."""
        for index, char in enumerate(self.text):
            start, end = folded.span(self.at + index, self.at + index + 1)
            yield Token(char, start, end, self.kind, self.at + index)


def scan(text: str) -> Iterator[tuple[Kind, int, int]]:
    """Find tokens in folded text: kind and place in that text; linear in its length."""
    for match in _TOKEN.finditer(text):
        start, end = match.span()
        group = match.lastgroup
        if group == "han":
            yield Kind.HAN, start, end
        elif group == "url":
            yield Kind.URL, start, start + len(match.group().rstrip(_URL_END))
        elif group == "email":
            yield Kind.EMAIL, start, end
        elif "_" in match.group():
            yield Kind.CODE, start, end
        elif group == "suffix" and not match.group("suffix"):
            yield Kind.NUMBER, start, end
        else:
            yield Kind.WORD, start, end


def tokenise(folded: Folded) -> list[Token]:
    """Return the tokens of a folded text in order; what is no token (spaces, emoji) is left out."""
    text = folded.text
    tokens = []
    for kind, at, end in scan(text):
        first, last = folded.span(at, end)
        tokens.append(Token(text[at:end], first, last, kind, at))
    return tokens
