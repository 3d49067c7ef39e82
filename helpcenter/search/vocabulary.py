"""The Latin words of the content as they are written: to complete, repair and mark words."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from functools import cached_property

from helpcenter.language.fold import Folded
from helpcenter.language.tokens import Kind, Token, tokenise
from helpcenter.search.analysis import latin_terms

Spellings = Mapping[str, Mapping[str, int]]
"""For each term its spellings, and in how many documents each stands."""

_COMPLETIONS = 24
_MIN_REPAIRED = 4
_MIN_TWO_ERRORS = 7
_MAX_LENGTH = 30


def count(surfaces: Iterable[Iterable[tuple[str, str]]]) -> dict[str, dict[str, int]]:
    """Count the (term, spelling) pairs of each document."""
    spellings: dict[str, dict[str, int]] = {}
    for pairs in surfaces:
        for term, surface in pairs:
            counts = spellings.setdefault(term, {})
            counts[surface] = counts.get(surface, 0) + 1
    return spellings


class Vocabulary:
    """What words there are; immutable, shared between threads."""

    def __init__(self, spellings: Spellings) -> None:
        self._spellings = spellings

    def knows(self, term: str) -> bool:
        """Tell whether any document holds the term."""
        return term in self._spellings

    def spellings(self, term: str) -> tuple[str, ...]:
        """Return how a term is written."""
        return tuple(self._spellings.get(term, ()))

    def completions(self, beginning: str) -> tuple[str, ...]:
        """Return the terms of the commonest words with that beginning, at most 24."""
        words = self._sorted
        at = bisect_left(words, (beginning,))
        found = []
        while at < len(words) and words[at][0].startswith(beginning):
            _, term, documents = words[at]
            found.append((-documents, term))
            at += 1
        return tuple(dict.fromkeys(term for _, term in sorted(found)[:_COMPLETIONS]))

    def repair(self, word: str) -> str | None:
        """Return the word that a misspelt one was meant to be: same initial, few letters off."""
        if not (_MIN_REPAIRED <= len(word) <= _MAX_LENGTH and word.isalpha()):
            return None
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        errors = 2 if len(word) >= _MIN_TWO_ERRORS else 1
        candidates = [
            candidate
            for length in range(len(word) - errors, len(word) + errors + 1)
            for candidate in self._alike.get((word[0], length), ())
        ]
        found = process.extract(word, candidates, scorer=OSA.distance, score_cutoff=errors)
        best = min(found, key=lambda hit: (hit[1], -self._documents[hit[0]], hit[0]), default=None)
        return best[0] if best else None

    def warm(self) -> None:
        """Sort the words now, not when the first is misspelt."""
        self.repair("warming")

    @cached_property
    def _sorted(self) -> list[tuple[str, str, int]]:
        return sorted(
            (surface, term, documents)
            for term, counts in self._spellings.items()
            for surface, documents in counts.items()
        )

    @cached_property
    def _documents(self) -> dict[str, int]:
        return {surface: documents for surface, _, documents in self._sorted}

    @cached_property
    def _alike(self) -> dict[tuple[str, int], list[str]]:
        """Words of letters only, by initial and length."""
        alike: dict[tuple[str, int], list[str]] = {}
        for surface, _, _ in self._sorted:
            if surface.isalpha():
                alike.setdefault((surface[0], len(surface)), []).append(surface)
        return alike


def words(folded: Folded) -> list[Token]:
    """Return the Latin words of a query, which may be misspelt or half typed."""
    return [token for token in tokenise(folded) if token.kind is Kind.WORD]


def term_of(token: Token) -> str:
    """Return the term a word is indexed under."""
    return latin_terms(token.kind, token.text)[0]
