"""Chinese in Latin letters: which lines are so written, and the characters they stand for.

“ngo soeng wun zoeng kaat” is read as 我想換張卡, so that all that is known of Chinese is known of
it. A line counts as such when most of its words are spellings; an English line never is, though
it may hold a `go`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from helpcenter.language.tokens import Kind, scan

_FEWEST = 2
_MOST = 0.6
"""How many of a line's words are spellings, at least: so many, and this share of them."""

Piece = tuple[Kind, int, int, str]
"""A token's kind, where it stands in the folded text, and the Han it is read as, if it is."""


class Romanised:
    """Reads words of Latin letters as Han; immutable, and safe to share between threads."""

    def __init__(self, spelt: Mapping[str, Iterable[str]]) -> None:
        """`spelt` maps Han to its spellings, words of small Latin letters; all of it folded."""
        self._han = {
            tuple(spelling.split()): han for han, listed in spelt.items() for spelling in listed
        }
        self._longest = max(map(len, self._han), default=0)
        self._begins = frozenset(words[0] for words in self._han)

    def pieces(self, text: str) -> Iterator[Piece]:
        """Yield the tokens of a folded text, spelt words as the Han they stand for."""
        tokens = list(scan(text))
        words = sum(kind is Kind.WORD for kind, _, _ in tokens)
        fewest = max(_FEWEST, _MOST * words)
        # Most lines are told apart by this alone.
        begun = sum(text[start:end] in self._begins for _, start, end in tokens)
        read = list(self._read(text, tokens)) if begun * self._longest >= fewest else []
        if sum(size for _, size, han in read if han) < fewest:
            yield from ((kind, start, end, "") for kind, start, end in tokens)
            return
        for at, size, han in read:
            kind, start, _ = tokens[at]
            yield kind, start, tokens[at + size - 1][2], han

    def _read(
        self, text: str, tokens: Sequence[tuple[Kind, int, int]]
    ) -> Iterator[tuple[int, int, str]]:
        """Yield where each spelling or other token begins, how many tokens it takes, its Han."""
        at = 0
        while at < len(tokens):
            size, han = self._longest_at(text, tokens[at : at + self._longest])
            yield at, size, han
            at += size

    def _longest_at(self, text: str, tokens: Sequence[tuple[Kind, int, int]]) -> tuple[int, str]:
        """Return how many tokens the longest spelling at the first one takes, and its Han."""
        together = 1
        while together < len(tokens) and text[tokens[together - 1][2] : tokens[together][1]] == " ":
            together += 1
        words = tuple(text[start:end] for _, start, end in tokens[:together])
        for size in range(together, 0, -1):
            if han := self._han.get(words[:size]):
                return size, han
        return 1, ""
