"""The search page: rendered for each request, since every query is its own."""

from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.types import ASGIApp

from helpcenter.errors import HelpcenterError
from helpcenter.search.index import MAX_QUERY, Hit, Query, Results
from helpcenter.search.present import url_of
from helpcenter.web import urls
from helpcenter.web.deps import site_of, tools_of
from helpcenter.web.site import contents, pages
from helpcenter.web.site.frame import Crumb, Frame, Language, languages
from helpcenter.web.site.searching import seek
from helpcenter.web.site.views import Asker, asked, most_read

PER_PAGE = 10

LAST_OFFSET = 490
"""Nobody reads further; it bounds what a stranger may ask for."""

SUGGESTED = 5
"""Curated queries offered when nothing was found."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A hit, where it leads, and what its category is called."""

    hit: Hit
    url: str
    category: str


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
    query = Query(text, locale, audiences, limit=PER_PAGE, offset=offset)
    headers = {"cache-control": "private, no-store", "content-language": locale.tag}
    found: Results | None = None
    status = 200
    if text:
        try:
            found = (await run_in_threadpool(seek, asker.site, query)).results
        except HelpcenterError as error:
            status, headers["retry-after"] = 503, str(error.retry_after)
    return HTMLResponse(_render(asker, query, found), status, headers)


def clean(text: str) -> str:
    """Return a query as one line without control characters, no longer than counts."""
    visible = "".join(c if c.isprintable() else " " for c in text[: 2 * MAX_QUERY])
    return " ".join(visible.split())[:MAX_QUERY]


def _offset(text: str) -> int:
    """Return a usable offset: an address somebody edited by hand still shows results."""
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < len("1000000") else 0
    return min(number, LAST_OFFSET) // PER_PAGE * PER_PAGE


def _render(asker: Asker, query: Query, found: Results | None) -> bytes:
    _ = asker.speech.gettext
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
        offset=query.offset,
        found=found,
        shown=[_shown(asker, hit) for hit in found.hits] if found else [],
        previous=_at(asker, query.text, query.offset - PER_PAGE) if query.offset else None,
        next=_at(asker, query.text, later) if more else None,
        listings=contents.listings(asker.site.library, asker.locale, asker.audiences),
        asked=asked(asker)[:SUGGESTED],
        most_read=most_read(asker)[:SUGGESTED],
    )


def _languages(asker: Asker, text: str) -> tuple[Language, ...]:
    paths = {locale: urls.search(locale, text) for locale in asker.site.library.locales}
    return languages(asker.locale, paths)


def _at(asker: Asker, text: str, offset: int) -> str:
    return urls.search(asker.locale, text, max(offset, 0))


def _shown(asker: Asker, hit: Hit) -> Shown:
    """Lead to the article in the language it was found in."""
    shelf = asker.site.library.categories.get((asker.locale, hit.category))
    return Shown(hit, url_of(hit), shelf.title if shelf else "")
