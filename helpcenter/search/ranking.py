"""Ranking: BM25 over decoded postings, in numpy, one locale at a time.

Scores are by slug, not by document, so that those of several locales lie side by side. They are
divided by the best score the query could have, which makes locales comparable: 0 to below 1, and
a little above where every word of the query is found.
"""

import math
import threading
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from helpcenter.i18n.locale import Locale
from helpcenter.identity.caller import Audience
from helpcenter.search.clauses import Alternative, Clause
from helpcenter.search.documents import Entry
from helpcenter.search.store import Store

Scores = NDArray[np.float32]
Mask = NDArray[np.bool_]

_K1, _B = 1.2, 0.75
_ALL_WORDS = 0.2
_FOUND = 2.0**20
"""More than any score; a double holds hundreds of it and the score besides."""
_CACHE_BYTES = 32 * 1024 * 1024


class Impacts(NamedTuple):
    """What one term adds to the score of each slug that has it, and how much it could add."""

    slugs: NDArray[np.int32]
    scores: Scores
    idf: float


class Cache:
    """Decoded postings by term, the least recently used dropped beyond a number of bytes."""

    def __init__(self, limit: int = _CACHE_BYTES) -> None:
        self._limit = limit
        self._bytes = 0
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[Locale, tuple[str, ...]], Impacts] = OrderedDict()

    def get(self, key: tuple[Locale, tuple[str, ...]]) -> Impacts | None:
        """Return what is kept under a key."""
        with self._lock:
            impacts = self._kept.get(key)
            if impacts is not None:
                self._kept.move_to_end(key)
            return impacts

    def put(self, key: tuple[Locale, tuple[str, ...]], impacts: Impacts) -> None:
        """Keep something, at the cost of what was not asked for longest."""
        with self._lock:
            if key in self._kept:
                return
            self._kept[key] = impacts
            self._bytes += _size(impacts)
            while self._bytes > self._limit:
                self._bytes -= _size(self._kept.popitem(last=False)[1])


class Field:
    """The articles of one locale. Slugs are numbers; `numbers` has each slug's document or -1."""

    def __init__(
        self, locale: Locale, store: Store, entries: Sequence[Entry], slugs: dict[str, int]
    ) -> None:
        """`entries` are those of all documents, by number; `slugs` numbers all slugs."""
        self.locale = locale
        self._store = store
        self._cache = Cache()
        self._slug_of = np.array([slugs[entry.slug] for entry in entries], np.int32)
        self.numbers = np.full(len(slugs), -1, np.int32)
        ours = [n for n, entry in enumerate(entries) if entry.locale == locale]
        self.numbers[self._slug_of[ours]] = ours
        self._count = len(ours)
        lengths = np.array([entry.length for entry in entries], np.float32)
        average = float(lengths[ours].mean()) if ours else 1.0
        self._norms = _K1 * (1 - _B + _B * lengths / max(average, 1.0))
        self._audiences = {
            audience: self._where(ours, [entries[n].audience is audience for n in ours])
            for audience in Audience
        }
        self._categories = {
            category: self._where(ours, [entries[n].category == category for n in ours])
            for category in {entries[n].category for n in ours}
        }

    def mask(self, audiences: frozenset[Audience], category: str | None) -> Mask:
        """Return which slugs somebody may and wants to see."""
        mask = np.zeros(len(self.numbers), np.bool_)
        for audience in audiences:
            mask |= self._audiences[audience]
        if category is not None:
            mask &= self._categories.get(category, np.zeros_like(mask))
        return mask

    def holds(self, terms: Iterable[str]) -> Mask:
        """Return which slugs have every one of some terms here."""
        mask = self.numbers >= 0
        for term in terms:
            found = np.zeros_like(mask)
            found[self.impacts((term,)).slugs] = True
            mask &= found
        return mask

    def score(self, clauses: Sequence[Clause]) -> Scores:
        """Return how well each slug answers, 0 where nothing matches."""
        # Scores below, how many clauses were found above: one pass over the postings for both.
        both = np.zeros(len(self.numbers))
        possible = 0.0
        for clause in clauses:
            simple = clause.alternatives[0]
            if len(clause.alternatives) == 1 and len(simple.groups) == 1:
                impacts = self.impacts(simple.groups[0])
                possible += simple.weight * impacts.idf
                scores = impacts.scores * np.float32(simple.weight)
                both[impacts.slugs] += np.add(scores, _FOUND, dtype=np.float64)
            else:
                best, bound = self._best(clause.alternatives)
                possible += bound
                both += best + _FOUND * (best > 0)
        found = np.floor(both / _FOUND)
        worth = (both - found * _FOUND) / (possible or 1)
        if len(clauses) > 1:
            worth[found == len(clauses)] *= 1 + _ALL_WORDS
        return worth.astype(np.float32)

    def impacts(self, group: tuple[str, ...]) -> Impacts:
        """Return what a group of terms adds, decoded once and kept."""
        key = (self.locale, group)
        impacts = self._cache.get(key)
        if impacts is None:
            impacts = self._weigh(group)
            self._cache.put(key, impacts)
        return impacts

    def _weigh(self, group: tuple[str, ...]) -> Impacts:
        postings = [self._store.postings(self.locale, term) for term in group]
        if len(postings) == 1:
            numbers, weights = postings[0]
        elif postings:
            every = np.concatenate([numbers for numbers, _ in postings])
            numbers, where = np.unique(every, return_inverse=True)
            weights = np.bincount(where, np.concatenate([w for _, w in postings])).astype("f4")
        else:
            numbers, weights = np.empty(0, np.int32), np.empty(0, np.float32)
        idf = math.log(1 + (self._count - len(numbers) + 0.5) / (len(numbers) + 0.5))
        scores = (idf * weights / (weights + self._norms[numbers])).astype(np.float32)
        return Impacts(self._slug_of[numbers], scores, idf)

    def _best(self, alternatives: Sequence[Alternative]) -> tuple[Scores, float]:
        """Return the scores of the best alternative, and how much it could have been.

        What was typed comes first, and where anybody has it, it says how much the clause counts:
        a rare synonym of a common word is as common as the word.
        """
        best = np.zeros(len(self.numbers), np.float32)
        bounds: list[tuple[bool, float]] = []
        for alternative in alternatives:
            every = [self.impacts(group) for group in alternative.groups]
            scores = np.zeros_like(best)
            found = np.zeros(len(best), np.int16)
            for impacts in every:
                scores[impacts.slugs] += impacts.scores
                found[impacts.slugs] += 1
            if alternative.whole:
                scores[found < len(every)] = 0
            weight = alternative.weight
            bound = weight * sum(impacts.idf for impacts in every)
            typed, limit = bounds[0] if bounds else (False, bound)
            if typed and bound > limit:
                weight, bound = weight * limit / bound, limit
            bounds.append((bool(scores.any()), bound))
            np.maximum(best, scores * np.float32(weight), out=best)
        return best, max(bounds)[1]

    def _where(self, ours: Sequence[int], flags: Sequence[bool]) -> Mask:
        mask = np.zeros(len(self.numbers), np.bool_)
        mask[self._slug_of[[n for n, flag in zip(ours, flags, strict=True) if flag]]] = True
        return mask


def _size(impacts: Impacts) -> int:
    return impacts.slugs.nbytes + impacts.scores.nbytes + 200
