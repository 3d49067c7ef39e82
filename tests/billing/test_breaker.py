"""The breaker alone: what counts, for how long, and that one probe is enough."""

from datetime import timedelta

from helpcenter.billing.breaker import FAILURES, PAUSE, WINDOW, Breaker, Pass
from helpcenter.clock import ManualClock
from tests.billing.builders import NOW


def fail(breaker: Breaker, times: int = FAILURES) -> None:
    for _ in range(times):
        given = breaker.enter()
        assert given is not None
        breaker.leave(given, ok=False)


def test_it_opens_after_a_row_of_failures() -> None:
    breaker = Breaker(ManualClock(NOW))
    fail(breaker, FAILURES - 1)
    assert breaker.enter() is Pass.CALL
    fail(breaker, 1)
    assert breaker.is_open
    assert breaker.enter() is None


def test_a_success_between_starts_the_row_again() -> None:
    breaker = Breaker(ManualClock(NOW))
    fail(breaker, FAILURES - 1)
    breaker.leave(Pass.CALL, ok=True)
    fail(breaker, FAILURES - 1)
    assert not breaker.is_open


def test_failures_far_apart_are_no_row() -> None:
    clock = ManualClock(NOW)
    breaker = Breaker(clock)
    for _ in range(3 * FAILURES):
        fail(breaker, 1)
        clock.advance(WINDOW / (FAILURES - 1) + timedelta(seconds=1))
    assert not breaker.is_open


def test_one_probe_at_a_time_decides() -> None:
    clock = ManualClock(NOW)
    breaker = Breaker(clock)
    fail(breaker)
    clock.advance(PAUSE)
    assert breaker.enter() is Pass.PROBE
    assert breaker.enter() is None
    breaker.leave(Pass.PROBE, ok=False)
    assert breaker.enter() is None
    clock.advance(PAUSE)
    assert breaker.enter() is Pass.PROBE
    breaker.leave(Pass.PROBE, ok=True)
    assert breaker.enter() is Pass.CALL


def test_a_probe_given_up_decides_nothing_and_frees_the_way() -> None:
    clock = ManualClock(NOW)
    breaker = Breaker(clock)
    fail(breaker)
    clock.advance(PAUSE)
    assert breaker.enter() is Pass.PROBE
    breaker.leave(Pass.PROBE, ok=None)
    assert breaker.is_open
    assert breaker.enter() is Pass.PROBE


def test_a_straggler_does_not_end_anothers_probe() -> None:
    clock = ManualClock(NOW)
    breaker = Breaker(clock)
    fail(breaker)
    clock.advance(PAUSE)
    assert breaker.enter() is Pass.PROBE
    breaker.leave(Pass.CALL, ok=None)
    assert breaker.enter() is None
