"""Clauses: what a query looks for. Synonyms are put in here, so that they cost no reindexing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from helpcenter.i18n.locale import Locale
from helpcenter.language.fold import Folder
from helpcenter.language.rules import Synonym
from helpcenter.language.stem import stem
from helpcenter.search.analysis import Unit, units

_SYNONYM_WEIGHT = 0.8
_EMPTY_ENGLISH = """
a am an and any are as at be been but by can could did do does doesn't don't for from get got had
happen happens has have how i i'd i'll i'm i've if in is it it's its just let me my need of on or
our please so some tell that the their them then there they this to us want was we were what what's
when where which who why will with would you your
"""
_EMPTY_CHINESE = "我 你 的 咗 嘅 喺 啲 呀 啦 喇 啰 㗎 嘞 咩 吗 吖 喎 噃 啫 咋 嗰 哋 咁"
EMPTY = frozenset(_EMPTY_ENGLISH.split() + _EMPTY_CHINESE.split())
"""Folded words that say nothing about the matter; a query that says anything else goes without."""


@dataclass(frozen=True, slots=True)
class Alternative:
    """One way to satisfy a clause: groups of terms, a group counting as if it were one term.

    With `whole` every group must be there; otherwise each that is there counts. `phrase` is what to
    mark where that is more than the terms.
    """

    groups: tuple[tuple[str, ...], ...]
    whole: bool = False
    weight: float = 1.0
    phrase: str = ""


@dataclass(frozen=True, slots=True)
class Clause:
    """One thing that is looked for; the best of its alternatives counts, the first was typed."""

    alternatives: tuple[Alternative, ...]


class Parser:
    """Takes queries apart with the content's words; immutable, shared between threads."""

    def __init__(
        self, folder: Folder, synonyms: Mapping[Locale, Iterable[Synonym]] | None = None
    ) -> None:
        self._synonyms = {
            locale: _Phrases(folder, rules) for locale, rules in (synonyms or {}).items()
        }
        self._terms = frozenset(
            term for phrases in self._synonyms.values() for term in phrases.terms
        )

    def knows(self, term: str) -> bool:
        """Tell whether a term is part of any synonym."""
        return term in self._terms

    def clauses(self, text: str, locale: Locale, last: tuple[str, ...] = ()) -> tuple[Clause, ...]:
        """Return what a folded query looks for among the articles of a locale.

        With `last` the query's last word is half typed and stands for any of these terms.
        """
        found = units(text)
        if last:
            found.pop()
        phrases = self._synonyms.get(locale)
        matches = phrases.find(found) if phrases else {}
        clauses = _clauses(found, matches, text, EMPTY)
        if last:
            clauses.append(Clause((Alternative((last,)),)))
        return tuple(clauses or _clauses(found, matches, text, frozenset()))


class _Phrases:
    """The synonyms of one locale, by the units of their phrases."""

    def __init__(self, folder: Folder, rules: Iterable[Synonym]) -> None:
        self._rules: dict[tuple[str, ...], list[Alternative]] = {}
        self._longest: dict[str, int] = {}
        self.terms: set[str] = set()
        for rule in rules:
            keys = tuple(unit.key for unit in units(folder.fold(rule.phrase).text))
            if not keys:
                continue
            alternatives = self._rules.setdefault(keys, [])
            for phrase in rule.alternatives:
                alternative = _alternative(folder.fold(phrase).text, keys)
                if alternative.groups and alternative not in alternatives:
                    alternatives.append(alternative)
            alternatives.sort(key=lambda alternative: -alternative.weight)
            self.terms.update(keys)
            self._longest[keys[0]] = max(self._longest.get(keys[0], 0), len(keys))

    def find(self, found: Sequence[Unit]) -> dict[int, tuple[int, Clause]]:
        """Return the phrases that occur, longest first and none inside another, by their start."""
        keys = [unit.key for unit in found]
        matches: dict[int, tuple[int, Clause]] = {}
        at = 0
        while at < len(keys):
            for length in range(self._longest.get(keys[at], 0), 0, -1):
                alternatives = self._rules.get(tuple(keys[at : at + length]))
                if alternatives:
                    matches[at] = at + length, Clause(tuple(alternatives))
                    at += length
                    break
            else:
                at += 1
        return matches


def _alternative(phrase: str, original: tuple[str, ...]) -> Alternative:
    """Make an alternative of a folded phrase; what was typed itself may be found in part."""
    found = units(phrase)
    typed = tuple(unit.key for unit in found) == original
    terms = [a.key + b.key for a, b in pairwise(found) if a.han and b.han]
    for unit in found:
        lone = len(found) == 1
        empty = typed and phrase[unit.start : unit.end] in EMPTY
        if lone or not (unit.han or empty):
            terms.append(unit.key)
    groups = tuple((term,) for term in terms)
    if typed:
        return Alternative(groups)
    whole = len(groups) > 1
    return Alternative(groups, whole, _SYNONYM_WEIGHT, phrase if whole else "")


def _clauses(
    found: Sequence[Unit],
    matches: Mapping[int, tuple[int, Clause]],
    text: str,
    empty: frozenset[str],
) -> list[Clause]:
    clauses = [clause for _, clause in matches.values()]
    inside = {at: start for start, (end, _) in matches.items() for at in range(start, end)}
    mute = {at for at, unit in enumerate(found) if text[unit.start : unit.end] in empty}
    covered = mute | set(inside)
    for at, (one, two) in enumerate(pairwise(found)):
        if at in inside and inside[at] == inside.get(at + 1):
            continue
        if at in mute or at + 1 in mute:
            continue
        if one.han and two.han and one.end == two.start:
            clauses.append(_single(one.key + two.key))
        elif two.start == one.end + 1 and text[one.end] == "-" and not one.han | two.han:
            joined = Alternative(((stem(text[one.start : one.end] + text[two.start : two.end]),),))
            clauses.append(Clause((Alternative(((one.key,), (two.key,))), joined)))
        else:
            continue
        covered |= {at, at + 1}
    for at, unit in enumerate(found):
        if at not in covered:
            clauses.append(_of_unit(unit))
    return clauses


def _of_unit(unit: Unit) -> Clause:
    if not unit.parts:
        return _single(unit.key)
    inner = Alternative(tuple((part,) for part in unit.parts), whole=True, weight=_SYNONYM_WEIGHT)
    return Clause((Alternative(((unit.key,),)), inner))


def _single(term: str) -> Clause:
    return Clause((Alternative(((term,),)),))
