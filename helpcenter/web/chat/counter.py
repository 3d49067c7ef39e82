"""What the chat works with; one for the life of the app, at `app.state.chat`."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import cast

from starlette.requests import HTTPConnection

from helpcenter.bot.runner import Runner
from helpcenter.conversations.notify import LocalNotices
from helpcenter.errors import HelpcenterError, Kind
from helpcenter.web.attempts import Attempts, Bucket

LINES = Bucket(30, 2, failure=0)
"""Of one conversation: thirty lines at once, then two a second."""
BEGINNINGS = Bucket(60, 1, failure=0)
"""Conversations begun from one address."""
ASIDES = Bucket(60, 2, failure=0)
"""Signs of one conversation that somebody types or has read."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long somebody may watch, in seconds: a stream in all, and between two signs of life.

    `reread` is how often a watcher looks without being told: notices of other nodes do not come
    here, and nobody is told that a token was revoked.
    """

    stream: float = 900.0
    heartbeat: float = 15.0
    reread: float = 2.0


class Seats:
    """How many may watch at once: in all, and one conversation."""

    def __init__(self, every: int = 2000, each: int = 8) -> None:
        self._every = every
        self._each = each
        self._taken: Counter[int] = Counter()

    @contextmanager
    def taken(self, row_id: int) -> Iterator[None]:
        """Watch a conversation meanwhile; raises `too_many` when all seats are taken."""
        self.refuse_if_full(row_id)
        self._taken[row_id] += 1
        try:
            yield
        finally:
            self._taken[row_id] -= 1
            if not self._taken[row_id]:
                del self._taken[row_id]

    def refuse_if_full(self, row_id: int) -> None:
        """Raise `too_many` if nobody else may watch this conversation now."""
        if self._taken.get(row_id, 0) >= self._each or self._taken.total() >= self._every:
            raise HelpcenterError("too_many", Kind.TOO_MANY, retry_after=5)


@dataclass(frozen=True)
class Chat:
    """The door for lines, and what keeps its use within bounds.

    `lines` and `asides` count by conversation, `beginnings` by address.
    """

    runner: Runner
    notices: LocalNotices
    lines: Attempts
    asides: Attempts
    beginnings: Attempts
    patience: Patience = field(default_factory=Patience)
    seats: Seats = field(default_factory=Seats)


def make_chat(runner: Runner, notices: LocalNotices) -> Chat:
    """Return the chat of an app."""
    return Chat(
        runner,
        notices,
        lines=Attempts(runner.clock, LINES),
        asides=Attempts(runner.clock, ASIDES),
        beginnings=Attempts(runner.clock, BEGINNINGS),
    )


def chat_of(request: HTTPConnection) -> Chat:
    """Return the app's chat."""
    return cast("Chat", request.app.state.chat)
