"""The job `customer_changed`: old facts go, listeners look, and what they write is written once."""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from sqlalchemy import Connection, select

from helpcenter.billing.changes import JOB, ChangeListener, ChangeTeller, Effect
from helpcenter.billing.connect import Billing
from helpcenter.billing.facts import Facts
from helpcenter.billing.reader import FactsReader
from helpcenter.db.database import Database
from helpcenter.jobs import outbox
from helpcenter.jobs.handlers import Lease, LeaseLostError
from helpcenter.jobs.tables import jobs
from tests.billing.conftest import Stage

pytestmark = pytest.mark.anyio

PIP = "cus_sandboxPip"
LEASE = timedelta(seconds=30)


@dataclass
class Reporter:
    """A listener that reads the facts and writes a row about what it saw."""

    stage: Stage
    facts: FactsReader
    seen: list[str | None] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)

    async def stripe_changed(self, customer: str) -> Effect:
        found = await self.facts.facts_for(customer)
        assert isinstance(found, Facts)
        self.seen.append(found.default_card_id)
        now = self.stage.clock.now()
        told = {"customer": customer}
        return Effect(
            lambda conn: outbox.enqueue(conn, "told", told, now=now),
            lambda: self.kept.append(customer),
        )


@dataclass
class Broken:
    """A listener that cannot look."""

    async def stripe_changed(self, customer: str) -> Effect:
        raise ConnectionError(customer)


@pytest.fixture
def lease(database: Database, stage: Stage) -> Lease:
    """A job of Pip's that has just been begun."""
    now = stage.clock.now()

    def begin(conn: Connection) -> Lease:
        outbox.enqueue(conn, JOB, {"customer": PIP}, key=PIP, now=now)
        job = outbox.claim(conn, now=now, lease=LEASE, names=[JOB])
        assert job is not None
        return Lease(job, stage.clock)

    return database.write_sync(begin)


def waiting(database: Database) -> list[str]:
    return database.read_sync(lambda conn: list(conn.execute(select(jobs.c.name)).scalars()))


async def test_listeners_see_the_new_facts(
    database: Database, stage: Stage, billing: Billing, lease: Lease
) -> None:
    reporter = Reporter(stage, billing.facts)
    await reporter.stripe_changed(PIP)
    card = stage.sandbox.state.where("payment_method", customer="cus_sandboxSunny")[0]["id"]
    default = {"invoice_settings": {"default_payment_method": card}}
    stage.sandbox.state.change("customer", PIP, default)
    await ChangeTeller(database, billing.facts, [reporter]).handle(lease.job.payload, lease)
    assert reporter.seen == ["pm_sandboxPipVisa", card]
    assert waiting(database) == ["told"]
    assert reporter.kept == [PIP]


async def test_without_listeners_the_job_is_done(
    database: Database, billing: Billing, lease: Lease
) -> None:
    await ChangeTeller(database, billing.facts).handle(lease.job.payload, lease)
    assert waiting(database) == []


async def test_what_was_looked_at_too_slowly_is_not_written(
    database: Database, stage: Stage, billing: Billing, lease: Lease
) -> None:
    reporter = Reporter(stage, billing.facts)
    teller = ChangeTeller(database, billing.facts, [reporter])
    stage.clock.advance(LEASE)
    with pytest.raises(LeaseLostError):
        await teller.handle(lease.job.payload, lease)
    assert reporter.kept == []
    assert waiting(database) == [JOB], "for another worker"


async def test_run_twice_it_writes_once(
    database: Database, stage: Stage, billing: Billing, lease: Lease
) -> None:
    teller = ChangeTeller(database, billing.facts, [Reporter(stage, billing.facts)])
    await teller.handle(lease.job.payload, lease)
    with pytest.raises(LeaseLostError):
        await teller.handle(lease.job.payload, lease)
    assert waiting(database) == ["told"]


async def test_one_who_fails_makes_the_job_wait_for_all(
    database: Database, stage: Stage, billing: Billing, lease: Lease
) -> None:
    listeners: list[ChangeListener] = [Reporter(stage, billing.facts), Broken()]
    with pytest.raises(ConnectionError):
        await ChangeTeller(database, billing.facts, listeners).handle(lease.job.payload, lease)
    assert waiting(database) == [JOB]
