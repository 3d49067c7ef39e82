"""`Pace`: a rush let through at a rate that Stripe takes, in the order it came."""

import asyncio

from helpcenter.billing.port import Refusal, StripeRefusedError

RATE = 20.0
"""Begun a second; of each kind of call Stripe takes 25, from all processes together."""

BURST = 4
"""Begun at once, after a while without any."""

LONGEST = 10.0
"""Seconds that somebody waits for their turn; whoever would wait longer is told to come again."""


class Pace:
    """Lets calls begin one after another; belongs to one event loop."""

    def __init__(self, rate: float = RATE, burst: int = BURST) -> None:
        self._step = 1 / rate
        self._slack = burst / rate
        self._free = 0.0

    async def turn(self) -> None:
        """Wait for one's turn; raises `StripeRefusedError` where that would take too long.

        Who gives up waiting leaves a gap and delays nobody more.
        """
        now = asyncio.get_running_loop().time()
        free = max(self._free, now - self._slack) + self._step
        if free - now > LONGEST:
            raise StripeRefusedError(Refusal.UNAVAILABLE)
        self._free = free
        await asyncio.sleep(free - now)
