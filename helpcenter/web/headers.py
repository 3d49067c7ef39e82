"""The headers every answer carries, and the pure-ASGI middleware that adds what is missing."""

import random
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

    from helpcenter.settings import Settings

Headers = list[tuple[bytes, bytes]]

_CSP = (
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "media-src 'self'",
    "font-src 'self'",
    "connect-src 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "require-trusted-types-for 'script'",
)

_CLOSED_FEATURES = ("camera", "geolocation", "microphone", "payment", "usb")

DRAWING_CSP = b"default-src 'none'; style-src 'unsafe-inline'"
"""For an SVG opened by itself: it may style itself and nothing else."""


def security_headers(settings: "Settings") -> Headers:
    """Return what every answer carries, as ASGI wants it (lower-case names, bytes)."""
    headers = [
        (b"content-security-policy", "; ".join((*_CSP, _form_action(settings))).encode()),
        (b"x-content-type-options", b"nosniff"),
        (b"referrer-policy", b"strict-origin-when-cross-origin"),
        (b"permissions-policy", ", ".join(f"{name}=()" for name in _CLOSED_FEATURES).encode()),
        (b"cross-origin-opener-policy", b"same-origin"),
    ]
    if settings.base_url.startswith("https:"):
        headers.append((b"strict-transport-security", b"max-age=31536000"))
    return headers


def _form_action(settings: "Settings") -> str:
    """Return where forms may lead; browsers check where they are redirected to as well."""
    login = urlsplit(settings.login_url) if settings.login_url else None
    places = [f"{login.scheme}://{login.netloc}"] if login else []
    if settings.stripe_key is not None:
        # Without a scheme: https, or http as well where the page itself is, on loopback.
        places += dict.fromkeys([*settings.stripe_portal_hosts, *settings.stripe_invoice_hosts])
    return " ".join(["form-action 'self'", *places])


def request_id(scope: "Scope") -> bytes:
    """Return what names this request in our log and in its answer, made when first asked for."""
    if "request_id" not in scope:
        scope["request_id"] = b"%020x" % random.getrandbits(80)
    name: bytes = scope["request_id"]
    return name


class Stamp:
    """Gives an answer the security headers it does not carry and its request's id.

    Leaves its status in the scope, for whoever counts.
    """

    def __init__(self, app: "ASGIApp", headers: Headers) -> None:
        self._app = app
        self._headers = headers

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """Pass the request on and complete the answer's headers."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def stamped(message: "Message") -> None:
            if message["type"] == "http.response.start":
                scope["status"] = message["status"]
                own = message.get("headers", [])
                names = {name for name, _ in own}
                wanted = [*self._headers, (b"x-request-id", request_id(scope))]
                extra = [pair for pair in wanted if pair[0] not in names]
                message = {**message, "headers": [*own, *extra]}
            await send(message)

        await self._app(scope, receive, stamped)
