"""Everything that speaks to Stripe, made from the settings."""

from dataclasses import dataclass
from datetime import timedelta

from helpcenter.billing.allowed import PortalFlows
from helpcenter.billing.breaker import Breaker
from helpcenter.billing.line import PATIENCE, Line
from helpcenter.billing.port import StripePort
from helpcenter.billing.portal import Portal
from helpcenter.billing.reader import FactsReader
from helpcenter.clock import Clock
from helpcenter.settings import Settings


@dataclass(frozen=True, slots=True)
class Billing:
    """Facts and portal pages; belongs to one event loop."""

    facts: FactsReader
    portal: Portal
    flows: PortalFlows
    _lines: tuple[Line, ...]

    def close(self) -> None:
        """Take no more calls."""
        for line in self._lines:
            line.close()


def open_door(settings: Settings) -> StripePort | None:
    """Return the door to Stripe, or None without a key. Imports the SDK, which takes a while."""
    if settings.stripe_key is None:
        return None
    from helpcenter.billing.stripe import StripeDoor

    return StripeDoor(
        settings.stripe_key,
        settings.stripe_api_base,
        portal_hosts=settings.stripe_portal_hosts,
        invoice_hosts=settings.stripe_invoice_hosts,
    )


def connect(settings: Settings, clock: Clock) -> Billing:
    """Return facts and portal for these settings; without a key both say so when asked."""
    door, breaker = open_door(settings), Breaker(clock)
    # Whoever has clicked waits for nothing that is read for others, and longer: they see a blank
    # page and know why. How long Stripe itself may take is the door's matter.
    reads, clicks = Line(breaker), Line(breaker, patience=2 * PATIENCE)
    keep = timedelta(seconds=settings.facts_seconds)
    reader, flows = FactsReader(door, reads, clock, keep=keep), PortalFlows(door, reads, clock)
    return Billing(reader, Portal(door, clicks), flows, (reads, clicks))
