"""`Portal`: opening pages of Stripe for one customer, at the moment of the click."""

from functools import partial

from helpcenter.billing.line import Line
from helpcenter.billing.pace import Pace
from helpcenter.billing.port import (
    PortalRequest,
    PortalSession,
    Refusal,
    SecretUrl,
    StripePort,
    StripeRefusedError,
)


class Portal:
    """Opens pages through a door; belongs to one event loop. Without a door it refuses.

    Both methods raise `StripeRefusedError` and wait a few seconds at most, in a rush for their turn
    besides. What they return lets whoever holds it in: put it into the `Location` header of a 303
    and nowhere else.
    """

    def __init__(self, door: StripePort | None, line: Line) -> None:
        self._door = door
        self._line = line
        self._pace = Pace()

    async def open(self, request: PortalRequest) -> PortalSession:
        """Open a page of the portal, anew at each call."""
        open_page = partial(self._need().create_session, request)
        await self._pace.turn()
        return await self._line.one(open_page)

    async def hosted_invoice(self, customer: str, subscription: str | None = None) -> SecretUrl:
        """Return the page that takes payment for the customer's longest open invoice."""
        find_page = partial(self._need().hosted_invoice, customer, subscription)
        await self._pace.turn()
        return await self._line.one(find_page)

    def _need(self) -> StripePort:
        if self._door is None:
            raise StripeRefusedError(Refusal.NO_KEY)
        return self._door
