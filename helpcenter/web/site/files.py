"""Static files and the articles' pictures: addresses that carry a hash, kept for good."""

from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse
from starlette.types import ASGIApp

from helpcenter.articles.model import Media
from helpcenter.errors import HelpcenterError, Kind
from helpcenter.identity.caller import ANONYMOUS
from helpcenter.web.deps import Tools, site_of, tools_of
from helpcenter.web.headers import DRAWING_CSP
from helpcenter.web.prepared import IMMUTABLE, Prepared
from helpcenter.web.site import contents

SHELVED_BYTES = 1024 * 1024
"""Pictures up to this size are kept in memory; larger files are sent from disk."""

_NOT_KEPT = "private, no-store"
_TEXTUAL = {"image/svg+xml"}


async def static(request: Request) -> ASGIApp:
    """`/static/{name}`."""
    answer = tools_of(request).assets.find(request.path_params["name"])
    if answer is None:
        raise HelpcenterError("not_found", Kind.NOT_FOUND)
    return answer


async def media(request: Request) -> ASGIApp:
    """`/media/{name}`; what only some articles show is for those who may read them."""
    site, tools = site_of(request), tools_of(request)
    found = site.library.media.get(request.path_params["name"])
    if found is None:
        raise HelpcenterError("not_found", Kind.NOT_FOUND)
    key = found.url.encode()
    page = tools.shelf.get(key)
    if page is not None:
        return page
    if not contents.shows(site.library, found.url, ANONYMOUS.reads):
        caller = await tools.reader(request)
        if not contents.shows(site.library, found.url, caller.reads):
            raise HelpcenterError("not_found", Kind.NOT_FOUND)
        return FileResponse(
            found.path, headers=_plain(found, _NOT_KEPT), media_type=found.content_type
        )
    try:
        body = await run_in_threadpool(_small, Path(found.path))
    except OSError:
        raise HelpcenterError("not_found", Kind.NOT_FOUND) from None
    if body is None:
        return FileResponse(found.path, headers=_plain(found), media_type=found.content_type)
    page = _prepare(found, body, tools)
    tools.shelf.put(key, page, site)
    return page


def _small(path: Path) -> bytes | None:
    """Read a file that is small enough to keep; None for a larger one."""
    return path.read_bytes() if path.stat().st_size <= SHELVED_BYTES else None


def _prepare(found: Media, body: bytes, tools: Tools) -> Prepared:
    drawing = found.content_type in _TEXTUAL
    own = [(name.encode(), value.encode()) for name, value in _plain(found).items()]
    own.append((b"content-type", found.content_type.encode()))
    names = {name for name, _ in own}
    headers = [*own, *(pair for pair in tools.headers if pair[0] not in names)]
    return Prepared(body, headers, route="/media/{name}", pack=drawing)


def _plain(found: Media, cache: str = IMMUTABLE.decode()) -> dict[str, str]:
    headers = {"cache-control": cache}
    if found.content_type in _TEXTUAL:
        headers["content-security-policy"] = DRAWING_CSP.decode()
    return headers
