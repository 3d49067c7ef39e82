"""Card numbers in text: digits that begin, are counted and are checked as cards are.

What keeps ordinary numbers whole: a number stands in groups and begins and ends where groups do;
pieces with something between them must make a length that is really issued for such a beginning;
dates, times and amounts belong to no number.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import accumulate, pairwise

from helpcenter.language.digits import Plain

SHORTEST, LONGEST = 13, 19
_LAST = 4

_GAP = r"[+#]?(?:[^\w•$€£¥%+#]|_){0,5}"
"""What may stand between two digits of one number; + and # otherwise begin another one."""
_RUN = re.compile(rf"\d(?:{_GAP}\d)*+")
_LIST = re.compile("[,;、]")
_MONTH, _DAY, _YEAR = r"(?:0?[1-9]|1[0-2])", r"(?:0?[1-9]|[12]\d|3[01])", r"(?:19|20)\d\d"
_MOMENT = re.compile(
    rf"(?<![\d/.-])(?:{_YEAR}(?P<a>[-/.]){_MONTH}(?P=a){_DAY}"
    rf"|{_DAY}(?P<b>[-/.]){_MONTH}(?P=b){_YEAR}"
    rf"|{_MONTH}(?P<c>[-/.]){_DAY}(?P=c){_YEAR})(?![/.-]?\d)"
    r"|(?<![\d:])(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d)?(?![\d:])"
)
_REFERENCE = re.compile(
    r"(?:(?:order|invoice|reference|ref|ticket|case|tracking|parcel|imei|serial|receipt"
    r"|transaction|单|编号|发票|参考|收据|流水)\W{0,3}(?:(?:no|number|id|号码|号)\W{0,3})?"
    r"(?:is|系|是|为)?\W{0,3}|(?<![a-z])[a-z]{2,6}_[a-z0-9]{1,20})$"
)
_LABEL = 40
"""Characters before a number in which a label is looked for."""

_DINERS, _MAESTRO, _LONG = frozenset({14, 16, 19}), frozenset(range(13, 20)), frozenset({16, 19})
_USUAL = frozenset({16})
_ISSUED: tuple[tuple[str, str, frozenset[int]], ...] = (
    ("2221", "2720", _USUAL),
    ("300", "305", _DINERS),
    ("3095", "3095", _DINERS),
    ("34", "34", frozenset({15})),
    ("3528", "3589", frozenset({16, 17, 18, 19})),
    ("36", "36", _DINERS),
    ("37", "37", frozenset({15})),
    ("38", "39", _DINERS),
    ("4", "4", frozenset({13, 16, 19})),
    ("51", "55", _USUAL),
    ("50", "50", _MAESTRO),
    ("56", "58", _MAESTRO),
    ("6011", "6011", _LONG),
    ("62", "62", frozenset({16, 17, 18, 19})),
    ("644", "649", _LONG),
    ("65", "65", _LONG),
    ("60", "69", _MAESTRO),
    ("81", "81", frozenset({16, 17, 18, 19})),
)
"""Beginnings (from, to) and the lengths issued for them; the first that fits counts."""

_SHAPES = {(4, 6, 5), (4, 6, 4), (6, 13), (4, 12)}
"""How cards are printed besides in groups of one size."""


@dataclass(frozen=True, slots=True)
class Card:
    """A card number at `text[start:end]`, and the digits that may be left of it."""

    start: int
    end: int
    last4: str


def find(plain: Plain) -> Iterator[Card]:
    """Yield the card numbers of a text in order, none overlapping another."""
    text = _MOMENT.sub(lambda found: "x" * len(found.group()), plain.text)
    for run in _RUN.finditer(text):
        if run.end() - run.start() >= SHORTEST:
            yield from _Row(plain, run.start(), run.end()).cards()


def runs(text: str) -> list[tuple[int, int]]:
    """Return the spans of all rows of digits that one number could stand in."""
    return [found.span() for found in _RUN.finditer(text)]


def is_reference(before: str) -> bool:
    """Tell whether the folded text before a number calls it something else than a card."""
    return _REFERENCE.search(before[-_LABEL:]) is not None


class _Row:
    """A row of digits in groups, any of which may begin or end a number."""

    def __init__(self, plain: Plain, start: int, end: int) -> None:
        self._text = text = plain.text
        self._places = places = [at for at in range(start, end) if text[at].isdecimal()]
        self._digits = "".join(text[at] for at in places)
        self._sums = _luhn_sums(self._digits)
        self._starts = [
            index
            for index, at in enumerate(places)
            if index == 0 or places[index - 1] != at - 1
            # Numerals and other digits side by side are two things (十二月, 一齊): each may end.
            or plain.is_numeral(at) or plain.is_numeral(at - 1)
        ]  # fmt: skip

    def cards(self) -> Iterator[Card]:
        """Yield the cards from left to right; what is left of one may begin the next."""
        bounds = [*self._starts, len(self._digits)]
        group, begun = 0, None
        while group < len(bounds) - 1:
            end = self._end(bounds, group)
            if end is not None:
                begun = bounds[group] if begun is None else begun
                # The four digits left of it and those that follow must be no number either.
                group = end - 1
                bounds[group] = bounds[end] - _LAST
                continue
            if begun is not None:
                yield self._card(begun, bounds[group + 1])
                begun = None
            group += 1

    def _end(self, bounds: list[int], group: int) -> int | None:
        """Return the bound at which the longest card ends that begins with this group."""
        start = bounds[group]
        issued = _issued(self._digits[start : start + _LAST])
        if issued is None:
            return None
        found = None
        for end in range(group + 1, min(group + 1 + LONGEST, len(bounds))):
            length = bounds[end] - start
            if length > LONGEST:
                break
            if length < SHORTEST or not self._checks(start, bounds[end]):
                continue
            in_one = end == group + 1
            if length in issued if not in_one else length in issued or not self._labelled(start):
                found = end if in_one or self._is_one(bounds[group : end + 1]) else found
        return found

    def _checks(self, start: int, end: int) -> bool:
        """Tell whether Luhn's sum of these digits is right."""
        sums = self._sums[end % 2]
        return (sums[end] - sums[start]) % 10 == 0

    def _is_one(self, bounds: list[int]) -> bool:
        """Tell whether groups make one number: a list of numbers does only if it looks like it."""
        sizes = [end - start for start, end in pairwise(bounds)]
        places = self._places
        gaps = (self._text[places[at - 1] : places[at]] for at in bounds[1:-1])
        if not any(_LIST.search(gap) for gap in gaps):
            return True
        return tuple(sizes) in _SHAPES or (len(set(sizes[:-1])) == 1 and sizes[-1] <= sizes[0])

    def _labelled(self, start: int) -> bool:
        """Tell whether the text before calls it something else than a card."""
        at = self._places[start]
        return is_reference(self._text[max(0, at - _LABEL) : at])

    def _card(self, start: int, end: int) -> Card:
        last = self._digits[end - _LAST : end]
        return Card(self._places[start], self._places[end - 1] + 1, last)


def _issued(beginning: str) -> frozenset[int] | None:
    """Return the lengths of the cards that begin so, None if none does."""
    for low, high, lengths in _ISSUED:
        if low <= beginning[: len(low)] <= high:
            return lengths
    return None


def _luhn_sums(digits: str) -> tuple[list[int], list[int]]:
    """Return the running sums of Luhn's check, for numbers that end at even and at odd places."""
    doubled = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)
    values = [int(digit) for digit in digits]
    even, odd = (
        [doubled[v] if at % 2 == parity else v for at, v in enumerate(values)] for parity in (0, 1)
    )
    return list(accumulate(even, initial=0)), list(accumulate(odd, initial=0))
