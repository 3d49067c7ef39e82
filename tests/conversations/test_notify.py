"""Notices wake those who wait for that conversation, and nobody else."""

import asyncio

import pytest

from helpcenter.conversations.notify import LocalNotices

pytestmark = pytest.mark.anyio
LONG = 30.0


async def test_a_notice_wakes_who_waits() -> None:
    notices = LocalNotices()
    with notices.listen(1) as one, notices.listen(1) as two:
        waiting = [asyncio.create_task(each.wait(LONG)) for each in (one, two)]
        await asyncio.sleep(0)
        notices.tell(1)
        async with asyncio.timeout(LONG / 2):
            await asyncio.gather(*waiting)


async def test_a_notice_before_the_wait_counts() -> None:
    notices = LocalNotices()
    with notices.listen(1) as listener:
        notices.tell(1)
        async with asyncio.timeout(LONG / 2):
            await listener.wait(LONG)


async def test_a_notice_of_another_conversation_does_not() -> None:
    notices = LocalNotices()
    with notices.listen(1) as listener:
        notices.tell(2)
        waiting = asyncio.create_task(listener.wait(LONG))
        done, _ = await asyncio.wait([waiting], timeout=0.05)
        assert not done
        waiting.cancel()


async def test_a_wait_ends_by_itself() -> None:
    with LocalNotices().listen(1) as listener:
        await listener.wait(0.01)
        assert not listener.over


async def test_closing_ends_all_waits_now_and_later() -> None:
    notices = LocalNotices()
    with notices.listen(1) as listener:
        waiting = asyncio.create_task(listener.wait(LONG))
        await asyncio.sleep(0)
        notices.close()
        async with asyncio.timeout(LONG / 2):
            await waiting
            await listener.wait(LONG)
        assert listener.over
    with notices.listen(2) as late:
        assert late.over
