"""Slips of the keyboard: an unknown Latin word becomes the vocabulary word it was meant to be.

Words are found by the spellings that lose a letter or two, so that looking one up costs the same
whatever the size of the vocabulary.
"""

from collections.abc import Iterable, Iterator

from rapidfuzz.distance import OSA

SHORTEST = 4
"""Shorter words are never repaired and never what was meant."""
LONGEST = 20
TWO_SLIPS = 9
"""From this length on, two slips are forgiven."""


class Spelling:
    """Finds the vocabulary word nearest to an unknown one; immutable."""

    def __init__(self, words: Iterable[str]) -> None:
        self._meant: dict[str, list[str]] = {}
        for word in sorted(set(words)):
            if SHORTEST <= len(word) <= LONGEST and word.isascii() and word.isalpha():
                for key in set(_shorter(word)):
                    self._meant.setdefault(key, []).append(word)

    def repair(self, word: str) -> str | None:
        """Return what was meant by a word that is not in the vocabulary, or None.

        The first letter must stand (unless it changed places with the second); four-letter words
        are repaired only where two neighbours changed places.
        """
        if not (SHORTEST <= len(word) <= LONGEST and word.isascii() and word.isalpha()):
            return None
        allowed = _slips(word)
        found = {meant for key in _shorter(word) for meant in self._meant.get(key, ())}
        near = [
            (distance, meant)
            for meant in found
            if (distance := OSA.distance(word, meant)) <= min(allowed, _slips(meant))
            and _likely(word, meant)
        ]
        return min(near)[1] if near else None


def _slips(word: str) -> int:
    return 2 if len(word) >= TWO_SLIPS else 1


def _likely(word: str, meant: str) -> bool:
    if len(word) == SHORTEST and sorted(word) != sorted(meant):
        return False
    return word[0] == meant[0] or word[:2] == meant[1::-1]


def _shorter(word: str) -> Iterator[str]:
    """Yield the word and its spellings without one letter, or two where two slips are allowed."""
    yield word
    for first in range(len(word)):
        rest = word[:first] + word[first + 1 :]
        yield rest
        if len(word) >= TWO_SLIPS:
            for second in range(first, len(rest)):
                yield rest[:second] + rest[second + 1 :]
