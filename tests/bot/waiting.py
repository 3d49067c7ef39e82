"""A conversation that waits, with facts that are set by hand and everything else real."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import Connection, select

from helpcenter.billing.changes import JOB, ChangeTeller, look_again
from helpcenter.billing.facts import Facts, FactsUnavailable
from helpcenter.billing.links import PortalLink, Wish
from helpcenter.billing.reader import Scope
from helpcenter.bot import waits
from helpcenter.bot.facts import FactView, Reads
from helpcenter.bot.followup import RECONCILE, Followup
from helpcenter.bot.tables import waits as wait_rows
from helpcenter.bot.view import view_of
from helpcenter.clock import ManualClock
from helpcenter.content.flows import Flow
from helpcenter.conversations import feed
from helpcenter.conversations.model import Conversation, Item, Kind
from helpcenter.conversations.notify import LocalNotices
from helpcenter.db.database import Database
from helpcenter.i18n.dates import zone
from helpcenter.i18n.locale import Locale
from helpcenter.identity.caller import Caller
from helpcenter.jobs import outbox
from helpcenter.jobs.handlers import Lease
from tests.billing.builders import NOW, bill, card, declined, unpaid
from tests.bot.shipped import playbook
from tests.bot.talking import SetLinks, items_of

CUSTOMER = "cus_ada"
HK = "Asia/Hong_Kong"
PATIENCE = timedelta(minutes=2)
LEASE = timedelta(seconds=30)

OLD = card("old", last4="0341", brand="mastercard")
NEW = card("new", created=NOW + timedelta(minutes=1))
BEFORE = unpaid(declined("insufficient_funds", card=OLD), cards=(OLD,))
"""A card that was declined, with an invoice that waits to be paid."""
ADDED = replace(BEFORE, cards=(NEW, OLD))
"""Another card is there, and not used."""
CHOSEN = replace(ADDED, default_card_id="pm_new")
"""It is the default: the invoice still waits."""
PAID = replace(
    CHOSEN,
    subscriptions=tuple(
        replace(sub, status="active", latest_invoice=bill(status="paid"))
        for sub in CHOSEN.subscriptions
    ),
    attempts=(),
)
"""And the invoice is paid: nothing is wrong any more."""


@dataclass
class World:
    """Stripe as it is at the moment, for the reader and for the bot alike."""

    clock: ManualClock
    facts: Facts | FactsUnavailable = BEFORE
    reads: int = 0

    async def facts_for(
        self, customer: str | None, scope: Scope = Scope.BASIC
    ) -> Facts | FactsUnavailable:
        self.reads += 1
        # Others may run in between, as they do while Stripe is asked.
        found = self.facts
        await asyncio.sleep(0)
        return found

    def clear(self, customer: str) -> None:
        """Nothing is kept."""

    async def view(self, customer_id: int | None, reads: Reads) -> FactView:
        return view_of(self.facts, self.clock.now(), zone(HK))


@dataclass
class Loop:
    """One node: what happens at Stripe, and the jobs that follow."""

    database: Database
    world: World
    talk: Conversation
    caller: Caller
    cus: str = CUSTOMER

    def __post_init__(self) -> None:
        self.clock = self.world.clock
        self.followup = Followup(
            self.database,
            self.clock,
            LocalNotices(),
            playbook,
            self.world,
            self.world,
            SetLinks(),
            HK,
        )
        self.teller = ChangeTeller(self.database, self.world, [self.followup])

    async def click(self, flow: Flow = Flow.PAYMENT_METHOD_UPDATE) -> None:
        """Open a page by a link of the conversation."""
        wish = Wish(flow, Locale("en"), None, self.talk.id)
        expires = self.clock.now() + timedelta(hours=24)
        link = PortalLink("11" * 16, self.caller.id or 0, self.cus, wish, expires)
        assert isinstance(self.world.facts, Facts)
        await waits.Waits(self.database, self.clock, PATIENCE).began(link, self.world.facts)

    def event(self) -> None:
        """Let an event of Stripe's leave its job."""
        now = self.clock.now()
        self.database.write_sync(lambda conn: look_again(conn, self.cus, now))

    async def work(self, names: Iterable[str] = (JOB, waits.ASK, RECONCILE)) -> int:
        """Do every job that is due; return how many there were."""
        wanted, done = tuple(names), 0
        while (lease := self._claim(wanted)) is not None:
            done += 1
            await self.do(lease)
        return done

    async def do(self, lease: Lease) -> None:
        """Do one job as the worker does."""
        handlers = {
            JOB: self.teller.handle,
            waits.ASK: self.followup.ask,
            RECONCILE: self.followup.reconcile,
        }
        await handlers[lease.job.name](lease.job.payload, lease)
        self.database.write_sync(lambda conn: outbox.finish(conn, lease.job, now=self.clock.now()))

    def claim(self, name: str = JOB) -> Lease:
        """Begin the next job of this name."""
        lease = self._claim((name,))
        assert lease is not None
        return lease

    def _claim(self, names: tuple[str, ...]) -> Lease | None:
        def claim(conn: Connection) -> outbox.Job | None:
            return outbox.claim(conn, now=self.clock.now(), lease=LEASE, names=names)

        job = self.database.write_sync(claim)
        return None if job is None else Lease(job, self.clock)

    def items(self) -> list[Item]:
        """Return what was said, events left out."""
        return [item for item in items_of(self.database, self.talk) if item.kind is Kind.MESSAGE]

    def texts(self) -> list[str]:
        """Return what was said, in words."""
        return [feed.text_of(item) for item in self.items()]

    def waits(self) -> bool:
        """Tell whether the conversation still waits."""
        query = select(wait_rows.c.version).where(wait_rows.c.conversation_id == self.talk.id)
        return self.database.read_sync(lambda conn: conn.execute(query).first()) is not None

    def wait_until(self, moment: datetime) -> None:
        """Let time pass."""
        self.clock.advance(moment - self.clock.now())
