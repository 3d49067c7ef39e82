"""The worker: jobs are done once, by somebody, whatever happens to whom."""

import asyncio
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import Connection, insert, select

from helpcenter.clock import ManualClock
from helpcenter.db.database import Database
from helpcenter.errors import HelpcenterError, Kind
from helpcenter.jobs import outbox
from helpcenter.jobs.handlers import Handlers, Lease, LeaseLostError
from helpcenter.jobs.outbox import Job, Payload, Retry
from helpcenter.jobs.tables import jobs
from helpcenter.jobs.wakeups import LocalWakeups
from helpcenter.jobs.worker import Limits, Worker

pytestmark = pytest.mark.anyio
NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
PATIENCE = 10
"""Seconds after which a test gives up."""
QUIET = Limits(poll=timedelta(seconds=PATIENCE), grace=timedelta(seconds=PATIENCE))
"""Woken by notices alone, so that a lost one is found."""
ONE_SLOT = replace(QUIET, slots=1)


async def eventually(condition: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(PATIENCE):
        while not await condition():  # noqa: ASYNC110 - nobody announces a change of rows
            await asyncio.sleep(0.01)


@dataclass
class Office:
    """A database with a worker beside it."""

    database: Database
    clock: ManualClock = field(default_factory=lambda: ManualClock(NOON))
    handlers: Handlers = field(default_factory=Handlers)
    wakeups: LocalWakeups = field(default_factory=LocalWakeups)
    done: list[int | str] = field(default_factory=list)

    def worker(self, limits: Limits = QUIET) -> Worker:
        return Worker(self.database, self.handlers, self.clock, self.wakeups, limits)

    @asynccontextmanager
    async def working(self, limits: Limits = QUIET) -> AsyncIterator[Worker]:
        worker = self.worker(limits)
        running = asyncio.create_task(worker.run())
        try:
            yield worker
        finally:
            worker.stop()
            await asyncio.wait_for(running, PATIENCE)

    async def add(self, number: int = 0, key: str | None = None, name: str = "turn") -> None:
        def fn(conn: Connection) -> None:
            outbox.enqueue(conn, name, {"number": number}, now=self.clock.now(), key=key)

        await self.database.write(fn)
        self.wakeups.notify()

    async def note(self, payload: Payload, lease: Lease) -> None:
        self.done.append(payload["number"])

    async def counts(self) -> tuple[int, int, int]:
        found = await self.database.read(lambda conn: outbox.counts(conn, now=self.clock.now()))
        return found.waiting, found.running, found.dead

    async def until(self, counts: tuple[int, int, int]) -> None:
        async def reached() -> bool:
            return await self.counts() == counts

        await eventually(reached)

    async def last_error(self) -> str | None:
        return await self.database.read(
            lambda conn: conn.execute(select(jobs.c.last_error)).scalar_one()
        )

    async def claim_as_another(self) -> Job | None:
        return await self.database.write(
            lambda conn: outbox.claim(
                conn, now=self.clock.now(), lease=timedelta(seconds=30), names=("turn",)
            )
        )


@pytest.fixture
def office(database: Database) -> Office:
    return Office(database)


async def test_a_job_is_done_at_once_and_gone(office: Office) -> None:
    office.handlers.register("turn", office.note)
    async with office.working():
        await office.add(7)
        await office.until((0, 0, 0))

    assert office.done == [7]


async def test_jobs_left_from_before_are_done(office: Office) -> None:
    office.handlers.register("turn", office.note)
    await office.add(1)
    await office.add(2)
    async with office.working():
        await office.until((0, 0, 0))

    assert sorted(map(int, office.done)) == [1, 2]


async def test_without_a_notice_the_next_look_finds_it(office: Office) -> None:
    office.handlers.register("turn", office.note)
    async with office.working(Limits(poll=timedelta(milliseconds=20))):
        await office.database.write(
            lambda conn: outbox.enqueue(conn, "turn", {"number": 1}, now=NOON)
        )
        await office.until((0, 0, 0))


async def test_one_key_in_order_other_keys_beside_it(office: Office) -> None:
    go_on = asyncio.Event()

    async def handle(payload: Payload, lease: Lease) -> None:
        if payload["number"] == 1:
            await go_on.wait()
        office.done.append(payload["number"])

    office.handlers.register("turn", handle)
    for number in (1, 2, 3):
        await office.add(number, key="slow")
    await office.add(10, key="quick")
    async with office.working():
        await office.until((2, 1, 0))
        assert office.done == [10]
        go_on.set()
        await office.until((0, 0, 0))

    assert office.done == [10, 1, 2, 3]


async def test_no_more_at_once_than_there_are_slots(office: Office) -> None:
    go_on = asyncio.Event()

    async def handle(payload: Payload, lease: Lease) -> None:
        await go_on.wait()

    office.handlers.register("turn", handle)
    for number in range(5):
        await office.add(number)
    async with office.working(replace(QUIET, slots=2)):
        await office.until((3, 2, 0))
        go_on.set()
        await office.until((0, 0, 0))


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (HelpcenterError("too_many", Kind.TOO_MANY), "too_many"),
        (ValueError("my card is 4242"), "ValueError"),
        (asyncio.CancelledError(), "TimeoutError"),
    ],
)
async def test_a_failed_job_rests_and_is_tried_again(
    office: Office, error: BaseException, code: str
) -> None:
    failures = [error]

    async def handle(payload: Payload, lease: Lease) -> None:
        if failures:
            raise failures.pop()
        office.done.append(lease.job.attempts)

    async def failed() -> bool:
        return await office.last_error() == code

    office.handlers.register("turn", handle)
    async with office.working():
        await office.add()
        await eventually(failed)
        office.clock.advance(timedelta(seconds=2))
        office.wakeups.notify()
        await office.until((0, 0, 0))

    assert office.done == [2]


async def test_after_its_last_attempt_a_job_is_parked(office: Office) -> None:
    async def handle(payload: Payload, lease: Lease) -> None:
        raise ValueError

    office.handlers.register("turn", handle, Retry(attempts=1))
    async with office.working():
        await office.add()
        await office.until((0, 0, 1))


async def test_a_job_is_given_up_once_and_only_after_its_last_attempt(office: Office) -> None:
    given_up: list[int | str] = []

    async def handle(payload: Payload, lease: Lease) -> None:
        assert given_up == []
        office.done.append(payload["number"])
        raise ValueError

    def give_up(conn: Connection, payload: Payload, now: datetime) -> None:
        given_up.append(payload["number"])
        outbox.enqueue(conn, "told", {"number": 1}, now=now)

    office.handlers.register("turn", handle, Retry(attempts=2, first=timedelta(0)), give_up)
    async with office.working():
        await office.add(7)
        await office.until((1, 0, 1))

    assert (office.done, given_up) == ([7, 7], [7])


async def test_what_cannot_be_given_up_is_not_parked_either(office: Office) -> None:
    tries: list[int] = []

    def give_up(conn: Connection, payload: Payload, now: datetime) -> None:
        tries.append(1)
        if len(tries) == 1:
            raise OSError

    async def tried() -> bool:
        return len(tries) == 1

    office.handlers.register("turn", office.note, Retry(attempts=1), give_up)
    await office.add()
    assert await office.claim_as_another()
    office.clock.advance(timedelta(seconds=30))
    async with office.working():
        await eventually(tried)
        office.clock.advance(timedelta(seconds=30))
        office.wakeups.notify()
        await office.until((0, 0, 1))

    assert (len(tries), office.done) == (2, [])


async def test_a_job_that_kills_its_workers_is_parked_in_the_end(office: Office) -> None:
    office.handlers.register("turn", office.note, Retry(attempts=2))
    await office.add()
    for _ in range(2):
        assert await office.claim_as_another()
        office.clock.advance(timedelta(seconds=30))
    async with office.working():
        await office.until((0, 0, 1))

    assert await office.last_error() == "abandoned"
    assert office.done == []


async def test_a_job_of_a_dead_worker_is_done_by_the_next(office: Office) -> None:
    office.handlers.register("turn", office.note)
    await office.add(5)
    assert await office.claim_as_another()
    async with office.working():
        await office.until((0, 1, 0))
        assert office.done == []
        office.clock.advance(timedelta(seconds=30))
        office.wakeups.notify()
        await office.until((0, 0, 0))

    assert office.done == [5]


async def test_a_job_for_somebody_else_is_left_alone(office: Office) -> None:
    office.handlers.register("turn", office.note)
    await office.add(name="unknown_here")
    async with office.working():
        await office.add(1)
        await office.until((1, 0, 0))


async def test_the_lease_is_renewed_while_the_handler_runs(office: Office) -> None:
    inside, go_on = asyncio.Event(), asyncio.Event()
    lease = timedelta(milliseconds=60)

    async def handle(payload: Payload, lease: Lease) -> None:
        inside.set()
        await go_on.wait()

    async def renewed() -> bool:
        until = await office.database.read(
            lambda conn: conn.execute(select(jobs.c.lease_until)).scalar_one()
        )
        return bool(until == office.clock.now() + lease)

    office.handlers.register("turn", handle)
    async with office.working(replace(QUIET, lease=lease)):
        await office.add()
        await inside.wait()
        office.clock.advance(lease / 2)
        await eventually(renewed)
        go_on.set()
        await office.until((0, 0, 0))


async def _write_reply(office: Office, lease: Lease) -> None:
    """As every handler should: the effect and the end of the job in one transaction."""

    def reply(conn: Connection) -> None:
        lease.finish(conn)
        conn.execute(
            insert(jobs).values(
                name="reply", payload={}, created=NOON, run_at=NOON, attempts=lease.job.attempts
            )
        )

    await office.database.write(reply)


async def _replies(office: Office) -> int:
    return await office.database.read(
        lambda conn: len(conn.execute(select(jobs.c.id).where(jobs.c.name == "reply")).all())
    )


async def test_a_second_run_writes_nothing(office: Office) -> None:
    """The first run is slow, loses its lease to another worker, and comes to its write late."""
    inside, go_on = asyncio.Event(), asyncio.Event()

    async def handle(payload: Payload, lease: Lease) -> None:
        inside.set()
        await go_on.wait()
        await _write_reply(office, lease)

    office.handlers.register("turn", handle)
    async with office.working(ONE_SLOT):
        await office.add()
        await inside.wait()
        office.clock.advance(timedelta(seconds=30))
        second = await office.claim_as_another()
        assert second is not None
        await _write_reply(office, Lease(second, office.clock))
        go_on.set()

    assert await _replies(office) == 1


async def test_a_handler_that_lost_its_lease_is_stopped(office: Office) -> None:
    stopped = asyncio.Event()

    async def handle(payload: Payload, lease: Lease) -> None:
        try:
            await asyncio.sleep(PATIENCE)
        finally:
            stopped.set()

    office.handlers.register("turn", handle)
    async with office.working(replace(QUIET, lease=timedelta(milliseconds=60))):
        await office.add()
        await office.until((0, 1, 0))
        await office.database.write(lambda conn: conn.execute(jobs.delete()))
        await asyncio.wait_for(stopped.wait(), PATIENCE)


async def test_a_handler_that_hangs_is_stopped_and_has_failed(office: Office) -> None:
    async def handle(payload: Payload, lease: Lease) -> None:
        await asyncio.sleep(PATIENCE)

    async def failed() -> bool:
        return await office.last_error() == "TimeoutError"

    office.handlers.register("turn", handle)
    async with office.working(replace(QUIET, longest=timedelta(milliseconds=50))):
        await office.add()
        await eventually(failed)

    assert await office.counts() == (1, 0, 0)


async def test_stopping_waits_for_what_was_begun(office: Office) -> None:
    inside = asyncio.Event()

    async def handle(payload: Payload, lease: Lease) -> None:
        inside.set()
        await asyncio.sleep(0.05)
        await office.note(payload, lease)

    office.handlers.register("turn", handle)
    async with office.working():
        await office.add(1)
        await inside.wait()

    assert office.done == [1]
    assert await office.counts() == (0, 0, 0)


@pytest.mark.parametrize("end", [Worker.stop, None])
async def test_what_does_not_end_in_time_is_given_back(
    office: Office, end: Callable[[Worker], None] | None
) -> None:
    inside = asyncio.Event()

    async def handle(payload: Payload, lease: Lease) -> None:
        inside.set()
        await asyncio.sleep(PATIENCE)

    office.handlers.register("turn", handle)
    await office.add()
    worker = office.worker(replace(QUIET, grace=timedelta(0)))
    running = asyncio.create_task(worker.run())
    await inside.wait()
    if end is None:
        running.cancel()
    else:
        end(worker)
    await asyncio.wait((running,), timeout=PATIENCE)

    assert running.done()
    again = await office.claim_as_another()
    assert again is not None
    assert again.attempts == 1


async def test_what_is_claimed_while_all_ends_is_given_back(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, ended = threading.Event(), threading.Event()

    def claim(*args: object, **options: object) -> Job | None:
        begun.set()
        ended.wait(PATIENCE)
        return original(*args, **options)  # type: ignore[arg-type]  # passed through as they came

    original = outbox.claim
    office.handlers.register("turn", office.note)
    await office.add()
    with monkeypatch.context() as patched:
        patched.setattr(outbox, "claim", claim)
        running = asyncio.create_task(office.worker().run())
        await asyncio.to_thread(begun.wait, PATIENCE)
        running.cancel()
        # The claim goes on after the worker was told to end.
        await asyncio.sleep(0)
        ended.set()
        await asyncio.wait((running,), timeout=PATIENCE)

    assert running.cancelled()
    again = await office.claim_as_another()
    assert again is not None
    assert again.attempts == 1
    assert office.done == []


async def test_a_database_that_fails_for_a_while_is_asked_again(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.handlers.register("turn", office.note)
    await office.add(1)
    failures = [1, 2]

    def claim(*args: object, **options: object) -> Job | None:
        if failures:
            raise OSError(failures.pop())
        return original(*args, **options)  # type: ignore[arg-type]  # passed through as they came

    original = outbox.claim
    monkeypatch.setattr(outbox, "claim", claim)
    async with office.working(Limits(poll=timedelta(milliseconds=10))):
        await office.until((0, 0, 0))

    assert office.done == [1]


async def test_a_job_whose_end_cannot_be_written_is_run_again_later(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    def finish(*args: object, **options: object) -> bool:
        raise OSError("disk full")

    async def done() -> bool:
        return bool(office.done)

    office.handlers.register("turn", office.note)
    with monkeypatch.context() as patched:
        patched.setattr(outbox, "finish", finish)
        async with office.working():
            await office.add(1)
            await eventually(done)
    office.clock.advance(timedelta(seconds=30))
    async with office.working():
        await office.until((0, 0, 0))

    assert office.done == [1, 1]


async def test_a_lease_can_be_checked_in_a_write(office: Office) -> None:
    await office.add()
    job = await office.claim_as_another()
    assert job is not None
    lease = Lease(job, office.clock)
    await office.database.write(lease.check)

    office.clock.advance(timedelta(seconds=30))
    with pytest.raises(LeaseLostError):
        await office.database.write(lease.check)


def test_one_handler_a_name() -> None:
    async def handle(payload: Payload, lease: Lease) -> None: ...

    handlers = Handlers()
    handlers.register("turn", handle)

    with pytest.raises(ValueError, match="two handlers for turn"):
        handlers.register("turn", handle)
    assert list(handlers.names) == ["turn"]
