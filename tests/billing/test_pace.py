"""The pace: who goes at once, who waits how long, and who is sent away."""

import asyncio

import pytest

from helpcenter.billing import pace
from helpcenter.billing.pace import Pace
from helpcenter.billing.port import Refusal, StripeRefusedError

pytestmark = pytest.mark.anyio


@pytest.fixture
def slept(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Every wait, in seconds, none of which is waited for."""
    found: list[float] = []

    async def sleep(seconds: float) -> None:
        found.append(seconds)

    monkeypatch.setattr(asyncio, "sleep", sleep)
    return found


async def test_a_few_go_at_once_and_the_rest_one_after_another(slept: list[float]) -> None:
    rush = Pace(rate=10, burst=5)
    for _ in range(25):
        await rush.turn()
    assert all(wait <= 0 for wait in slept[:5])
    assert slept == sorted(slept)
    assert slept[-1] == pytest.approx(2.0, abs=0.5)


async def test_who_would_wait_too_long_is_sent_away_and_takes_no_turn(
    slept: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pace, "LONGEST", 1.0)
    rush = Pace(rate=0.5, burst=1)
    await rush.turn()
    for _ in range(3):
        with pytest.raises(StripeRefusedError) as caught:
            await rush.turn()
        assert caught.value.refusal is Refusal.UNAVAILABLE
    assert len(slept) == 1
    monkeypatch.setattr(pace, "LONGEST", 3.0)
    await rush.turn()


async def test_after_a_while_a_few_go_at_once_again(
    slept: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    loop = asyncio.get_running_loop()
    rush = Pace(rate=10, burst=5)
    for _ in range(50):
        await rush.turn()
    later = loop.time() + 60
    monkeypatch.setattr(loop, "time", lambda: later)
    slept.clear()
    for _ in range(6):
        await rush.turn()
    assert [wait > 1e-6 for wait in slept] == [False] * 5 + [True]
