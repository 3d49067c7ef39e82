"""Whom a customer was before, by their own clicks alone; and which cards those clicks explain."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, insert, update

from helpcenter.billing import earlier
from helpcenter.billing.connect import Billing
from helpcenter.billing.earlier import LATELY, SITTING, Earlier, OwnFacts, saved_after
from helpcenter.billing.facts import Card, Facts
from helpcenter.billing.reader import Scope
from helpcenter.billing.tables import portal_clicks, portal_links
from helpcenter.db.database import Database
from helpcenter.identity.caller import ANONYMOUS, SYSTEM, Caller, Role
from helpcenter.identity.tables import customers
from helpcenter.sandbox.faults import Fault
from tests.billing.builders import NOW
from tests.billing.conftest import Stage
from tests.conversations.talks import customer

MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)


@pytest.fixture(params=["sqlite", "postgresql"])
def dialect(request: pytest.FixtureRequest) -> str:
    """Which database this test runs on."""
    name: str = request.param
    return name


@pytest.fixture
def ada(database: Database) -> Caller:
    return customer(database)


def click(database: Database, who: Caller, cus: str, at: datetime, link_id: str = "11") -> None:
    """Store a link of somebody's and that it was clicked."""
    link: dict[str, Any] = {
        "id": link_id,
        "customer_id": who.id,
        "stripe_customer": cus,
        "flow": "payment_method_update",
        "locale": "en",
        "created": at,
        "expires": at + timedelta(days=1),
        "revoked": at + MINUTE,
    }

    def write(conn: Connection) -> None:
        conn.execute(insert(portal_links).values(link))
        conn.execute(insert(portal_clicks).values(link_id=link_id, at=at))

    database.write_sync(write)


def billed_as(database: Database, who: Caller, cus: str | None) -> None:
    change = update(customers).where(customers.c.id == who.id).values(stripe_customer=cus)
    database.write_sync(lambda conn: conn.execute(change).close())


def found(database: Database, who: Caller, now: datetime = NOW) -> Earlier | None:
    return database.read_sync(lambda conn: earlier.find(conn, who, now))


def test_the_customer_that_one_was_at_the_last_click(database: Database, ada: Caller) -> None:
    for number, minutes in enumerate((30, 20, 10)):
        cus = "cus_older" if number == 0 else "cus_old"
        click(database, ada, cus, NOW - minutes * MINUTE, str(number))
    click(database, ada, "cus_ada", NOW - MINUTE, "present")
    assert found(database, ada) == Earlier("cus_old", (NOW - 10 * MINUTE, NOW - 20 * MINUTE))
    assert "cus_" not in repr(found(database, ada))


def test_whoever_was_always_the_same_was_nobody_before(database: Database, ada: Caller) -> None:
    assert found(database, ada) is None
    click(database, ada, "cus_ada", NOW - MINUTE)
    assert found(database, ada) is None


def test_a_customer_who_is_nobody_at_stripe_was_nobody_either(
    database: Database, ada: Caller
) -> None:
    click(database, ada, "cus_old", NOW - MINUTE)
    billed_as(database, ada, None)
    assert found(database, ada) is None


def test_what_was_clicked_long_ago_explains_nothing(database: Database, ada: Caller) -> None:
    click(database, ada, "cus_old", NOW)
    assert found(database, ada, NOW + LATELY - SECOND) is not None
    assert found(database, ada, NOW + LATELY) is None


def test_other_peoples_clicks_are_nobodys_business(database: Database, ada: Caller) -> None:
    other = customer(database, "bob", "cus_bob")
    click(database, other, "cus_old", NOW - MINUTE)
    assert found(database, other) is not None
    for caller in (ada, ANONYMOUS, SYSTEM, Caller(Role.AGENT, other.id)):
        assert found(database, caller) is None


@pytest.mark.parametrize("now", ["is", "was"])
def test_a_customer_whom_several_have_been_is_nobodys_own(
    database: Database, ada: Caller, now: str
) -> None:
    click(database, ada, "cus_old", NOW - MINUTE)
    other = customer(database, "bob", "cus_old" if now == "is" else "cus_bob")
    if now == "was":
        assert found(database, ada) is not None
        click(database, other, "cus_old", NOW - 90 * LATELY, "theirs")
    assert found(database, ada) is None


@pytest.mark.parametrize(
    ("created", "counts"),
    [
        (NOW - SECOND, False),
        (NOW, True),
        (NOW + SITTING, True),
        (NOW + SITTING + SECOND, False),
        (None, False),
    ],
)
def test_a_card_is_the_clickers_for_an_hour(created: datetime | None, *, counts: bool) -> None:
    card = Card("pm_1", created=created)
    # Stripe's seconds are whole, so a card seems to be a moment older than its click.
    assert bool(saved_after([card], [NOW + timedelta(milliseconds=999)])) is counts
    assert saved_after([card], []) == ()


def test_each_click_counts() -> None:
    cards = [Card(f"pm_{hours}", created=NOW + timedelta(hours=hours)) for hours in range(6)]
    clicks = [NOW + timedelta(hours=3), NOW]
    assert [card.id for card in saved_after(cards, clicks)] == ["pm_0", "pm_1", "pm_3", "pm_4"]


@pytest.mark.anyio
async def test_nobody_waits_long_for_what_lies_elsewhere(
    stage: Stage, billing: Billing, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(earlier, "PATIENCE", 0.5)
    who = customer(database, stripe="cus_sandboxSunny")
    click(database, who, "cus_sandboxPip", stage.clock.now())
    await billing.facts.facts_for("cus_sandboxSunny", Scope.SAVING)
    stage.sandbox.faults.add(Fault("hang", seconds=1.5, path="/v1/customers/cus_sandboxPip"))
    found = await OwnFacts(database, billing.facts).facts_for(who, "cus_sandboxSunny", Scope.SAVING)
    assert isinstance(found, Facts)
    assert found.elsewhere == ()
