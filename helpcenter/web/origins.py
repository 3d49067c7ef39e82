"""Who may do what from where: which pages' requests count, by what browsers say about them.

No cookie of ours is ever needed on a foreign page, so cookies count only where the browser says
that the request is our own (CONTRACTS §2). This is the defence against forged requests.
"""

from typing import TYPE_CHECKING

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection, Request

from helpcenter.errors import HelpcenterError, Kind
from helpcenter.web.deps import tools_of

if TYPE_CHECKING:
    from collections.abc import Collection

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_READING = {"GET", "HEAD"}

_PREFLIGHT = {
    "access-control-allow-methods": "GET, POST",
    "access-control-allow-headers": "Authorization, Content-Type, Last-Event-ID",
    "access-control-max-age": "7200",
}
_READABLE = "Retry-After, X-Request-Id"


def cookies_count(request: HTTPConnection) -> bool:
    """Tell whether cookies of this request may say who is asking.

    A person who opens a page counts wherever they come from; anything else must come from us.
    """
    opens_page = (
        request.scope["method"] in _READING
        and not request.url.path.startswith("/api/")
        and request.headers.get("sec-fetch-dest", "document") == "document"
    )
    return opens_page or is_ours(request)


def is_ours(request: HTTPConnection) -> bool:
    """Tell whether a page of ours sent this: the browser says so, or else the origin is ours."""
    site = request.headers.get("sec-fetch-site")
    if site is not None:
        return site == "same-origin"
    return request.headers.get("origin") == tools_of(request).settings.base_url


def require_ours(request: Request) -> None:
    """Raise `foreign_request` unless a page of ours sent this."""
    if not is_ours(request):
        raise HelpcenterError("foreign_request", Kind.FORBIDDEN)


def is_prefetch(request: Request) -> bool:
    """Tell whether a browser only wants to be quick, without anybody having asked yet."""
    purposes = (request.headers.get(name, "") for name in ("sec-purpose", "purpose", "x-moz"))
    return any("prefetch" in purpose for purpose in purposes)


class Cors:
    """Lets pages of the listed origins use the API with a token of their own, never with cookies.

    Pure ASGI; answers preflights, and echoes exact origins only.
    """

    def __init__(self, app: "ASGIApp", origins: "Collection[str]") -> None:
        self._app = app
        self._origins = frozenset(origins)

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """Pass a request on and mark its answer, or answer a preflight."""
        if scope["type"] != "http" or not scope["path"].startswith("/api/"):
            await self._app(scope, receive, send)
            return
        asked = Headers(scope=scope)
        origin = asked.get("origin")
        known = origin if origin in self._origins else None
        if scope["method"] == "OPTIONS" and "access-control-request-method" in asked:
            await _preflight(known, send)
            return

        async def marked(message: "Message") -> None:
            if message["type"] == "http.response.start":
                message = {**message, "headers": list(message["headers"])}
                headers = MutableHeaders(scope=message)
                headers.add_vary_header("Origin")
                if known is not None:
                    headers["access-control-allow-origin"] = known
                    headers["access-control-expose-headers"] = _READABLE
            await send(message)

        await self._app(scope, receive, marked)


async def _preflight(known: str | None, send: "Send") -> None:
    allowed = {"access-control-allow-origin": known, **_PREFLIGHT} if known else {}
    pairs = {"vary": "Origin", "cache-control": "no-store", **allowed}
    raw = [(name.encode(), value.encode()) for name, value in pairs.items()]
    await send({"type": "http.response.start", "status": 204, "headers": raw})
    await send({"type": "http.response.body", "body": b""})
