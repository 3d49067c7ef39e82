"""`GET /api/v1/suggest`: what somebody may be typing. And what searching keeps for the app."""

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, cast
from zoneinfo import ZoneInfo

from fastapi import Query as Parameter
from fastapi import Request, Response
from pydantic import BaseModel, Field
from starlette.requests import HTTPConnection

from helpcenter.clock import Clock
from helpcenter.content.problems import Report
from helpcenter.content.roots import find_roots
from helpcenter.db.database import Database
from helpcenter.i18n.locale import Locale
from helpcenter.search.log import SearchLog
from helpcenter.search.suggest import Sort, Suggester, Suggestion
from helpcenter.search.words import load_folder
from helpcenter.settings import Settings
from helpcenter.site.model import Site
from helpcenter.web import urls
from helpcenter.web.attempts import Attempts, Bucket
from helpcenter.web.deps import QueryLocale, ReaderNow, SiteNow

if TYPE_CHECKING:
    from collections.abc import Sequence

PACE = Bucket(120, 1, failure=0)
"""Clicks an address may report at once, and gets back a second: a shared one has many readers."""


class SuggestionOut(BaseModel):
    """An article, a section of one, or a query that writers chose; `url` is where it leads."""

    text: str
    kind: Sort
    url: str
    slug: str
    section: str | None
    title: str = Field(description="The article's title.")
    locale: str = Field(description="The language of the words.")


class SuggestOut(BaseModel):
    """What somebody may be typing, likeliest first."""

    query: str
    locale: str
    suggestions: list[SuggestionOut]


class Suggestions:
    """The suggester of the present site, made when somebody first types into it."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lock = asyncio.Lock()
        self._made: tuple[str, Suggester] | None = None

    async def of(self, site: Site) -> Suggester:
        """Return the suggester of exactly this snapshot: it offers nothing that is gone."""
        if self._made is None or self._made[0] != site.hash:
            async with self._lock:
                if self._made is None or self._made[0] != site.hash:
                    self._made = site.hash, await asyncio.to_thread(self._make, site)
        return self._made[1]

    def _make(self, site: Site) -> Suggester:
        # Faults in the file of variants were noted when the site was built.
        return Suggester(site.library, load_folder(find_roots(self._settings.content), Report()))


@dataclass(frozen=True)
class Searches:
    """What searching keeps; one for the life of the app, at `app.state.searches`."""

    suggestions: Suggestions
    log: SearchLog
    pace: Attempts


def make_searches(settings: Settings, database: Database, clock: Clock) -> Searches:
    """Return what an app needs for searching."""
    zone = ZoneInfo(settings.timezone)
    log = SearchLog(database, clock, zone, settings.search_log_days)
    return Searches(Suggestions(settings), log, Attempts(clock, PACE))


def searches_of(request: HTTPConnection) -> Searches:
    """Return what the app keeps for searching."""
    return cast("Searches", request.app.state.searches)


async def suggest(
    request: Request,
    site: SiteNow,
    locale: QueryLocale,
    caller: ReaderNow,
    response: Response,
    q: Annotated[str, Parameter(description="What was typed; 100 characters count.")] = "",
) -> SuggestOut:
    """Suggest titles, sections and curated queries while somebody types; never others' queries."""
    suggester = await searches_of(request).suggestions.of(site)
    found = suggester.suggest(q, locale, caller.reads)
    response.headers["cache-control"] = "private, no-store"
    return SuggestOut(query=q, locale=locale.tag, suggestions=_told(found, locale))


def _told(found: "Sequence[Suggestion]", reader: Locale) -> list[SuggestionOut]:
    return [
        SuggestionOut(
            text=one.text,
            kind=one.sort,
            url=urls.article(reader, one.slug, one.section),
            slug=one.slug,
            section=one.section or None,
            title=one.title,
            locale=one.locale.tag,
        )
        for one in found
    ]
