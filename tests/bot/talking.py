"""A runner over a real database, with the shipped bot and facts that are set by hand."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import timedelta

from sqlalchemy import func, select

from helpcenter.bot.facts import FactView, Reads, Sight, absent
from helpcenter.bot.runner import RETRY, Runner
from helpcenter.bot.taking import TURN
from helpcenter.clock import Clock, ManualClock
from helpcenter.content.flows import Flow
from helpcenter.conversations import feed
from helpcenter.conversations.model import Conversation, Item
from helpcenter.conversations.notify import LocalNotices
from helpcenter.db.database import Database
from helpcenter.i18n.locale import Locale
from helpcenter.jobs import outbox
from helpcenter.jobs.handlers import Handlers, Lease
from helpcenter.jobs.outbox import Job
from helpcenter.jobs.tables import jobs
from helpcenter.jobs.wakeups import LocalWakeups
from helpcenter.jobs.worker import Limits, Worker
from helpcenter.tickets.people import People
from helpcenter.tickets.teams import ONE_TEAM
from tests.bot.shipped import playbook
from tests.conversations.talks import NOON

LEASE = timedelta(seconds=30)


@dataclass
class SetFacts:
    """Facts as a test wants them; `meanwhile` happens while they are read."""

    found: FactView = field(default_factory=lambda: absent(Sight.SIGNED_OUT))
    meanwhile: Callable[[], None] = lambda: None

    async def view(self, customer_id: int | None, reads: Reads) -> FactView:
        await asyncio.to_thread(self.meanwhile)
        return self.found


class SetLinks:
    """A link for every customer."""

    async def link(
        self, customer_id: int | None, flow: Flow, locale: Locale, conversation: int | None = None
    ) -> str | None:
        return None if customer_id is None else f"{flow.value}-{locale.tag}"


def runner_on(
    database: Database, facts: SetFacts | None = None, clock: Clock | None = None
) -> Runner:
    """Return a runner of a process of its own."""
    return Runner(
        database,
        clock or ManualClock(NOON),
        LocalWakeups(),
        LocalNotices(),
        playbook,
        facts or SetFacts(),
        SetLinks(),
        People(lambda: ONE_TEAM),
    )


async def claim(runner: Runner) -> Job | None:
    """Lease the next turn."""
    return await runner.database.write(
        lambda conn: outbox.claim(conn, now=runner.clock.now(), lease=LEASE, names=(TURN,))
    )


async def answer(runner: Runner) -> Job:
    """Do the next turn."""
    job = await claim(runner)
    assert job is not None
    await runner.turn(job.payload, Lease(job, runner.clock))
    return job


async def work(runner: Runner, until: Callable[[], bool], attempts: int = RETRY.attempts) -> None:
    """Let a real worker do turns until something is so."""
    handlers = Handlers()
    retry = replace(RETRY, attempts=attempts, first=timedelta(milliseconds=10))
    handlers.register(TURN, runner.turn, retry, runner.give_up)
    limits = Limits(poll=timedelta(milliseconds=20))
    worker = Worker(runner.database, handlers, runner.clock, runner.wakeups, limits)
    working = asyncio.create_task(worker.run())
    try:
        async with asyncio.timeout(30):
            # The database tells nobody when the last job is gone.
            while not await asyncio.to_thread(until):  # noqa: ASYNC110 - see above
                await asyncio.sleep(0.01)
    finally:
        worker.stop()
        await working


def items_of(database: Database, conversation: Conversation) -> list[Item]:
    """Return the feed."""
    return database.read_sync(lambda conn: feed.after(conn, conversation, 0))


def waiting(database: Database) -> int:
    """Return how many turns wait or run."""
    query = select(func.count()).where(jobs.c.name == TURN, jobs.c.dead_at.is_(None))
    return database.read_sync(lambda conn: conn.execute(query).scalar_one())
