"""The kettle shop with people behind it: agents who sign in by password, and people who talk."""

import re
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field

import pytest
from httpx2 import Response
from pydantic import SecretStr
from sqlalchemy import Connection
from starlette.testclient import TestClient

from helpcenter.app import HelpCenter, create_app
from helpcenter.clock import ManualClock
from helpcenter.conversations import feed
from helpcenter.conversations import store as talks
from helpcenter.conversations.model import BOT, CUSTOMER, Conversation, Draft
from helpcenter.conversations.parts import Text
from helpcenter.db.database import Database
from helpcenter.i18n.locale import SOURCE, Locale
from helpcenter.identity import agents
from helpcenter.identity.agents import Agent, AgentRole, NewAgent
from helpcenter.identity.caller import ANONYMOUS, SYSTEM
from helpcenter.identity.passwords import Passwords
from helpcenter.settings import Settings
from helpcenter.site.model import Site
from helpcenter.tickets import handing, store
from helpcenter.tickets.model import Cause, Contact, Ticket
from helpcenter.tickets.teams import Teams
from tests.identity.host import START
from tests.web.conftest import client_of

PASSWORD = "a kettle that whistles"
COOKIE = "__Host-hc_agent"
OURS = {"sec-fetch-site": "same-origin"}
TRACE = {
    "line": 1,
    "topic": "card_declined",
    "route": "still",
    "steps": ["card_declined/start"],
    "articles": [],
    "facts": [
        {"name": "diagnosis", "value": "insufficient_funds", "fetched_at": START.isoformat()},
        {"name": "moment", "value": "none", "fetched_at": START.isoformat()},
        {"name": "new_card", "value": None, "fetched_at": START.isoformat()},
        {"name": "tomorrow_fact", "value": "?", "fetched_at": START.isoformat()},
    ],
    "candidates": [{"topic": "card_declined", "score": 0.91}],
}


@pytest.fixture(scope="session")
def password_hash() -> Iterator[str]:
    with closing(Passwords(cost=1)) as passwords:
        yield passwords.hash(PASSWORD)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(START)


@pytest.fixture
def with_people(settings: Settings) -> Settings:
    """Settings of a site with a secret of its own."""
    return settings.model_copy(update={"secret": SecretStr("the help centre's own secret, 32+")})


@pytest.fixture
def app(with_people: Settings, site: Site, database: Database, clock: ManualClock) -> HelpCenter:
    return create_app(with_people, database=database, site=site, clock=clock, log_requests=False)


@dataclass
class Shop:
    """What tests do behind the pages."""

    database: Database
    clock: ManualClock
    teams: Teams
    password_hash: str = field(repr=False)

    def agent(self, name: str = "Ada", team: str = "", role: AgentRole = AgentRole.AGENT) -> Agent:
        new = NewAgent(
            f"{name.lower()}@example.com",
            name,
            role,
            team or self.teams.first.id,
            self.password_hash,
        )
        return self.database.write_sync(lambda conn: agents.add(conn, new, self.clock.now()))

    def talk(
        self,
        *lines: str,
        name: str = "a",
        locale: Locale = SOURCE,
        contact: Contact | None = None,
    ) -> tuple[Conversation, Ticket]:
        """Begin a conversation that the bot has given up on."""
        now = self.clock.now()

        def write(conn: Connection) -> tuple[Conversation, Ticket]:
            made = talks.create(
                conn,
                ANONYMOUS,
                f"public-{name}",
                token_digest=f"digest-{name}",
                locale=locale,
                article=None,
                now=now,
            )
            for line in lines:
                feed.append(conn, made.id, Draft(CUSTOMER, locale, (Text(line),)), now)
                reply = Draft(BOT, locale, (Text("I see."),), trace=TRACE)
                feed.append(conn, made.id, reply, now)
            ticket = handing.hand_over(conn, made, Cause.NOT_SOLVED, self.teams.first, now, contact)
            return made, ticket

        return self.database.write_sync(write)

    def ticket(self, ticket: Ticket) -> Ticket:
        return self.database.read_sync(lambda conn: store.find(conn, SYSTEM, ticket.id))

    def said(self, talk: Conversation) -> list[str]:
        found = self.database.read_sync(lambda conn: feed.after(conn, talk, 0))
        return [feed.text_of(item) for item in found if feed.text_of(item)]


@pytest.fixture
def shop_floor(database: Database, clock: ManualClock, site: Site, password_hash: str) -> Shop:
    return Shop(database, clock, site.teams, password_hash)


@dataclass
class Desk:
    """An agent's browser."""

    client: TestClient

    def get(self, path: str) -> Response:
        return self.client.get(path, headers={"sec-fetch-site": "none"})

    def sign_in(self, email: str, password: str = PASSWORD, to: str = "") -> Response:
        return self.client.post(
            "/agent/login", data={"email": email, "password": password, "to": to}, headers=OURS
        )

    def send(self, ticket: Ticket, verb: str, **fields: str) -> Response:
        """Send a form as the ticket's page has it now, unless told otherwise."""
        page = self.get(f"/agent/tickets/{ticket.id}").text
        known = {"token": hidden(page, "token"), "version": hidden(page, "version")}
        path = f"/agent/tickets/{ticket.id}/{verb}"
        return self.client.post(path, data={**known, **fields}, headers=OURS)


def hidden(page: str, name: str) -> str:
    """Return the value of a hidden field."""
    found = re.search(rf'name="{name}"\s+value="([^"]*)"', page)
    assert found is not None, name
    return found[1]


@pytest.fixture
def new_desk(app: HelpCenter) -> Callable[[], Desk]:
    """Make a browser that nobody has signed in with."""
    return lambda: Desk(client_of(app))


@pytest.fixture
def ada(shop_floor: Shop) -> Agent:
    return shop_floor.agent("Ada")


@pytest.fixture
def desk(new_desk: Callable[[], Desk], ada: Agent) -> Desk:
    """The browser of Ada, who has signed in."""
    made = new_desk()
    assert made.sign_in(ada.email).status_code == 303
    return made
