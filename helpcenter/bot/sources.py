"""Where a turn has its facts and links from: its customer, as Stripe knows them."""

from dataclasses import dataclass

from helpcenter.billing.choice import choose
from helpcenter.billing.keeper import LinkKeeper
from helpcenter.billing.links import Wish
from helpcenter.billing.reader import FactsReader, Scope
from helpcenter.bot.facts import FactView, Reads, Sight, absent
from helpcenter.bot.view import view_of
from helpcenter.clock import Clock
from helpcenter.content.flows import Flow
from helpcenter.db.database import Database
from helpcenter.errors import HelpcenterError
from helpcenter.i18n.dates import zone
from helpcenter.i18n.locale import Locale
from helpcenter.identity import customers
from helpcenter.identity.caller import Caller, Role


@dataclass(frozen=True, slots=True)
class StripeFacts:
    """Facts through the reader; days begin where the customer is, else in `timezone`."""

    database: Database
    reader: FactsReader
    clock: Clock
    timezone: str

    async def view(self, customer_id: int | None, reads: Reads) -> FactView:
        """Return what the bot may know, or why it knows nothing."""
        if customer_id is None:
            return absent(Sight.SIGNED_OUT)
        caller = Caller(Role.CUSTOMER, customer_id)
        try:
            who = await self.database.read(lambda conn: customers.find(conn, caller))
        except HelpcenterError:
            return absent(Sight.SIGNED_OUT)
        found = await self.reader.facts_for(who.stripe_customer, Scope[reads.name])
        return view_of(found, self.clock.now(), zone(who.zoneinfo, self.timezone))


@dataclass(frozen=True, slots=True)
class CustomerLinks:
    """Portal links through the keeper; `possible` tells whether this site can have any."""

    database: Database
    keeper: LinkKeeper
    reader: FactsReader
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
            about = await choose(self.reader, who.stripe_customer, flow, None)
            wish = Wish(flow, locale, about, conversation)
            return (await self.keeper.make_or_reuse(caller, wish)).id
        except HelpcenterError:
            return None
