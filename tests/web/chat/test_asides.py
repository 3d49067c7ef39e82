"""Beside the lines: a rating, who types, what was read, and where to write to."""

from collections.abc import Callable

import pytest
from sqlalchemy import Connection

from helpcenter.app import HelpCenter
from helpcenter.conversations import store
from helpcenter.conversations.model import Author, AuthorRole, Owner, ReadUpTo
from helpcenter.identity.caller import SYSTEM, Caller, Role
from helpcenter.tickets.model import Contact
from helpcenter.tickets.store import latest_of
from tests.web.chat.conftest import Person, chat_of, pass_on
from tests.web.chat.test_stream import opened

pytestmark = pytest.mark.anyio
AGENT = Caller(Role.AGENT, 1)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


async def test_a_rating_is_an_event_of_which_the_last_counts(person: Person) -> None:
    path = f"/{person.conversation}/rating"
    await person.say("thanks")
    sent = [
        await person.ask("POST", path, json={"client_id": name, "helpful": helpful})
        for name, helpful in (("a", True), ("a", False), ("b", False))
    ]

    assert [answer.status_code for answer in sent] == [201, 200, 201]
    rated = (await person.feed(1))["items"]
    assert [(item["kind"], item["client_id"], item["parts"]) for item in rated] == [
        ("event", "a", [{"type": "event", "name": "rating", "helpful": True}]),
        ("event", "b", [{"type": "event", "name": "rating", "helpful": False}]),
    ]
    assert sent[0].json() == sent[1].json() == rated[0]


async def test_who_types_is_told_at_once_and_kept_nowhere(app: HelpCenter, person: Person) -> None:
    row = await row_of(app, person)
    async with opened(app, person) as stream:
        assert (await stream.event())[0] == "state"
        answer = await person.ask("POST", f"/{person.conversation}/typing")
        assert (answer.status_code, answer.content) == (204, b"")
        assert await stream.event() == ("typing", None, {"role": "customer"})
        chat_of(app).notices.types(row, Author(AuthorRole.AGENT, "Eve"))
        assert await stream.event() == ("typing", None, {"role": "agent", "name": "Eve"})
    async with opened(app, person) as later:
        assert (await later.event())[0] == "state"
        assert (await later.block() or "").startswith(":"), "it is forgotten"
    assert (await person.feed())["items"] == []


async def test_each_side_has_read_up_to_somewhere(app: HelpCenter, person: Person) -> None:
    for _ in range(3):
        await person.say("hello?")
    path = f"/{person.conversation}/read"
    async with opened(app, person, "after=3") as stream:
        await stream.event()
        for seq in (2, 1, 99):
            assert (await person.ask("POST", path, json={"seq": seq})).status_code == 204
        database = chat_of(app).runner.database
        found = await database.read(lambda conn: store.find(conn, SYSTEM, person.conversation))
        assert found.read == ReadUpTo(customer=3)
        assert await database.write(lambda conn: store.mark_read(conn, AGENT, found, 2))
        assert not await database.write(lambda conn: store.mark_read(conn, AGENT, found, 1))
        last = {"read": {"customer": 3, "agent": 2}, "owner": "bot", "next": 3}
        while (event := await stream.event())[2] != last:
            assert event[:2] == ("state", None)

    page = await person.feed(3)
    assert page == {"items": [], **last}


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("rating", {"client_id": "a", "helpful": True}),
        ("typing", {}),
        ("read", {"seq": 1}),
        ("messages", {"client_id": "a", "values": {"email": "a@b.example"}, "in_reply_to": 1}),
    ],
)
async def test_strangers_can_do_none_of_it(
    app: HelpCenter,
    person: Person,
    new_person: Callable[[], Person],
    path: str,
    body: dict[str, object],
) -> None:
    await person.say("hello")
    stranger, nobody = new_person(), new_person()
    await stranger.begin()
    for other in (stranger, nobody):
        answer = await other.ask("POST", f"/{person.conversation}/{path}", json=body)
        assert (answer.status_code, answer.json()["code"]) == (404, "conversation_not_found")
    assert (await person.feed())["next"] == 1
    await pass_on(app, person.conversation, Owner.CLOSED)
    closed = await person.ask("POST", f"/{person.conversation}/{path}", json=body)
    assert closed.status_code in ({204} if path in {"typing", "read"} else {400, 409})


@pytest.mark.parametrize("path", ["typing", "read"])
async def test_signs_in_a_flood_are_slowed(person: Person, path: str) -> None:
    where = f"/{person.conversation}/{path}"
    answers = [await person.ask("POST", where, json={"seq": 0}) for _ in range(70)]
    codes = [answer.status_code for answer in answers]
    assert codes.count(204) == 60
    assert codes[-1] == 429
    assert (await person.say("still heard"))["seq"] == 1


async def test_who_is_not_signed_in_may_say_where_to_write_to(
    app: HelpCenter, person: Person, at_work: None
) -> None:
    await person.ask("POST", f"/{person.conversation}/handoff")
    shown = (await person.feed())["items"][0]
    form = next(part for part in shown["parts"] if part["type"] == "form")
    assert [(each["name"], each["kind"], each["required"]) for each in form["fields"]] == [
        ("name", "text", False),
        ("email", "email", True),
    ]

    wrong = await person.post(values={"email": "nobody"}, in_reply_to=shown["seq"])
    assert (wrong.status_code, wrong.json()["code"]) == (400, "form_invalid")
    assert wrong.json()["errors"][0]["field"] == "values.email"
    nowhere = await person.post(values={"email": "a@b.example"}, in_reply_to=2)
    assert (nowhere.status_code, nowhere.json()["code"]) == (400, "form_unknown")

    filled = {"values": {"name": "Ada", "email": "Ada@b.example"}, "in_reply_to": shown["seq"]}
    sent = [await person.post(client_id="form", **filled) for _ in range(2)]
    assert [answer.status_code for answer in sent] == [201, 200]
    item = sent[0].json()
    assert item["in_reply_to"] == shown["seq"]
    assert item["parts"][0]["text"].endswith("ada@b.example")
    row = await row_of(app, person)
    ticket = await chat_of(app).runner.database.read(lambda conn: latest_of(conn, row))
    assert ticket is not None
    assert ticket.contact == Contact("Ada", "ada@b.example")
    assert (await person.feed(3))["items"] == [], "nobody answers a form"


async def row_of(app: HelpCenter, person: Person) -> int:
    """Return the conversation's row id."""

    def read(conn: Connection) -> int:
        return store.find(conn, SYSTEM, person.conversation).id

    return await chat_of(app).runner.database.read(read)
