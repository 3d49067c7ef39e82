"""The headers every answer carries, and the pure-ASGI middleware that adds what is missing."""

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

_CLOSED_FEATURES = (
    "accelerometer",
    "camera",
    "display-capture",
    "geolocation",
    "gyroscope",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "usb",
)

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
    return " ".join(
        ["form-action 'self'", *([f"{login.scheme}://{login.netloc}"] if login else [])]
    )


class SecurityHeaders:
    """Adds each security header to an answer that does not carry its own."""

    def __init__(self, app: "ASGIApp", headers: Headers) -> None:
        self._app = app
        self._headers = headers

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """Pass the request on and complete the answer's headers."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def completed(message: "Message") -> None:
            if message["type"] == "http.response.start":
                own = message.get("headers", [])
                names = {name for name, _ in own}
                extra = [pair for pair in self._headers if pair[0] not in names]
                message = {**message, "headers": [*own, *extra]}
            await send(message)

        await self._app(scope, receive, completed)
