"""What an operator sees of requests: an id on each answer, a line in the log, numbers to scrape.

Neither log nor metrics hold a path or a query, only the template of the route that answered.
"""

import random
import time
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_LATEST

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send
    from structlog.typing import FilteringBoundLogger

_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)


class Metrics:
    """Counts and times of requests by method, route template and status."""

    content_type = CONTENT_TYPE_LATEST

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "helpcenter_requests",
            "Requests answered.",
            ("method", "route", "status"),
            registry=self.registry,
        )
        self._seconds = Histogram(
            "helpcenter_request_seconds",
            "Seconds from request to last byte.",
            ("route",),
            registry=self.registry,
            buckets=_BUCKETS,
        )
        self._known: dict[tuple[str, str, int], tuple[Counter, Histogram]] = {}

    def count(self, method: str, route: str, status: int, seconds: float) -> None:
        """Add one request."""
        key = (method, route, status)
        pair = self._known.get(key)
        if pair is None:
            labels = (method if method in _METHODS else "other", route, str(status))
            pair = (self._requests.labels(*labels), self._seconds.labels(route))
            self._known[key] = pair
        pair[0].inc()
        pair[1].observe(seconds)

    def render(self) -> bytes:
        """Return everything counted in Prometheus' text format."""
        return generate_latest(self.registry)


class Observed:
    """Outermost: gives the request its id, counts it, logs it, and survives what escaped.

    `log` None keeps quiet about requests that went well; failures are always logged to `faults`.
    """

    def __init__(
        self,
        app: "ASGIApp",
        metrics: Metrics,
        log: "FilteringBoundLogger | None",
        faults: "FilteringBoundLogger",
    ) -> None:
        self._app = app
        self._metrics = metrics
        self._log = log
        self._faults = faults

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        method = scope["method"]
        request_id = f"{random.getrandbits(80):020x}"
        scope["request_id"] = request_id
        status = 0

        async def named(message: "Message") -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                headers = [*message["headers"], (b"x-request-id", request_id.encode())]
                message = {"type": "http.response.start", "status": status, "headers": headers}
            await send(message)

        try:
            await self._app(scope, receive, named)
        except Exception:  # noqa: BLE001 - the last resort: whatever it was, say so and go on
            self._faults.exception("fault", route=_route(scope), request_id=request_id)
            if not status:
                await _bare_refusal(named)
        seconds = time.perf_counter() - began
        route = scope.get("template") or _route(scope)
        self._metrics.count(method, route, status, seconds)
        if self._log is not None:
            self._log.info(
                "request",
                method=method,
                route=route,
                status=status,
                ms=round(seconds * 1000, 2),
                request_id=request_id,
            )


def _route(scope: "Scope") -> str:
    return getattr(scope.get("route"), "path", None) or "(no route)"


async def _bare_refusal(send: "Send") -> None:
    """Answer when even the error page failed."""
    body = b'{"type":"about:blank","title":"Internal error","status":500,"code":"internal"}'
    headers = [
        (b"content-type", b"application/problem+json"),
        (b"content-length", str(len(body)).encode()),
    ]
    await send({"type": "http.response.start", "status": 500, "headers": headers})
    await send({"type": "http.response.body", "body": body})
