"""The line: threads that are all busy, callers who give up, and work nobody waits for any more."""

import asyncio
import threading
import time
from collections.abc import Iterator

import pytest

from helpcenter.billing.breaker import FAILURES, Breaker
from helpcenter.billing.line import THREADS, Line, _Asked
from helpcenter.billing.port import Refusal, StripeRefusedError
from helpcenter.clock import ManualClock
from tests.billing.builders import NOW

pytestmark = pytest.mark.anyio


@pytest.fixture
def gate() -> Iterator[threading.Event]:
    """Return a gate that busy threads wait at; it opens at the end at the latest."""
    opened = threading.Event()
    yield opened
    opened.set()


async def test_what_waits_for_a_thread_too_long_is_never_begun(gate: threading.Event) -> None:
    line = Line(Breaker(ManualClock(NOW)), patience=0.2)
    begun: list[str] = []

    def busy(until: float) -> None:
        gate.wait(30)

    def late(until: float) -> None:
        begun.append("late")

    crowd = asyncio.gather(*(line.one(busy) for _ in range(THREADS)), return_exceptions=True)
    await asyncio.sleep(0)
    with pytest.raises(StripeRefusedError) as caught:
        await line.one(late)
    assert caught.value.refusal is Refusal.UNAVAILABLE
    gate.set()
    await crowd
    await asyncio.to_thread(line.close)
    assert begun == []


async def test_a_call_learns_until_when_somebody_waits() -> None:
    line = Line(Breaker(ManualClock(NOW)), patience=2.0)
    before = time.monotonic()
    until = await line.one(lambda until: until)
    assert before + 2.0 <= until <= time.monotonic() + 2.0
    line.close()


async def test_a_caller_who_is_cancelled_counts_as_neither_failure_nor_success(
    gate: threading.Event,
) -> None:
    line = Line(Breaker(ManualClock(NOW)))
    for _ in range(10):
        task = asyncio.create_task(line.one(lambda until: gate.wait(30)))
        await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert await line.one(lambda until: "still open") == "still open"
    gate.set()
    line.close()


async def test_a_queue_of_our_own_is_no_outage_of_stripes(gate: threading.Event) -> None:
    breaker = Breaker(ManualClock(NOW))
    line = Line(breaker, patience=0.05)
    for _ in range(THREADS):
        line._threads.submit(gate.wait, 30)
    late = (line.one(lambda until: "too late") for _ in range(2 * FAILURES))
    for each in await asyncio.gather(*late, return_exceptions=True):
        assert isinstance(each, StripeRefusedError)
    assert not breaker.is_open
    gate.set()
    line.close()


@pytest.mark.parametrize(("begun", "ok"), [(None, None), (1, False), (4, False), (6, None)])
def test_stripe_is_to_blame_once_it_had_half_of_the_time(
    begun: float | None, *, ok: bool | None
) -> None:
    asked = _Asked(lambda until: None, time.monotonic() + 10)
    asked._begun = None if begun is None else asked._queued + begun
    assert asked.judged(StripeRefusedError(Refusal.UNAVAILABLE)) is ok
    assert asked.judged(StripeRefusedError(Refusal.REJECTED)) is True
    assert asked.judged({}) is True


async def test_two_lines_share_what_they_know_of_stripe_and_no_threads(
    gate: threading.Event,
) -> None:
    breaker = Breaker(ManualClock(NOW))
    one, other = Line(breaker), Line(breaker)
    for _ in range(THREADS):
        one._threads.submit(gate.wait, 30)
    assert await other.one(lambda until: "at once") == "at once"
    for _ in range(FAILURES):
        with pytest.raises(StripeRefusedError):
            await other.one(refuse)
    assert breaker.is_open
    with pytest.raises(StripeRefusedError):
        await one.one(lambda until: "never asked")
    gate.set()
    one.close()
    other.close()


async def test_a_line_that_is_closed_takes_no_calls() -> None:
    line = Line(Breaker(ManualClock(NOW)))
    line.close()
    with pytest.raises(StripeRefusedError):
        await line.one(lambda until: "never asked")


def refuse(until: float) -> None:
    raise StripeRefusedError(Refusal.UNAVAILABLE)
