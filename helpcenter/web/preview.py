"""Live preview for writers: pages that reload themselves, and faults as a panel over them.

This layer stands around the app only under `serve --reload`. It asks the app for plain pages, adds
one script of ours to each, and answers that script when the content has been built anew.
"""

import json
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from starlette.responses import Response

from helpcenter.content.problems import Severity

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from helpcenter.site.reload import SiteHolder

SCRIPT = "/_preview/preview.js"
STATE = "/_preview/state"
PATIENCE = 5.0
"""Seconds that a browser's question may wait for a change."""

_FILE = Path(__file__).with_name("static") / "preview" / "preview.js"
_PLAIN = {b"accept-encoding", b"if-none-match", b"if-modified-since", b"range"}
_OF_THE_BYTES = {b"content-length", b"etag", b"cache-control"}


class Preview:
    """Wraps the app; `holder` knows the present site and what is wrong with the newest content."""

    def __init__(self, app: "ASGIApp", holder: "SiteHolder") -> None:
        self._app = app
        self._holder = holder

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """Answer the script's own questions; add the script to every page."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
        elif scope["path"] == SCRIPT:
            body = _FILE.read_bytes()
            await _answer(body, "text/javascript; charset=utf-8")(scope, receive, send)
        elif scope["path"] == STATE:
            body = json.dumps(await self._state(scope), ensure_ascii=False).encode()
            await _answer(body, "application/json")(scope, receive, send)
        else:
            headers = [pair for pair in scope["headers"] if pair[0] not in _PLAIN]
            page = _Page(send, self._site())
            await self._app({**scope, "headers": headers}, receive, page.send)

    async def _state(self, scope: "Scope") -> dict[str, object]:
        asked = parse_qs(scope["query_string"].decode("latin-1")).get("after", [""])[0]
        if asked == str(self._holder.builds):
            await self._holder.turned(PATIENCE)
        return {
            "turn": self._holder.builds,
            "site": self._site(),
            "problems": [str(p) for p in self._holder.problems if p.severity is Severity.ERROR],
        }

    def _site(self) -> str:
        return self._holder.site.hash if self._holder.site else ""


class _Page:
    """Passes an answer on; a page is held back until it is whole, and gets the script."""

    def __init__(self, send: "Send", site: str) -> None:
        self._send = send
        self._site = site
        self._start: Message | None = None
        self._body = b""

    async def send(self, message: "Message") -> None:
        if message["type"] == "http.response.start" and _is_page(message):
            self._start = message
        elif self._start is None:
            await self._send(message)
        else:
            self._body += message.get("body", b"")
            if not message.get("more_body", False):
                await self._finish(self._start)

    async def _finish(self, start: "Message") -> None:
        head = (
            f'<meta name="helpcenter-preview" content="{self._site}">'
            f'<script type="module" src="{SCRIPT}"></script></head>'
        )
        body = self._body.replace(b"</head>", head.encode(), 1)
        kept = [pair for pair in start["headers"] if pair[0].lower() not in _OF_THE_BYTES]
        own = [(b"content-length", str(len(body)).encode()), (b"cache-control", b"no-store")]
        await self._send({**start, "headers": [*kept, *own]})
        await self._send({"type": "http.response.body", "body": body})


def _is_page(start: "Message") -> bool:
    return any(
        name.lower() == b"content-type" and value.startswith(b"text/html")
        for name, value in start.get("headers", [])
    )


def _answer(body: bytes, kind: str) -> Response:
    headers = {"cache-control": "no-store", "x-content-type-options": "nosniff"}
    return Response(body, 200, headers, kind)
