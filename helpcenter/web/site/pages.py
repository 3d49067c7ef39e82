"""The pages over HTTP: public ones are rendered once a site, kept on the shelf, the same for all.

What only some may read is rendered for each of them.
"""

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.types import ASGIApp

from helpcenter.errors import HelpcenterError, Kind
from helpcenter.i18n.locale import Locale
from helpcenter.i18n.negotiate import alias
from helpcenter.web import urls
from helpcenter.web.deps import preferred_locale, site_of, tools_of, unknown_locale
from helpcenter.web.prepared import FRESH, Prepared, Shelf
from helpcenter.web.site import contents, views
from helpcenter.web.site.views import PUBLIC, Asker, View

_MOVED_FOR_NOW = "public, max-age=3600"
"""How long a browser may remember where an alias leads: tags may get a folder of their own."""

_PUBLIC = ((b"content-type", b"text/html; charset=utf-8"), (b"cache-control", FRESH))
_BY_COOKIE = (b"vary", b"Cookie")
_FOR_STRANGERS = b" "
"""Ends a key that no path can be."""


async def root(request: Request) -> Response:
    """Send the reader to their language."""
    answer = RedirectResponse(urls.home(preferred_locale(request)), 302)
    answer.headers["vary"] = "Accept-Language, Cookie"
    answer.headers["cache-control"] = "private, no-cache"
    return answer


async def home(request: Request) -> ASGIApp:
    """`/{locale}/`."""
    return await _listing(request, views.home, urls.home)


async def category(request: Request) -> ASGIApp:
    """`/{locale}/categories/{slug}`."""
    slug = request.path_params["slug"]
    return await _listing(
        request,
        lambda asker: views.category(asker, slug),
        lambda locale: urls.category(locale, slug),
    )


async def article(request: Request) -> ASGIApp:
    """`/{locale}/articles/{slug}`; a renamed one leads to its new name."""
    slug, site = request.path_params["slug"], site_of(request)
    renamed = site.library.redirects.get(slug)
    if renamed is not None:
        return await _renamed(request, renamed)
    locale = reader_locale(request)
    if locale is None:
        return canonical(request)
    if contents.find(site.library, slug, locale, PUBLIC):
        path = urls.article(locale, slug)
        return _kept(request, locale, path, lambda asker: views.article(asker, slug), slug)
    asker = await _who(request, locale)
    answer = _for_one(asker, views.article(asker, slug))
    asker.tools.reads.cell(slug, locale).reads += 1
    return answer


async def _renamed(request: Request, slug: str) -> Response:
    """Lead to an article's new name; who may not read it does not learn that name."""
    library, locale = site_of(request).library, _locale(request) or preferred_locale(request)
    target = urls.article(locale, slug)
    if contents.find(library, slug, locale, PUBLIC):
        return _moved(target)
    if not contents.find(library, slug, locale, (await _who(request, locale)).audiences):
        raise HelpcenterError("article_not_found", Kind.NOT_FOUND)
    return RedirectResponse(target, 302, {"cache-control": "private, no-store"})


async def contact(request: Request) -> ASGIApp:
    """`/{locale}/contact`."""
    return _single(request, views.contact, "contact")


async def privacy(request: Request) -> ASGIApp:
    """`/{locale}/privacy`."""
    return _single(request, views.privacy, "privacy")


async def bare_locale(request: Request) -> ASGIApp:
    """`/{locale}` without its slash; anything else of one segment is no page."""
    locale = _locale(request)
    if locale is None:
        raise HelpcenterError("not_found", Kind.NOT_FOUND)
    return _moved(urls.home(locale))


def reader_locale(request: Request) -> Locale | None:
    """Return the locale when the address names it as we write it, None for an alias.

    Raises `unknown_locale` when it is no language of ours.
    """
    locale = _locale(request)
    if locale is None:
        raise unknown_locale(site_of(request), Kind.NOT_FOUND)
    return locale if locale.tag == request.path_params["locale"] else None


def canonical(request: Request) -> Response:
    """Send an aliased address (`/zh_HK/…`, `/zh-TW/…`) to the one we use."""
    locale = _locale(request) or preferred_locale(request)
    rest = request.scope["path"].split("/", 2)[2]
    query = f"?{request.url.query}" if request.url.query else ""
    return _moved(urls.page(locale, urls.quoted(rest)) + query)


def forget_home(shelf: Shelf, locale: Locale) -> None:
    """Let a home page be prepared anew."""
    path = urls.home(locale).encode()
    shelf.drop(path)
    shelf.drop(path + _FOR_STRANGERS)


async def _listing(
    request: Request, view: Callable[[Asker], View], path: Callable[[Locale], str]
) -> ASGIApp:
    """Answer with a page that lists articles, to some readers more of them than to everybody."""
    locale = reader_locale(request)
    if locale is None:
        return canonical(request)
    if not contents.keeps_some_back(site_of(request).library):
        return _kept(request, locale, path(locale), view)
    asker = await _who(request, locale)
    if asker.audiences == PUBLIC:
        return _kept(request, locale, path(locale), view, depends_on_reader=True)
    return _for_one(asker, view(asker))


def _single(request: Request, view: Callable[[Asker], View], name: str) -> ASGIApp:
    """Answer with one of the pages that are the same for everybody."""
    locale = reader_locale(request)
    if locale is None:
        return canonical(request)
    return _kept(request, locale, urls.page(locale, name), view)


def _kept(
    request: Request,
    locale: Locale,
    path: str,
    view: Callable[[Asker], View],
    slug: str | None = None,
    *,
    depends_on_reader: bool = False,
) -> Prepared:
    """Return the public page from the shelf, prepared now if it is not there; `slug` is counted.

    One that depends on the reader is kept where only we find it, not whoever asks for its path.
    """
    site, tools = site_of(request), tools_of(request)
    key = path.encode() + (_FOR_STRANGERS if depends_on_reader else b"")
    page = tools.shelf.get(key)
    if page is None:
        asker = Asker(site, locale, tools)
        headers = [*_PUBLIC, *((_BY_COOKIE,) if depends_on_reader else ()), *tools.headers]
        cell = tools.reads.cell(slug, locale) if slug else None
        route = request.scope["route"].path
        page = Prepared(_render(asker, view(asker)), headers, route=route, cell=cell)
        tools.shelf.put(key, page, site)
    return page


async def _who(request: Request, locale: Locale) -> Asker:
    tools = tools_of(request)
    return Asker(site_of(request), locale, tools, (await tools.reader(request)).reads)


def _for_one(asker: Asker, view: View) -> Response:
    """Answer with a page that only some may see: rendered anew and kept by nobody."""
    headers = {"cache-control": "private, no-store", "content-language": asker.locale.tag}
    return HTMLResponse(_render(asker, view), headers=headers)


def _render(asker: Asker, view: View) -> bytes:
    templates = asker.tools.templates
    return templates.render(view.template, asker.locale, asker.site, frame=view.frame, **view.shows)


def _locale(request: Request) -> Locale | None:
    return alias(request.path_params["locale"], site_of(request).library.locales)


def _moved(path: str) -> Response:
    return RedirectResponse(path, 301, {"cache-control": _MOVED_FOR_NOW})
