"""The public pages over HTTP: rendered once a site, kept on the shelf, the same for everybody."""

from collections.abc import Callable

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp

from helpcenter.errors import HelpcenterError, Kind
from helpcenter.i18n.locale import Locale
from helpcenter.i18n.negotiate import alias
from helpcenter.web import urls
from helpcenter.web.deps import preferred_locale, site_of, tools_of, unknown_locale
from helpcenter.web.prepared import FRESH, Prepared
from helpcenter.web.site import views
from helpcenter.web.site.views import Asker, View

_MOVED_FOR_NOW = "public, max-age=3600"
"""How long a browser may remember where an alias leads: tags may get a folder of their own."""


async def root(request: Request) -> Response:
    """Send the reader to their language."""
    answer = RedirectResponse(urls.home(preferred_locale(request)), 302)
    answer.headers["vary"] = "Accept-Language, Cookie"
    answer.headers["cache-control"] = "private, no-cache"
    return answer


async def home(request: Request) -> ASGIApp:
    """`/{locale}/`."""
    return _page(request, views.home, urls.home)


async def category(request: Request) -> ASGIApp:
    """`/{locale}/categories/{slug}`."""
    slug = request.path_params["slug"]
    return _page(
        request,
        lambda asker: views.category(asker, slug),
        lambda locale: urls.category(locale, slug),
    )


async def article(request: Request) -> ASGIApp:
    """`/{locale}/articles/{slug}`; a renamed one leads to its new name."""
    slug = request.path_params["slug"]
    renamed = site_of(request).library.redirects.get(slug)
    if renamed is not None:
        locale = _locale(request) or preferred_locale(request)
        return _moved(urls.article(locale, renamed))
    return _page(
        request, lambda asker: views.article(asker, slug), lambda locale: urls.article(locale, slug)
    )


async def contact(request: Request) -> ASGIApp:
    """`/{locale}/contact`."""
    return _page(request, views.contact, lambda locale: urls.page(locale, "contact"))


async def privacy(request: Request) -> ASGIApp:
    """`/{locale}/privacy`."""
    return _page(request, views.privacy, lambda locale: urls.page(locale, "privacy"))


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


def _page(
    request: Request, view: Callable[[Asker], View], path: Callable[[Locale], str]
) -> ASGIApp:
    site, tools = site_of(request), tools_of(request)
    locale = reader_locale(request)
    if locale is None:
        return canonical(request)
    key = path(locale).encode()
    page = tools.shelf.get(key)
    if page is None:
        asker = Asker(site, locale, tools)
        page = _prepare(asker, view(asker), request.scope["route"].path)
        tools.shelf.put(key, page, site)
    return page


def _prepare(asker: Asker, view: View, route: str) -> Prepared:
    tools = asker.tools
    body = tools.templates.render(
        view.template, asker.locale, asker.site, frame=view.frame, **view.shows
    )
    own = [
        (b"content-type", b"text/html; charset=utf-8"),
        (b"cache-control", FRESH),
    ]
    return Prepared(body, [*own, *tools.headers], route=route)


def _locale(request: Request) -> Locale | None:
    return alias(request.path_params["locale"], site_of(request).library.locales)


def _moved(path: str) -> Response:
    return RedirectResponse(path, 301, {"cache-control": _MOVED_FOR_NOW})
