"""Answers whose bytes are ready: packed once, sent many times.

`Prepared` is one such answer, `Shelf` keeps the public pages of one site snapshot, `Front` is the
ASGI app before the router that finds them by raw path (DESIGN §6, "Read and search").
"""

import gzip
import hashlib
from collections import OrderedDict
from typing import TYPE_CHECKING, Any

from helpcenter.articles.reads import Cell

if TYPE_CHECKING:
    from collections.abc import Awaitable, Mapping

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from helpcenter.site.model import Site
    from helpcenter.web.headers import Headers

SHELF_BYTES = 64 * 1024 * 1024
"""How much the shelf may hold: bodies, both packings."""

FRESH = b"public, max-age=0, s-maxage=60, must-revalidate"
"""Public pages: a browser asks each time (and gets a 304), a shared cache may answer a minute."""

IMMUTABLE = b"public, max-age=31536000, immutable"
"""Addresses that carry a hash of their bytes."""

_GZIP_LEVEL = 6
_WORTH_PACKING = 256
_OVERHEAD = 2048


class Variant:
    """One packing of an answer: its ETag, its headers for 200 and for 304, its body."""

    __slots__ = ("body", "etag", "headers", "unchanged")

    def __init__(self, body: bytes, etag: bytes, headers: "Headers") -> None:
        self.etag = etag
        tagged = [(b"etag", etag), *headers]
        self.headers = [(b"content-length", str(len(body)).encode()), *tagged]
        self.unchanged = [pair for pair in tagged if pair[0] not in _OF_THE_BODY]
        self.body: Message = {"type": "http.response.body", "body": body}


_EMPTY: "Message" = {"type": "http.response.body", "body": b""}
_OF_THE_BODY = {b"content-type", b"content-encoding", b"content-language"}


class Prepared:
    """An answer to GET and HEAD with an ETag per packing; an ASGI app in its own right.

    `headers` are sent as given, besides length, ETag, `Vary` and `Content-Encoding`; `route` is the
    template the log and the metrics know it by. GETs are counted in `cell`.
    """

    __slots__ = ("cell", "packed", "plain", "route", "size")

    def __init__(
        self,
        body: bytes,
        headers: "Headers",
        *,
        route: str,
        pack: bool = True,
        cell: "Cell | None" = None,
    ) -> None:
        self.route = route
        self.cell = cell or Cell()
        digest = hashlib.sha256(body).hexdigest()[:20]
        packed = gzip.compress(body, _GZIP_LEVEL, mtime=0) if pack else body
        worth = pack and len(body) >= _WORTH_PACKING and len(packed) < len(body)
        if worth:
            headers = _with_vary(headers, b"Accept-Encoding")
        self.plain = Variant(body, f'"{digest}"'.encode(), headers)
        self.packed: Variant | None = None
        if worth:
            zipped = [*headers, (b"content-encoding", b"gzip")]
            self.packed = Variant(packed, f'"{digest}-gz"'.encode(), zipped)
        self.size = len(body) + (len(packed) if worth else 0) + _OVERHEAD

    async def __call__(self, scope: "Scope", _receive: "Receive", send: "Send") -> None:
        """Send it: 200, or 304 when the reader's copy is this one; no body for HEAD."""
        accepts = known = None
        for name, value in scope["headers"]:
            if name == b"accept-encoding":
                accepts = value
            elif name == b"if-none-match":
                known = value
        packed = self.packed
        variant = packed if packed and accepts and takes_gzip(accepts) else self.plain
        status, headers, body = 200, variant.headers, variant.body
        if known is not None and _has(known, variant.etag):
            status, headers, body = 304, variant.unchanged, _EMPTY
        if scope["method"] == "HEAD":
            body = _EMPTY
        else:
            self.cell.reads += 1
        # What `Stamp` would add; this way leads past it. An id is there if it will be in the log.
        if "request_id" in scope:
            headers = [*headers, (b"x-request-id", scope["request_id"])]
        scope["template"], scope["status"] = self.route, status
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send(body)


def _with_vary(headers: "Headers", name: bytes) -> "Headers":
    """Add a name to `Vary`."""
    names = [value for key, value in headers if key == b"vary"]
    rest = [pair for pair in headers if pair[0] != b"vary"]
    return [*rest, (b"vary", b", ".join([*names, name]))]


def takes_gzip(accepts: bytes) -> bool:
    """Tell whether an `Accept-Encoding` value allows gzip."""
    if b";" not in accepts:
        return b"gzip" in accepts or b"*" in accepts
    weights: dict[bytes, bool] = {}
    for item in accepts.lower().split(b","):
        coding, _, weight = item.partition(b";")
        refused = weight.strip().replace(b" ", b"") in {b"q=0", b"q=0.0", b"q=0.00", b"q=0.000"}
        weights[coding.strip()] = not refused
    return weights.get(b"gzip", weights.get(b"*", False))


def _has(known: bytes, etag: bytes) -> bool:
    """Compare weakly (RFC 9110 §13.1.2): proxies may have marked our tag as weak."""
    if known == etag:
        return True
    tags = (tag.strip().removeprefix(b"W/") for tag in known.split(b","))
    return any(tag in {etag, b"*"} for tag in tags)


class Shelf:
    """The public pages of the present site, least recently used ones dropped first.

    `state["site"]` is the present one. Emptied when it becomes another snapshot; one that only got
    its search index is the same to readers, so the pages stay.
    """

    def __init__(self, state: "Mapping[str, Any]", limit: int = SHELF_BYTES) -> None:
        self._state = state
        self._limit = limit
        self._site: Site | None = None
        self._pages: OrderedDict[bytes, Prepared] = OrderedDict()
        self.size = 0

    def get(self, path: bytes) -> Prepared | None:
        """Return the page prepared for this path of the present site."""
        if self._state["site"] is not self._site:
            self._turn()
        page = self._pages.get(path)
        if page is not None:
            self._pages.move_to_end(path)
        return page

    def put(self, path: bytes, page: Prepared, site: "Site") -> None:
        """Keep a page made from `site`, unless another site has taken its place meanwhile."""
        present = self._state["site"]
        if present is None or present.hash != site.hash or page.size > self._limit:
            return
        if present is not self._site:
            self._turn()
        if (old := self._pages.pop(path, None)) is not None:
            self.size -= old.size
        self._pages[path] = page
        self.size += page.size
        while self.size > self._limit:
            _, dropped = self._pages.popitem(last=False)
            self.size -= dropped.size

    def drop(self, path: bytes) -> None:
        """Forget a page, because something on it has changed that is not the site's."""
        if (page := self._pages.pop(path, None)) is not None:
            self.size -= page.size

    def _turn(self) -> None:
        site: Site | None = self._state["site"]
        if site is None or self._site is None or site.hash != self._site.hash:
            self._pages.clear()
            self.size = 0
        self._site = site


class Front:
    """Answers from the shelf what the shelf has; the rest goes on to the router."""

    def __init__(self, app: "ASGIApp", shelf: Shelf) -> None:
        self._app = app
        self._shelf = shelf

    def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> "Awaitable[None]":
        """Look the raw path up first: one dictionary access decides.

        Not a coroutine itself: it hands on the one that answers.
        """
        if scope["type"] == "http" and scope["method"] in _READING:
            page = self._shelf.get(scope.get("raw_path") or scope["path"].encode())
            if page is not None:
                return page(scope, receive, send)
        return self._app(scope, receive, send)


_READING = {"GET", "HEAD"}
