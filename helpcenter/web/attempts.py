"""How often somebody may do something: a bucket of drops for each, in memory."""

import ipaddress
from collections import OrderedDict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from helpcenter.clock import Clock
from helpcenter.errors import HelpcenterError, Kind

if TYPE_CHECKING:
    from datetime import datetime

TRY, FAILURE = 1, 10
"""What a try costs, and what a refused one costs on top."""
MOST_ADDRESSES = 20_000


@dataclass(frozen=True, slots=True)
class Bucket:
    """How many drops a bucket holds, and how many it gets back a second.

    `failure` is what a try costs on top when it was refused; 0 where nothing can be guessed.
    """

    capacity: float
    refill: float
    failure: int = FAILURE


CUSTOMERS = Bucket(300, 5)
"""A proxy that hides everybody behind one address still lets this many in."""


class Attempts:
    """Counts tries by address or another name; those unseen longest are forgotten first."""

    def __init__(self, clock: Clock, bucket: Bucket = CUSTOMERS) -> None:
        self._clock = clock
        self._bucket = bucket
        self._buckets: OrderedDict[str, tuple[float, datetime]] = OrderedDict()

    def begin(self, address: str) -> None:
        """Count a try; raises `too_many` while the bucket is empty."""
        left = self._left(address)
        if left < TRY:
            wait = int((TRY + self._bucket.failure - left) / self._bucket.refill) + 1
            raise HelpcenterError("too_many", Kind.TOO_MANY, retry_after=wait)
        self._take(address, TRY)

    def failed(self, address: str) -> None:
        """Count a try that was refused, so that guessing is slower than knowing."""
        self._take(address, self._bucket.failure)

    def _left(self, address: str) -> float:
        left, seen = self._buckets.get(
            _network(address), (self._bucket.capacity, self._clock.now())
        )
        passed = (self._clock.now() - seen).total_seconds()
        return min(self._bucket.capacity, left + max(0.0, passed) * self._bucket.refill)

    def _take(self, address: str, drops: int) -> None:
        left, key = self._left(address), _network(address)
        self._buckets[key] = (left - drops, self._clock.now())
        self._buckets.move_to_end(key)
        if len(self._buckets) > MOST_ADDRESSES:
            self._buckets.popitem(last=False)


def _network(address: str) -> str:
    """Return what counts as one address: of IPv6 the half that a household is given."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if parsed.version == 4:  # noqa: PLR2004 - IPv4
        return address
    return str(ipaddress.ip_network((int(parsed), 64), strict=False))
