"""The one door to the time of day: real in production, set by hand in tests."""

from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the time in UTC."""

    def now(self) -> datetime:
        """Return the present moment as an aware UTC datetime."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """Return the present moment as an aware UTC datetime."""
        return datetime.now(UTC)


class ManualClock:
    """A clock that moves only when told to; for tests and the sandbox's movable time."""

    def __init__(self, start: datetime) -> None:
        if start.tzinfo is None:
            raise ValueError("a clock starts at an aware datetime")
        self._now = start.astimezone(UTC)

    def now(self) -> datetime:
        """Return the moment it was last set to."""
        return self._now

    def advance(self, step: timedelta) -> None:
        """Move forward (or back, for tests of clocks that jump) by `step`."""
        self._now += step
