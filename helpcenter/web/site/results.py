"""The search page: rendered for each request, since every query is its own."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.types import ASGIApp

from helpcenter.errors import HelpcenterError
from helpcenter.i18n.locale import Locale
from helpcenter.search.index import MAX_QUERY, Hit, Query
from helpcenter.search.present import url_of
from helpcenter.search.syntax import read
from helpcenter.web import urls
from helpcenter.web.deps import site_of, tools_of
from helpcenter.web.site import contents, pages
from helpcenter.web.site.frame import Crumb, Frame, Language, languages
from helpcenter.web.site.searching import Answer, searched
from helpcenter.web.site.suggesting import searches_of
from helpcenter.web.site.views import Asker, asked, most_read

PER_PAGE = 10

LAST_OFFSET = 490
"""Nobody reads further; it bounds what a stranger may ask for."""

SUGGESTED = 5
"""Curated queries, titles alike and articles read most that are offered when nothing was found."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A hit, its rank over all pages, where it leads, and what its category is called."""

    hit: Hit
    rank: int
    url: str
    category: str


@dataclass(frozen=True, slots=True)
class Alike:
    """The name of an article or section that resembles what was looked for, and where it is."""

    text: str
    url: str
    locale: Locale


async def search(request: Request) -> ASGIApp:
    """`/{locale}/search?q=`; tells calmly when the index is still being built."""
    locale = pages.reader_locale(request)
    if locale is None:
        return pages.canonical(request)
    tools = tools_of(request)
    audiences = (await tools.reader(request)).reads
    asker = Asker(site_of(request), locale, tools, audiences)
    text = clean(request.query_params.get("q", ""))
    offset = _offset(request.query_params.get("offset", ""))
    exact = request.query_params.get("exact") == "1"
    query = Query(text, locale, audiences, limit=PER_PAGE, offset=offset, exact=exact)
    headers = {"cache-control": "private, no-store", "content-language": locale.tag}
    answer: Answer | None = None
    status, alike = 200, list[Alike]()
    if text:
        try:
            answer = await searched(request, asker.site, query)
        except HelpcenterError as error:
            status, headers["retry-after"] = 503, str(error.retry_after)
    if answer is not None and not answer.results.total:
        alike = await _alike(request, query)
    return HTMLResponse(_render(asker, query, answer, alike), status, headers)


def clean(text: str) -> str:
    """Return a query as one line without control characters, no longer than counts."""
    visible = "".join(c if c.isprintable() else " " for c in text[: 2 * MAX_QUERY])
    return " ".join(visible.split())[:MAX_QUERY]


def _offset(text: str) -> int:
    """Return a usable offset: an address somebody edited by hand still shows results."""
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < len("1000000") else 0
    return min(number, LAST_OFFSET) // PER_PAGE * PER_PAGE


async def _alike(request: Request, query: Query) -> list[Alike]:
    suggester = await searches_of(request).suggestions.of(site_of(request))
    found = suggester.suggest(query.text, query.locale, query.audiences, SUGGESTED)
    return [
        Alike(one.text, urls.article(query.locale, one.slug, one.section), one.locale)
        for one in found
    ]


def _render(asker: Asker, query: Query, answer: Answer | None, alike: list[Alike]) -> bytes:
    _ = asker.speech.gettext
    found = answer.results if answer else None
    title = _("Search") if not query.text else _("Search: %(query)s") % {"query": query.text}
    later = query.offset + PER_PAGE
    more = found is not None and later < found.total and later <= LAST_OFFSET
    return asker.tools.templates.render(
        "site/search.html",
        asker.locale,
        asker.site,
        frame=Frame(
            title,
            _("Search all articles."),
            _languages(asker, query.text),
            crumbs=(asker.home(), Crumb(_("Search"))),
            findable=False,
        ),
        query=query.text,
        found=found,
        search_id=answer.id if answer and not query.offset else "",
        shown=[
            _shown(asker, hit, rank)
            for rank, hit in enumerate(found.hits if found else (), query.offset + 1)
        ],
        previous=_at(asker, query, query.offset - PER_PAGE) if query.offset else None,
        next=_at(asker, query, later) if more else None,
        plain=_plain(query),
        alike=alike,
        listings=contents.listings(asker.site.library, asker.locale, asker.audiences),
        asked=asked(asker)[:SUGGESTED],
        most_read=most_read(asker)[:SUGGESTED],
    )


def _languages(asker: Asker, text: str) -> tuple[Language, ...]:
    paths = {locale: urls.search(locale, text) for locale in asker.site.library.locales}
    return languages(asker.locale, paths)


def _at(asker: Asker, query: Query, offset: int) -> str:
    return urls.search(asker.locale, query.text, max(offset, 0), exact=query.exact)


def _plain(query: Query) -> str:
    """Return a query that says how exactly it is meant as words only, else nothing."""
    wish = read(query.text)
    return wish.text if wish.exact else ""


def _shown(asker: Asker, hit: Hit, rank: int) -> Shown:
    """Lead to the article in the language it was found in."""
    shelf = asker.site.library.categories.get((asker.locale, hit.category))
    return Shown(hit, rank, url_of(hit), shelf.title if shelf else "")
