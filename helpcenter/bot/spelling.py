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
    """Finds the vocabulary word nearest to an unknown one; safe to share between threads."""

    def __init__(self, words: Iterable[str]) -> None:
        self._words = frozenset(words)
        self._meant: dict[str, dict[str, list[str]]] = {}

    def repair(self, word: str) -> str | None:
        """Return what was meant by a word that is not in the vocabulary, or None.

        The first letter must stand (unless it changed places with the second); four-letter words
        are repaired only where two neighbours changed places or a letter within was left out.
        """
        if not _repairable(word):
            return None
        allowed = _slips(word)
        keys = set(_shorter(word))
        found = {
            meant
            for known in map(self._beginning, {word[0], word[1]})
            for key in known.keys() & keys
            for meant in known[key]
        }
        near = [
            (distance, meant)
            for meant in found
            if (distance := OSA.distance(word, meant)) <= min(allowed, _slips(meant))
            and _likely(word, meant)
        ]
        return min(near)[1] if near else None

    def _beginning(self, letter: str) -> dict[str, list[str]]:
        """Return the words that begin with a letter by their shorter spellings.

        Made when the first slip under that letter comes: most letters never see one.
        """
        if letter not in self._meant:
            meant: dict[str, list[str]] = {}
            begun = (word for word in self._words if word[0] == letter and _repairable(word))
            for word in sorted(begun):
                for key in set(_shorter(word)):
                    meant.setdefault(key, []).append(word)
            self._meant[letter] = meant
        return self._meant[letter]


def _repairable(word: str) -> bool:
    return SHORTEST <= len(word) <= LONGEST and word.isascii() and word.isalpha()


def _slips(word: str) -> int:
    return 2 if len(word) >= TWO_SLIPS else 1


def _likely(word: str, meant: str) -> bool:
    if len(word) == SHORTEST and sorted(word) != sorted(meant):
        return len(meant) > SHORTEST and word[:2] == meant[:2] and word[-1] == meant[-1]
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
