"""The mail about a payment that failed: to whom, once, in which language, and what it says."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest
from sqlalchemy import select, update

from helpcenter.billing.facts import CustomerState, Facts, FactsUnavailable, Reason
from helpcenter.billing.intake import Intake, make_intake
from helpcenter.billing.letters import TYPE, PaymentLetters
from helpcenter.billing.reader import Scope
from helpcenter.clock import ManualClock
from helpcenter.content.roots import find_roots
from helpcenter.db.database import Database
from helpcenter.identity.tables import customers
from helpcenter.jobs.letters import Letters
from helpcenter.jobs.mail import PAYMENT_JOB, Letter
from helpcenter.jobs.outbox import Payload
from helpcenter.jobs.tables import jobs
from helpcenter.jobs.wakeups import LocalWakeups
from helpcenter.settings import read
from helpcenter.site.build import build
from tests.billing import builders as made
from tests.billing.deliveries import CUSTOMER, SECRET, about, event, raw, sign_in, signed
from tests.factories import CONTENT, SETTINGS

pytestmark = pytest.mark.anyio

START = datetime(2026, 11, 22, 9, tzinfo=UTC)
SITE = build(SETTINGS, find_roots(CONTENT))


@dataclass
class Ledger:
    """Facts that a test sets."""

    facts: Facts | FactsUnavailable

    async def facts_for(self, _customer: str | None, _scope: Scope) -> Facts | FactsUnavailable:
        return self.facts


OWING = made.unpaid(made.declined("stolen_card"))


@pytest.fixture
def intake(database: Database) -> Intake:
    sign_in(database, START)
    told = {"email": "pip@example.com", "locale": "zh-Hant-HK"}
    database.write_sync(lambda conn: conn.execute(update(customers).values(told)))
    settings = read({}, stripe_key="rk_test_1", stripe_webhook_secrets=SECRET, payment_mails="true")
    intake = make_intake(settings, database, ManualClock(START), LocalWakeups())
    assert intake is not None
    return intake


async def deliver(intake: Intake, name: str, invoice: str = "in_1", type_: str = TYPE) -> None:
    told = {"id": invoice, "object": "invoice", "customer": CUSTOMER}
    body = raw(event(id=name, type=type_, data=about(told)))
    await intake.receive(body, signed(body, intake.clock.now()))


def left(database: Database) -> list[Payload]:
    query = select(jobs.c.payload).where(jobs.c.name == PAYMENT_JOB).order_by(jobs.c.id)
    return list(database.read_sync(lambda conn: conn.execute(query).scalars().all()))


async def composed(database: Database, facts: Facts | FactsUnavailable = OWING) -> Letter | None:
    (job,) = left(database)
    letters = PaymentLetters(database, SETTINGS, lambda: SITE, Letters(), Ledger(facts))
    return await letters.compose(job)


async def test_once_an_invoice_however_often_it_fails(intake: Intake, database: Database) -> None:
    for name in ("evt_1", "evt_1", "evt_2"):
        await deliver(intake, name)
    assert [job["invoice"] for job in left(database)] == ["in_1"]
    await deliver(intake, "evt_3", "in_2")
    await deliver(intake, "evt_4", "in_3", "invoice.paid")
    assert [job["invoice"] for job in left(database)] == ["in_1", "in_2"]


async def test_nobody_is_written_to_unless_that_is_wanted(
    intake: Intake, database: Database
) -> None:
    await deliver(replace(intake, mails=False), "evt_1")
    assert left(database) == []
    database.write_sync(lambda conn: conn.execute(update(customers).values(email=None)))
    await deliver(intake, "evt_2")
    assert left(database) == []


@pytest.mark.parametrize(
    ("told", "tag", "line"),
    [
        ("zh-Hant-HK", "zh-HK", "我們未能收取一筆"),
        ("en-GB", "en", "We could not collect a payment"),
        ("fr", "en", "We could not collect a payment"),
        (None, "en", "We could not collect a payment"),
    ],
)
async def test_it_is_in_their_language_and_leads_to_us(
    intake: Intake, database: Database, told: str | None, tag: str, line: str
) -> None:
    database.write_sync(lambda conn: conn.execute(update(customers).values(locale=told)))
    await deliver(intake, "evt_1")
    letter = await composed(database)
    assert letter is not None
    assert letter.to == "pip@example.com"
    assert line in letter.text
    assert f"{SETTINGS.base_url}/{tag}/account" in letter.text


async def test_it_names_no_reason_no_card_and_nothing_of_stripe(
    intake: Intake, database: Database
) -> None:
    await deliver(intake, "evt_1")
    same = {await composed(database, made.unpaid(made.declined(code))) for code in CODES}
    (letter,) = same
    assert letter is not None
    for word in ("stripe", "4242", "128", "stolen", "declin", "cus_", "in_1", "/go/"):
        assert word not in f"{letter.subject}\n{letter.text}".casefold()


CODES = ("stolen_card", "generic_decline", "insufficient_funds")


@pytest.mark.parametrize(
    "facts",
    [
        replace(OWING, invoices=(), subscriptions=()),
        Facts(START, CustomerState.DELETED),
    ],
    ids=["paid", "deleted"],
)
async def test_what_is_settled_by_now_is_not_written_about(
    intake: Intake, database: Database, facts: Facts
) -> None:
    await deliver(intake, "evt_1")
    assert await composed(database, facts) is None


async def test_while_stripe_is_down_it_is_written_all_the_same(
    intake: Intake, database: Database
) -> None:
    await deliver(intake, "evt_1")
    assert await composed(database, FactsUnavailable(Reason.STRIPE_DOWN)) is not None
    partly = replace(OWING, reads=frozenset(), invoices=(), subscriptions=())
    assert await composed(database, partly) is not None


async def test_who_is_gone_gets_nothing(intake: Intake, database: Database) -> None:
    await deliver(intake, "evt_1")
    job = left(database)
    database.write_sync(lambda conn: conn.execute(customers.delete()))
    letters = PaymentLetters(database, SETTINGS, lambda: SITE, Letters(), Ledger(OWING))
    assert await letters.compose(job[0]) is None
