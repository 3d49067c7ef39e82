"""The normal form that lines and terms share.

Latin words stemmed and one space apart, Han as it stands, punctuation as a line break, and what is
passed over left out.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from helpcenter.bot.romanised import Romanised
from helpcenter.language.fold import Folder
from helpcenter.language.scripts import HAN
from helpcenter.language.stem import stem
from helpcenter.language.tokens import Kind, scan

_SENTENCE = re.compile(r"[.?!…\n。！？；;]")
_CLAUSE = re.compile(r"[,:()/，、：（）—]")
_CLAUSE_GAP, _SENTENCE_GAP = 2, 6
_WORD_UNITS = 2
_MAX_STEMS = 20_000
_PLAIN = re.compile(r"[a-z' |]+")
"""Words in small Latin letters; a bar stands between phrases."""
_OF_CARDS = "张"
"""The counter of cards, folded: 第二張 is a card, which 第二個 need not be."""
_PLAIN_HAN = re.compile(rf"[{HAN}]+")


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
    `asking` holds the sentences that end with a question mark, `passed` the Han characters that
    were passed over right before a place in `text`.
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
    romanised: bool = False
    truncated: bool = False
    repairs: tuple[Repair, ...] = ()
    asking: set[int] = field(default_factory=set)
    passed: dict[int, str] = field(default_factory=dict)

    def stands(self, before: str, at: int) -> bool:
        """Tell whether these characters were passed over right before a place."""
        return not before or self.passed.get(at, "").endswith(before)

    def follows(self, behind: str, end: int) -> bool:
        """Tell whether these characters were passed over right behind a place."""
        return not behind or self.passed.get(end, "").startswith(behind)


class Bound(NamedTuple):
    """A term of which passing over leaves too little: 邊張 is not met by every 邊.

    It counts only with what was passed over `before` and `behind` it.
    """

    text: str
    before: str
    behind: str

    @property
    def spelling(self) -> str:
        """The term as it was written."""
        return f"{self.before}{self.text}{self.behind}"


class Terms(NamedTuple):
    """Words and phrases in normal form, and the Latin words in them as they were written."""

    texts: Sequence[str]
    words: frozenset[str]
    bound: Sequence[Bound] = ()

    @property
    def text(self) -> str:
        """The text of the first."""
        return self.texts[0] if self.texts else self.bound[0].text


@dataclass(frozen=True, slots=True)
class Habits:
    """How words are read whatever they are about.

    `skipped` words and Han characters are passed over, `whole` words keep their ending. `short`
    maps short forms to the word they are read as (`u` is `you`), `spelt` Han to how it is written
    in Latin letters.
    """

    skipped: tuple[str, ...] = ()
    whole: tuple[str, ...] = ()
    short: dict[str, str] = field(default_factory=dict)
    spelt: dict[str, tuple[str, ...]] = field(default_factory=dict)


class _Stems(dict[str, str]):
    """The stem of each word, learnt as words are met; what is given at first stays."""

    def __missing__(self, word: str) -> str:
        found = stem(word)
        if len(self) < _MAX_STEMS:
            self[word] = found
        return found


class Normaliser:
    """Brings text into normal form; immutable, and safe to share between threads."""

    def __init__(self, folder: Folder, habits: Habits | None = None) -> None:
        habits = habits or Habits()
        self._folder = folder
        self._skipped = frozenset(
            folder.fold(word).text.replace("'", "") for word in habits.skipped
        )
        self._passed = str.maketrans("", "", "".join(c for c in self._skipped if len(c) == 1))
        whole = (folder.fold(word).text for word in habits.whole)
        self._stems = _Stems((word, word) for word in whole)
        self._stems |= {brief: stem(word) for brief, word in habits.short.items()}
        self._romanised = Romanised(
            {folder.fold(han).text: spellings for han, spellings in habits.spelt.items()}
        )

    def line(self, text: str, meant: Callable[[str], str | None], *, truncated: bool) -> Normal:
        """Bring a line into normal form; `meant` says what a misspelt word is read as, if it is."""
        folded = self._folder.fold(text)
        building = _Building(truncated=truncated)
        repairs = []
        done, before = 0, Kind.WORD
        for kind, start, end, han in self._romanised.pieces(folded.text):
            building.between(folded.text[done:start], han=kind is before is Kind.HAN)
            done, before = end, kind
            if kind is Kind.HAN:
                building.meet_han()
                for at in range(start, end):
                    self._character(building, folded.text[at], folded.span(at, at + 1))
                continue
            word, span = folded.text[start:end].replace("'", ""), folded.span(start, end)
            if han:
                building.meet_romanised()
                for char in han:
                    self._character(building, char, span)
                continue
            if word in self._skipped:
                building.skip_word(word, kind)
                continue
            read = meant(word) if kind is Kind.WORD else None
            if read:
                repairs.append(Repair(word, read, *span))
            building.word(self.stem(read or word) if kind is Kind.WORD else word, span, kind)
        building.between(folded.text[done:])
        return building.finished(tuple(repairs))

    def _character(self, building: "_Building", char: str, span: tuple[int, int]) -> None:
        if char in self._skipped:
            building.skip_character(char)
        else:
            building.character(char, span)

    def term(self, phrase: str) -> Terms:
        """Return a term's normal form: as `line` has it, without offsets and repairs."""
        text = self._folder.fold(phrase).text
        if _PLAIN.fullmatch(text) and "|" not in text:
            return self._plain(text)
        return self._others([text])

    def terms(self, phrases: Sequence[str]) -> Terms:
        """Return the terms of many phrases; taking them together is much quicker."""
        folded = self._folder.fold("|".join(phrases)).text
        if folded.count("|") >= max(1, len(phrases)):
            return self._others([self._folder.fold(phrase).text for phrase in phrases])
        if _PLAIN.fullmatch(folded):
            return self._plain(folded)
        texts = folded.split("|")
        others = self._others([text for text in texts if not _PLAIN.fullmatch(text)])
        if len(others.texts) + len(others.bound) == len(texts):
            return others
        plain = self._plain("|".join(filter(_PLAIN.fullmatch, texts)))
        return Terms([*plain.texts, *others.texts], plain.words | others.words, others.bound)

    def _plain(self, phrases: str) -> Terms:
        """Return the terms of words in small Latin letters, the busiest spot of loading."""
        tokens = phrases.replace("'", "").replace("|", " | ").split()
        words = frozenset(tokens)
        if not self._skipped.isdisjoint(words):
            tokens = [token for token in tokens if token not in self._skipped]
        stemmed = " ".join(map(self._stems.__getitem__, tokens))
        return Terms([text.strip() for text in stemmed.split("|")], words - self._skipped - {"|"})

    def _others(self, phrases: Iterable[str]) -> Terms:
        """Return the terms of Han, numbers, and all that is mixed."""
        texts: list[str] = []
        words: set[str] = set()
        bound: list[Bound] = []
        for text in phrases:
            if not _PLAIN_HAN.fullmatch(text):
                texts.append(self._mixed(text, words))
                continue
            kept = text.translate(self._passed)
            if len(kept) == 1 < len(text):
                bound.append(Bound(kept, *text.split(kept, 1)))
            elif kept and text.endswith(_OF_CARDS) and not kept.endswith(_OF_CARDS):
                bound.append(Bound(kept, "", _OF_CARDS))
            else:
                texts.append(kept)
        return Terms(texts, frozenset(words), bound)

    def _mixed(self, text: str, words: set[str]) -> str:
        parts: list[str] = []
        done, gap, before = 0, "", Kind.WORD
        for kind, start, end in scan(text):
            if parts and _gap(text[done:start], han=kind is before is Kind.HAN):
                parts.append("\n")
                gap = ""
            done, before = end, kind
            if kind is Kind.HAN:
                parts += [char for char in text[start:end] if char not in self._skipped]
                gap = ""
                continue
            word = text[start:end].replace("'", "")
            if word in self._skipped:
                continue
            if kind is Kind.WORD:
                words.add(word)
                word = self.stem(word)
            parts.append(gap + word)
            gap = " "
        return "".join(parts)

    def stem(self, word: str) -> str:
        """Return the stem of a folded word, unless it is one to keep whole."""
        return self._stems[word]


class _Building:
    """Builds a `Normal` from left to right."""

    def __init__(self, *, truncated: bool) -> None:
        self._normal = Normal(truncated=truncated)
        self._chars: list[str] = []
        self._at = self._clause = self._sentence = 0
        self._after_word = False

    def between(self, text: str, *, han: bool = False) -> None:
        """Take in what stands between two tokens, `han` or not: a break, or nothing."""
        gap = _gap(text, han=han) if self._chars else 0
        if gap and ("?" in text or "？" in text):
            self._normal.asking.add(self._sentence)
        if gap:
            self._sentence += gap == _SENTENCE_GAP
            self._break(gap)

    def word(self, text: str, span: tuple[int, int], kind: Kind) -> None:
        """Add a Latin word or a number, all its places at once: this is the busiest spot."""
        if self._after_word:
            self._add(" ", -1, -1, 0, (span[0], span[0]))
        normal, size = self._normal, len(text)
        nowhere, nothing = [-1] * (size - 1), [0] * (size - 1)
        self._chars.append(text)
        normal.begins += [self._at, *nowhere]
        normal.ends += [*nowhere, self._at + _WORD_UNITS]
        normal.units += [_WORD_UNITS, *nothing]
        normal.clause += [self._clause] * size
        normal.sentence += [self._sentence] * size
        normal.origin += [span] * size
        self._at += _WORD_UNITS
        self._after_word = True
        self._normal.latin_words += kind is Kind.WORD and _is_latin(text)

    def skip_word(self, text: str, kind: Kind) -> None:
        """Pass over a Latin word; it still counts for the language of the line."""
        self._normal.latin_words += kind is Kind.WORD and _is_latin(text)

    def skip_character(self, char: str) -> None:
        """Pass over a Han character."""
        passed, at = self._normal.passed, len(self._normal.begins)
        passed[at] = passed.get(at, "") + char

    def character(self, char: str, span: tuple[int, int]) -> None:
        """Add a Han character."""
        self._add(char, self._at, self._at + 1, 1, span)
        self._at += 1
        self._after_word = False

    def meet_han(self) -> None:
        """Note that the line holds Han."""
        self._normal.has_han = True

    def meet_romanised(self) -> None:
        """Note that the line is written in Latin letters for Han."""
        self._normal.romanised = True

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


def _gap(text: str, *, han: bool = False) -> int:
    """Return how far apart, in half words, what stands between two tokens, `han` or not, sets them.

    Chinese has no use for a space but to end a clause.
    """
    if han and text.isspace() and "\n" not in text:
        return _CLAUSE_GAP
    if not text or text == " ":
        return 0
    return _SENTENCE_GAP if _SENTENCE.search(text) else _CLAUSE_GAP if _CLAUSE.search(text) else 0


def _is_latin(text: str) -> bool:
    if text.isascii():
        return text.isalpha()
    return all("a" <= char <= "z" or "\u00df" <= char <= "\u024f" for char in text)
