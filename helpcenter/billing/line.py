"""`Line`: calls to Stripe from the event loop, in threads of their own, never for long."""

import asyncio
import time
from collections.abc import Callable, Hashable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, TypeVar

import structlog

from helpcenter.billing.breaker import Breaker
from helpcenter.billing.port import Refusal, StripeRefusedError

THREADS = 16
PATIENCE = 4.0
"""Seconds the awaiting side waits for one operation, however many calls it makes."""

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")
Call = Callable[[float], T]
"""A blocking call; it is given the `time.monotonic()` reading after which nobody waits for it."""

log = structlog.get_logger(__name__)


class Line:
    """A bounded pool of threads behind a circuit breaker; belongs to one event loop.

    Lines that share a `breaker` speak to the same Stripe, and neither waits for the other's
    threads.
    """

    def __init__(self, breaker: Breaker, *, patience: float = PATIENCE) -> None:
        self._patience = patience
        self._breaker = breaker
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="stripe")
        self._closed = False

    async def one(self, call: Call[T]) -> T:
        """Return what `call` returns; raises `StripeRefusedError`."""
        outcome = (await self.all({"": call}))[""]
        if isinstance(outcome, StripeRefusedError):
            raise outcome
        return outcome

    def patience_ends(self) -> float:
        """Return the `time.monotonic()` reading until which an operation begun now may last."""
        return time.monotonic() + self._patience

    async def all(
        self, calls: Mapping[K, Call[T]], until: float | None = None
    ) -> dict[K, T | StripeRefusedError]:
        """Make calls side by side; what is not back in time counts as unavailable.

        `until` is `patience_ends()` of when the operation began that these calls go on with.
        """
        given = None if self._closed else self._breaker.enter()
        if given is None:
            return {key: _too_late() for key in calls}
        until = until or self.patience_ends()
        asked = {key: _Asked(call, until) for key, call in calls.items()}
        ok: bool | None = None
        try:
            outcomes = await self._gather(asked, until)
            ok = _judged(asked[key].judged(each) for key, each in outcomes.items())
        finally:
            was_open = self._breaker.is_open
            self._breaker.leave(given, ok=ok)
            if self._breaker.is_open is not was_open:
                log.warning("stripe_breaker", open=self._breaker.is_open)
        return outcomes

    async def _gather(
        self, asked: Mapping[K, "_Asked[T]"], until: float
    ) -> dict[K, T | StripeRefusedError]:
        futures: dict[K, asyncio.Future[T]] = {
            key: asyncio.wrap_future(self._threads.submit(each.run)) for key, each in asked.items()
        }
        outcomes: dict[K, T | StripeRefusedError] = {}
        try:
            await asyncio.wait(futures.values(), timeout=max(0.0, until - time.monotonic()))
            for key, future in futures.items():
                try:
                    outcomes[key] = future.result() if future.done() else _too_late()
                except StripeRefusedError as refused:
                    outcomes[key] = refused
        finally:
            # What still waits for a thread is taken back; what runs ends at its own timeout.
            for future in futures.values():
                future.cancel()
        return outcomes

    def close(self) -> None:
        """Take no more calls; do not wait for those under way."""
        self._closed = True
        self._threads.shutdown(wait=False, cancel_futures=True)


class _Asked(Generic[T]):
    """A call in the queue for a thread, or past it."""

    def __init__(self, call: Call[T], until: float) -> None:
        self._call = call
        self._until = until
        self._queued = time.monotonic()
        self._begun: float | None = None
        self._ended = False

    def run(self) -> T:
        """Call, unless nobody waits for it by now."""
        now = time.monotonic()
        if now >= self._until:
            raise _too_late()
        self._begun = now
        try:
            return self._call(self._until)
        finally:
            self._ended = True

    def judged(self, outcome: object) -> bool | None:
        """Tell whether Stripe answered; None if it had not half of the time to.

        A queue of our own is no outage of Stripe's, and must not be taken for one.
        """
        if not isinstance(outcome, StripeRefusedError):
            return True
        if outcome.refusal is not Refusal.UNAVAILABLE:
            return True
        if self._begun is None:
            return None
        in_time = self._begun - self._queued <= (self._until - self._queued) / 2
        return False if self._ended or in_time else None


def _judged(verdicts: Iterable[bool | None]) -> bool | None:
    """Return one verdict of several: a failure weighs most, ignorance least."""
    found = set(verdicts)
    return next((verdict for verdict in (False, True) if verdict in found), None)


def _too_late() -> StripeRefusedError:
    return StripeRefusedError(Refusal.UNAVAILABLE)
