"""The lexicon: every term of every topic and locale in one automaton, met in one pass.

A term matches only from the beginning of a word to the end of a word; Han has a boundary at every
character.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from helpcenter.bot.normal import Normal, Normaliser, Terms
from helpcenter.bot.patterns import Occurrence
from helpcenter.bot.spelling import Spelling

MAX_TEXT = 2000
"""Characters of a line that are read; a longer line is understood by its beginning."""

_DRAWN = re.compile(r"(.)\1\1+")
"""A letter drawn out: helloooo."""

LAST4 = "last4"
"""Four digits by which somebody may call a card: `the 4242 one`. No vocabulary can list them."""

_LAST4 = re.compile(
    r"(?<![a-z0-9•])(?:end(?:ing)? (?:in |with )?)?((?!(?:19|20)\d\d)\d{4})(?![a-z0-9])"
)

HIDDEN = "#mask"
"""Terms under this name hide the terms inside them (`graphics card` is no `card`)."""


@dataclass(frozen=True, slots=True)
class Beside:
    """A name for terms that count only right before or right behind a term of the list `of`.

    Both together are met as `name`: with `won't` in a list, `work` behind it is `won't work`, and
    neither the list nor the automaton grows by their product.
    """

    name: str
    of: str
    behind: bool


Name = str | Beside

BoundUse = tuple[Name, str, str]
"""A name, and what must have been passed over before and behind the term."""


@dataclass(frozen=True, slots=True)
class Words:
    """All words of a lexicon: plain data.

    `names` tells what each word or phrase, in normal form, is met as, `bound` what some are met as
    between certain words only. A slip may be repaired to one of `targets`, as they are written;
    what has one of `stems` is no slip.
    """

    names: dict[str, tuple[Name, ...]]
    bound: dict[str, tuple[BoundUse, ...]]
    targets: tuple[str, ...]
    stems: tuple[str, ...]


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

    def __init__(self, words: Words, normaliser: Normaliser) -> None:
        """`normaliser` is the one that brought the words into normal form, or its like."""
        self._normaliser = normaliser
        self._names = tuple(words.names.values())
        self._bound = tuple(words.bound.get(text, ()) for text in words.names)
        self._automaton = AhoCorasick(
            list(words.names),
            matchkind=MatchKind.Standard,
            implementation=Implementation.ContiguousNFA,
        )
        self._spelling = Spelling(words.targets)
        self._stems = frozenset(words.stems)

    def read(self, text: str) -> Line:
        """Read a line: total, and linear in its length up to `MAX_TEXT`."""
        normal = self.normal(text)
        met: dict[Name, list[Occurrence]] = {}
        matches = self._automaton.find_matches_as_indexes(normal.text, overlapping=True)
        for index, start, end in matches:
            at, to = normal.begins[start], normal.ends[end - 1]
            if at < 0 or to < 0 or _is_choice(normal.text, start, end):
                continue
            word = Occurrence(at, to, start, end)
            for name in self._names[index]:
                met.setdefault(name, []).append(word)
            for name, before, behind in self._bound[index]:
                if normal.stands(before, start) and normal.follows(behind, end):
                    met.setdefault(name, []).append(word)
        found = _joined(met)
        hidden = found.pop(HIDDEN, [])
        digits, ending = _last_digits(normal)
        named = {name: outermost(words, [*hidden, *ending]) for name, words in found.items()}
        return Line(normal, named | {LAST4: digits} if digits else named)

    def normal(self, text: str) -> Normal:
        """Bring a text into normal form, misspelt words repaired."""
        truncated = len(text) > MAX_TEXT
        return self._normaliser.line(text[:MAX_TEXT], self._meant, truncated=truncated)

    def _meant(self, word: str) -> str | None:
        if self._normaliser.stem(word) in self._stems:
            return None
        for shorter in (_DRAWN.sub(r"\1", word), _DRAWN.sub(r"\1\1", word)):
            if shorter != word and self._normaliser.stem(shorter) in self._stems:
                return shorter
        return self._spelling.repair(word)


def words_of(
    terms: Mapping[Name, Iterable[Terms]], normaliser: Normaliser, known: Iterable[str] = ()
) -> Words:
    """Gather the words of a lexicon.

    `terms` maps a name to its words and phrases; `known` are words never to be repaired.
    """
    names: dict[str, tuple[Name, ...]] = {}
    held: dict[str, dict[BoundUse, None]] = {}
    targets: set[str] = set()
    for name, groups in terms.items():
        for texts, words, bound in groups:
            targets |= words
            _file(names, texts, name)
            for text, before, behind in bound:
                names.setdefault(text, ())
                held.setdefault(text, {})[name, before, behind] = None
    names.pop("", None)
    stems = sorted(set(map(normaliser.stem, targets.union(known))))
    uses = {text: tuple(found) for text, found in held.items()}
    return Words(names, uses, tuple(sorted(targets)), tuple(stems))


def _file(names: dict[str, tuple[Name, ...]], texts: Iterable[str], name: Name) -> None:
    """Note under each text what it is met as, once; most are met as one thing only."""
    free: tuple[Name, ...] = (name,)
    fresh = dict.fromkeys(texts, free)
    for text in fresh.keys() & names.keys():
        others = names[text]
        fresh[text] = others if name in others else others + free
    names.update(fresh)


def _joined(met: Mapping[Name, list[Occurrence]]) -> dict[str, list[Occurrence]]:
    """Return what is met by plain names: terms beside a list become one with its terms."""
    found = {name: list(words) for name, words in met.items() if isinstance(name, str)}
    for name, words in met.items():
        if isinstance(name, str):
            continue
        for word, other in product(words, met.get(name.of, ())):
            first, second = (other, word) if name.behind else (word, other)
            if first.to == second.at:
                both = Occurrence(first.at, second.to, first.start, second.end)
                found.setdefault(name.name, []).append(both)
    return found


def _last_digits(normal: Normal) -> tuple[tuple[Occurrence, ...], list[Occurrence]]:
    """Return the digits a card may be called by, and where they hide an `ending` before them."""
    digits, ending = [], []
    for found in _LAST4.finditer(normal.text):
        start, end = found.span(1)
        to = normal.ends[end - 1]
        digits.append(Occurrence(normal.begins[start], to, start, end))
        if found.start() < start:
            ending.append(Occurrence(normal.begins[found.start()], to, found.start(), end))
    return tuple(digits), ending


def _is_choice(text: str, start: int, end: int) -> bool:
    """Tell whether a term begins at the 唔 or 不 of a question like 收唔收: it denies nothing."""
    return end - start > 1 and text[start] in "唔不" and text[start - 1 : start] == text[start + 1]


def outermost(
    words: Iterable[Occurrence], hiding: Iterable[Occurrence] = ()
) -> tuple[Occurrence, ...]:
    """Return the words, in order, that lie in no longer word and in no longer one of `hiding`."""
    words, hiding = tuple(words), tuple(hiding)
    if len(words) == 1 and not hiding:
        return words
    marked = [(word.start, -word.end, False, word) for word in words]
    marked += [(word.start, -word.end, True, word) for word in hiding]
    kept: list[Occurrence] = []
    reach = 0
    for _, _, hides, word in sorted(marked, key=lambda item: item[:3]):
        if word.end > reach and not hides:
            kept.append(word)
        reach = max(reach, word.end)
    return tuple(kept)
