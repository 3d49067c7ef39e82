"""`Line`: calls to Stripe from the event loop, in threads of their own, never for long."""

import asyncio
import time
from collections.abc import Callable, Hashable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import structlog

from helpcenter.billing.breaker import Breaker
from helpcenter.billing.port import Refusal, StripeRefusedError
from helpcenter.clock import Clock

THREADS = 16
PATIENCE = 4.0
"""Seconds the awaiting side waits for one operation, however many calls it makes."""

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")
Call = Callable[[float], T]
"""A blocking call; it is given the `time.monotonic()` reading after which nobody waits for it."""

log = structlog.get_logger(__name__)


class Line:
    """A bounded pool of threads behind a circuit breaker; belongs to one event loop."""

    def __init__(self, clock: Clock, *, patience: float = PATIENCE) -> None:
        self._patience = patience
        self._breaker = Breaker(clock)
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="stripe")

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
        given = self._breaker.enter()
        if given is None:
            return {key: _too_late() for key in calls}
        ok: bool | None = None
        try:
            outcomes = await self._gather(calls, until or self.patience_ends())
            ok = not any(
                isinstance(each, StripeRefusedError) and each.refusal is Refusal.UNAVAILABLE
                for each in outcomes.values()
            )
        finally:
            was_open = self._breaker.is_open
            self._breaker.leave(given, ok=ok)
            if self._breaker.is_open is not was_open:
                log.warning("stripe_breaker", open=self._breaker.is_open)
        return outcomes

    async def _gather(
        self, calls: Mapping[K, Call[T]], until: float
    ) -> dict[K, T | StripeRefusedError]:
        futures: dict[K, asyncio.Future[T]] = {
            key: asyncio.wrap_future(self._threads.submit(_in_time, call, until))
            for key, call in calls.items()
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
        self._threads.shutdown(wait=False, cancel_futures=True)


def _in_time(call: Call[T], until: float) -> T:
    if time.monotonic() >= until:
        raise _too_late()
    return call(until)


def _too_late() -> StripeRefusedError:
    return StripeRefusedError(Refusal.UNAVAILABLE)
