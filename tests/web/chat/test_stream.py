"""The stream of events: what it says, and each way it ends."""

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

import pytest

from helpcenter.app import HelpCenter
from helpcenter.web.chat.counter import Patience, Seats
from tests.web.chat.conftest import API, Person, chat_of

pytestmark = pytest.mark.anyio

PATIENCE = 20.0


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


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
    app: HelpCenter, person: Person, query: str = "", **headers: str
) -> AsyncIterator[Stream]:
    """Open a stream as a browser's `fetch` does, and go away at the end."""
    sent = {"accept": "text/event-stream", "authorization": f"Bearer {person.token}", **headers}
    path = f"{API}/{person.conversation}/feed"
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


async def test_it_says_what_is_there_and_what_comes(
    app: HelpCenter, person: Person, at_work: None
) -> None:
    await person.say("hello")
    async with opened(app, person) as stream:
        assert stream.status == 200
        assert stream.headers["content-type"].startswith("text/event-stream")
        assert stream.headers["cache-control"] == "no-store"
        events = [await stream.event() for _ in range(3)]
        await person.say("hello again")
        events += [await stream.event() for _ in range(2)]

    items = [(seq, data["seq"]) for name, seq, data in events if name == "item"]
    assert items == [("1", 1), ("2", 2), ("3", 3), ("4", 4)]
    assert next(data for name, _, data in events if name == "state")["owner"] == "bot"
    assert [data for name, _, data in events if name == "item"] == (await person.feed())["items"]


async def test_it_goes_on_where_the_reader_was(app: HelpCenter, person: Person) -> None:
    for text in ("one", "two", "three"):
        await person.say(text)

    async with opened(app, person, "after=2") as stream:
        assert (await stream.event())[1] == "3"
    async with opened(app, person, "after=0", last_event_id="1") as stream:
        assert (await stream.event())[1] == "2"
    async with opened(app, person, last_event_id="rubbish") as stream:
        assert (await stream.event())[1] == "1"


async def test_it_gives_signs_of_life(app: HelpCenter, person: Person) -> None:
    async with opened(app, person) as stream:
        await stream.event()
        assert (await stream.block() or "").startswith(":")


async def test_it_says_when_the_owner_changes(app: HelpCenter, person: Person) -> None:
    async with opened(app, person) as stream:
        assert (await stream.event())[2]["owner"] == "bot"
        await person.ask("POST", f"/{person.conversation}/handoff")
        events = [await stream.event() for _ in range(3)]

    assert events[-1][0] == "state"
    assert events[-1][2]["owner"] == "queue"


async def test_it_ends_when_the_conversation_is_claimed(
    app: HelpCenter, person: Person, sign_in: Callable[..., Awaitable[str]]
) -> None:
    token = await sign_in()
    async with opened(app, person) as stream:
        await stream.event()
        claimed = await person.http.post(
            f"{API}/{person.conversation}/claim",
            json={"token": person.token},
            headers={"authorization": f"Bearer {token}"},
        )
        assert claimed.status_code == 200
        await stream.end()


async def test_it_ends_when_the_customer_is_signed_out(
    app: HelpCenter, new_person: Callable[[], Person], sign_in: Callable[..., Awaitable[str]]
) -> None:
    ada = new_person()
    ada.token = await sign_in("ada")
    await ada.begin()
    async with opened(app, ada) as stream:
        await stream.event()
        await app.state.identity.sign_out_everywhere("ada")
        await stream.end()


async def test_it_ends_when_the_server_stops(app: HelpCenter, person: Person) -> None:
    async with opened(app, person) as stream:
        await stream.event()
        chat_of(app).notices.close()
        await stream.end()


async def test_it_ends_after_its_time(app: HelpCenter, person: Person) -> None:
    app.state.chat = replace(chat_of(app), patience=Patience(0.1, 0.05, 0.05))
    async with opened(app, person) as stream:
        await stream.end()


async def test_a_reader_who_goes_leaves_nothing_behind(app: HelpCenter, person: Person) -> None:
    chat = chat_of(app)
    async with opened(app, person) as stream:
        await stream.event()
        assert chat.seats._taken.total() == 1
    assert chat.seats._taken.total() == 0
    assert chat.notices._listeners == {}


async def test_seats_are_limited(app: HelpCenter, person: Person) -> None:
    app.state.chat = replace(chat_of(app), seats=Seats(each=1))
    async with opened(app, person) as stream:
        await stream.event()
        async with opened(app, person) as another:
            assert another.status == 429
        poll = await person.ask("GET", f"/{person.conversation}/feed?after=0&wait=1")
        assert poll.status_code == 429
        assert int(poll.headers["retry-after"]) > 0
        assert (await person.feed())["next"] == 0
