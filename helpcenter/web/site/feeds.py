"""What machines read about the public pages: the sitemap, robots.txt and an Atom feed a locale."""

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp

from helpcenter.web import urls
from helpcenter.web.deps import Tools, site_of, tools_of
from helpcenter.web.prepared import FRESH, Prepared
from helpcenter.web.site import contents, pages
from helpcenter.web.site.frame import Alternate, alternates, default_path, everywhere
from helpcenter.web.site.views import PUBLIC, Asker

if TYPE_CHECKING:
    from helpcenter.i18n.locale import Locale

FEED_ENTRIES = 30


@dataclass(frozen=True, slots=True)
class Place:
    """An address of the sitemap, its translations, and the day it last changed if known."""

    url: str
    alternates: tuple[Alternate, ...]
    changed: date | None = None


async def sitemap(request: Request) -> ASGIApp:
    """`/sitemap.xml`: every public page in every language it is written in."""
    site, tools = site_of(request), tools_of(request)
    path = b"/sitemap.xml"
    page = tools.shelf.get(path)
    if page is None:
        asker = Asker(site, site.library.locales[0], tools)
        body = tools.templates.render("site/sitemap.xml", asker.locale, site, places=_places(asker))
        page = _xml(tools, body, "application/xml", path.decode())
        tools.shelf.put(path, page, site)
    return page


async def robots(request: Request) -> Response:
    """`/robots.txt`: read everything but what is made for one person or for machines."""
    base = tools_of(request).settings.base_url
    closed = "".join(f"Disallow: {path}\n" for path in ("/api/", "/go/", "/sso", "/*/search"))
    text = f"User-agent: *\n{closed}\nSitemap: {base}/sitemap.xml\n"
    return PlainTextResponse(text, headers={"cache-control": "public, max-age=3600"})


async def atom(request: Request) -> ASGIApp:
    """`/{locale}/feed.xml`: the articles that changed last."""
    locale = pages.reader_locale(request)
    if locale is None:
        return pages.canonical(request)
    site, tools = site_of(request), tools_of(request)
    path = urls.page(locale, "feed.xml").encode()
    page = tools.shelf.get(path)
    if page is None:
        articles = contents.newest(site.library, locale, PUBLIC)[:FEED_ENTRIES]
        body = tools.templates.render("site/feed.xml", locale, site, articles=articles)
        page = _xml(tools, body, "application/atom+xml", "/{locale}/feed.xml")
        tools.shelf.put(path, page, site)
    return page


def _places(asker: Asker) -> list[Place]:
    base, library = asker.base, asker.site.library
    groups: list[tuple[dict[Locale, str], str, date | None]] = []
    shelves = contents.listings(library, asker.locale, PUBLIC)
    for path in ("", "contact", "privacy", *(f"categories/{s.category.slug}" for s in shelves)):
        paths = everywhere(library.locales, path)
        groups.append((paths, default_path(paths) if path else "/", None))
    for article in contents.newest(library, asker.locale, PUBLIC):
        written = contents.translations(library, article.slug, PUBLIC)
        paths = {one.locale: urls.article(one.locale, one.slug) for one in written}
        groups.append((paths, default_path(paths), max(one.updated for one in written)))
    return [
        Place(base + path, alternates(base, paths, default), changed)
        for paths, default, changed in groups
        for path in paths.values()
    ]


def _xml(tools: Tools, body: bytes, content_type: str, route: str) -> Prepared:
    own = [
        (b"content-type", f"{content_type}; charset=utf-8".encode()),
        (b"cache-control", FRESH),
    ]
    return Prepared(body, [*own, *tools.headers], route=route)
