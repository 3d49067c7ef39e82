"""Folding: the one spelling under which search, bot and redaction compare text.

Folded text is NFKC and case-folded, without invisible characters, with every Han character in its
simplified form and Hong Kong variants as the folding file has them (咭 as 卡). Han is folded one
character at a time, never by phrase, so that a piece folds alone as it folds in its sentence.
Lengths change (℃ ½ ﷺ), so `Folded` leads every position back to the original.
"""

import unicodedata
from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from helpcenter.language.scripts import is_han

if TYPE_CHECKING:
    from opencc import OpenCC

_PLAIN = str.maketrans("’‘ʼ‐−", "'''--")
_MAX_CLUSTER = 32
"""A letter with more marks keeps none: ordering marks costs the square of their number."""


@dataclass(frozen=True, slots=True)
class Folded:
    """Folded text and the way back.

    The text is a row of pieces; `pieces` holds for each (start in `text`, start in `original`,
    whether it maps character by character). A piece that does not is one cluster (ﷺ, e + accent)
    and maps as a whole.
    """

    original: str
    text: str
    pieces: tuple[tuple[int, int, bool], ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return where `text[start:end]` stands in the original, as (start, end).

        The span is widened to whole clusters. Both offsets lie within `text`; an empty range has
        an empty span.
        """
        if start >= end:
            where = self._locate(start)[0]
            return where, where
        return self._locate(start)[0], self._locate(end - 1)[1]

    def _locate(self, at: int) -> tuple[int, int]:
        """Return the span of the one folded character at `at`; past the end, an empty span."""
        if at >= len(self.text):
            return len(self.original), len(self.original)
        index = bisect_right(self.pieces, at, key=_folded_start) - 1
        folded_at, original_at, even = self.pieces[index]
        if even:
            where = original_at + at - folded_at
            return where, where + 1
        following = index + 1
        if following < len(self.pieces):
            return original_at, self.pieces[following][1]
        return original_at, len(self.original)


class Folder:
    """Folds text; made once from the content's folding file and safe to share between threads."""

    def __init__(self, variants: Mapping[str, str] | None = None) -> None:
        """`variants` maps one character to the one it is read as; chains are followed."""
        read = {_simplify(old): _simplify(new) for old, new in (variants or {}).items()}
        self._table = _Table({old: _followed(old, read) for old in read})

    def fold(self, text: str) -> Folded:
        """Fold any text; total, linear in its length, and folding twice changes nothing."""
        if text.isascii() and text.isprintable():
            return Folded(text, text.lower(), ((0, 0, True),))
        table = self._table
        plain = text.translate(table)
        if table.odd.isdisjoint(text):
            return Folded(text, plain, ((0, 0, True),))
        return self._fold_clusters(text)

    def _fold_clusters(self, text: str) -> Folded:
        table = self._table
        out: list[str] = []
        pieces: list[tuple[int, int, bool]] = []
        done = length = 0
        for start, end in _odd_clusters(text, table):
            if start > done:
                pieces.append((length, done, True))
                out.append(text[done:start].translate(table))
                length += start - done
            cluster = text[start:end]
            folded = table[ord(cluster)] if len(cluster) == 1 else table.cluster(cluster)
            pieces.append((length, start, False))
            out.append(folded)
            length += len(folded)
            done = end
        if done < len(text):
            pieces.append((length, done, True))
            out.append(text[done:].translate(table))
        return Folded(text, "".join(out), tuple(pieces))


class _Table(dict[int, str]):
    """What each character folds to when it stands alone, learnt as characters are met.

    `odd` are the characters that cannot be folded one to one: those that change length and those
    that belong to the character before them (marks, jamo, invisible ones), which are `joining`.
    """

    def __init__(self, variants: Mapping[str, str]) -> None:
        super().__init__()
        self._variants = variants
        self.odd: set[str] = set()
        self.joining: set[str] = set()

    def __missing__(self, code: int) -> str:
        char = chr(code)
        if "\u4e00" <= char <= "\u9fff":
            # A plain Han character: nothing joins it, and no normal form changes it.
            self[code] = folded = self._fold_one(char)
            return folded
        folded = self.cluster(char)
        if _joins(char):
            self.joining.add(char)
            self.odd.add(char)
        elif len(folded) != 1:
            self.odd.add(char)
        self[code] = folded
        return folded

    def cluster(self, text: str) -> str:
        """Fold a character with what joins it, until folding changes nothing more."""
        visible = "".join(char for char in text if not _is_invisible(char))
        if len(visible) > _MAX_CLUSTER:
            visible = visible[0]
        normal = unicodedata.normalize("NFKC", visible).translate(_PLAIN).casefold()
        folded = "".join(map(self._fold_one, unicodedata.normalize("NFKC", normal)))
        return folded if folded == text else self.cluster(folded)

    def _fold_one(self, char: str) -> str:
        if is_han(char):
            char = _simplify(char)
        elif char < " " or "\x7f" <= char < "\xa0":
            return char if char in "\n\t" else " "
        elif "\ud800" <= char <= "\udfff":
            return "\ufffd"
        return self._variants.get(char, char)


def _followed(char: str, read: Mapping[str, str]) -> str:
    """Return what a character is read as in the end; a circle is left after going round once."""
    for _ in read:
        char = read.get(char, char)
    return char


def _odd_clusters(text: str, table: _Table) -> list[tuple[int, int]]:
    """Return the spans of the clusters that do not fold one to one, in order."""
    spans: list[tuple[int, int]] = []
    for at, char in enumerate(text):
        if char not in table.odd:
            continue
        if char not in table.joining:
            spans.append((at, at + 1))
        elif spans and spans[-1][1] == at:
            spans[-1] = (spans[-1][0], at + 1)
        else:
            spans.append((max(at - 1, 0), at + 1))
    return spans


def _joins(char: str) -> bool:
    """Tell whether a character may melt into the one before it when text is normalised."""
    if _is_invisible(char):
        return True
    first = unicodedata.normalize("NFKC", char)[0]
    return unicodedata.category(first).startswith("M") or "\u1160" <= first <= "\u11ff"


def _is_invisible(char: str) -> bool:
    return (
        unicodedata.category(char) == "Cf"
        or "\ufe00" <= char <= "\ufe0f"
        or "\U000e0100" <= char <= "\U000e01ef"
        or char == "\u034f"
    )


def _folded_start(piece: tuple[int, int, bool]) -> int:
    return piece[0]


@cache
def _converters() -> "tuple[OpenCC, OpenCC]":
    from opencc import OpenCC

    return OpenCC("hk2t"), OpenCC("t2s")


@cache
def _simplify(char: str) -> str:
    """Return the simplified form of one Han character; of any other the character itself."""
    if not is_han(char):
        return char
    to_traditional, to_simplified = _converters()
    converted: str = to_simplified.convert(to_traditional.convert(char))
    return char if len(converted) != 1 or converted == char else _simplify(converted)
