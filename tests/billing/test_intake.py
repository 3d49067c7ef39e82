"""Events come late, twice, at once and in any order; each is taken once and leaves one job."""

import asyncio
import random
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, select

from helpcenter.billing.changes import JOB
from helpcenter.billing.events import WATCHED, EventRefusedError, read_event
from helpcenter.billing.intake import KEPT, SETTLE, Intake, Result, make_intake, take
from helpcenter.billing.tables import stripe_events
from helpcenter.clock import ManualClock
from helpcenter.db.database import Database
from helpcenter.jobs import outbox
from helpcenter.jobs.outbox import Job
from helpcenter.jobs.tables import jobs
from helpcenter.jobs.wakeups import LocalWakeups
from helpcenter.settings import read
from tests.billing.deliveries import CUSTOMER, SECRET, about, event, raw, sign_in, signed
from tests.databases import Place

pytestmark = pytest.mark.anyio

START = datetime(2026, 11, 22, 9, tzinfo=UTC)
ROOT = Path(__file__).parents[2]


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(START)


@pytest.fixture
def intake(database: Database, clock: ManualClock) -> Intake:
    sign_in(database, START)
    settings = read(
        {}, stripe_key="rk_test_1", stripe_webhook_secrets=f"whsec_new,{SECRET}", facts_seconds=0
    )
    made = make_intake(settings, database, clock, LocalWakeups())
    assert made is not None
    return made


async def deliver(intake: Intake, late: float = 0, **changes: Any) -> Result:
    body = raw(event(**changes))
    return await intake.receive(body, signed(body, intake.clock.now(), late=late))


def kept(database: Database) -> list[tuple[str, str]]:
    """Return ids and customers of the events stored."""
    query = select(stripe_events.c.id, stripe_events.c.stripe_customer)
    rows = database.read_sync(lambda conn: conn.execute(query.order_by(stripe_events.c.id)).all())
    return [(row.id, row.stripe_customer) for row in rows]


def waiting(database: Database) -> list[tuple[str, Any, datetime]]:
    """Return keys, payloads and times of the jobs, all of one name."""
    query = select(jobs.c.name, jobs.c.key, jobs.c.payload, jobs.c.run_at).order_by(jobs.c.id)
    rows = database.read_sync(lambda conn: conn.execute(query).all())
    assert {row.name for row in rows} <= {JOB}
    return [(row.key, row.payload, row.run_at) for row in rows]


ONE_JOB = [(CUSTOMER, {"customer": CUSTOMER}, START + SETTLE)]


async def test_an_event_is_stored_with_its_job(intake: Intake, database: Database) -> None:
    assert await deliver(intake) is Result.STORED
    assert kept(database) == [("evt_1", CUSTOMER)]
    assert waiting(database) == ONE_JOB


async def test_a_hundred_deliveries_at_once_are_one(intake: Intake, database: Database) -> None:
    results = await asyncio.gather(*(deliver(intake) for _ in range(100)))
    assert sorted(results) == [Result.DUPLICATE] * 99 + [Result.STORED]
    assert kept(database) == [("evt_1", CUSTOMER)]
    assert waiting(database) == ONE_JOB


async def test_a_hundred_events_in_any_order_are_one_job(
    intake: Intake, database: Database
) -> None:
    types = sorted(WATCHED)
    told: list[dict[str, Any]] = [
        {
            "id": f"evt_{number:03}",
            "type": types[number % len(types)],
            "created": 1795338000 - number,
            "data": about({"id": f"in_{number}", "customer": CUSTOMER}),
        }
        for number in range(100)
    ]
    random.Random(7).shuffle(told)  # noqa: S311 - an order, not a secret
    results = await asyncio.gather(*(deliver(intake, **one) for one in told))
    assert set(results) == {Result.STORED}
    assert kept(database) == [(f"evt_{number:03}", CUSTOMER) for number in range(100)]
    assert waiting(database) == ONE_JOB


async def test_each_customer_has_a_job_of_their_own(intake: Intake, database: Database) -> None:
    sign_in(database, START, "cus_sandboxSunny")
    await deliver(intake)
    await deliver(intake, id="evt_2", data=about({"customer": "cus_sandboxSunny"}))
    assert [key for key, _, _ in waiting(database)] == [CUSTOMER, "cus_sandboxSunny"]


async def test_what_comes_while_a_job_runs_gets_another(
    intake: Intake, database: Database, clock: ManualClock
) -> None:
    await deliver(intake)
    clock.advance(SETTLE)
    assert _claimed(database, clock.now()) is not None
    await deliver(intake, id="evt_2")
    assert len(waiting(database)) == 2
    assert _claimed(database, clock.now() + SETTLE) is None, "one after another"


def _claimed(database: Database, now: datetime) -> Job | None:
    lease = timedelta(seconds=30)
    return database.write_sync(lambda conn: outbox.claim(conn, now=now, lease=lease, names=[JOB]))


async def test_a_retry_days_later_is_known(
    intake: Intake, database: Database, clock: ManualClock
) -> None:
    await deliver(intake)
    clock.advance(timedelta(days=3))
    assert await deliver(intake) is Result.DUPLICATE
    clock.advance(KEPT)
    assert await deliver(intake, id="evt_2") is Result.STORED
    assert kept(database) == [("evt_2", CUSTOMER)]


async def test_a_late_event_is_as_good_as_any(intake: Intake, database: Database) -> None:
    assert await deliver(intake, created=1, late=299) is Result.STORED
    assert await deliver(intake, id="evt_2", created=4_000_000_000) is Result.STORED
    assert waiting(database) == ONE_JOB


@pytest.mark.parametrize(
    "changes",
    [
        {"type": "charge.succeeded"},
        {"type": "ping"},
        {"data": about({"id": "in_1", "customer": "cus_neverHere"})},
        {"data": about({"id": "in_1", "customer": None})},
        {"data": {}},
    ],
    ids=range(5),
)
async def test_what_concerns_nobody_here_is_acknowledged(
    intake: Intake, database: Database, changes: dict[str, Any]
) -> None:
    assert await deliver(intake, **changes) is Result.IGNORED
    assert (kept(database), waiting(database)) == ([], [])


@pytest.mark.parametrize(
    ("changes", "late", "reason"),
    [
        ({"livemode": True}, 0, "wrong_mode"),
        ({"livemode": None}, 0, "unreadable"),
        ({"object": "v2.core.event"}, 0, "thin"),
        ({}, 301, "untimely"),
        ({}, -301, "untimely"),
    ],
    ids=str,
)
async def test_what_is_refused_leaves_nothing(
    intake: Intake, database: Database, changes: dict[str, Any], late: float, reason: str
) -> None:
    with pytest.raises(EventRefusedError) as caught:
        await deliver(intake, late, **changes)
    assert caught.value.reason == reason
    assert (kept(database), waiting(database)) == ([], [])


async def test_a_live_key_takes_live_events_only(intake: Intake) -> None:
    live = replace(intake, livemode=True)
    assert await deliver(live, livemode=True) is Result.STORED
    with pytest.raises(EventRefusedError, match="webhook_wrong_mode"):
        await deliver(live, id="evt_2")


async def test_the_address_of_a_portal_session_stays_out(
    intake: Intake, database: Database
) -> None:
    url = "https://billing.stripe.com/p/session/test_YWNjdF8xCanary"
    session = {
        "id": "bps_1",
        "object": "billing_portal.session",
        "customer": CUSTOMER,
        "url": url,
        "return_url": "https://help.example.com/en/account",
    }
    told: dict[str, Any] = {
        "type": "billing_portal.session.created",
        "data": about(session, url=url),
    }
    assert await deliver(intake, **told) is Result.STORED
    rows = database.read_sync(
        lambda conn: [*conn.execute(select(stripe_events)), *conn.execute(select(jobs))]
    )
    (stored, job) = map(str, rows)
    assert ("billing_portal.session.created" in stored, "bps_1" in stored) == (True, True)
    for secret in ("http", "stripe.com", "Canary", SECRET):
        assert secret not in stored + job + repr(intake)


async def test_the_worker_is_woken_when_the_job_is_due(
    intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("helpcenter.billing.intake.SETTLE", timedelta())
    await deliver(intake)
    async with asyncio.timeout(30):
        await intake.wakeups.wait(3600)


@pytest.mark.parametrize(
    "given",
    [
        {"stripe_webhook_secrets": SECRET},
        {"stripe_key": "rk_test_1"},
        {"stripe_key": "rk_test_1", "stripe_webhook_secrets": ("",)},
    ],
    ids=["no key", "no secret", "a blank secret"],
)
def test_nothing_is_taken_before_all_is_set_up(database: Database, given: dict[str, Any]) -> None:
    assert make_intake(read({}, **given), database, ManualClock(START), LocalWakeups()) is None


# --- one transaction ----------------------------------------------------------------------------


def test_event_and_job_are_kept_or_lost_together(intake: Intake, database: Database) -> None:
    def broken(conn: Connection) -> None:
        assert take(conn, read_event(raw(event())), CUSTOMER, START) is Result.STORED
        raise RuntimeError("power cut")

    with pytest.raises(RuntimeError, match="power cut"):
        database.write_sync(broken)
    assert (kept(database), waiting(database)) == ([], [])


PROGRAM = """
import sys, time
from datetime import datetime, UTC
from pathlib import Path
from helpcenter.billing.events import read_event
from helpcenter.billing.intake import take
from helpcenter.db.engine import open_database
from tests.billing.deliveries import CUSTOMER, event, raw

def stuck(conn):
    print(take(conn, read_event(raw(event())), CUSTOMER, datetime.now(UTC)).value, flush=True)
    time.sleep(60)

open_database(sys.argv[1] or None, Path(sys.argv[2])).write_sync(stuck)
"""


@pytest.mark.full
def test_killed_before_the_commit_nothing_happened(
    intake: Intake, database: Database, place: Place
) -> None:
    command = [sys.executable, "-c", PROGRAM, place.url or "", str(place.folder)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "stored\n"
        finally:
            process.kill()
    with closing(place.open()) as again:
        assert (kept(again), waiting(again)) == ([], [])
