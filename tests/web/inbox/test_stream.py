"""The agents' stream: hints, who is there, who types, and each way it ends."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from httpx2 import ASGITransport, AsyncClient, Response

from helpcenter.app import HelpCenter
from helpcenter.clock import ManualClock
from helpcenter.conversations.model import CUSTOMER
from helpcenter.identity import agents, api_tokens
from helpcenter.identity.agents import Agent
from helpcenter.identity.api_tokens import Scope
from helpcenter.identity.sessions import IDLE
from helpcenter.tickets.model import Ticket
from helpcenter.tickets.verbs import Seen
from helpcenter.web.chat.counter import Patience, Seats
from helpcenter.web.inbox.office import Office
from tests.web.chat.conftest import chat_of
from tests.web.chat.streaming import opened
from tests.web.conftest import BASE
from tests.web.inbox.conftest import COOKIE, OURS, PASSWORD, Shop
from tests.web.inbox.test_api import API, token_of

pytestmark = pytest.mark.anyio

PATH = f"{API}/stream"
SignIn = Callable[[Agent], Awaitable[dict[str, str]]]


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(autouse=True)
def _quick(app: HelpCenter) -> None:
    app.state.chat = replace(chat_of(app), patience=Patience(20, 0.05, 0.05))


@pytest.fixture
async def http(app: HelpCenter) -> AsyncIterator[AsyncClient]:
    async with AsyncClient(transport=ASGITransport(app=app), base_url=BASE) as client:
        yield client


@pytest.fixture
def sign_in(http: AsyncClient) -> SignIn:
    """Return the headers with which an agent's page asks."""

    async def headers(agent: Agent) -> dict[str, str]:
        http.cookies.clear()
        form = {"email": agent.email, "password": PASSWORD, "to": ""}
        answer = await http.post("/agent/login", data=form, headers=OURS)
        assert answer.status_code == 303
        return {"cookie": f"{COOKIE}={answer.cookies[COOKIE]}", **OURS}

    return headers


def office_of(app: HelpCenter) -> Office:
    office: Office = app.state.office
    return office


async def reply(app: HelpCenter, agent: Agent, ticket: Ticket, text: str = "Hello") -> None:
    await office_of(app).desk.reply(Seen(agent, ticket.id, ticket.version), text)


async def test_it_hints_at_every_ticket_that_changes(
    app: HelpCenter, shop_floor: Shop, ada: Agent, sign_in: SignIn
) -> None:
    _, first = shop_floor.talk("help")
    async with opened(app, PATH, **await sign_in(ada)) as stream:
        assert stream.status == 200
        assert stream.headers["content-type"].startswith("text/event-stream")
        assert stream.headers["cache-control"] == "no-store"
        await reply(app, ada, first)
        assert await stream.event() == ("ticket", None, {"ticket": first.id})
        _, second = shop_floor.talk("me too", name="b")
        assert await stream.event() == ("ticket", None, {"ticket": second.id})


async def test_of_one_ticket_it_tells_who_is_there_and_who_types(
    app: HelpCenter, shop_floor: Shop, ada: Agent, sign_in: SignIn, http: AsyncClient
) -> None:
    (talk, ticket), (_, other) = shop_floor.talk("help"), shop_floor.talk("and me", name="b")
    ben = shop_floor.agent("Ben")
    for_ada, for_ben = await sign_in(ada), await sign_in(ben)
    query = f"ticket={ticket.id}"
    async with opened(app, PATH, query, **for_ada) as stream:
        async with opened(app, PATH, query, **for_ben) as second:
            assert (await stream.event())[2] == {"agents": [{"name": "Ben"}]}
            assert (await second.event())[2] == {"agents": [{"name": "Ada"}]}
            async with opened(app, PATH, query, **for_ben):
                chat_of(app).notices.types(talk.id, CUSTOMER)
                assert await stream.event() == ("typing", None, {"role": "customer"})
                assert await second.event() == ("typing", None, {"role": "customer"})
            typing = f"{API}/tickets/{ticket.id}/typing"
            http.cookies.clear()
            assert (await http.post(typing, headers=for_ben)).status_code == 204
            assert (await stream.event())[2] == {"role": "agent", "name": "Ben"}
        assert await stream.event() == ("presence", None, {"agents": []})
        await reply(app, ada, other)
        await reply(app, ada, ticket)
        assert (await stream.event())[2] == {"ticket": ticket.id}
    assert office_of(app).presence._looks == {}
    assert office_of(app).seats._taken.total() == 0
    assert chat_of(app).notices._listeners == {}


async def test_a_program_may_watch_in_an_agents_name(
    app: HelpCenter, clock: ManualClock, shop_floor: Shop, ada: Agent
) -> None:
    token = token_of(app, clock, Scope.TICKETS)
    _, ticket = shop_floor.talk("help")
    headers = {"authorization": f"Bearer {token}", "x-agent": ada.email}
    async with opened(app, PATH, **headers) as stream:
        await reply(app, ada, ticket)
        assert (await stream.event())[2] == {"ticket": ticket.id}
        await shop_floor.database.write(lambda conn: api_tokens.revoke(conn, Scope.TICKETS.value))
        await stream.end()


@pytest.mark.parametrize("how", ["signed out", "let go", "idle", "shutdown", "time"])
async def test_it_ends(
    app: HelpCenter, clock: ManualClock, shop_floor: Shop, ada: Agent, sign_in: SignIn, how: str
) -> None:
    if how == "time":
        app.state.chat = replace(chat_of(app), patience=Patience(0.1, 0.05, 0.05))
    headers = await sign_in(ada)
    async with opened(app, PATH, **headers) as stream:
        assert (await stream.block() or "").startswith(":")
        if how == "signed out":
            await office_of(app).counter.sign_out(
                headers["cookie"].partition("=")[2].partition(";")[0]
            )
        elif how == "let go":
            await shop_floor.database.write(lambda conn: agents.deactivate(conn, ada.email))
        elif how == "idle":
            # To look on is not to work: a page that was left open signs nobody in for the day.
            clock.advance(IDLE - timedelta(seconds=90))
            assert (await stream.block() or "").startswith(":")
            clock.advance(timedelta(seconds=90))
        elif how == "shutdown":
            chat_of(app).notices.close()
        await stream.end()


async def test_it_is_for_agents_and_not_without_end(
    app: HelpCenter, shop_floor: Shop, ada: Agent, sign_in: SignIn, http: AsyncClient
) -> None:
    headers = await sign_in(ada)
    app.state.office = replace(office_of(app), seats=Seats(each=1))

    async def refused(query: str = "", **sent: str) -> Response:
        http.cookies.clear()
        return await http.get(f"{PATH}{query}", headers=sent)

    elsewhere = {**headers, "sec-fetch-site": "cross-site"}
    async with opened(app, PATH, **headers) as stream:
        await stream.block()
        assert (await refused()).status_code == 401
        assert (await refused(**elsewhere)).status_code == 401
        assert (await refused("?ticket=99", **headers)).status_code == 404
        assert (await refused("?ticket=x", **headers)).status_code == 400
        full = await refused(**headers)
        assert (full.status_code, full.headers["retry-after"]) == (429, "5")
