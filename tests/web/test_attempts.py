"""The bucket of tries: by address, refilled by the clock, bounded in memory."""

from datetime import timedelta

import pytest

from helpcenter.clock import ManualClock
from helpcenter.errors import HelpcenterError
from helpcenter.web import attempts
from helpcenter.web.attempts import CUSTOMERS, FAILURE, TRY, Attempts
from tests.identity.host import START


def exhaust(counter: Attempts, address: str) -> int:
    """Fail until refused; return how often that worked."""
    for number in range(1000):
        try:
            counter.begin(address)
        except HelpcenterError as error:
            assert error.code == "too_many"  # noqa: PT017 - which one matters, and when
            return number
        counter.failed(address)
    return 1000


def test_one_address_does_not_speak_for_another() -> None:
    counter = Attempts(ManualClock(START))
    assert exhaust(counter, "192.0.2.1") == pytest.approx(
        CUSTOMERS.capacity / (TRY + FAILURE), abs=1
    )
    counter.begin("192.0.2.2")
    counter.begin("")


def test_a_household_is_one_address() -> None:
    counter = Attempts(ManualClock(START))
    exhaust(counter, "2001:db8:1:2::1")
    with pytest.raises(HelpcenterError):
        counter.begin("2001:db8:1:2:ffff::9")
    counter.begin("2001:db8:1:3::1")


def test_it_says_truly_when_to_go_on() -> None:
    clock = ManualClock(START)
    counter = Attempts(clock)
    exhaust(counter, "192.0.2.1")
    with pytest.raises(HelpcenterError) as caught:
        counter.begin("192.0.2.1")
    assert caught.value.retry_after
    clock.advance(timedelta(seconds=caught.value.retry_after))
    counter.begin("192.0.2.1")


def test_it_never_holds_more_than_it_did_at_first() -> None:
    clock = ManualClock(START)
    counter = Attempts(clock)
    first = exhaust(counter, "192.0.2.1")
    clock.advance(timedelta(days=30))
    assert exhaust(counter, "192.0.2.1") == first
    clock.advance(timedelta(days=-30))
    with pytest.raises(HelpcenterError):
        counter.begin("192.0.2.1")
    assert CUSTOMERS.refill > 0


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attempts, "MOST_ADDRESSES", 10)
    counter = Attempts(ManualClock(START))
    for number in range(100):
        counter.begin(f"192.0.2.{number}")
    assert len(counter._buckets) == 10
