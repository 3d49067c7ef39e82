"""A stream of events as a reader gets it, over ASGI, with no socket between."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from helpcenter.app import HelpCenter

PATIENCE = 20.0


@dataclass
class Stream:
    """An open stream: its status, and its blocks as they come; None is its end."""

    status: int
    headers: dict[str, str]
    blocks: "asyncio.Queue[str | None]"

    async def block(self) -> str | None:
        async with asyncio.timeout(PATIENCE):
            return await self.blocks.get()

    async def event(self) -> tuple[str, str | None, Any]:
        """Return the next event: its name, its id and its data."""
        while (block := await self.block()) is None or block.startswith(":"):
            assert block is not None, "the stream ended"
        fields = dict(line.split(": ", 1) for line in block.split("\n"))
        return fields["event"], fields.get("id"), json.loads(fields["data"])

    async def end(self) -> None:
        while await self.block() is not None:
            pass


@asynccontextmanager
async def opened(
    app: HelpCenter, path: str, query: str = "", **headers: str
) -> AsyncIterator[Stream]:
    """Open a stream as a browser's `fetch` does, and go away at the end."""
    sent = {"accept": "text/event-stream", **headers}
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "https",
        "path": path,
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "headers": [
            (name.replace("_", "-").encode(), value.encode()) for name, value in sent.items()
        ],
        "server": ("help.example.com", 443),
        "client": ("127.0.0.1", 1),
    }
    gone, begun = asyncio.Event(), asyncio.get_running_loop().create_future()
    blocks: asyncio.Queue[str | None] = asyncio.Queue()

    async def receive() -> dict[str, Any]:
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        if message["type"] == "http.response.start":
            begun.set_result(message)
            return
        for block in message.get("body", b"").decode().split("\n\n"):
            if block:
                blocks.put_nowait(block)
        if not message.get("more_body"):
            blocks.put_nowait(None)

    answering = asyncio.create_task(app(scope, receive, send))
    async with asyncio.timeout(PATIENCE):
        start = await begun
    plain = {name.decode(): value.decode() for name, value in start["headers"]}
    try:
        yield Stream(start["status"], plain, blocks)
    finally:
        gone.set()
        async with asyncio.timeout(PATIENCE):
            await answering
