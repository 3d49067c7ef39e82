"""`PortalFlows`: which pages of the portal its configuration allows."""

import asyncio
from datetime import datetime, timedelta

from helpcenter.billing.line import Line
from helpcenter.billing.port import StripePort, StripeRefusedError
from helpcenter.clock import Clock
from helpcenter.content.flows import Flow

KEPT = timedelta(minutes=10)
"""How long an answer holds; somebody changes the configuration by hand, and rarely."""

PATIENCE = timedelta(minutes=1)
"""How long nobody asks again after a question that Stripe did not answer."""


class PortalFlows:
    """The allowed flows, as last seen; belongs to one event loop."""

    def __init__(self, door: StripePort | None, line: Line, clock: Clock) -> None:
        self._door = door
        self._line = line
        self._clock = clock
        self._seen: frozenset[Flow] | None = None
        self._holds_until: datetime | None = None
        self._asking = asyncio.Lock()

    async def allowed(self) -> frozenset[Flow] | None:
        """Return the flows that may be offered; None if that cannot be known, never an error."""
        door = self._door
        if door is None:
            return None
        async with self._asking:
            now = self._clock.now()
            if self._holds_until is None or now >= self._holds_until:
                try:
                    self._seen = await self._line.one(door.allowed_flows)
                    self._holds_until = now + KEPT
                except StripeRefusedError:
                    # What was seen before is a better guess than that all is allowed.
                    self._holds_until = now + PATIENCE
            return self._seen
