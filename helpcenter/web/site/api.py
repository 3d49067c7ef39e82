"""The public API for readers: search and articles as JSON."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from fastapi import Path as PathParameter
from fastapi import Query as Parameter
from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool

from helpcenter.articles.library import Found
from helpcenter.articles.model import Article
from helpcenter.errors import HelpcenterError, Kind
from helpcenter.i18n.locale import Locale
from helpcenter.identity.caller import ANONYMOUS
from helpcenter.search.index import Query
from helpcenter.search.present import as_json
from helpcenter.site.model import Site
from helpcenter.web import urls
from helpcenter.web.deps import QueryLocale, SiteNow, tools_of
from helpcenter.web.site import contents
from helpcenter.web.site.results import LAST_OFFSET, clean
from helpcenter.web.site.searching import seek
from helpcenter.web.site.wording import body

PUBLIC = ANONYMOUS.reads


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
    """All public articles in reading order."""

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


def router(problem: dict[int | str, dict[str, Any]]) -> APIRouter:
    """Return the routes; `problem` documents how they refuse."""
    api = APIRouter(prefix="/api/v1", tags=["reading"], responses=problem)
    api.add_api_route("/search", search, response_model=SearchOut)
    api.add_api_route("/articles", articles, response_model=ArticlesOut)
    api.add_api_route("/articles/{slug}", article, response_model=ArticleOut)
    return api


async def search(
    site: SiteNow,
    locale: QueryLocale,
    response: Response,
    q: Annotated[str, Parameter(description="What to look for; 400 characters count.")] = "",
    category: Annotated[str | None, Parameter(max_length=100)] = None,
    limit: Annotated[int, Parameter(ge=1, le=50)] = 10,
    offset: Annotated[int, Parameter(ge=0, le=LAST_OFFSET)] = 0,
) -> SearchOut:
    """Search the public articles; hits in other languages follow, marked `fallback`."""
    query = Query(clean(q), locale, PUBLIC, category, limit, offset)
    answer = await run_in_threadpool(seek, site, query)
    response.headers["cache-control"] = "private, no-store"
    return SearchOut.model_validate(as_json(answer.results, query, answer.id))


async def articles(site: SiteNow, locale: QueryLocale, response: Response) -> ArticlesOut:
    """List the public articles in reading order."""
    _say_varies(response)
    shelves = contents.listings(site.library, locale, PUBLIC)
    listed = [_brief(article, locale) for shelf in shelves for article in shelf.articles]
    return ArticlesOut(locale=locale.tag, articles=[ArticleBrief(**brief) for brief in listed])


async def article(
    request: Request,
    site: SiteNow,
    locale: QueryLocale,
    response: Response,
    slug: Annotated[str, PathParameter(max_length=200)],
) -> ArticleOut:
    """Return one public article, in the source language where it is not translated."""
    slug = site.library.redirects.get(slug, slug)
    found = contents.find(site.library, slug, locale, PUBLIC)
    if found is None:
        raise HelpcenterError("article_not_found", Kind.NOT_FOUND)
    _say_varies(response)
    return _whole(site, found, locale, links=tools_of(request).links_enabled)


def _say_varies(response: Response) -> None:
    response.headers["cache-control"] = "no-cache"
    response.headers["vary"] = "Accept-Language, Cookie"


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


def _whole(site: Site, found: Found, reader: Locale, *, links: bool) -> ArticleOut:
    article = found.article
    related = contents.related(site.library, article, reader, PUBLIC)
    return ArticleOut(
        **_brief(article, reader),
        keywords=list(article.keywords),
        html=body(article, reader, links=links),
        sections=[
            SectionOut(id=s.id, title=s.title, level=s.level, text=s.text) for s in article.sections
        ],
        related=[other.slug for other in related],
        stale_sections=list(found.staleness.stale_sections),
        locales=[
            one.locale.tag for one in contents.translations(site.library, article.slug, PUBLIC)
        ],
        portal=article.portal,
    )
