"""`Engine`: answers queries from a finished index.

Order of hits: articles in the reader's locale first, by the best of what they say in any locale (so
an English query finds the article that exists in Chinese and shows it in Chinese); then articles
that exist in another locale only, marked as fallback.
"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from helpcenter.i18n.locale import Locale
from helpcenter.language.fold import Folder
from helpcenter.search.clauses import Clause, Parser
from helpcenter.search.documents import Entry
from helpcenter.search.index import MAX_QUERY, Hit, HitSection, Query, Results
from helpcenter.search.ranking import Field, Mask, Scores
from helpcenter.search.snippet import Needle, cut
from helpcenter.search.store import Store
from helpcenter.search.vocabulary import Vocabulary, term_of, words

_WIDTH, _HAN_WIDTH = 160, 80
_OTHER_LOCALE = 0.6
"""What a match in another locale is worth for an article shown in the reader's."""
_FLOOR = 0.1
"""Answers worth less than this part of the best one are left out."""
_TITLE_IS, _TITLE_HAS, _NAME_IS, _NAME_HAS = 0.5, 0.25, 0.3, 0.15
_MAX_LIMIT = 50
_RERANKED = 50


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
        self._fields = {
            locale: Field(locale, store, entries, slugs)
            for locale in sorted({entry.locale for entry in entries})
        }

    def search(self, query: Query) -> Results:
        """Find articles; never raises for any text, an empty query finds nothing."""
        asked = self._ask(query.text[:MAX_QUERY])
        clauses = {
            locale: self._parser.clauses(asked.text, locale, asked.last) for locale in self._fields
        }
        if not any(clauses.values()):
            return Results((), 0)
        ranked = self._rank(query, asked, clauses)
        first = max(query.offset, 0)
        page = ranked[first : first + max(0, min(query.limit, _MAX_LIMIT))]
        needles: dict[Locale, list[Needle]] = {}
        hits = []
        for one in page:
            locale = one.field.locale
            if locale not in needles:
                needles[locale] = list(self._needles(one.field, clauses[locale]))
            hits.append(self._hit(one, needles[locale]))
        return Results(tuple(hits), len(ranked), asked.corrected)

    def _ask(self, text: str) -> _Asked:
        """Fold a query and repair the words that nobody has."""
        folded = self._folder.fold(text)
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
        self, query: Query, asked: _Asked, clauses: dict[Locale, tuple[Clause, ...]]
    ) -> list[_Ranked]:
        scores = {locale: field.score(clauses[locale]) for locale, field in self._fields.items()}
        masks = {
            locale: field.mask(query.audiences, query.category)
            for locale, field in self._fields.items()
        }
        own = self._fields.get(query.locale)
        others = [field for field in self._fields.values() if field is not own]
        ranked: list[_Ranked] = []
        taken: Mask | None = None
        if own is not None:
            taken = masks[query.locale]
            best = scores[query.locale]
            for field in others:
                best = np.maximum(best, scores[field.locale] * np.float32(_OTHER_LOCALE))
            ranked += self._order(own, best * taken, asked.text, fallback=False)
        for field in others:
            free = masks[field.locale] if taken is None else masks[field.locale] & ~taken
            taken = free if taken is None else taken | free
            ranked += self._order(field, scores[field.locale] * free, asked.text, fallback=True)
        return ranked

    def _order(self, field: Field, scores: Scores, text: str, *, fallback: bool) -> list[_Ranked]:
        """Return the slugs that matter, best first, ties by slug; titles that say it go up."""
        floor = float(scores.max(initial=0.0)) * _FLOOR
        found = np.flatnonzero((scores > 0) & (scores >= floor))
        order = found[np.argsort(-scores[found], kind="stable")]
        phrase = text.strip()
        ranked = [_Ranked(int(n), field, float(scores[n]), fallback) for n in order]
        head = [one._replace(score=self._raise(one, phrase)) for one in ranked[:_RERANKED]]
        head.sort(key=lambda one: (-one.score, one.slug))
        return head + ranked[_RERANKED:]

    def _raise(self, one: _Ranked, phrase: str) -> float:
        """Raise what is called just as the query says."""
        entry = self._entries[one.field.numbers[one.slug]]
        bonus = 0.0
        if phrase == entry.title:
            bonus = _TITLE_IS
        elif phrase in entry.title:
            bonus = _TITLE_HAS
        elif phrase in entry.names:
            bonus = _NAME_IS if f"\n{phrase}\n" in entry.names else _NAME_HAS
        return one.score * (1 + bonus)

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
            title=record.title,
            category=entry.category,
            section=HitSection(section.id, section.title) if section else None,
            snippet_html=snippet.html,
            score=round(one.score, 4),
            fallback=one.fallback,
        )
