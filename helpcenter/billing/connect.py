"""Everything that speaks to Stripe, made from the settings."""

from dataclasses import dataclass
from datetime import timedelta

from helpcenter.billing.allowed import PortalFlows
from helpcenter.billing.line import Line
from helpcenter.billing.port import StripePort
from helpcenter.billing.portal import Portal
from helpcenter.billing.reader import FactsReader
from helpcenter.clock import Clock
from helpcenter.settings import Settings


@dataclass(frozen=True, slots=True)
class Billing:
    """Facts and portal pages, over one line to Stripe; belongs to one event loop."""

    facts: FactsReader
    portal: Portal
    flows: PortalFlows
    _line: Line

    def close(self) -> None:
        """Take no more calls."""
        self._line.close()


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
    door, line = open_door(settings), Line(clock)
    keep = timedelta(seconds=settings.facts_seconds)
    reader, flows = FactsReader(door, line, clock, keep=keep), PortalFlows(door, line, clock)
    return Billing(reader, Portal(door, line), flows, line)
