"""What request handlers are handed: the site as it is now, the reader's language, the tools."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Protocol, cast

from fastapi import Depends, Query
from starlette.requests import HTTPConnection, Request

from helpcenter.articles.reads import Reads
from helpcenter.clock import Clock
from helpcenter.errors import HelpcenterError, Kind
from helpcenter.i18n.locale import SOURCE, Locale
from helpcenter.i18n.negotiate import match, negotiate
from helpcenter.identity.caller import Caller
from helpcenter.settings import Settings
from helpcenter.site.model import Site
from helpcenter.web.assets import Assets
from helpcenter.web.headers import Headers
from helpcenter.web.prepared import Shelf
from helpcenter.web.templating import Templates

if TYPE_CHECKING:
    from starlette.datastructures import State

LOCALE_COOKIE = "locale"
"""Set by the language switcher in the browser, read here, nothing but a language tag."""


class FindReader(Protocol):
    """Tells who reads: a customer, an agent, or nobody we know."""

    async def __call__(self, request: HTTPConnection, /) -> Caller:
        """Return the caller whose articles are to be shown."""
        ...


@dataclass(frozen=True)
class Tools:
    """What the pages are made with; one for the life of the app, at `app.state.tools`.

    `links_enabled` tells whether portal links can be made, so that no button leads nowhere.
    """

    settings: Settings
    clock: Clock
    headers: Headers
    assets: Assets
    templates: Templates
    shelf: Shelf
    reads: Reads
    reader: FindReader
    links_enabled: bool = False


def tools_of(request: HTTPConnection) -> Tools:
    """Return the app's tools."""
    return cast("Tools", request.app.state.tools)


def present_site(request: HTTPConnection) -> Site | None:
    """Return the site as it is now, None while none could be built."""
    state: State = request.app.state
    return cast("Site | None", state.site)


def site_of(request: HTTPConnection) -> Site:
    """Return the site this request is answered from; raises `starting` while there is none."""
    site = present_site(request)
    if site is None:
        raise HelpcenterError("starting", Kind.UNAVAILABLE, retry_after=5)
    return site


def preferred_locale(request: HTTPConnection) -> Locale:
    """Return the language the reader's cookie or browser asks for."""
    site = present_site(request)
    return negotiate(
        site.library.locales if site else (SOURCE,),
        request.headers.get("accept-language"),
        request.cookies.get(LOCALE_COOKIE),
    )


def unknown_locale(site: Site, kind: Kind) -> HelpcenterError:
    """Return the refusal that names the languages there are."""
    available = ", ".join(locale.tag for locale in site.library.locales)
    return HelpcenterError("unknown_locale", kind, {"available": available})


async def _site_now(request: Request) -> Site:
    return site_of(request)


async def _query_locale(
    request: Request,
    locale: Annotated[
        str | None, Query(description="A language tag; `Accept-Language` decides without one.")
    ] = None,
) -> Locale:
    if not locale:
        return preferred_locale(request)
    site = site_of(request)
    known = match(locale, site.library.locales)
    if known is None:
        raise unknown_locale(site, Kind.INVALID)
    return known


async def _reader_now(request: Request) -> Caller:
    return await tools_of(request).reader(request)


# Coroutines, since FastAPI sends plain functions through the thread pool.
SiteNow = Annotated[Site, Depends(_site_now)]
ReaderNow = Annotated[Caller, Depends(_reader_now)]
QueryLocale = Annotated[Locale, Depends(_query_locale)]
