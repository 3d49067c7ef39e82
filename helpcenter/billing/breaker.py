"""A circuit breaker: after a row of failures, leave Stripe alone for a while, then try one call."""

from collections import deque
from datetime import datetime, timedelta
from enum import Enum

from helpcenter.clock import Clock

FAILURES = 5
WINDOW = timedelta(seconds=30)
PAUSE = timedelta(seconds=15)


class Pass(Enum):
    """Leave to make a call; a PROBE is the one that decides whether to go on."""

    CALL = "call"
    PROBE = "probe"


class Breaker:
    """Open after `FAILURES` within `WINDOW`; after `PAUSE` one probe decides. One thread only.

    Every pass that `enter` gives out is handed back to `leave` once.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._failures: deque[datetime] = deque(maxlen=FAILURES)
        self._opened: datetime | None = None
        self._probing = False

    @property
    def is_open(self) -> bool:
        """Whether calls are being refused or a probe is under way."""
        return self._opened is not None

    def enter(self) -> Pass | None:
        """Ask to make a call; None is a refusal."""
        if self._opened is None:
            return Pass.CALL
        if self._probing or self._clock.now() - self._opened < PAUSE:
            return None
        self._probing = True
        return Pass.PROBE

    def leave(self, given: Pass, *, ok: bool | None) -> None:
        """Say how the call went; None for one given up before anybody could know."""
        if given is Pass.PROBE:
            self._probing = False
        if ok is None:
            return
        if ok:
            self._failures.clear()
            self._opened = None
            return
        now = self._clock.now()
        self._failures.append(now)
        full = len(self._failures) == FAILURES and now - self._failures[0] <= WINDOW
        if given is Pass.PROBE or full:
            self._opened = now
