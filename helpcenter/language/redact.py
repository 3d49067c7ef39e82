"""Redaction: what must never be kept is cut out of text before anybody stores, logs or sends it.

A card number is 13 to 19 digits of any script, however they are spaced, that begin as a card's do
and pass Luhn's check; `•••• 4242` is left of it. A security code is three or four digits beside
its name. Everything else (orders, phones, amounts, dates, `4242` alone) stays as it was written,
and redacting twice changes nothing more.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from itertools import pairwise

from helpcenter.language import cards, codes, digits
from helpcenter.language.digits import Plain
from helpcenter.language.fold import Folder

CODE_MASK = "•••"
LINES = 5
"""Earlier lines worth handing to `redact_line`; over more, it is ordinary numbers that meet."""

_AROUND = 24
"""Characters that may stand between a line's end and the digits of a number that goes on there."""
_WORDS = re.compile(r"[^\W_]")


class Finding(StrEnum):
    """What was cut out."""

    CARD = "card"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Redacted:
    """Text that may be kept, and what was cut out of it, in order."""

    text: str
    found: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class RedactedLine:
    """A new line that may be kept, and the earlier lines that have to change: (index, text)."""

    line: Redacted
    earlier: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class _Cut:
    """A span of the plain text, and what takes its place."""

    start: int
    end: int
    finding: Finding
    instead: str


@dataclass(frozen=True, slots=True)
class _Piece:
    """The digits of one line that may be a piece of a number, and where they stand in a row."""

    plain: Plain
    start: int
    end: int
    at: int


def redact(text: str) -> Redacted:
    """Cut card numbers and security codes out of any text; pure, total, linear in its length."""
    found: tuple[Finding, ...] = ()
    while cuts := _cuts(plain := _read(text)):
        # What was a piece of a longer number may be a security code without it.
        done = _without(plain, cuts)
        text, found = done.text, found + done.found
    return Redacted(text, found)


def was_redacted(text: str) -> bool:
    """Tell whether something was cut out of a text that `redact` or `redact_line` gave."""
    return CODE_MASK in text


def may_end_number(text: str) -> bool:
    """Tell whether the text begins with digits, so that `redact_line` has to see earlier lines."""
    return _head(_read(text)) is not None


def redact_line(earlier: Sequence[str], text: str) -> RedactedLine:
    """Redact a line of a talk, and a number that earlier lines began and this one ends.

    Digits that tell the security code which the line before named (`its 737`) are cut as well.

    `earlier` are the speaker's lines before it, oldest first, as they were kept. The digits that
    such a number has in earlier lines are overwritten in their places.
    """
    line = redact(text)
    row, pieces = _row(earlier, line.text)
    if len(pieces) > 1 and not _is_counting(pieces):
        own = pieces[0]
        for card in cards.find(row):
            if card.start < own.at < card.end:
                cut = _Cut(
                    own.start, own.start + card.end - own.at, Finding.CARD, _mask(card.last4)
                )
                rest = _without(own.plain, [cut])
                found = Redacted(rest.text, (*line.found, Finding.CARD))
                return RedactedLine(found, tuple(_overwritten(earlier, pieces, card)))
    return RedactedLine(_without_code(earlier, line))


def keep(text: str, kept: list[str]) -> str:
    """Return the next line of a talk as it may be kept.

    `kept` are the speaker's lines before it: it is added to them, and what it ends is cut out.
    """
    said = redact_line(kept, text)
    for index, changed in said.earlier:
        kept[index] = changed
    kept.append(said.line.text)
    return said.line.text


def _without_code(earlier: Sequence[str], line: Redacted) -> Redacted:
    """Cut the digits of a line that tells the security code which the line before it named."""
    plain = _read(line.text)
    span = codes.alone(plain.text) if earlier and codes.names(_read(earlier[-1]).text) else None
    if span is None:
        return line
    rest = _without(plain, [_Cut(*span, Finding.CODE, CODE_MASK)])
    return Redacted(rest.text, (*line.found, Finding.CODE))


def _row(earlier: Sequence[str], text: str) -> tuple[Plain, list[_Piece]]:
    """Return the digits at the seams of lines as one text, and its pieces, the last line's first.

    Lines that are nothing but digits let the row go on to those before them. Words at a seam ask
    for more: that there is only this seam, that no word names something else than a card, and
    that the whole is grouped as cards are.
    """
    taken: list[tuple[Plain, int, int]] = []
    gaps: list[str] = []
    plain = _read(text)
    head = _head(plain)
    if head is not None:
        taken.append((plain, *head))
        lead = plain.text[: head[0]]
        for previous in reversed(earlier[-LINES:]):
            before = _read(previous)
            spans = cards.runs(before.text)
            tail = before.text[spans[-1][1] :] if spans else ""
            if not spans or len(tail) > _AROUND or _is_masked(before, spans[-1][0]):
                break
            wordy = _WORDS.search(tail + lead) is not None
            if wordy and (gaps or cards.is_reference(lead)):
                break
            gaps.append(", " if wordy else "\n")
            taken.append((before, *spans[-1]))
            lead = before.text[: spans[-1][0]]
            if wordy or len(spans) > 1 or len(lead) > _AROUND:
                break
    joined = ""
    pieces: list[_Piece] = []
    for index in reversed(range(len(taken))):
        part, start, end = taken[index]
        pieces.insert(0, _Piece(part, start, end, len(joined)))
        joined += part.text[start:end] + (gaps[index - 1] if index else "")
    return _read(joined), pieces


def _is_counting(pieces: Sequence[_Piece]) -> bool:
    """Tell whether each line is the number after the one before it, as somebody who counts."""
    texts = [piece.plain.text[piece.start : piece.end] for piece in reversed(pieces)]
    if not all(re.fullmatch(r"0|[1-9][0-9]{0,18}", text) for text in texts):
        return False
    return all(int(after) - int(before) == 1 for before, after in pairwise(texts))


def _head(plain: Plain) -> tuple[int, int] | None:
    """Return the span of the digits a text begins with, words or two before them allowed."""
    spans = cards.runs(plain.text)
    if not spans or spans[0][0] > _AROUND or _is_masked(plain, spans[0][0]):
        return None
    return spans[0]


def _overwritten(
    earlier: Sequence[str], pieces: Sequence[_Piece], card: cards.Card
) -> Iterator[tuple[int, str]]:
    """Yield the earlier lines without the digits they have of a card, oldest first."""
    for back in reversed(range(1, len(pieces))):
        piece = pieces[back]
        first = piece.start + max(0, card.start - piece.at)
        if first < piece.end:
            text = piece.plain.folded.original
            start, end = piece.plain.span(first, piece.end)
            dots = "".join("•" if _is_digit(char) else char for char in text[start:end])
            yield len(earlier) - back, text[:start] + dots + text[end:]


def _cuts(plain: Plain) -> list[_Cut]:
    found = [
        _Cut(card.start, card.end, Finding.CARD, _mask(card.last4)) for card in cards.find(plain)
    ]
    for start, end in codes.find(plain.text):
        if all(end <= cut.start or cut.end <= start for cut in found):
            found.append(_Cut(start, end, Finding.CODE, CODE_MASK))
    return sorted(found, key=lambda cut: cut.start)


def _without(plain: Plain, cuts: Sequence[_Cut]) -> Redacted:
    text, done = plain.folded.original, 0
    out: list[str] = []
    for cut in cuts:
        start, end = plain.span(cut.start, cut.end)
        out += (text[done:start], cut.instead)
        if plain.text[cut.end : cut.end + 1].isdecimal():
            # Else what follows would look like a piece of what is left.
            out.append(" ")
        done = end
    return Redacted("".join((*out, text[done:])), tuple(cut.finding for cut in cuts))


def _mask(last4: str) -> str:
    return f"•••• {last4}"


def _is_masked(plain: Plain, at: int) -> bool:
    """Tell whether the digits at `at` are what is left of a number that was cut out."""
    return plain.text[max(0, at - 2) : at] == "• "


def _is_digit(char: str) -> bool:
    return any(folded.isdecimal() for folded in _read(char).text)


def _read(text: str) -> Plain:
    return digits.read(_folder(), text)


@cache
def _folder() -> Folder:
    return Folder()
