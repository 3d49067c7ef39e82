"""The outbox: what may run when, and what a lost lease can no longer do."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, select

from helpcenter.clock import ManualClock
from helpcenter.db.database import Database
from helpcenter.jobs import outbox
from helpcenter.jobs.outbox import Counts, Job, Retry
from helpcenter.jobs.tables import jobs

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
LEASE = timedelta(seconds=30)
SECOND = timedelta(seconds=1)


class Desk:
    """The outbox with a clock in hand, each call in a transaction of its own."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.clock = ManualClock(NOON)

    def do(self, fn: Callable[..., Any], *args: object, **options: object) -> Any:
        now = self.clock.now()
        return self.database.write_sync(lambda conn: fn(conn, *args, now=now, **options))

    def add(self, name: str, number: int = 0, **options: object) -> None:
        self.do(outbox.enqueue, name, {"number": number}, **options)

    def claim(self, *names: str) -> Job | None:
        found: Job | None = self.do(outbox.claim, lease=LEASE, names=names or ("turn", "mail"))
        return found

    def take(self) -> Job:
        job = self.claim()
        assert job is not None
        return job

    def counts(self) -> tuple[int, int, int]:
        found: Counts = self.do(outbox.counts)
        return found.waiting, found.running, found.dead


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database)


def test_a_job_is_claimed_once_and_gone_when_finished(desk: Desk) -> None:
    desk.add("turn", 7, key="conversation-1")
    assert desk.counts() == (1, 0, 0)

    job = desk.take()

    assert (job.name, job.key, job.payload, job.attempts) == (
        "turn",
        "conversation-1",
        {"number": 7},
        1,
    )
    assert desk.claim() is None
    assert desk.counts() == (0, 1, 0)
    assert desk.do(outbox.finish, job)
    assert desk.counts() == (0, 0, 0)


def test_a_job_lives_and_dies_with_the_transaction_that_adds_it(desk: Desk) -> None:
    def write(conn: Connection) -> None:
        outbox.enqueue(conn, "turn", {}, now=NOON)
        raise LookupError

    with pytest.raises(LookupError):
        desk.database.write_sync(write)
    assert desk.claim() is None


def test_nothing_runs_before_its_time(desk: Desk) -> None:
    desk.add("mail", run_at=NOON + 2 * SECOND)
    assert desk.claim() is None

    desk.clock.advance(2 * SECOND)
    assert desk.claim() is not None


def test_what_has_been_due_longest_comes_first(desk: Desk) -> None:
    desk.add("mail", 3, run_at=NOON - SECOND)
    desk.add("mail", 1, run_at=NOON - 3 * SECOND)
    desk.add("mail", 2, run_at=NOON - 2 * SECOND)

    assert [desk.take().payload["number"] for _ in range(3)] == [1, 2, 3]


def test_a_worker_takes_only_what_it_can_do(desk: Desk) -> None:
    desk.add("from_a_newer_version")

    assert desk.claim("turn") is None
    assert desk.claim("turn", "from_a_newer_version") is not None
    assert desk.do(outbox.claim, lease=LEASE, names=()) is None


def test_jobs_of_one_key_run_one_after_another_in_order(desk: Desk) -> None:
    for number in range(3):
        desk.add("turn", number, key="a")
    desk.add("turn", 10, key="b")

    first, other = desk.take(), desk.take()

    assert (first.payload["number"], other.payload["number"]) == (0, 10)
    assert desk.claim() is None
    for number in (1, 2):
        desk.do(outbox.finish, first)
        first = desk.take()
        assert first.payload["number"] == number


def test_a_later_job_of_the_key_waits_for_one_that_rests(desk: Desk) -> None:
    desk.add("turn", 0, key="a")
    desk.add("turn", 1, key="a")
    desk.do(outbox.fail, desk.take(), error="broke", retry=Retry())

    assert desk.claim() is None

    desk.clock.advance(2 * SECOND)
    assert desk.take().payload["number"] == 0


def test_a_later_job_does_not_overtake_an_earlier_one_with_a_later_time(desk: Desk) -> None:
    desk.add("turn", 0, key="a", run_at=NOON + SECOND)
    desk.add("turn", 1, key="a")

    assert desk.claim() is None


def test_the_same_key_under_another_name_is_another_key(desk: Desk) -> None:
    desk.add("turn", key="a")
    desk.add("mail", key="a")

    assert {desk.take().name, desk.take().name} == {"turn", "mail"}


def test_jobs_without_a_key_do_not_wait_for_each_other(desk: Desk) -> None:
    desk.add("mail", 0)
    desk.add("mail", 1)

    assert {desk.take().payload["number"], desk.take().payload["number"]} == {0, 1}


def test_a_unique_job_waits_once_a_key(desk: Desk) -> None:
    for _ in range(3):
        desk.add("turn", key="a", unique=True)
    desk.add("turn", key="b", unique=True)
    assert desk.counts() == (2, 0, 0)


def test_a_unique_job_is_brought_forward_never_put_off(desk: Desk) -> None:
    desk.add("turn", key="a", unique=True, run_at=NOON + 60 * SECOND)
    desk.add("turn", key="a", unique=True, run_at=NOON + 2 * SECOND)
    desk.add("turn", key="a", unique=True, run_at=NOON + 90 * SECOND)
    due = desk.database.read_sync(lambda conn: conn.execute(select(jobs.c.run_at)).scalars().all())

    assert due == [NOON + 2 * SECOND]


def test_what_changes_during_a_run_is_run_again(desk: Desk) -> None:
    desk.add("turn", key="a", unique=True)
    running = desk.take()
    desk.add("turn", key="a", unique=True)
    desk.add("turn", key="a", unique=True)

    assert desk.counts() == (1, 1, 0)
    assert desk.claim() is None
    desk.do(outbox.finish, running)
    assert desk.claim() is not None


def test_what_changes_after_a_worker_died_is_not_lost_to_it(desk: Desk) -> None:
    desk.add("turn", key="a", unique=True)
    slow = desk.take()
    desk.clock.advance(LEASE)
    desk.add("turn", key="a", unique=True)

    assert not desk.do(outbox.finish, slow)
    assert desk.claim() is not None


def test_an_expired_lease_is_anybodys(desk: Desk) -> None:
    desk.add("turn", key="a")
    first = desk.take()
    desk.clock.advance(LEASE - SECOND)
    assert desk.claim() is None

    desk.clock.advance(SECOND)
    second = desk.take()

    assert (second.id, second.attempts) == (first.id, 2)
    assert second.token != first.token


@pytest.mark.parametrize("taken", [True, False])
def test_who_lost_the_lease_changes_nothing(desk: Desk, *, taken: bool) -> None:
    desk.add("turn", key="a")
    late = desk.take()
    desk.clock.advance(LEASE)
    if taken:
        desk.take()
    before = desk.counts()

    assert not desk.do(outbox.holds, late)
    assert not desk.do(outbox.finish, late)
    assert not desk.do(outbox.renew, late, lease=LEASE)
    assert not desk.do(outbox.release, late)
    assert not desk.do(outbox.fail, late, error="broke", retry=Retry(attempts=1))
    assert desk.counts() == before


def test_a_renewed_lease_holds_longer(desk: Desk) -> None:
    desk.add("turn")
    job = desk.take()
    desk.clock.advance(20 * SECOND)
    assert desk.do(outbox.renew, job, lease=LEASE)
    desk.clock.advance(20 * SECOND)

    assert desk.claim() is None
    assert desk.do(outbox.holds, job)
    assert desk.do(outbox.finish, job)


def test_failures_rest_longer_each_time_and_end_parked(desk: Desk) -> None:
    retry = Retry(attempts=4, first=2 * SECOND, longest=5 * SECOND)
    desk.add("turn", key="a")
    desk.add("turn", 1, key="a")
    for rest in (2, 4, 5):
        assert desk.do(outbox.fail, desk.take(), error="broke", retry=retry)
        desk.clock.advance((rest - 1) * SECOND)
        assert desk.claim() is None
        desk.clock.advance(SECOND)

    desk.do(outbox.fail, desk.take(), error="broke", retry=retry)

    assert desk.counts() == (1, 0, 1)
    dead = desk.database.read_sync(
        lambda conn: conn.execute(
            select(jobs.c.last_error, jobs.c.dead_at).where(jobs.c.dead_at.is_not(None))
        ).one()
    )
    assert tuple(dead) == ("broke", desk.clock.now())
    assert desk.take().payload["number"] == 1, "the dead stand in nobody's way"


def test_rest_never_grows_beyond_its_bound() -> None:
    assert Retry().delay(10_000) == Retry().longest


def test_a_released_job_counts_as_not_begun(desk: Desk) -> None:
    desk.add("turn", key="a")
    assert desk.do(outbox.release, desk.take())

    assert desk.take().attempts == 1


def test_what_died_holding_leases_need_not_be_waited_for(desk: Desk) -> None:
    desk.add("turn", key="a")
    desk.add("mail")
    before = [desk.take(), desk.take()]
    assert desk.claim() is None

    assert desk.database.write_sync(outbox.free_all) == 2
    assert desk.database.write_sync(outbox.free_all) == 0

    assert [desk.take().attempts for _ in before] == [2, 2]
    assert not any(desk.do(outbox.finish, job) for job in before)


@pytest.mark.parametrize("value", ["my card 4242 was declined", "", "卡", "a\0b", "x" * 201])
def test_a_payload_holds_ids_only(desk: Desk, value: object) -> None:
    with pytest.raises(ValueError, match="ids only"):
        desk.do(outbox.enqueue, "turn", {"line": value})


def test_ids_of_all_kinds_come_back(desk: Desk) -> None:
    payload = {"customer": "cus_9s6XKzkNRiz8i3", "event": "evt_1-2.3:4+5", "number": 2**62}
    desk.do(outbox.enqueue, "turn", payload)

    assert desk.take().payload == payload


def test_unique_without_a_key_is_a_mistake(desk: Desk) -> None:
    with pytest.raises(ValueError, match="needs a key"):
        desk.add("turn", unique=True)


def test_keys_may_be_any_text(desk: Desk) -> None:
    for key in ("訂閱 🙋", "a b", "a' OR 1=1 --"):
        desk.add("turn", key=key, unique=True)
        desk.add("turn", key=key, unique=True)
    assert desk.counts() == (3, 0, 0)
