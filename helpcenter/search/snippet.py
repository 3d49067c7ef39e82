"""Snippets: the best section of a hit, cut from the original text, with what matched marked.

Matches are found on folded text and led back, so that 咭 is marked for 卡; text is escaped.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from html import escape
from typing import NamedTuple

from helpcenter.language.fold import Folded
from helpcenter.search.documents import Passage, Record

_HEADING, _TITLE = 0.8, 2.0
"""What a match in a section's heading, or for the lead in the article's title, is worth."""
_REPEATS = 3
_REPEAT_WORTH = 0.1
_MAX_MATCHES = 50
_SENTENCE_END = re.compile(r"(?:[.!?]\s|[。！？\n])\s*")
_BREAK = re.compile(r"[\s\u3000-\u303f\uff00-\uff0f]")
_LINE = re.compile("\n")
_SPACE = re.compile(r"\s+")
_FIRST_HAN = "\u2e80"


class Needle(NamedTuple):
    """Something to mark; needles of one `clause` say the same. Latin ones match whole words."""

    text: str
    clause: int
    weight: float


class Match(NamedTuple):
    """A needle found, at a place in folded text."""

    start: int
    end: int
    needle: Needle


class Snippet(NamedTuple):
    """The best section (None if it is the lead or none stands out) and its text as HTML."""

    passage: Passage | None
    html: str


def cut(record: Record, needles: Sequence[Needle], width: int) -> Snippet:
    """Choose the best section and cut about `width` characters of it."""
    folded = record.unfold()
    starts = [passage.start for passage in record.passages]
    inside = _shares(_find(folded.text, needles), starts)
    lines = [0, *(match.end() for match in _LINE.finditer(record.headings))]
    above = _shares(_find(record.headings, needles), lines)
    best, best_score = 0, 0.0
    for number in sorted({*inside, *above}):
        heading = _HEADING if number else _TITLE
        score = _worth(inside.get(number, ())) + heading * _worth(above.get(number, ()))
        if score > best_score:
            best, best_score = number, score
    end = starts[best + 1] if best + 1 < len(starts) else len(folded.text)
    html = _render(folded, inside.get(best, ()), (starts[best], end), width)
    return Snippet(record.passages[best] if best else None, html)


def _find(text: str, needles: Sequence[Needle]) -> list[Match]:
    """Return the matches in order of place."""
    matches: list[Match] = []
    for needle in needles:
        wanted = needle.text
        han = wanted[0] >= _FIRST_HAN
        step = 1 if han else len(wanted)
        at = text.find(wanted)
        most = len(matches) + _MAX_MATCHES
        while at >= 0 and len(matches) < most:
            end = at + len(wanted)
            if han or not (_letter(text, at - 1) or _letter(text, end)):
                matches.append(Match(at, end, needle))
            at = text.find(wanted, at + step)
    matches.sort()
    return matches


def stands(wanted: str, text: str) -> bool:
    """Tell whether folded text has something just so; Latin words only as whole words."""
    at = text.find(wanted)
    while at >= 0:
        end = at + len(wanted)
        begun = _letter(wanted, 0) and _letter(text, at - 1)
        goes_on = _letter(wanted, len(wanted) - 1) and _letter(text, end)
        if not (begun or goes_on):
            return True
        at = text.find(wanted, at + 1)
    return False


def _shares(matches: Sequence[Match], starts: Sequence[int]) -> dict[int, list[Match]]:
    """Share matches out between the stretches that begin at `starts`."""
    shares: dict[int, list[Match]] = {}
    for match in matches:
        shares.setdefault(bisect_right(starts, match.start) - 1, []).append(match)
    return shares


def _letter(text: str, at: int) -> bool:
    """Tell whether a Latin word goes on at a place."""
    if not 0 <= at < len(text):
        return False
    char = text[at]
    return char < _FIRST_HAN and (char.isalnum() or char == "_")


def _worth(matches: Sequence[Match]) -> float:
    """Weigh matches: every clause once, and a little for each of a few repeats."""
    weights: dict[int, float] = {}
    seen: dict[int, int] = {}
    for match in matches:
        clause = match.needle.clause
        weights[clause] = max(weights.get(clause, 0.0), match.needle.weight)
        seen[clause] = seen.get(clause, 0) + 1
    worth = 0.0
    for clause, weight in weights.items():
        worth += weight * (1 + _REPEAT_WORTH * min(seen[clause] - 1, _REPEATS))
    return worth


def _render(folded: Folded, matches: Sequence[Match], bounds: tuple[int, int], width: int) -> str:
    start, end = _window(folded.text, matches, bounds, width)
    marks = _merge([match for match in matches if match.start >= start and match.end <= end])
    first, last = folded.span(*bounds)
    text, done, until = folded.original, *folded.span(start, end)
    whole_before = done == first or _SENTENCE_END.search(text, done - 2, done)
    out: list[str] = []
    for mark_start, mark_end in (folded.span(*mark) for mark in marks):
        out += escape(text[done:mark_start]), "<mark>", escape(text[mark_start:mark_end]), "</mark>"
        done = mark_end
    out.append(escape(text[done:until]))
    html = _SPACE.sub(" ", "".join(out)).strip()
    whole_after = not text[until:last].strip()
    return f"{'' if whole_before else '…'}{html}{'' if whole_after else '…'}"


def _merge(matches: Sequence[Match]) -> list[tuple[int, int]]:
    """Join matches that touch: the bigrams of one word are one mark."""
    marks: list[tuple[int, int]] = []
    for start, end, _ in matches:
        if marks and start <= marks[-1][1]:
            marks[-1] = marks[-1][0], max(end, marks[-1][1])
        else:
            marks.append((start, end))
    return marks


def _window(
    text: str, matches: Sequence[Match], bounds: tuple[int, int], width: int
) -> tuple[int, int]:
    """Return the part of folded text to show: where most clauses stand close together."""
    first = last = bounds[0]
    left = 0
    best = worth = 0.0
    inside: dict[int, int] = {}
    for match in matches:
        clause = match.needle.clause
        inside[clause] = inside.get(clause, 0) + 1
        worth += match.needle.weight if inside[clause] == 1 else 0.0
        while matches[left].start < match.end - width and matches[left] is not match:
            gone = matches[left].needle
            inside[gone.clause] -= 1
            worth -= gone.weight if not inside[gone.clause] else 0.0
            left += 1
        if worth > best:
            best, first, last = worth, matches[left].start, match.end
    start = _start(text, first, max(bounds[0], first - (width - (last - first)) // 2))
    return start, _end(text, last, min(bounds[1], start + width), bounds[1])


def _start(text: str, first: int, near: int) -> int:
    """Begin with the sentence if it is near, else with a word."""
    if near >= first:
        return first
    sentences = [match.end() for match in _SENTENCE_END.finditer(text, near, first)]
    if sentences:
        return sentences[-1]
    if near == 0 or text[near - 1] >= _FIRST_HAN or text[near - 1] == "\n":
        return near
    gap = _BREAK.search(text, near, first)
    return gap.end() if gap else first


def _end(text: str, last: int, limit: int, bound: int) -> int:
    """End with a word, the last match and `limit` being the bounds."""
    if limit >= bound:
        return bound
    end = max(last, limit)
    while end > last and _letter(text, end - 1) and _letter(text, end):
        end -= 1
    return end
