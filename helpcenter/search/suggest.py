"""Suggestions while somebody types: titles, sections and curated queries by any word's beginning.

Never other people's queries. What is typed in one script finds what is written in the other by the
slugs that both share, and is shown in the reader's language.
"""

import math
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from functools import cached_property
from itertools import islice
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from helpcenter.articles.library import Library
from helpcenter.articles.model import Article, Status
from helpcenter.i18n.locale import Locale
from helpcenter.identity.caller import Audience
from helpcenter.language.fold import Folder
from helpcenter.language.stem import stem
from helpcenter.language.tokens import Kind, scan
from helpcenter.search.clauses import EMPTY

LIMIT = 8
LONGEST = 100
"""Characters of what was typed that count."""

_AN_ARTICLE = 3
"""Suggestions that lead to one article."""
_LEAST = 0.5
"""The part of what was typed that has to be found."""
_NEAR = 0.7
"""What is worth less than this part of the best is left out."""
_MISSPELT = 0.7
_ELSEWHERE = 0.9
"""What a match in another language is worth."""
_UNKNOWN = 1.0
_LOOKED_AT = 200
_LAST = chr(0x10FFFF)
_MIN_REPAIRED, _MIN_TWO_ERRORS, _MAX_REPAIRED = 4, 7, 30

Flags = NDArray[np.bool_]


class Sort(StrEnum):
    """What a suggestion is."""

    ARTICLE = "article"
    QUERY = "query"
    SECTION = "section"


class Suggestion(NamedTuple):
    """What is offered: its words, and the article and section ("" for none) it leads to.

    `title` is the article's; `locale` is that of the words, the reader's wherever they exist.
    """

    text: str
    sort: Sort
    slug: str
    section: str
    title: str
    locale: Locale


class _Entry(NamedTuple):
    """Something that may be typed, folded, and what is offered for it.

    `hidden` is what nobody sees in the words offered: a keyword.
    """

    folded: str
    offered: Suggestion
    audience: Audience
    hidden: bool = False


class _Match(NamedTuple):
    """An entry found: the part of what was typed that it holds, and how well it stands there.

    `place` is 0 where it begins so, 1 for other names, 2 for other sections, 3 for keywords.
    """

    worth: float
    place: int
    number: int
    entry: _Entry


class Suggester:
    """The suggestions of one site; immutable, safe to share."""

    def __init__(self, library: Library, folder: Folder) -> None:
        self._folder = folder
        self._shelves = {
            locale: _Shelf(_entries(library, locale, folder)) for locale in library.locales
        }
        self._written = {
            (locale, entry.offered.slug, entry.offered.section): entry
            for locale, shelf in self._shelves.items()
            for entry in shelf.entries
            if entry.offered.sort is not Sort.QUERY and not entry.hidden
        }

    def suggest(
        self, text: str, locale: Locale, audiences: frozenset[Audience], limit: int = LIMIT
    ) -> tuple[Suggestion, ...]:
        """Return what somebody of `audiences` may be typing, likeliest first; total."""
        typed = " ".join(self._folder.fold(text[:LONGEST]).text.split())
        own = self._shelves.get(locale)
        found = own.find(typed, audiences) if own else []
        for other, shelf in self._shelves.items():
            if other != locale and len(found) < limit:
                found += [
                    match._replace(worth=match.worth * _ELSEWHERE, entry=entry)
                    for match in shelf.find(typed, audiences)
                    for entry in [self._for_reader(match.entry, locale)]
                    if entry.audience in audiences
                ]
        found.sort(key=lambda match: (-match.worth, match.place, match.number))
        near = (match for match in found if match.worth >= _NEAR * found[0].worth)
        return tuple(islice(_apart(match.entry.offered for match in near), limit))

    def _for_reader(self, entry: _Entry, locale: Locale) -> _Entry:
        """Return the same article or section in the reader's language, itself where there is none.

        A curated query is in words of its language: elsewhere it stands for where it leads.
        """
        offered = entry.offered
        return self._written.get((locale, offered.slug, offered.section), entry)


def _entries(library: Library, locale: Locale, folder: Folder) -> Iterator[_Entry]:
    """Yield what can be typed in one language, what is to be offered first at first."""
    articles = sorted(
        (
            article
            for (where, _), article in library.articles.items()
            if where == locale and article.status is Status.PUBLISHED
        ),
        key=lambda article: (article.order, article.slug),
    )

    def entry(article: Article, text: str, sort: Sort, section: str = "") -> _Entry:
        offered = Suggestion(text, sort, article.slug, section, article.title, locale)
        return _Entry(folder.fold(text).text, offered, article.audience)

    for article in articles:
        yield entry(article, article.title, Sort.ARTICLE)
    by_slug = {article.slug: article for article in articles}
    for query in library.suggested.get(locale, ()):
        if (found := by_slug.get(query.article)) is not None:
            yield entry(found, query.text, Sort.QUERY, query.section or "")
    for article in articles:
        for section in article.sections:
            if section.id:
                yield entry(article, section.title, Sort.SECTION, section.id)
        named = entry(article, article.title, Sort.ARTICLE)
        for keyword in article.keywords:
            yield named._replace(folded=folder.fold(keyword).text, hidden=True)


def _apart(offered: Iterable[Suggestion]) -> Iterator[Suggestion]:
    """Leave out what leads to the same place or reads the same as one before."""
    places, texts, articles = set[tuple[str, str]](), set[str](), Counter[str]()
    for one in offered:
        place = (one.slug, one.section)
        if place in places or one.text in texts or articles[one.slug] == _AN_ARTICLE:
            continue
        places.add(place)
        texts.add(one.text)
        articles[one.slug] += 1
        yield one


class _Shelf:
    """The entries of one language by the pieces they are made of.

    Pieces are Latin words, pairs of Han characters and the last character of every run, all in one
    sorted list: whatever begins with a piece is one slice of it.
    """

    def __init__(self, entries: Iterable[_Entry]) -> None:
        self.entries = tuple(entries)
        numbers: dict[str, list[int]] = {}
        for number, entry in enumerate(self.entries):
            for piece in set(_pieces(entry.folded)):
                numbers.setdefault(piece, []).append(number)
        self._pieces = sorted(numbers)
        ends = np.cumsum([0, *(len(numbers[piece]) for piece in self._pieces)])
        self._ends: list[int] = ends.tolist()
        every = [number for piece in self._pieces for number in numbers[piece]]
        self._numbers = np.array(every, np.int32)
        self._starts = sorted((entry.folded, n) for n, entry in enumerate(self.entries))
        self._for: Mapping[Audience, Flags] = {
            audience: np.array([entry.audience is audience for entry in self.entries], np.bool_)
            for audience in Audience
        }

    def find(self, typed: str, audiences: frozenset[Audience]) -> list[_Match]:
        """Return the best entries, at most a few hundred, in no order."""
        needles = _needles(typed)
        count = len(self.entries)
        if not needles or not count:
            return []
        scores, total = np.zeros(count, np.float32), 0.0
        for needle in needles:
            found, quality = self._having(needle)
            holders = int(found.sum())
            weight = math.log(1 + count / holders) if holders else _UNKNOWN
            total += weight
            scores += found * np.float32(weight * quality)
        allowed = np.zeros(count, np.bool_)
        for audience in audiences:
            allowed |= self._for[audience]
        scores *= allowed
        best = float(scores.max())
        if best < _LEAST * total:
            return []
        return [
            self._match(number, float(scores[number]) / total, typed)
            for number in self._likely(scores, best, total, typed)
        ]

    def _likely(
        self, scores: NDArray[np.float32], best: float, total: float, typed: str
    ) -> set[int]:
        """Return which entries are worth a closer look."""
        cut = max(_LEAST * total, _NEAR * best)
        likely = set(np.flatnonzero(scores >= 0.999 * best)[:_LOOKED_AT].tolist())
        if len(likely) < LIMIT:
            likely.update(np.flatnonzero(scores >= cut)[:_LOOKED_AT].tolist())
        first = bisect_left(self._starts, (typed, -1))
        for folded, number in self._starts[first : first + LIMIT]:
            if folded.startswith(typed) and scores[number] >= cut:
                likely.add(number)
        return likely

    def _match(self, number: int, worth: float, typed: str) -> _Match:
        entry = self.entries[number]
        if entry.hidden:
            place = 3
        elif entry.folded.startswith(typed):
            place = 0
        else:
            place = 2 if entry.offered.sort is Sort.SECTION and typed not in entry.folded else 1
        return _Match(round(worth, 3), place, number, entry)

    def _having(self, beginning: str) -> tuple[Flags, float]:
        """Return who has a piece with that beginning or, failing that, a word nearly like it."""
        found = np.zeros(len(self.entries), np.bool_)
        first = bisect_left(self._pieces, beginning)
        last = bisect_left(self._pieces, beginning + _LAST)
        if first < last:
            found[self._numbers[self._ends[first] : self._ends[last]]] = True
            return found, 1.0
        for word in self._alike(beginning):
            at = bisect_left(self._pieces, word)
            found[self._numbers[self._ends[at] : self._ends[at + 1]]] = True
        return found, _MISSPELT

    def _alike(self, typed: str) -> set[str]:
        """Return the words that begin almost like a misspelt one: same initial, few letters off."""
        if not (_MIN_REPAIRED <= len(typed) <= _MAX_REPAIRED and typed.isascii()):
            return set()
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        errors = 2 if len(typed) >= _MIN_TWO_ERRORS else 1
        words = self._by_initial.get(typed[0], ())
        near: dict[int, set[str]] = {}
        for length in (len(typed), len(typed) + 1, len(typed) - 1):
            cut = [word[:length] for word in words]
            found = process.extract_iter(typed, cut, scorer=OSA.distance, score_cutoff=errors)
            for _, distance, at in found:
                near.setdefault(int(distance), set()).add(words[at])
        return near[min(near)] if near else set()

    @cached_property
    def _by_initial(self) -> dict[str, list[str]]:
        words: dict[str, list[str]] = {}
        for piece in self._pieces:
            if piece.isascii() and piece.isalpha():
                words.setdefault(piece[0], []).append(piece)
        return words


def _pieces(folded: str) -> Iterator[str]:
    for kind, start, end in scan(folded):
        if kind is Kind.HAN:
            yield from (folded[at : at + 2] for at in range(start, end - 1))
            yield folded[end - 1]
        else:
            yield folded[start:end]


def _needles(typed: str) -> list[str]:
    """Return the beginnings of pieces to look for; words that say nothing count only alone."""
    telling, every = list[str](), list[str]()
    for kind, start, end in scan(typed):
        if kind is Kind.HAN and end - start > 1:
            for at in range(start, end - 1):
                pair = typed[at : at + 2]
                every.append(pair)
                if EMPTY.isdisjoint(pair):
                    telling.append(pair)
            continue
        word = typed[start:end]
        root = stem(word) if kind is Kind.WORD else word
        beginning = root if word.startswith(root) else word
        every.append(beginning)
        if word not in EMPTY:
            telling.append(beginning)
    return list(dict.fromkeys(telling or every))
