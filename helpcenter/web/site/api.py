"""The public API for readers: search and articles as JSON."""

from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from fastapi import Path as PathParameter
from fastapi import Query as Parameter
from pydantic import BaseModel, ConfigDict, Field

from helpcenter.articles.library import Found, Library
from helpcenter.articles.model import Article
from helpcenter.errors import HelpcenterError, Kind
from helpcenter.i18n.locale import Locale
from helpcenter.identity.caller import ANONYMOUS, Caller
from helpcenter.search.index import Query
from helpcenter.search.present import as_json
from helpcenter.web import urls
from helpcenter.web.deps import QueryLocale, ReaderNow, SiteNow, tools_of
from helpcenter.web.site import contents
from helpcenter.web.site.feedback import Voted, openapi_body, vote
from helpcenter.web.site.results import LAST_OFFSET, clean
from helpcenter.web.site.searching import searched
from helpcenter.web.site.suggesting import SuggestOut, searches_of, suggest
from helpcenter.web.site.wording import body


class SectionRef(BaseModel):
    """A section by its id, which is the same in every language."""

    id: str
    title: str


class HitOut(BaseModel):
    """One article found."""

    slug: str
    locale: str
    title: str
    url: str
    section: SectionRef | None
    snippet_html: str = Field(description="Escaped text with `<mark>` around what matched.")
    category: str
    score: float
    fallback: bool = Field(description="Whether it is in another language than asked for.")


class SearchOut(BaseModel):
    """What a search found, best first."""

    search_id: str = Field(description="Random; names this search when a click is reported.")
    query: str
    locale: str
    total: int
    corrected: str | None = Field(description="The repaired spelling that was searched instead.")
    hits: list[HitOut]


class Click(BaseModel):
    """Which hit was opened, counted from 1 over all pages of results."""

    model_config = ConfigDict(extra="forbid")

    rank: int = Field(ge=1, le=LAST_OFFSET + 50)


class ArticleBrief(BaseModel):
    """An article in a list; `locale` is the language it is shown in."""

    slug: str
    locale: str
    title: str
    summary: str
    category: str
    updated: date
    url: str
    fallback: bool


class ArticlesOut(BaseModel):
    """All articles that the caller may read, in reading order."""

    locale: str
    articles: list[ArticleBrief]


class SectionOut(SectionRef):
    """A section in plain text; the one before the first heading has an empty id."""

    level: int
    text: str


class ArticleOut(ArticleBrief):
    """One article."""

    keywords: list[str]
    html: str
    sections: list[SectionOut]
    related: list[str]
    stale_sections: list[str] = Field(
        description="Sections whose original changed after this translation was made."
    )
    locales: list[str] = Field(description="The languages it is written in.")
    portal: str | None = Field(description="The page of the billing portal it leads to.")


@dataclass(frozen=True, slots=True)
class Reading:
    """In which language somebody reads, and who it is."""

    locale: Locale
    caller: Caller


async def _reading(locale: QueryLocale, caller: ReaderNow) -> Reading:
    return Reading(locale, caller)


ReadingNow = Annotated[Reading, Depends(_reading)]


async def _asked(
    reading: ReadingNow,
    q: Annotated[str, Parameter(description="What to look for; 400 characters count.")] = "",
    category: Annotated[str | None, Parameter(max_length=100)] = None,
    limit: Annotated[int, Parameter(ge=1, le=50)] = 10,
    offset: Annotated[int, Parameter(ge=0, le=LAST_OFFSET)] = 0,
    *,
    exact: Annotated[bool, Parameter(description="Repair no spelling.")] = False,
) -> Query:
    return Query(clean(q), reading.locale, reading.caller.reads, category, limit, offset, exact)


AskedNow = Annotated[Query, Depends(_asked)]


def router(problem: dict[int | str, dict[str, Any]]) -> APIRouter:
    """Return the routes; `problem` documents how they refuse."""
    api = APIRouter(prefix="/api/v1", tags=["reading"], responses=problem)
    api.add_api_route("/search", search, response_model=SearchOut)
    api.add_api_route("/search/{search_id}/click", click, methods=["POST"], status_code=204)
    api.add_api_route("/suggest", suggest, response_model=SuggestOut)
    api.add_api_route("/articles", articles, response_model=ArticlesOut)
    api.add_api_route("/articles/{slug}", article, response_model=ArticleOut)
    api.add_api_route(
        "/articles/{slug}/feedback",
        vote,
        methods=["POST"],
        status_code=201,
        response_model=Voted,
        responses={
            200: {"model": Voted, "description": "The earlier vote was changed."},
            303: {"description": "A form: back to the article."},
        },
        openapi_extra=openapi_body(),
    )
    return api


async def search(request: Request, site: SiteNow, query: AskedNow, response: Response) -> SearchOut:
    """Search the articles you may read; hits in other languages follow, marked `fallback`."""
    answer = await searched(request, site, query)
    response.headers["cache-control"] = "private, no-store"
    return SearchOut.model_validate(as_json(answer.results, query, answer.id))


async def click(
    request: Request, search_id: Annotated[str, PathParameter(max_length=64)], given: Click
) -> None:
    """Say which hit of a search was opened; an unknown id changes nothing."""
    searches = searches_of(request)
    searches.pace.begin(request.client.host if request.client else "")
    searches.log.click(search_id, given.rank)


async def articles(site: SiteNow, reading: ReadingNow, response: Response) -> ArticlesOut:
    """List the articles you may read, in reading order."""
    _say_varies(response, reading.caller)
    locale = reading.locale
    shelves = contents.listings(site.library, locale, reading.caller.reads)
    listed = [_brief(article, locale) for shelf in shelves for article in shelf.articles]
    return ArticlesOut(locale=locale.tag, articles=[ArticleBrief(**brief) for brief in listed])


async def article(
    request: Request,
    site: SiteNow,
    reading: ReadingNow,
    response: Response,
    slug: Annotated[str, PathParameter(max_length=200)],
) -> ArticleOut:
    """Return one article, in the source language where it is not translated."""
    slug = site.library.redirects.get(slug, slug)
    found = contents.find(site.library, slug, reading.locale, reading.caller.reads)
    if found is None:
        raise HelpcenterError("article_not_found", Kind.NOT_FOUND)
    _say_varies(response, reading.caller)
    links = tools_of(request).links_enabled
    return _whole(site.library, found, reading.caller.reads, links=links)


def _say_varies(response: Response, reader: Caller) -> None:
    kept = "no-cache" if reader == ANONYMOUS else "private, no-store"
    response.headers["cache-control"] = kept
    response.headers["vary"] = "Accept-Language, Cookie, Authorization"


def _brief(article: Article, reader: Locale) -> dict[str, Any]:
    return {
        "slug": article.slug,
        "locale": article.locale.tag,
        "title": article.title,
        "summary": article.summary,
        "category": article.category,
        "updated": article.updated,
        "url": urls.article(reader, article.slug),
        "fallback": article.locale != reader,
    }


def _whole(
    library: Library, found: Found, audiences: contents.Audiences, *, links: bool
) -> ArticleOut:
    article, reader = found.article, found.staleness.wanted
    related = contents.related(library, article, reader, audiences)
    return ArticleOut(
        **_brief(article, reader),
        keywords=list(article.keywords),
        html=body(article, reader, links=links),
        sections=[
            SectionOut(id=s.id, title=s.title, level=s.level, text=s.text) for s in article.sections
        ],
        related=[other.slug for other in related],
        stale_sections=list(found.staleness.stale_sections),
        locales=[one.locale.tag for one in contents.translations(library, article.slug, audiences)],
        portal=article.portal,
    )
