"""The lexicon: every term of every topic and locale in one automaton, met in one pass.

A line and the terms are brought into the same normal form: Latin words stemmed and one space
apart, Han as it stands, punctuation as a line break. A term matches only from the beginning of a
word to the end of a word; Han has a boundary at every character.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from helpcenter.bot.patterns import Occurrence
from helpcenter.bot.spelling import Spelling
from helpcenter.language.fold import Folder
from helpcenter.language.stem import stem
from helpcenter.language.tokens import Kind, scan

MAX_TEXT = 2000
"""Characters of a line that are read; a longer line is understood by its beginning."""

_SENTENCE = re.compile(r"[.?!…\n。！？；;]")
_CLAUSE = re.compile(r"[,:()/，、：（）—]")
_CLAUSE_GAP, _SENTENCE_GAP = 2, 6
_WORD_UNITS = 2

HIDDEN = "#mask"
"""Terms under this name hide the terms inside them (`graphics card` is no `card`)."""


@dataclass(frozen=True, slots=True)
class Repair:
    """A misspelt word and what it was read as; offsets in the original."""

    written: str
    read: str
    start: int
    end: int


@dataclass(slots=True)
class Normal:
    """A text in normal form. The lists run along `text`; -1 marks where no term may begin or end.

    `units` is the weight of the word or Han character that begins at a place, in half words;
    `asking` holds the sentences that end with a question mark.
    """

    text: str = ""
    begins: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    clause: list[int] = field(default_factory=list)
    sentence: list[int] = field(default_factory=list)
    units: list[int] = field(default_factory=list)
    origin: list[tuple[int, int]] = field(default_factory=list)
    latin_words: int = 0
    has_han: bool = False
    truncated: bool = False
    repairs: tuple[Repair, ...] = ()
    asking: set[int] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Line:
    """A line that was read: its normal form and every term met in it, by name."""

    normal: Normal
    met: Mapping[str, Sequence[Occurrence]]

    def span(self, word: Occurrence) -> tuple[int, int]:
        """Return where an occurrence stands in the original text."""
        origin = self.normal.origin
        return origin[word.start][0], origin[word.end - 1][1]


class Lexicon:
    """Terms by name, compiled; immutable, and safe to share between threads."""

    def __init__(
        self,
        terms: Mapping[str, Iterable[str]],
        folder: Folder,
        known: Iterable[str] = (),
        *,
        skipped: Iterable[str] = (),
        whole: Iterable[str] = (),
    ) -> None:
        """`terms` maps a name to its words and phrases; `known` are words never to be repaired.

        `skipped` are words and Han characters that are passed over in lines and terms alike,
        `whole` are words that keep their ending.
        """
        self._folder = folder
        self._skipped = frozenset(folder.fold(word).text.replace("'", "") for word in skipped)
        self._whole = frozenset(folder.fold(word).text for word in whole)
        uses: dict[str, dict[str, None]] = {}
        targets: set[str] = set()
        for name, phrases in terms.items():
            for phrase in phrases:
                key, words = self._term(phrase)
                uses.setdefault(key, {})[name] = None
                targets |= words
        uses.pop("", None)
        self._names = tuple(tuple(names) for names in uses.values())
        self._automaton = AhoCorasick(
            list(uses), matchkind=MatchKind.Standard, implementation=Implementation.ContiguousNFA
        )
        self._spelling = Spelling(targets)
        self._words = frozenset(map(self._stem, targets)) | {
            self._stem(word) for phrase in known for word in self._term(phrase)[1]
        }

    def read(self, text: str) -> Line:
        """Read a line: total, and linear in its length up to `MAX_TEXT`."""
        normal = self.normal(text)
        found: dict[str, list[Occurrence]] = {}
        matches = self._automaton.find_matches_as_indexes(normal.text, overlapping=True)
        for index, start, end in matches:
            at, to = normal.begins[start], normal.ends[end - 1]
            if at < 0 or to < 0 or _is_choice(normal.text, start, end):
                continue
            for name in self._names[index]:
                found.setdefault(name, []).append(Occurrence(name, at, to, start, end))
        hidden = found.pop(HIDDEN, [])
        return Line(normal, {name: outermost(words, hidden) for name, words in found.items()})

    def normal(self, text: str) -> Normal:
        """Bring a text into normal form, misspelt words repaired."""
        folded = self._folder.fold(text[:MAX_TEXT])
        building = _Building(truncated=len(text) > MAX_TEXT)
        repairs = []
        done = 0
        for kind, start, end in scan(folded.text):
            building.between(folded.text[done:start])
            done = end
            if kind is Kind.HAN:
                for at in range(start, end):
                    char = folded.text[at]
                    if char in self._skipped:
                        building.skip_character()
                    else:
                        building.character(char, folded.span(at, at + 1))
                continue
            word, span = folded.text[start:end].replace("'", ""), folded.span(start, end)
            if word in self._skipped:
                building.skip_word(word, kind)
                continue
            meant = self._meant(word) if kind is Kind.WORD else None
            if meant:
                repairs.append(Repair(word, meant, *span))
            building.word(self._stem(meant or word) if kind is Kind.WORD else word, span, kind)
        building.between(folded.text[done:])
        return building.finished(tuple(repairs))

    def _term(self, phrase: str) -> tuple[str, set[str]]:
        """Return a term's normal form, as `normal` has it but quicker, and its Latin words."""
        text = self._folder.fold(phrase).text
        parts: list[str] = []
        words: set[str] = set()
        done, gap = 0, ""
        for kind, start, end in scan(text):
            if parts and _gap(text[done:start]):
                parts.append("\n")
                gap = ""
            done = end
            if kind is Kind.HAN:
                parts += [char for char in text[start:end] if char not in self._skipped]
                gap = ""
                continue
            word = text[start:end].replace("'", "")
            if word in self._skipped:
                continue
            if kind is Kind.WORD:
                words.add(word)
                word = self._stem(word)
            parts.append(gap + word)
            gap = " "
        return "".join(parts), words

    def _stem(self, word: str) -> str:
        return word if word in self._whole else stem(word)

    def _meant(self, word: str) -> str | None:
        if self._stem(word) in self._words:
            return None
        return self._spelling.repair(word)


class _Building:
    """Builds a `Normal` from left to right."""

    def __init__(self, *, truncated: bool) -> None:
        self._normal = Normal(truncated=truncated)
        self._chars: list[str] = []
        self._at = self._clause = self._sentence = 0
        self._after_word = False

    def between(self, text: str) -> None:
        """Take in what stands between two tokens: a break, or nothing."""
        gap = _gap(text) if self._chars else 0
        if gap and ("?" in text or "？" in text):
            self._normal.asking.add(self._sentence)
        if gap:
            self._sentence += gap == _SENTENCE_GAP
            self._break(gap)

    def word(self, text: str, span: tuple[int, int], kind: Kind) -> None:
        """Add a Latin word or a number."""
        if self._after_word:
            self._add(" ", -1, -1, 0, (span[0], span[0]))
        last = len(text) - 1
        for index, char in enumerate(text):
            begins = self._at if index == 0 else -1
            ends = self._at + _WORD_UNITS if index == last else -1
            self._add(char, begins, ends, _WORD_UNITS if index == 0 else 0, span)
        self._at += _WORD_UNITS
        self._after_word = True
        self._normal.latin_words += kind is Kind.WORD and _is_latin(text)

    def skip_word(self, text: str, kind: Kind) -> None:
        """Pass over a Latin word; it still counts for the language of the line."""
        self._normal.latin_words += kind is Kind.WORD and _is_latin(text)

    def skip_character(self) -> None:
        """Pass over a Han character."""
        self._normal.has_han = True

    def character(self, char: str, span: tuple[int, int]) -> None:
        """Add a Han character."""
        self._add(char, self._at, self._at + 1, 1, span)
        self._at += 1
        self._after_word = False
        self._normal.has_han = True

    def finished(self, repairs: tuple[Repair, ...]) -> Normal:
        """Return what was built."""
        self._normal.text = "".join(self._chars)
        self._normal.repairs = repairs
        return self._normal

    def _break(self, gap: int) -> None:
        self._clause += 1
        self._at += gap
        self._add("\n", -1, -1, 0, (0, 0))
        self._after_word = False

    def _add(self, char: str, begins: int, ends: int, units: int, span: tuple[int, int]) -> None:
        normal = self._normal
        self._chars.append(char)
        normal.begins.append(begins)
        normal.ends.append(ends)
        normal.units.append(units)
        normal.clause.append(self._clause)
        normal.sentence.append(self._sentence)
        normal.origin.append(span)


def _gap(text: str) -> int:
    """Return how far apart, in half words, what stands between two tokens sets them."""
    if not text or text == " ":
        return 0
    return _SENTENCE_GAP if _SENTENCE.search(text) else _CLAUSE_GAP if _CLAUSE.search(text) else 0


def _is_choice(text: str, start: int, end: int) -> bool:
    """Tell whether a term begins at the 唔 or 不 of a question like 收唔收: it denies nothing."""
    return end - start > 1 and text[start] in "唔不" and text[start - 1 : start] == text[start + 1]


def _is_latin(text: str) -> bool:
    return all("a" <= char <= "z" or "\u00df" <= char <= "\u024f" for char in text)


def outermost(
    words: Iterable[Occurrence], hiding: Iterable[Occurrence] = ()
) -> tuple[Occurrence, ...]:
    """Return the words, in order, that lie in no longer word and in no longer one of `hiding`."""
    marked = [(word.start, -word.end, False, word) for word in words]
    marked += [(word.start, -word.end, True, word) for word in hiding]
    kept: list[Occurrence] = []
    reach = 0
    for _, _, hides, word in sorted(marked, key=lambda item: item[:3]):
        if word.end > reach and not hides:
            kept.append(word)
        reach = max(reach, word.end)
    return tuple(kept)
