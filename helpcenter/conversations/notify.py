"""Telling those who wait for a conversation that there is something new to read, or who types.

A notice may be lost, and on several nodes most are: who waits reads again from time to time.
"""

import asyncio
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

from helpcenter.conversations.model import Author


class Listener(Protocol):
    """Somebody's wait for one conversation, or for all."""

    @property
    def over(self) -> bool:
        """Whether nobody should wait any longer: the server is about to stop."""
        ...

    async def wait(self, seconds: float) -> None:
        """Return when there was a notice since the last call returned, or after `seconds`."""
        ...

    def typists(self) -> tuple[Author, ...]:
        """Return who has been typing since the last call."""
        ...


class Notices(Protocol):
    """Passes notices on, by a conversation's row id; belongs to one event loop."""

    def tell(self, row_id: int) -> None:
        """Wake everybody who waits for this conversation."""
        ...

    def types(self, row_id: int, author: Author) -> None:
        """Let everybody who waits for this conversation know that somebody is typing."""
        ...

    def listen(self, row_id: int | None) -> AbstractContextManager[Listener]:
        """Return a context in which notices of this conversation are noted, None for all.

        Who is typing is told only to those who listen to that conversation.
        """
        ...


class LocalNotices:
    """Notices inside one process."""

    def __init__(self) -> None:
        # Those who listen to every conversation are under None.
        self._listeners: dict[int | None, set[_Listener]] = {}
        self._over = False

    def tell(self, row_id: int) -> None:
        """Wake everybody who waits for this conversation."""
        for key in (row_id, None):
            for listener in self._listeners.get(key, ()):
                listener.event.set()

    def types(self, row_id: int, author: Author) -> None:
        """Let everybody who waits for this conversation know that somebody is typing."""
        for listener in self._listeners.get(row_id, ()):
            listener.typing.add(author)
            listener.event.set()

    def close(self) -> None:
        """Let nobody wait any longer, now or later."""
        self._over = True
        for listeners in self._listeners.values():
            for listener in listeners:
                listener.over = True
                listener.event.set()

    @contextmanager
    def listen(self, row_id: int | None) -> Iterator["Listener"]:
        """Return a context in which notices of this conversation are noted, None for all."""
        listener = _Listener()
        listener.over = self._over
        self._listeners.setdefault(row_id, set()).add(listener)
        try:
            yield listener
        finally:
            left = self._listeners[row_id]
            left.discard(listener)
            if not left:
                del self._listeners[row_id]


class _Listener:
    def __init__(self) -> None:
        self.event = asyncio.Event()
        self.over = False
        self.typing: set[Author] = set()

    def typists(self) -> tuple[Author, ...]:
        """Return who has been typing since the last call."""
        typing, self.typing = self.typing, set()
        return tuple(sorted(typing, key=lambda author: author.role))

    async def wait(self, seconds: float) -> None:
        """Return when there was a notice since the last call returned, or after `seconds`."""
        if self.over:
            return
        try:
            async with asyncio.timeout(seconds):
                await self.event.wait()
        except TimeoutError:
            return
        self.event.clear()
