"""The line: threads that are all busy, callers who give up, and work nobody waits for any more."""

import asyncio
import threading
import time
from collections.abc import Iterator

import pytest

from helpcenter.billing.line import THREADS, Line
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
    line = Line(ManualClock(NOW), patience=0.2)
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
    line = Line(ManualClock(NOW), patience=2.0)
    before = time.monotonic()
    until = await line.one(lambda until: until)
    assert before + 2.0 <= until <= time.monotonic() + 2.0
    line.close()


async def test_a_caller_who_is_cancelled_counts_as_neither_failure_nor_success(
    gate: threading.Event,
) -> None:
    line = Line(ManualClock(NOW))
    for _ in range(10):
        task = asyncio.create_task(line.one(lambda until: gate.wait(30)))
        await asyncio.sleep(0.01)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    assert await line.one(lambda until: "still open") == "still open"
    gate.set()
    line.close()
