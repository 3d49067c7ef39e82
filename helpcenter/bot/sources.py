"""Where a turn has its facts and links from: its customer, as Stripe knows them."""

from dataclasses import dataclass
from datetime import timedelta

from helpcenter.billing.choice import SubscriptionNeededError, choose, offered
from helpcenter.billing.connect import Billing
from helpcenter.billing.earlier import OwnFacts
from helpcenter.billing.facts import Facts
from helpcenter.billing.keeper import LinkKeeper
from helpcenter.billing.links import Wish
from helpcenter.billing.reader import Scope
from helpcenter.bot.facts import FactView, Reads, Sight, absent
from helpcenter.bot.view import Terms, view_of
from helpcenter.clock import Clock
from helpcenter.content.flows import Flow
from helpcenter.db.database import Database
from helpcenter.errors import HelpcenterError, Kind
from helpcenter.i18n.dates import zone
from helpcenter.i18n.locale import Locale
from helpcenter.identity import customers
from helpcenter.identity.caller import Caller, Role


@dataclass(frozen=True, slots=True)
class StripeFacts:
    """Facts from Stripe; days begin where the customer is, else in `timezone`.

    `grace` is how long the site keeps an unpaid plan going.
    """

    database: Database
    billing: Billing
    clock: Clock
    timezone: str
    grace: timedelta

    async def view(self, customer_id: int | None, reads: Reads) -> FactView:
        """Return what the bot may know, or why it knows nothing."""
        if customer_id is None:
            return absent(Sight.SIGNED_OUT)
        caller = Caller(Role.CUSTOMER, customer_id)
        try:
            who = await self.database.read(lambda conn: customers.find(conn, caller))
        except HelpcenterError:
            return absent(Sight.SIGNED_OUT)
        own = OwnFacts(self.database, self.billing.facts)
        found = await own.facts_for(caller, who.stripe_customer, Scope[reads.name])
        terms = Terms(self.grace, await self.billing.flows.allowed())
        return view_of(found, self.clock.now(), zone(who.zoneinfo, self.timezone), terms)


@dataclass(frozen=True, slots=True)
class CustomerLinks:
    """Portal links through the keeper; `possible` tells whether this site can have any."""

    database: Database
    keeper: LinkKeeper
    billing: Billing
    possible: bool

    async def link(
        self, customer_id: int | None, flow: Flow, locale: Locale, conversation: int | None = None
    ) -> str | None:
        """Return the id of a link of theirs; None where there is nothing that it could open."""
        if customer_id is None or not self.possible:
            return None
        caller = Caller(Role.CUSTOMER, customer_id)
        try:
            who = await self.database.read(lambda conn: customers.find(conn, caller))
            about = await self._about(who.stripe_customer, flow)
            wish = Wish(flow, locale, about, conversation)
            return (await self.keeper.make_or_reuse(caller, wish)).id
        except HelpcenterError:
            return None

    async def _about(self, customer: str | None, flow: Flow) -> str | None:
        """Return the subscription it is about; None where there is none or the click will ask.

        Raises `not_offered` where the page has nothing to do for this customer.
        """
        reader = self.billing.facts
        allowed = await self.billing.flows.allowed()
        facts = await reader.facts_for(customer)
        # With Stripe down, the click may still come when it is up again.
        if isinstance(facts, Facts) and not offered(facts, flow, allowed):
            raise HelpcenterError("not_offered", Kind.CONFLICT)
        try:
            return await choose(reader, customer, flow, None)
        except SubscriptionNeededError:
            return None
