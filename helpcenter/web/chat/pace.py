"""How fast somebody may go: a bucket of drops each, in memory."""

import math
from collections import OrderedDict
from typing import TYPE_CHECKING

from helpcenter.clock import Clock
from helpcenter.errors import HelpcenterError, Kind

if TYPE_CHECKING:
    from datetime import datetime

MOST = 20_000
"""Buckets kept; the longest unused are forgotten first."""


class Pace:
    """Lets `burst` things through at once and `rate` a second after that, for each key."""

    def __init__(self, clock: Clock, burst: int, rate: float) -> None:
        self._clock = clock
        self._burst = burst
        self._rate = rate
        self._buckets: OrderedDict[str, tuple[float, datetime]] = OrderedDict()

    def take(self, key: str) -> None:
        """Count one thing; raises `too_many`, which is not counted."""
        now = self._clock.now()
        left, seen = self._buckets.get(key, (float(self._burst), now))
        passed = max(0.0, (now - seen).total_seconds())
        left = min(float(self._burst), left + passed * self._rate)
        if left < 1:
            wait = max(1, math.ceil((1 - left) / self._rate))
            raise HelpcenterError("too_many", Kind.TOO_MANY, retry_after=wait)
        self._buckets[key] = (left - 1, now)
        self._buckets.move_to_end(key)
        if len(self._buckets) > MOST:
            self._buckets.popitem(last=False)
