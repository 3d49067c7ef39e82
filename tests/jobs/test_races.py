"""The outbox under several workers at once, and against any order of events."""

import random
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import UTC, datetime, timedelta
from threading import Event

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, delete

from helpcenter.db.database import Database
from helpcenter.jobs import outbox
from helpcenter.jobs.outbox import Job, Retry
from helpcenter.jobs.tables import jobs
from tests.databases import Place

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
LEASE = timedelta(seconds=30)


def _claim(conn: Connection, now: datetime = NOON) -> Job | None:
    return outbox.claim(conn, now=now, lease=LEASE, names=("turn",))


def _add(conn: Connection, number: int, key: str) -> None:
    outbox.enqueue(conn, "turn", {"number": number}, now=NOON, key=key)


def test_many_workers_keep_the_order_of_every_key(place: Place, database: Database) -> None:
    for number in range(60):
        database.write_sync(lambda conn, n=number: _add(conn, n, f"key {n % 3}"))  # type: ignore[misc]  # mypy does not infer lambda defaults
    begun: dict[str | None, list[int | str]] = defaultdict(list)
    running: set[str | None] = set()

    def work() -> None:
        with closing(place.open()) as mine:
            while mine.read_sync(lambda conn: outbox.counts(conn, now=NOON)).waiting:
                job = mine.write_sync(_claim)
                if job is None:
                    continue
                assert job.key not in running
                running.add(job.key)
                begun[job.key].append(job.payload["number"])
                running.remove(job.key)
                assert mine.write_sync(lambda conn, job=job: outbox.finish(conn, job, now=NOON))  # type: ignore[misc]  # as above

    with ThreadPoolExecutor(4) as threads:
        for done in [threads.submit(work) for _ in range(4)]:
            done.result()

    assert begun == {f"key {rest}": list(range(rest, 60, 3)) for rest in range(3)}


def test_jobs_added_at_once_for_one_key_have_an_order(place: Place, database: Database) -> None:
    """The one that waits for the other's transaction comes after it, whatever its number."""
    inside, go_on = Event(), Event()

    def slow(conn: Connection) -> None:
        _add(conn, 1, "a")
        inside.set()
        assert go_on.wait(10)

    with closing(place.open()) as other, ThreadPoolExecutor(2) as threads:
        first = threads.submit(database.write_sync, slow)
        assert inside.wait(10)
        second = threads.submit(other.write_sync, lambda conn: _add(conn, 2, "a"))
        assert other.read_sync(lambda conn: outbox.counts(conn, now=NOON)).waiting == 0
        go_on.set()
        first.result(10)
        second.result(10)

    job = database.write_sync(_claim)
    assert job is not None
    assert job.payload == {"number": 1}


def test_a_job_that_stands_for_a_new_one_is_not_begun_before_that_is_committed(
    place: Place, database: Database
) -> None:
    inside, go_on = Event(), Event()

    def unique(conn: Connection) -> None:
        outbox.enqueue(conn, "turn", {}, now=NOON, key="a", unique=True)

    def slow(conn: Connection) -> None:
        unique(conn)
        inside.set()
        assert go_on.wait(10)

    database.write_sync(unique)
    with closing(place.open()) as other, ThreadPoolExecutor(2) as threads:
        adding = threads.submit(database.write_sync, slow)
        assert inside.wait(10)
        claiming = threads.submit(other.write_sync, _claim)
        if database.dialect == "postgresql":
            assert claiming.result(10) is None
        go_on.set()
        adding.result(10)
        claimed = claiming.result(10) or other.write_sync(_claim)

    assert claimed is not None
    assert database.write_sync(_claim) is None


def test_a_lease_that_was_checked_cannot_be_taken_before_the_commit(
    place: Place, database: Database
) -> None:
    database.write_sync(lambda conn: _add(conn, 1, "a"))
    job = database.write_sync(_claim)
    assert job is not None
    inside, go_on = Event(), Event()

    def last_write(conn: Connection) -> None:
        assert outbox.holds(conn, job, now=NOON)
        inside.set()
        assert go_on.wait(10)
        assert outbox.finish(conn, job, now=NOON)

    with closing(place.open()) as other, ThreadPoolExecutor(2) as threads:
        writing = threads.submit(database.write_sync, last_write)
        assert inside.wait(10)
        claiming = threads.submit(other.write_sync, lambda conn: _claim(conn, NOON + LEASE))
        if database.dialect == "postgresql":
            assert claiming.result(10) is None
        go_on.set()
        writing.result(10)
        assert claiming.result(10) is None


steps = st.lists(
    st.tuples(
        st.sampled_from(["add", "unique", "claim", "finish", "fail", "release", "renew", "wait"]),
        st.integers(0, 2),
    ),
    max_size=40,
)


@pytest.mark.parametrize("dialect", ["sqlite"])
@settings(
    deadline=None, max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=steps, seed=st.integers(0, 2**16))
def test_whatever_happens_no_key_runs_twice_or_out_of_order(
    database: Database, steps: list[tuple[str, int]], seed: int
) -> None:
    chance = random.Random(seed)  # noqa: S311 - a reproducible order, no secret
    held: list[Job] = []
    finished: dict[str | None, int] = {}

    def play(conn: Connection) -> None:
        now = NOON
        conn.execute(delete(jobs))
        for number, (step, key) in enumerate(steps):
            now += timedelta(seconds=20) if step == "wait" else timedelta(0)
            if step in {"add", "unique"}:
                unique = step == "unique"
                outbox.enqueue(
                    conn, "turn", {"number": number}, now=now, key=f"k{key}", unique=unique
                )
            elif step == "claim":
                job = _claim(conn, now)
                if job is not None:
                    live = [other for other in held if outbox.holds(conn, other, now=now)]
                    assert job.key not in {other.key for other in live}
                    assert job.id > finished.get(job.key, 0)
                    held.append(job)
            elif held:
                _end(conn, step, chance.choice(held), now, finished)

    database.write_sync(play)


def _end(
    conn: Connection, step: str, job: Job, now: datetime, finished: dict[str | None, int]
) -> None:
    if step == "finish" and outbox.finish(conn, job, now=now):
        finished[job.key] = job.id
    elif step == "fail":
        outbox.fail(conn, job, now=now, error="broke", retry=Retry(attempts=2))
    elif step == "release":
        outbox.release(conn, job, now=now)
    elif step == "renew":
        outbox.renew(conn, job, now=now, lease=LEASE)
