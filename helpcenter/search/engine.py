"""`Engine`: answers queries from a finished index.

Order of hits: articles in the reader's locale first, by the best of what they say in any locale (so
an English query finds the article that exists in Chinese and shows it in Chinese); then articles
that exist in another locale only, marked as fallback.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from operator import mul
from typing import NamedTuple

import numpy as np

from helpcenter.i18n.locale import Locale
from helpcenter.language.fold import Folder
from helpcenter.search.analysis import sought
from helpcenter.search.clauses import Clause, Parser
from helpcenter.search.documents import Entry
from helpcenter.search.index import MAX_QUERY, Hit, HitSection, Query, Results
from helpcenter.search.ranking import Field, Mask, Scores
from helpcenter.search.snippet import Needle, cut, stands
from helpcenter.search.store import Store
from helpcenter.search.syntax import Wish, read
from helpcenter.search.vocabulary import Vocabulary, term_of, words

_WIDTH, _HAN_WIDTH = 160, 80
_OTHER_LOCALE = 0.6
"""What a match in another locale is worth for an article shown in the reader's."""
_FLOOR = 0.1
"""Answers worth less than this part of the best one are left out."""
_BETTER = 1.5
"""How much better an answer in another locale is that is shown among those in the reader's."""
_BELOW, _FEW = 3, 2
_TITLE_IS, _TITLE_HAS, _NAME_IS, _NAME_HAS = 0.5, 0.25, 0.3, 0.15
_MAX_LIMIT = 50
_LOOKED_THROUGH = 200
"""How many articles are read to see whether they have a phrase just so."""
_RERANKED = 50
_WARMED = 1000


class _Asked(NamedTuple):
    """A query as it is searched: folded text, the terms its half-typed last word may be."""

    text: str
    last: tuple[str, ...]
    corrected: str | None


class _Ranked(NamedTuple):
    """A slug found, and the locale to show it in."""

    slug: int
    field: Field
    score: float
    fallback: bool


class Engine:
    """The search index of one site; immutable but for its caches, safe to share."""

    def __init__(
        self,
        content_hash: str,
        store: Store,
        entries: Sequence[Entry],
        vocabulary: Vocabulary,
        folder: Folder,
        parser: Parser,
    ) -> None:
        self.content_hash = content_hash
        self._store = store
        self._entries = entries
        self._vocabulary = vocabulary
        self._folder = folder
        self._parser = parser
        slugs = {slug: n for n, slug in enumerate(sorted({entry.slug for entry in entries}))}
        self._slugs = len(slugs)
        self._fields = {
            locale: Field(locale, store, entries, slugs)
            for locale in sorted({entry.locale for entry in entries})
        }

    def warm(self) -> None:
        """Decode the postings of the words that titles, keywords and headings are made of most."""
        self._vocabulary.warm()
        for locale, field in self._fields.items():
            named = Counter(
                clause.alternatives[0].groups[0]
                for entry in self._entries
                if entry.locale == locale
                for clause in self._parser.clauses(f"{entry.title}\n{entry.names}", locale)
                if clause.alternatives[0].groups
            )
            for group, _ in named.most_common(_WARMED):
                field.impacts(group)

    def search(self, query: Query) -> Results:
        """Find articles; never raises for any text, an empty query finds nothing."""
        wish = read(query.text[:MAX_QUERY])
        asked = self._ask(wish, exact=query.exact or wish.exact)
        clauses = {
            locale: self._parser.clauses(asked.text, locale, asked.last) for locale in self._fields
        }
        if not any(clauses.values()):
            return Results((), 0)
        first = max(query.offset, 0)
        after = first + max(0, min(query.limit, _MAX_LIMIT))
        phrases = [self._folder.fold(phrase).text.strip() for phrase in wish.phrases]
        count = max(after, _LOOKED_THROUGH) if phrases else after
        total, ranked = self._rank(query, clauses, asked.text.strip(), count, self._free(wish))
        if phrases:
            ranked = [one for one in ranked[:count] if self._says(one, phrases)]
            total = len(ranked)
        needles: dict[Locale, list[Needle]] = {}
        hits = []
        for one in ranked[first:after]:
            locale = one.field.locale
            if locale not in needles:
                needles[locale] = list(self._needles(one.field, clauses[locale]))
            hits.append(self._hit(one, needles[locale]))
        return Results(tuple(hits), total, asked.corrected)

    def _free(self, wish: Wish) -> Mask | None:
        """Return which slugs an exact query leaves, by all locales; None if it leaves all."""
        if not wish.exact:
            return None
        left = np.ones(self._slugs, np.bool_)
        for phrase in wish.phrases:
            left &= self._holds(phrase)
        for said in wish.without:
            left &= ~self._holds(said)
        for said in wish.title:
            called = np.zeros_like(left)
            wanted = self._folder.fold(said).text.strip()
            for field in self._fields.values():
                for slug in np.flatnonzero(left & (field.numbers >= 0)).tolist():
                    called[slug] |= stands(wanted, self._entries[field.numbers[slug]].title)
            left &= called
        return left

    def _holds(self, said: str) -> Mask:
        """Return which slugs have all terms of some words, in any one locale."""
        terms = sought(self._folder.fold(said).text)
        fields = [field.holds(terms) for field in self._fields.values()]
        return np.logical_or.reduce(fields) if terms else np.zeros(self._slugs, np.bool_)

    def _says(self, one: _Ranked, phrases: Sequence[str]) -> bool:
        """Tell whether an article has every phrase just so, in one locale or another."""
        for field in self._fields.values():
            number = int(field.numbers[one.slug])
            if number < 0:
                continue
            record, entry = self._store.record(number), self._entries[number]
            texts = (record.headings, entry.names, record.unfold().text)
            if all(any(stands(phrase, text) for text in texts) for phrase in phrases):
                return True
        return False

    def _ask(self, wish: Wish, *, exact: bool) -> _Asked:
        """Fold a query and, unless it says how exactly it is meant, repair what nobody has."""
        text = wish.text
        folded = self._folder.fold(text)
        if exact:
            return _Asked(folded.text, (), None)
        unknown = [token for token in words(folded) if not self._knows(term_of(token))]
        last: tuple[str, ...] = ()
        corrected, done = "", 0
        for token in unknown:
            if token.at + len(token.text) == len(folded.text):
                last = self._vocabulary.completions(token.text)
                if last:
                    break
            repaired = self._vocabulary.repair(token.text)
            if repaired is not None:
                corrected += text[done : token.start] + repaired
                done = token.end
        if not corrected:
            return _Asked(folded.text, last, None)
        corrected += text[done:]
        return _Asked(self._folder.fold(corrected).text, last, corrected)

    def _knows(self, term: str) -> bool:
        return self._vocabulary.knows(term) or self._parser.knows(term)

    def _rank(
        self,
        query: Query,
        clauses: dict[Locale, tuple[Clause, ...]],
        phrase: str,
        count: int,
        free: Mask | None,
    ) -> tuple[int, list[_Ranked]]:
        """Return how many of the `free` slugs answer, and the first `count` of them or more."""
        scores = {locale: field.score(clauses[locale]) for locale, field in self._fields.items()}
        masks = {
            locale: field.mask(query.audiences, query.category)
            for locale, field in self._fields.items()
        }
        if free is not None:
            masks = {locale: mask & free for locale, mask in masks.items()}
        own = self._fields.get(query.locale)
        others = [field for field in self._fields.values() if field is not own]
        shown: list[tuple[Field, Scores]] = []
        taken: Mask | None = None
        if own is not None:
            taken = masks[query.locale]
            best = scores[query.locale]
            for field in others:
                best = np.maximum(best, scores[field.locale] * np.float32(_OTHER_LOCALE))
            shown.append((own, best * taken))
        for field in others:
            free = masks[field.locale] if taken is None else masks[field.locale] & ~taken
            taken = free if taken is None else taken | free
            shown.append((field, scores[field.locale] * free))
        total, ranked, elsewhere = 0, list[_Ranked](), list[_Ranked]()
        for field, worth in shown:
            number, best_ones = self._order(field, worth, phrase, count, fallback=field is not own)
            total += number
            (ranked if field is own else elsewhere).extend(best_ones)
        return total, _mixed(ranked, elsewhere)

    def _order(
        self, field: Field, scores: Scores, phrase: str, count: int, *, fallback: bool
    ) -> tuple[int, list[_Ranked]]:
        """Return how many slugs matter and the best of them, ties by slug.

        The best few are looked at again: what is called as the query says goes up.
        """
        floor = float(scores.max(initial=0.0)) * _FLOOR
        found = np.flatnonzero((scores > 0) & (scores >= floor))
        kept = max(count, _RERANKED)
        order = found
        if len(found) > kept:
            order = found[scores[found] >= np.partition(scores[found], -kept)[-kept]]
        order = order[np.argsort(-scores[order], kind="stable")][:kept]
        numbers = field.numbers[order[:_RERANKED]].tolist()
        bonuses = [1 + self._bonus(number, phrase) for number in numbers]
        worths = scores[order].tolist()
        worths[:_RERANKED] = map(mul, worths, bonuses)
        ranked = [
            _Ranked(slug, field, worth, fallback)
            for slug, worth in zip(order.tolist(), worths, strict=True)
        ]
        head = sorted(ranked[:_RERANKED], key=lambda one: (-one.score, one.slug))
        return len(found), head + ranked[_RERANKED:]

    def _bonus(self, number: int, phrase: str) -> float:
        """Return by what part the score of what is called just as the query says is raised."""
        entry = self._entries[number]
        if phrase in entry.title:
            return _TITLE_IS if phrase == entry.title else _TITLE_HAS
        if phrase in entry.names:
            return _NAME_IS if f"\n{phrase}\n" in entry.names else _NAME_HAS
        return 0.0

    def _needles(self, field: Field, clauses: Sequence[Clause]) -> Iterator[Needle]:
        for number, clause in enumerate(clauses):
            for alternative in clause.alternatives:
                idfs = [field.impacts(group).idf for group in alternative.groups]
                if alternative.phrase:
                    yield Needle(alternative.phrase, number, sum(idfs))
                    continue
                for group, idf in zip(alternative.groups, idfs, strict=True):
                    for term in group:
                        for text in self._vocabulary.spellings(term) or (term,):
                            yield Needle(text, number, idf)

    def _hit(self, one: _Ranked, needles: Sequence[Needle]) -> Hit:
        number = int(one.field.numbers[one.slug])
        entry = self._entries[number]
        record = self._store.record(number)
        snippet = cut(record, needles, _HAN_WIDTH if entry.locale.is_han else _WIDTH)
        section = snippet.passage
        return Hit(
            slug=entry.slug,
            locale=entry.locale,
            title=record.passages[0].title,
            category=entry.category,
            section=HitSection(section.id, section.title) if section else None,
            snippet_html=snippet.html,
            score=round(one.score, 4),
            fallback=one.fallback,
        )


def _mixed(own: list[_Ranked], elsewhere: list[_Ranked]) -> list[_Ranked]:
    """Return hits in the reader's locale, then the others.

    Those that are clearly better than all of the reader's come below the first few already: on the
    second page nobody would see them.
    """
    least = own[0].score * _BETTER if own else 0.0
    better = [one for one in elsewhere if one.score >= least][:_FEW] if len(own) > _BELOW else []
    return own[:_BELOW] + better + own[_BELOW:] + [one for one in elsewhere if one not in better]
