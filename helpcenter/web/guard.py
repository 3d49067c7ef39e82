"""What is refused before anybody looks at it: endless addresses, huge bodies."""

from typing import TYPE_CHECKING

from starlette.requests import Request

from helpcenter.errors import HelpcenterError, Kind
from helpcenter.web.errors import response

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

MAX_ADDRESS = 8 * 1024
"""Bytes of path and query together."""

MAX_BODY = 256 * 1024
"""Bytes of a request's body."""


class Guard:
    """Refuses what is too large, and lets the API answer HEAD as it answers GET."""

    def __init__(self, app: "ASGIApp") -> None:
        self._app = app

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """Pass a request of ordinary size on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        refusal = _refusal(scope)
        if refusal is not None:
            await response(Request(scope), refusal)(scope, receive, send)
        elif scope["method"] == "HEAD" and scope["path"].startswith("/api/"):
            scope["method"] = "GET"
            await self._app(scope, receive, _without_body(send))
        else:
            await self._app(scope, receive, send)


def _refusal(scope: "Scope") -> HelpcenterError | None:
    address = scope.get("raw_path") or scope["path"].encode()
    if len(address) + len(scope["query_string"]) > MAX_ADDRESS:
        return HelpcenterError("url_too_long", Kind.TOO_LARGE)
    length = next((value for name, value in scope["headers"] if name == b"content-length"), b"0")
    if not length.isdigit() or int(length) > MAX_BODY:
        return HelpcenterError("too_large", Kind.TOO_LARGE)
    return None


def _without_body(send: "Send") -> "Send":
    async def headers_only(message: "Message") -> None:
        if message["type"] == "http.response.body":
            message = {**message, "body": b""}
        await send(message)

    return headers_only
