"""`Opener`: from a click on a portal link to the page of Stripe, made in this very moment."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol

import structlog

from helpcenter.billing.choice import ABOUT_ONE, check, choose, present
from helpcenter.billing.connect import Billing
from helpcenter.billing.facts import Facts, FactsUnavailable, Reason
from helpcenter.billing.keeper import LinkKeeper
from helpcenter.billing.links import PortalLink, Wish
from helpcenter.billing.port import PortalRequest, Refusal, SecretUrl, StripeRefusedError
from helpcenter.billing.reader import Scope
from helpcenter.content.flows import Flow
from helpcenter.errors import HelpcenterError
from helpcenter.i18n.locale import Locale
from helpcenter.identity.caller import Caller

HOLD = 2.0
"""Seconds a page that is open waits for what is to be known of its customer from before it."""

AT_ONCE = 3
"""Customers of whom that is read side by side; a rush of them queues here, in the order it came.

Their reads find threads free then, and are not given up half done.
"""

LATE = 20.0
"""Seconds after which it is no longer asked for: a card may be entered by then."""

PAUSE = 0.5
"""Seconds until it is asked for again."""

_DOWN: Facts | FactsUnavailable = FactsUnavailable(Reason.STRIPE_DOWN)
_NOT_THE_OPERATORS = {Refusal.UNAVAILABLE, Refusal.CUSTOMER_MISSING, Refusal.NOTHING_TO_PAY}

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Opened:
    """An open page; `fell_back` means that it is the front page, so say what to click there.

    `url` is for the `Location` of one redirect.
    """

    wish: Wish
    url: SecretUrl
    fell_back: bool = False


@dataclass(frozen=True, slots=True)
class Unopened:
    """A good link of this customer whose page cannot be opened now, and why."""

    wish: Wish
    error: HelpcenterError


class Visits(Protocol):
    """Somebody who waits for what customers do on the pages that their chat led them to."""

    async def began(self, link: PortalLink, facts: Facts) -> None:
        """Note that the page of a conversation's link is about to open, and what is so before."""
        ...


class Opener:
    """Opens links; belongs to one event loop. `back` gives the absolute URL to come back to.

    `visits` hears of links that were made for a conversation.

    Clicks that arrive while the same click is under way share its page; later ones get their own.
    """

    def __init__(
        self,
        keeper: LinkKeeper,
        billing: Billing,
        back: Callable[[Locale], str],
        visits: Visits | None = None,
    ) -> None:
        self._keeper = keeper
        self._billing = billing
        self._back = back
        self._visits = visits
        self._flights: dict[tuple[Caller, str, bool], asyncio.Task[Opened | Unopened]] = {}
        self._noting: set[asyncio.Task[None]] = set()
        self._turns = asyncio.Semaphore(AT_ONCE)

    async def open(self, caller: Caller, token: str, *, front: bool = False) -> Opened | Unopened:
        """Open the page that a token of this caller names, or the portal's front page (`front`).

        Raises `link_not_found` or `too_many`. What an operator must mend is logged as an error.
        """
        key = (caller, token, front)
        flight = self._flights.get(key)
        if flight is None:
            flight = asyncio.create_task(self._open(caller, token, front=front))
            self._flights[key] = flight
            flight.add_done_callback(partial(self._landed, key))
        return await asyncio.shield(flight)

    def _landed(
        self, key: tuple[Caller, str, bool], flight: asyncio.Task[Opened | Unopened]
    ) -> None:
        del self._flights[key]
        with suppress(asyncio.CancelledError):
            # Seen, even if everybody who waited for it has gone.
            flight.exception()

    async def _open(self, caller: Caller, token: str, *, front: bool) -> Opened | Unopened:
        link = await self._keeper.click(caller, token)
        facts = self._billing.facts
        facts.clear(link.stripe_customer)
        try:
            if self._visits is None or link.wish.conversation is None:
                return await self._page(link, front=front)
            return await self._awaited(self._visits, link, front=front)
        except HelpcenterError as error:
            _alert(link, error)
            return Unopened(link.wish, error)
        finally:
            # What the customer does there changes what was true.
            facts.clear(link.stripe_customer)

    async def _awaited(self, visits: Visits, link: PortalLink, *, front: bool) -> Opened:
        """Open a page, and let what its customer does there be waited for."""
        reading = asyncio.create_task(self._before(link.stripe_customer))
        try:
            opened = await self._page(link, front=front)
        except BaseException:
            reading.cancel()
            raise
        # Where the front page has to do, another click is to come.
        if opened.fell_back:
            reading.cancel()
            return opened
        noting = asyncio.create_task(_note(visits, link, reading))
        self._noting.add(noting)
        noting.add_done_callback(self._noted)
        # Nobody is kept from the page for long by what only the conversation needs.
        await asyncio.wait([noting], timeout=HOLD)
        return opened

    def _noted(self, noting: asyncio.Task[None]) -> None:
        self._noting.discard(noting)
        if not noting.cancelled() and (error := noting.exception()) is not None:
            log.error("visit_not_noted", exc_info=error)

    async def _before(self, stripe_customer: str) -> Facts | FactsUnavailable:
        """Return a customer's facts, in their turn and asking again where there is a rush."""
        facts, found = self._billing.facts, _DOWN
        with suppress(TimeoutError):
            async with asyncio.timeout(LATE):
                while True:
                    async with self._turns:
                        found = await facts.facts_for(stripe_customer, Scope.SAVING)
                    if found != _DOWN:
                        break
                    await asyncio.sleep(PAUSE)
        return found

    async def _page(self, link: PortalLink, *, front: bool) -> Opened:
        wish, portal = link.wish, self._billing.portal
        if not front and wish.subscription is not None:
            # It may have ended, or belong to somebody else, since the link was made.
            facts = await present(self._billing.facts, link.stripe_customer)
            check(facts, wish.flow, wish.subscription)
        elif not front and wish.flow in ABOUT_ONE:
            about = await choose(self._billing.facts, link.stripe_customer, wish.flow, None)
            wish = replace(wish, subscription=about)
        if not front and wish.flow is Flow.PAY_INVOICE:
            url = await portal.hosted_invoice(link.stripe_customer, wish.subscription)
            return Opened(wish, url)
        session = await portal.open(
            PortalRequest(
                customer=link.stripe_customer,
                flow=Flow.PORTAL_HOME if front else wish.flow,
                locale=wish.locale,
                return_url=self._back(wish.locale),
                subscription=wish.subscription,
            )
        )
        return Opened(wish, session.url, session.fell_back)


async def _note(
    visits: Visits, link: PortalLink, reading: asyncio.Task[Facts | FactsUnavailable]
) -> None:
    before = await reading
    if isinstance(before, Facts):
        await visits.began(link, before)


def _alert(link: PortalLink, error: HelpcenterError) -> None:
    """Tell the operator what only they can mend."""
    if isinstance(error, StripeRefusedError) and error.refusal not in _NOT_THE_OPERATORS:
        flow = link.wish.flow.value
        log.error("portal_link_refused", link=link.id, flow=flow, refusal=error.refusal.value)
