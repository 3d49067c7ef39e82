"""Breaking the sandbox on purpose: the next calls hang, reset, fail or answer rubbish."""

import asyncio
import socket
import struct
import threading
from dataclasses import dataclass
from typing import Literal

from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from helpcenter.sandbox.config import random_name

Kind = Literal["hang", "reset", "rate_limit", "error", "garbage"]

# Scope extension under which the server hands over the connection (see serving.py).
TRANSPORT = "helpcenter.transport"

_GARBAGE = "<!doctype html><title>502 Bad Gateway</title><h1>502 Bad Gateway</h1>"


@dataclass(slots=True)
class Fault:
    """What the next `times` calls whose path begins with `path` do instead of answering.

    `hang` sleeps `seconds` and then answers normally; `reset` cuts the connection; `rate_limit` is
    a 429, `error` a 500 in Stripe's JSON, `garbage` a 502 in HTML.
    """

    kind: Kind
    times: int = 1
    path: str = "/v1/"
    seconds: float = 1.0


class Faults:
    """Faults waiting to happen, oldest first. Safe from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waiting: list[Fault] = []

    def add(self, fault: Fault) -> None:
        """Have the next matching calls misbehave."""
        with self._lock:
            self._waiting.append(fault)

    def clear(self) -> None:
        """Forget every fault not yet used up."""
        with self._lock:
            self._waiting.clear()

    def take(self, path: str) -> Fault | None:
        """Return the fault for a call to `path`, using up one of its times."""
        with self._lock:
            for fault in self._waiting:
                if path.startswith(fault.path):
                    fault.times -= 1
                    if fault.times <= 0:
                        self._waiting.remove(fault)
                    return fault
            return None


class FaultMiddleware:
    """Pure ASGI: lets faults happen before the app sees the call."""

    def __init__(self, app: ASGIApp, faults: Faults) -> None:
        self.app = app
        self.faults = faults

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one call, or break it."""
        fault = self.faults.take(scope["path"]) if scope["type"] == "http" else None
        if fault is None:
            await self.app(scope, receive, send)
        elif fault.kind == "hang":
            await asyncio.sleep(fault.seconds)
            await self.app(scope, receive, send)
        elif fault.kind == "reset":
            await _reset(scope, receive, send)
        else:
            await _answer(fault.kind)(scope, receive, send)


def _answer(kind: Kind) -> Response:
    headers = {"Request-Id": f"req_{random_name(14)}"}
    if kind == "garbage":
        return HTMLResponse(_GARBAGE, 502, headers)
    if kind == "rate_limit":
        headers["Stripe-Rate-Limited-Reason"] = "endpoint-rate"
        error = {
            "code": "rate_limit",
            "message": "Too many requests hit the API too quickly.",
            "type": "invalid_request_error",
        }
        return JSONResponse({"error": error}, 429, headers)
    error = {"message": "An error occurred on our end.", "type": "api_error"}
    return JSONResponse({"error": error}, 500, headers)


async def _reset(scope: Scope, receive: Receive, send: Send) -> None:
    """Close the connection with a TCP reset; without a socket at hand, break off mid-answer."""
    transport: asyncio.Transport | None = (scope.get("extensions") or {}).get(TRANSPORT)
    if transport is None:
        await send({"type": "http.response.start", "status": 200, "headers": []})
        raise ConnectionResetError("the sandbox was told to cut this connection")
    peer = transport.get_extra_info("socket")
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()
    while (await receive())["type"] != "http.disconnect":
        pass
