"""What people look for: most often, in vain, and without opening anything; and what is near it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, func, select

from helpcenter.articles.library import Library
from helpcenter.articles.model import Article, Status
from helpcenter.i18n.locale import Locale
from helpcenter.language.fold import Folder
from helpcenter.language.tokens import Kind, scan
from helpcenter.search.tables import searches

_NEAR = 60
"""Of 100; less alike is not alike."""
_TWICE = 2


@dataclass(frozen=True, slots=True)
class Asked:
    """A query in one locale: how often it was searched, found nothing, and had a hit opened.

    Spellings that search takes for the same count together; the commonest one is shown.
    """

    query: str
    locale: Locale
    times: int
    in_vain: int
    opened: int


@dataclass(frozen=True, slots=True)
class Near:
    """The article that a query resembles most, and the phrase of it that it resembles."""

    article: Article
    phrase: str


def tally(conn: Connection, since: date, folder: Folder) -> list[Asked]:
    """Return every query searched on that day or later, most often first."""
    table = searches.c
    times, opened = func.count(), func.count(table.clicked)
    found = func.count(func.nullif(table.hits, 0))
    rows = conn.execute(
        select(table.locale, table.query, times, times - found, opened)
        .where(table.day >= since)
        .group_by(table.locale, table.query)
        .order_by(times.desc(), table.query)
    )
    together: dict[tuple[str, str], list[Asked]] = {}
    for place, query, *counts in rows:
        key = (place, " ".join(folder.fold(query).text.split()))
        together.setdefault(key, []).append(Asked(query, Locale(place), *counts))
    asked = [_sum(same) for same in together.values()]
    return sorted(asked, key=lambda one: (-one.times, one.query))


def _sum(same: Sequence[Asked]) -> Asked:
    first = same[0]
    return Asked(
        first.query,
        first.locale,
        sum(one.times for one in same),
        sum(one.in_vain for one in same),
        sum(one.opened for one in same),
    )


def in_vain(asked: Iterable[Asked]) -> list[Asked]:
    """Return the queries that mostly found nothing."""
    return [one for one in asked if one.in_vain * 2 > one.times]


def unopened(asked: Iterable[Asked]) -> list[Asked]:
    """Return the queries that found something which nobody opened, searched more than once."""
    return [
        one
        for one in asked
        if not one.opened and one.times - one.in_vain >= _TWICE and one.in_vain * 2 <= one.times
    ]


class Nearest:
    """Finds the published article of a locale that a query resembles, by all its names."""

    def __init__(self, library: Library, folder: Folder) -> None:
        self._folder = folder
        self._named: dict[Locale, list[tuple[str, Near]]] = {}
        for (locale, slug), article in sorted(
            library.articles.items(), key=lambda item: (item[0][0].tag, item[0][1])
        ):
            if article.status is not Status.PUBLISHED:
                continue
            curated = [q.text for q in library.suggested.get(locale, ()) if q.article == slug]
            headings = [section.title for section in article.sections if section.id]
            phrases = dict.fromkeys((article.title, *article.keywords, *curated, *headings))
            named = self._named.setdefault(locale, [])
            named += [(self._spread(phrase), Near(article, phrase)) for phrase in phrases]

    def find(self, query: str, locale: Locale) -> Near | None:
        """Return what is most alike, None if nothing is."""
        from rapidfuzz import fuzz, process

        named = self._named.get(locale, [])
        best = process.extractOne(
            self._spread(query),
            [text for text, _ in named],
            scorer=fuzz.token_sort_ratio,
            score_cutoff=_NEAR,
        )
        return named[best[2]][1] if best else None

    def _spread(self, text: str) -> str:
        """Fold a phrase, its Han characters set apart so that they are compared as words are."""
        folded = self._folder.fold(text).text
        return " ".join(
            " ".join(folded[start:end]) if kind is Kind.HAN else folded[start:end]
            for kind, start, end in scan(folded)
        )
