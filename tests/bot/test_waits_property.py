"""Whatever comes twice, late, in another order, or is cut off: each change is told once."""

import itertools
from contextlib import suppress
from datetime import timedelta

import anyio
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, delete

from helpcenter.billing.events import read_event
from helpcenter.billing.intake import SETTLE, take
from helpcenter.clock import ManualClock
from helpcenter.db.database import Database
from helpcenter.i18n.locale import SOURCE
from helpcenter.jobs.tables import jobs
from tests.billing.builders import NOW
from tests.billing.deliveries import event, raw
from tests.bot.waiting import ADDED, BEFORE, CHOSEN, LEASE, PAID, Loop, World
from tests.conversations.talks import customer, talk

DEEDS = (BEFORE, ADDED, CHOSEN, PAID)
TOLD = ("I see your new Visa", "Your payment of HK$128.00 went through")

numbers = itertools.count()
acts = st.lists(
    st.one_of(
        st.just("deed"),
        st.just("work"),
        st.just("click"),
        st.just("cut"),
        st.just("late"),
        st.integers(0, 5),
    ),
    max_size=25,
)


@pytest.fixture(params=["sqlite", "postgresql"])
def dialect(request: pytest.FixtureRequest) -> str:
    """Which database this test runs on."""
    name: str = request.param
    return name


class PowerCutError(Exception):
    """The process dies."""


class Story:
    """A customer who does everything there is to do, and what Stripe says of it."""

    def __init__(self, database: Database) -> None:
        number = next(numbers)
        # What the story before has left is not this one's.
        database.write_sync(lambda conn: conn.execute(delete(jobs)))
        self.cus = f"cus_{number}"
        ada = customer(database, f"ada-{number}", self.cus)
        made = talk(database, ada, f"talk-{number}", locale=SOURCE, at=NOW)
        self.loop = Loop(database, World(ManualClock(NOW)), made, ada, self.cus)
        self.deeds = iter(DEEDS[1:])

    async def act(self, act: str | int) -> None:
        loop = self.loop
        match act:
            case "deed":
                loop.world.facts = next(self.deeds, PAID)
            case "work":
                loop.clock.advance(SETTLE)
                await loop.work()
            case "click":
                await loop.click()
            case "cut":
                await self.cut()
            case "late":
                loop.clock.advance(timedelta(days=3))
            case int():
                self.deliver(act)

    def deliver(self, number: int) -> None:
        """Deliver an event, whether or not it came before."""
        told = event(
            id=f"evt_{self.cus}_{number}", data={"object": {"object": "customer", "id": self.cus}}
        )
        now = self.loop.clock.now()
        self.loop.database.write_sync(lambda conn: take(conn, read_event(raw(told)), self.cus, now))

    async def cut(self) -> None:
        """Die within the transaction, with everything written and nothing kept."""
        loop = self.loop
        loop.clock.advance(SETTLE)
        effect = await loop.followup.stripe_changed(self.cus)

        def write(conn: Connection) -> None:
            effect.write(conn)
            raise PowerCutError

        with suppress(PowerCutError):
            loop.database.write_sync(write)
        loop.clock.advance(LEASE)


async def tell(database: Database, what: list[str | int]) -> list[str]:
    """Return what a customer reads who did all that, once everything has arrived."""
    story = Story(database)
    await story.act("click")
    for act in what:
        await story.act(act)
    for act in ("deed", "deed", "deed", 99, "work"):
        await story.act(act)
    return story.loop.texts()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(what=acts)
def test_each_change_is_told_once_and_all_ends_well(
    database: Database, what: list[str | int]
) -> None:
    texts = anyio.run(tell, database, what)
    told = "\n".join(texts)
    assert [told.count(news) for news in TOLD] == [1, 1], texts
    assert told.count("Everything is in order now") == 1
