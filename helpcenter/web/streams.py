"""Answers that go on: blocks of `text/event-stream`, sent until one side has enough."""

import asyncio
import json
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import TYPE_CHECKING, Any

from starlette.responses import Response

from helpcenter.errors import HelpcenterError

if TYPE_CHECKING:
    from starlette.types import Receive, Scope, Send

TYPE = "text/event-stream"
BEAT = b": still here\n\n"
"""A sign of life, which tells nothing."""
GRACE = 60.0
"""Seconds beyond its time after which a stream whose reader takes nothing is given up."""


def event(name: str, data: dict[str, Any], seq: int | None = None) -> bytes:
    """Return one block; JSON has no line breaks, so one `data` line holds it."""
    place = "" if seq is None else f"id: {seq}\n"
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return f"{place}event: {name}\ndata: {text}\n\n".encode()


class EventStream(Response):
    """Ends when the reader goes, may read no more, the blocks end or `longest` seconds are over."""

    media_type = TYPE

    def __init__(self, blocks: AsyncGenerator[bytes], longest: float) -> None:
        self._blocks = blocks
        self._longest = longest
        self.status_code = 200
        self.background = None
        # Proxies are asked not to hold it back.
        self.init_headers({"cache-control": "no-store", "x-accel-buffering": "no"})

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """Send blocks until one side has enough."""
        del scope
        both = (asyncio.create_task(self._send(send)), asyncio.create_task(_gone(receive)))
        try:
            await asyncio.wait(both, timeout=self._longest, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in both:
                task.cancel()
            await asyncio.gather(*both, return_exceptions=True)

    async def _send(self, send: "Send") -> None:
        start = {"type": "http.response.start", "status": 200, "headers": self.raw_headers}
        await send(start)
        try:
            async with aclosing(self._blocks) as blocks:
                async for block in blocks:
                    await send({"type": "http.response.body", "body": block, "more_body": True})
        except HelpcenterError:
            # Signed out meanwhile: the reader learns why when asking again.
            pass
        await send({"type": "http.response.body", "body": b""})


async def _gone(receive: "Receive") -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
