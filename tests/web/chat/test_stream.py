"""The stream of events: what it says, and each way it ends."""

from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace

import pytest

from helpcenter.app import HelpCenter
from helpcenter.web.chat.counter import Patience, Seats
from tests.web.chat import streaming
from tests.web.chat.conftest import API, Person, chat_of
from tests.web.chat.streaming import Stream

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


def opened(
    app: HelpCenter, person: Person, query: str = "", **headers: str
) -> AbstractAsyncContextManager[Stream]:
    """Open the stream of a person's conversation."""
    path = f"{API}/{person.conversation}/feed"
    sent = {"authorization": f"Bearer {person.token}", **headers}
    return streaming.opened(app, path, query, **sent)


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
