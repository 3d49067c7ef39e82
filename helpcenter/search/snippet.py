"""Snippets: the best section of a hit, cut from the original text, with what matched marked.

Matches are found on folded text and led back, so that 咭 is marked for 卡; text is escaped.
"""

import re
from collections.abc import Sequence
from html import escape
from typing import NamedTuple

from helpcenter.language.fold import Folded
from helpcenter.search.documents import Passage, Record

_HEADING, _TITLE = 0.8, 2.0
"""What a match in a section's heading, or for the lead in the article's title, is worth."""
_REPEATS = 3
_REPEAT_WORTH = 0.1
_MAX_MATCHES = 200
_SENTENCE_END = re.compile(r"(?:[.!?]\s|[。！？\n])\s*")
_BREAK = re.compile(r"[\s\u3000-\u303f\uff00-\uff0f]")
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
    best: Passage | None = None
    best_matches: list[Match] = []
    best_score = 0.0
    for passage in record.passages:
        matches = _find(passage.unfold().text, needles)
        above = _HEADING if passage.id else _TITLE
        score = _worth(matches) + above * _worth(_find(passage.heading, needles))
        if score > best_score:
            best, best_matches, best_score = passage, matches, score
    shown = best or next(iter(record.passages), None)
    if shown is None:
        return Snippet(None, "")
    html = _render(shown.unfold(), best_matches, width)
    return Snippet(best if best and best.id else None, html)


def _find(text: str, needles: Sequence[Needle]) -> list[Match]:
    """Return the matches in order of place."""
    matches: list[Match] = []
    for needle in needles:
        at = text.find(needle.text)
        while at >= 0 and len(matches) < _MAX_MATCHES:
            end = at + len(needle.text)
            if needle.text[0] >= _FIRST_HAN or not (_letter(text, at - 1) or _letter(text, end)):
                matches.append(Match(at, end, needle))
            at = text.find(needle.text, end if needle.text[0] < _FIRST_HAN else at + 1)
    matches.sort()
    return matches


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
    return sum(
        weight * (1 + _REPEAT_WORTH * min(seen[clause] - 1, _REPEATS))
        for clause, weight in weights.items()
    )


def _render(folded: Folded, matches: Sequence[Match], width: int) -> str:
    start, end = _window(folded.text, matches, width)
    marks = _merge([match for match in matches if match.start >= start and match.end <= end])
    text, done, last = folded.original, *folded.span(start, end)
    cut_before = done > 0 and not _SENTENCE_END.search(text, done - 2, done)
    out: list[str] = []
    for first, after in (folded.span(*mark) for mark in marks):
        out += _plain(text[done:first]), "<mark>", escape(text[first:after]), "</mark>"
        done = after
    out.append(_plain(text[done:last]))
    html = "".join(out).strip()
    return f"{'…' * cut_before}{html}{'…' if text[last:].strip() else ''}"


def _plain(text: str) -> str:
    return escape(re.sub(r"\s+", " ", text))


def _merge(matches: Sequence[Match]) -> list[tuple[int, int]]:
    """Join matches that touch: the bigrams of one word are one mark."""
    marks: list[tuple[int, int]] = []
    for start, end, _ in matches:
        if marks and start <= marks[-1][1]:
            marks[-1] = marks[-1][0], max(end, marks[-1][1])
        else:
            marks.append((start, end))
    return marks


def _window(text: str, matches: Sequence[Match], width: int) -> tuple[int, int]:
    """Return the part of folded text to show: where most clauses stand close together."""
    first = last = left = 0
    best = worth = 0.0
    inside: dict[int, int] = {}
    for match in matches:
        clause = match.needle.clause
        inside[clause] = inside.get(clause, 0) + 1
        worth += match.needle.weight if inside[clause] == 1 else 0.0
        while matches[left].start < match.end - width:
            gone = matches[left].needle
            inside[gone.clause] -= 1
            worth -= gone.weight if not inside[gone.clause] else 0.0
            left += 1
            if matches[left - 1] is match:
                break
        if worth > best:
            best, first, last = worth, matches[left].start, match.end
    start = _start(text, first, width - (last - first))
    return start, _end(text, last, start + width)


def _start(text: str, first: int, room: int) -> int:
    """Begin with the sentence if it is near, else with a word."""
    near = max(0, first - room // 2)
    sentences = [match.end() for match in _SENTENCE_END.finditer(text, near, first)]
    if sentences:
        return sentences[-1]
    if near == 0 or text[near - 1] >= _FIRST_HAN:
        return near
    gap = _BREAK.search(text, near, first)
    return gap.end() if gap else first


def _end(text: str, last: int, limit: int) -> int:
    """End with a word, the last match and `limit` being the bounds."""
    if limit >= len(text):
        return len(text)
    end = max(last, limit)
    while end > last and _letter(text, end - 1) and _letter(text, end):
        end -= 1
    return end
