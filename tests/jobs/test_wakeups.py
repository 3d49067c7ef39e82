"""Wake-ups: none is lost between looking and waiting."""

import asyncio

import pytest

from helpcenter.jobs.wakeups import LocalWakeups

pytestmark = pytest.mark.anyio
LONG = 60.0


async def test_waiting_ends_by_itself() -> None:
    await LocalWakeups().wait(0)


async def test_a_notice_given_before_waiting_counts_once() -> None:
    wakeups = LocalWakeups()
    wakeups.notify()
    wakeups.notify()
    await wakeups.wait(LONG)

    again = asyncio.create_task(wakeups.wait(LONG))
    await asyncio.sleep(0)
    assert not again.done()
    wakeups.notify()
    await again


async def test_a_notice_from_another_thread_arrives() -> None:
    wakeups = LocalWakeups()
    waiting = asyncio.create_task(wakeups.wait(LONG))
    await asyncio.sleep(0)
    await asyncio.to_thread(wakeups.notify)
    await waiting


async def test_more_notices_than_needed_do_no_harm() -> None:
    wakeups = LocalWakeups()
    waiting = asyncio.create_task(wakeups.wait(LONG))
    await asyncio.sleep(0)
    wakeups.notify()
    wakeups.notify()
    await waiting


async def test_a_cancelled_wait_leaves_it_usable() -> None:
    wakeups = LocalWakeups()
    waiting = asyncio.create_task(wakeups.wait(LONG))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    wakeups.notify()
    await wakeups.wait(LONG)


def test_it_outlives_the_loop_that_waited() -> None:
    wakeups = LocalWakeups()
    asyncio.run(wakeups.wait(0))
    wakeups.notify()
    asyncio.run(wakeups.wait(LONG))
