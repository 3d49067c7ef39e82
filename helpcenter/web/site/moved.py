"""Old addresses of articles that came from another help centre (`articles/redirects.yaml`)."""

from typing import TYPE_CHECKING

from starlette.responses import RedirectResponse

from helpcenter.articles.moved import find
from helpcenter.i18n.negotiate import alias
from helpcenter.identity.caller import ANONYMOUS
from helpcenter.web import urls
from helpcenter.web.deps import preferred_locale, present_site, tools_of
from helpcenter.web.site import contents

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

_READING = {"GET", "HEAD"}


async def moved(request: "Request") -> "Response | None":
    """Return the way to where the article asked for lives now, None where nobody knows it.

    A language named in the old address (`/hc/zh-hk/…`) is kept. Who may not read the article does
    not learn its name.
    """
    site, path = present_site(request), request.scope["path"]
    if site is None or request.method not in _READING:
        return None
    slug = find(site.library.moved, path)
    if slug is None:
        return None
    named = (alias(segment, site.library.locales) for segment in path.split("/"))
    locale = next((one for one in named if one is not None), None)
    reader = locale or preferred_locale(request)
    target = urls.article(reader, slug)
    if not contents.find(site.library, slug, reader, ANONYMOUS.reads):
        caller = await tools_of(request).reader(request)
        if not contents.find(site.library, slug, reader, caller.reads):
            return None
        return RedirectResponse(target, 302, {"cache-control": "private, no-store"})
    if locale is not None:
        return RedirectResponse(target, 301, {"cache-control": "public, max-age=3600"})
    headers = {"cache-control": "private, no-cache", "vary": "Accept-Language, Cookie"}
    return RedirectResponse(target, 302, headers)
