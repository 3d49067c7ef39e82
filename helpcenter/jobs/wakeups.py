"""Waking the worker at once instead of at its next look; a lost wake-up costs only that wait."""

import asyncio
from threading import Lock
from typing import Protocol


class Wakeups(Protocol):
    """Tells one waiting worker that there may be something to do."""

    def notify(self) -> None:
        """Wake the waiting side, now or as soon as it waits; from any thread."""
        ...

    async def wait(self, seconds: float) -> None:
        """Return when woken since the last call returned, or after `seconds`."""
        ...


class LocalWakeups:
    """Wake-ups inside one process."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._pending = False
        self._waiter: asyncio.Future[None] | None = None

    def notify(self) -> None:
        """Wake the waiting side, now or as soon as it waits; from any thread."""
        with self._lock:
            self._pending = True
            if self._waiter is not None:
                self._waiter.get_loop().call_soon_threadsafe(_wake, self._waiter)

    async def wait(self, seconds: float) -> None:
        """Return when woken since the last call returned, or after `seconds`."""
        with self._lock:
            if not self._pending:
                self._waiter = asyncio.get_running_loop().create_future()
        try:
            if self._waiter is not None:
                await asyncio.wait((self._waiter,), timeout=seconds)
        finally:
            with self._lock:
                self._pending, self._waiter = False, None


def _wake(waiter: asyncio.Future[None]) -> None:
    if not waiter.done():
        waiter.set_result(None)
