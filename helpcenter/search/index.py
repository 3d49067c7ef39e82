"""The port to the search index: what goes in, what is asked, what comes out.

`search.whoosh` is the real one. An index is a cache of the content and may vanish at any time.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from helpcenter.articles.model import Article
from helpcenter.i18n.locale import Locale
from helpcenter.identity.caller import Audience

MAX_QUERY = 400
"""Characters of a query that count; the rest is ignored."""


@dataclass(frozen=True, slots=True)
class Query:
    """What somebody is looking for.

    `locale` is the reader's; hits of other locales follow, marked `fallback`, one hit per slug.
    `limit` is at most 50; `offset` counts from 0. With `exact` words are taken as they are typed.
    """

    text: str
    locale: Locale
    audiences: frozenset[Audience]
    category: str | None = None
    limit: int = 10
    offset: int = 0
    exact: bool = False


@dataclass(frozen=True, slots=True)
class HitSection:
    """The best section of a hit."""

    id: str
    title: str


@dataclass(frozen=True, slots=True)
class Hit:
    """One article found. `snippet_html` is escaped text with `<mark>` around what matched."""

    slug: str
    locale: Locale
    title: str
    category: str
    section: HitSection | None
    snippet_html: str
    score: float
    fallback: bool


@dataclass(frozen=True, slots=True)
class Results:
    """Hits best first, how many there are in all, and the repaired query if one was used."""

    hits: tuple[Hit, ...]
    total: int
    corrected: str | None = None


class SearchIndex(Protocol):
    """A built index; safe to ask from several threads at once."""

    content_hash: str

    def search(self, query: Query) -> Results:
        """Find articles; never raises for any text, an empty query finds nothing."""
        ...

    def warm(self) -> None:
        """Get ready what most queries need; until then the first of them take longer."""
        ...


class IndexBuilder(Protocol):
    """Builds an index off-request."""

    def __call__(self, articles: Iterable[Article], content_hash: str) -> SearchIndex:
        """Index the published articles given (all locales and audiences)."""
        ...

    def last_good(self, locales: Iterable[Locale]) -> SearchIndex | None:
        """Return an index left by an earlier run, whatever content it is of; None without one.

        `locales` are those whose synonyms it is to know.
        """
        ...
