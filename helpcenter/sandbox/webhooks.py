"""Delivering events: signed, retried a few times, and as late or as often as a test wants."""

import hashlib
import heapq
import hmac
import http.client
import itertools
import json
import threading
import time
from dataclasses import dataclass
from urllib.parse import urlsplit

from helpcenter.sandbox.state import Obj, State

_TIMEOUT = 10.0
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


def sign(payload: bytes, secret: str, timestamp: int) -> str:
    """Return the `Stripe-Signature` header for a body sent at `timestamp` (unix seconds)."""
    digest = hmac.new(secret.encode(), b"%d." % timestamp + payload, hashlib.sha256).hexdigest()
    return f"t={timestamp},v1={digest}"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One try to deliver an event; `status` is None if nobody answered."""

    event: str
    status: int | None
    attempt: int


class Deliverer:
    """Sends events to `wiring.webhook_url` from one background thread.

    Starts with `start`, ends with `stop`. While paused, events wait and may be released in any
    order. Failed deliveries are tried again after each pause of `config.webhook_retries`.
    """

    def __init__(self, state: State) -> None:
        self._state = state
        self._ready = threading.Condition()
        self._queue: list[tuple[float, int, Obj, int]] = []
        self._order = itertools.count()
        self._held: list[Obj] = []
        self._busy = False
        self._stopping = False
        self._thread: threading.Thread | None = None
        self.paused = False
        self.delay = 0.0
        self.log: list[Delivery] = []
        state.listen(self._on_event)

    def start(self) -> None:
        """Begin to deliver."""
        self._thread = threading.Thread(target=self._run, name="sandbox-webhooks", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """End the thread; what was not delivered stays undelivered."""
        with self._ready:
            self._stopping = True
            self._ready.notify_all()
        if self._thread is not None:
            self._thread.join(_TIMEOUT)

    def _on_event(self, event: Obj) -> None:
        if event["type"] not in self._state.config.webhook_events:
            return
        if self.paused:
            self._held.append(event)
        else:
            self._put(event, self.delay)

    def _put(self, event: Obj, after: float, attempt: int = 1) -> None:
        with self._ready:
            due = time.monotonic() + after
            heapq.heappush(self._queue, (due, next(self._order), event, attempt))
            self._ready.notify_all()

    def release(self, *, backwards: bool = False) -> None:
        """End a pause and send what was held, oldest first or newest first."""
        self.paused = False
        held, self._held = self._held, []
        for event in reversed(held) if backwards else held:
            self._put(event, self.delay)

    def redeliver(self, event_id: str, times: int = 1) -> None:
        """Send a recorded event again, `times` over. Raises KeyError if there is no such event."""
        event = self._state.get("event", event_id)
        for _ in range(times):
            self._put(event, 0)

    def drain(self, timeout: float = 10.0) -> bool:
        """Wait until nothing is waiting or under way; return whether that came in time."""
        until = time.monotonic() + timeout
        with self._ready:
            while self._queue or self._busy:
                left = until - time.monotonic()
                if left <= 0 or not self._ready.wait(left):
                    return not (self._queue or self._busy)
        return True

    def _run(self) -> None:
        while True:
            with self._ready:
                self._busy = False
                self._ready.notify_all()
                item = self._next()
                if item is None:
                    return
                self._busy = True
            self._send(*item)

    def _next(self) -> tuple[Obj, int] | None:
        """Wait for the next delivery that is due; None when stopping. Holds the lock."""
        while not self._stopping:
            if not self._queue:
                self._ready.wait()
                continue
            wait = self._queue[0][0] - time.monotonic()
            if wait <= 0:
                _, _, event, attempt = heapq.heappop(self._queue)
                return event, attempt
            self._ready.wait(wait)
        return None

    def _send(self, event: Obj, attempt: int) -> None:
        url = self._state.wiring.webhook_url
        if url is None:
            return
        payload = json.dumps(event, ensure_ascii=False).encode()
        # Each try is signed anew with its own time.
        header = sign(payload, self._state.config.webhook_secret, self._state.wall())
        status = _post(url, payload, header)
        self.log.append(Delivery(event["id"], status, attempt))
        pauses = self._state.config.webhook_retries
        accepted = status is not None and status // 100 == 2  # noqa: PLR2004 — any 2xx
        if not accepted and attempt <= len(pauses):
            self._put(event, pauses[attempt - 1], attempt + 1)


def check_url(url: str) -> None:
    """Raise ValueError unless a webhook URL is plain HTTP on loopback."""
    parts = urlsplit(url)
    if parts.scheme != "http" or parts.hostname not in _LOOPBACK:
        raise ValueError(f"the sandbox delivers webhooks to http on loopback only, not to {url}")


def _post(url: str, payload: bytes, signature: str) -> int | None:
    """Send one delivery; return the status, None if the endpoint cannot be reached."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=_TIMEOUT)
    headers = {
        "Content-Type": "application/json; charset=utf-8",
        "Stripe-Signature": signature,
        "User-Agent": "Stripe/1.0 (sandbox)",
    }
    try:
        connection.request("POST", parts.path or "/", payload, headers)
        response = connection.getresponse()
        response.read()
    except (OSError, http.client.HTTPException):
        return None
    else:
        return response.status
    finally:
        connection.close()
