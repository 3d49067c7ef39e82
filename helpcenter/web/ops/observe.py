"""What an operator sees of requests: an id on each answer, a line in the log, numbers to scrape.

Neither log nor metrics hold a path or a query, only the template of the route that answered.
"""

import time
from bisect import bisect_left
from collections.abc import Iterator
from itertools import accumulate
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, Metric, generate_latest
from prometheus_client.core import HistogramMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.utils import floatToGoString

from helpcenter.web.headers import request_id

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send
    from structlog.typing import FilteringBoundLogger

_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
_BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, float("inf"))


class Tally:
    """How many requests of one sort there were, and how long they took.

    prometheus-client's own histogram takes three locks a request; all requests are counted on the
    event loop's thread, so none is needed.
    """

    __slots__ = ("buckets", "seconds")

    def __init__(self) -> None:
        self.buckets = [0] * len(_BUCKETS)
        self.seconds = 0.0

    def add(self, seconds: float) -> None:
        """Count one request."""
        self.buckets[bisect_left(_BUCKETS, seconds)] += 1
        self.seconds += seconds


class Metrics:
    """Requests by method, route template and status, with their times; an exporter's collector."""

    content_type = CONTENT_TYPE_LATEST

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.registry.register(self)
        self._tallies: dict[tuple[str, str, int], Tally] = {}

    def count(self, method: str, route: str, status: int, seconds: float) -> None:
        """Add one request; call it on the event loop's thread only."""
        key = (method, route, status)
        tally = self._tallies.get(key)
        if tally is None:
            key = (method if method in _METHODS else "other", route, status)
            tally = self._tallies.setdefault(key, Tally())
        tally.add(seconds)

    def collect(self) -> Iterator[Metric]:
        """Yield everything counted, as prometheus-client asks for it."""
        family = HistogramMetricFamily(
            "helpcenter_request_seconds",
            "Seconds from request to last byte.",
            labels=("method", "route", "status"),
        )
        for (method, route, status), tally in self._tallies.items():
            bounds = map(floatToGoString, _BUCKETS)
            buckets = list(zip(bounds, accumulate(tally.buckets), strict=True))
            family.add_metric((method, route, str(status)), buckets, tally.seconds)
        yield family

    def render(self) -> bytes:
        """Return everything counted in Prometheus' text format."""
        return generate_latest(self.registry)


class Observed:
    """Outermost: counts the request, logs it under its id, and survives what escaped.

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
        """Answer one request; what answers leaves its status in the scope."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        began = time.perf_counter()
        method = scope["method"]
        if self._log is not None:
            request_id(scope)
        try:
            await self._app(scope, receive, send)
        except Exception:  # noqa: BLE001 - the last resort: whatever it was, say so and go on
            name = request_id(scope).decode()
            self._faults.exception("fault", route=_route(scope), request_id=name)
            if "status" not in scope:
                await _bare_refusal(scope, send)
        seconds = time.perf_counter() - began
        route = scope.get("template") or _route(scope)
        status = scope.get("status", 0)
        self._metrics.count(method, route, status, seconds)
        if self._log is not None:
            self._log.info(
                "request",
                method=method,
                route=route,
                status=status,
                ms=round(seconds * 1000, 2),
                request_id=request_id(scope).decode(),
            )


def _route(scope: "Scope") -> str:
    return getattr(scope.get("route"), "path", None) or "(no route)"


async def _bare_refusal(scope: "Scope", send: "Send") -> None:
    """Answer when even the error page failed."""
    body = b'{"type":"about:blank","title":"Internal error","status":500,"code":"internal"}'
    headers = [
        (b"content-type", b"application/problem+json"),
        (b"content-length", str(len(body)).encode()),
        (b"x-request-id", request_id(scope)),
    ]
    scope["status"] = 500
    await send({"type": "http.response.start", "status": 500, "headers": headers})
    await send({"type": "http.response.body", "body": body})
