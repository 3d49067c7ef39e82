"""A conversation, three agents of three teams, and a desk; on both databases."""

from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from sqlalchemy import Connection

from helpcenter.clock import ManualClock
from helpcenter.content.problems import Report
from helpcenter.content.roots import find_roots
from helpcenter.conversations import feed
from helpcenter.conversations import store as talks
from helpcenter.conversations.model import CUSTOMER, Conversation, Draft, Item, Kind
from helpcenter.conversations.parts import Text
from helpcenter.db.database import Database
from helpcenter.i18n.catalogues import Catalogues, load_catalogues
from helpcenter.i18n.locale import SOURCE, Locale
from helpcenter.identity import agents
from helpcenter.identity.agents import Agent, AgentRole, NewAgent
from helpcenter.identity.caller import ANONYMOUS, SYSTEM
from helpcenter.tickets import handing, store
from helpcenter.tickets.desk import Desk
from helpcenter.tickets.model import Cause, Contact, Event, Ticket
from helpcenter.tickets.teams import Teams, load_teams
from helpcenter.tickets.verbs import Seen
from tests.factories import SETTINGS
from tests.identity.host import START

HK = Locale("zh_HK")


@dataclass(frozen=True)
class Site:
    """What tickets need of a site."""

    catalogues: Catalogues
    teams: Teams


@pytest.fixture(params=["sqlite", "postgresql"])
def dialect(request: pytest.FixtureRequest) -> str:
    """Which database this test runs on."""
    name: str = request.param
    return name


@pytest.fixture(scope="session")
def words() -> Site:
    roots, report = find_roots(None), Report()
    teams = load_teams(roots, (SOURCE, HK), report)
    return Site(load_catalogues(roots, SETTINGS, report), teams)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(START)


@dataclass
class Office:
    """The database, the desk before it, and shorthands for what everybody does."""

    database: Database
    clock: ManualClock
    words: Site
    told: list[int] = field(default_factory=list)

    @property
    def desk(self) -> Desk:
        return Desk(self.database, self.clock, lambda: self.words, self.told.append)

    def agent(self, name: str, team: str = "support") -> Agent:
        new = NewAgent(f"{name.lower()}@example.com", name, AgentRole.AGENT, team, "-")
        return self.database.write_sync(lambda conn: agents.add(conn, new, self.clock.now()))

    def talk(self, name: str = "a", locale: Locale = SOURCE) -> Conversation:
        """Begin a conversation of somebody who has not signed in."""

        def write(conn: Connection) -> Conversation:
            return talks.create(
                conn,
                ANONYMOUS,
                f"public-{name}",
                token_digest=f"digest-{name}",
                locale=locale,
                article=None,
                now=self.clock.now(),
            )

        return self.database.write_sync(write)

    def say(self, talk: Conversation, text: str) -> Item:
        draft = Draft(CUSTOMER, talk.locale, (Text(text),))
        return self.database.write_sync(
            lambda conn: feed.append(conn, talk.id, draft, self.clock.now())
        )

    def hand_over(self, talk: Conversation, contact: Contact | None = None) -> Ticket:
        team, now = self.words.teams.first, self.clock.now()
        return self.database.write_sync(
            lambda conn: handing.hand_over(conn, talk, Cause.ASKED, team, now, contact)
        )

    def wrote(self, talk: Conversation) -> None:
        self.database.write_sync(lambda conn: handing.customer_wrote(conn, talk, self.clock.now()))

    def reopen(self, talk: Conversation) -> bool:
        return self.database.write_sync(lambda conn: handing.reopen(conn, talk, self.clock.now()))

    def now(self, talk: Conversation) -> Conversation:
        """Return the conversation as it stands."""
        return self.database.read_sync(lambda conn: talks.find_by_id(conn, SYSTEM, talk.id))

    def ticket(self, ticket: Ticket) -> Ticket:
        """Return the ticket as it stands."""
        return self.database.read_sync(lambda conn: store.find(conn, SYSTEM, ticket.id))

    def happened(self, ticket: Ticket) -> list[Event]:
        return self.database.read_sync(lambda conn: store.events_of(conn, ticket))

    def lines(self, talk: Conversation) -> list[tuple[str, str]]:
        """Return who said what, messages only."""
        found = self.database.read_sync(lambda conn: feed.after(conn, talk, 0))
        return [
            (item.author.name or item.author.role.value, feed.text_of(item))
            for item in found
            if item.kind is Kind.MESSAGE
        ]

    def wait(self, **by: float) -> None:
        self.clock.advance(timedelta(**by))


@pytest.fixture
def office(database: Database, clock: ManualClock, words: Site) -> Office:
    return Office(database, clock, words)


@pytest.fixture
def ada(office: Office) -> Agent:
    return office.agent("Ada")


@pytest.fixture
def ben(office: Office) -> Agent:
    return office.agent("Ben")


@pytest.fixture
def talk(office: Office) -> Conversation:
    return office.talk()


@pytest.fixture
def ticket(office: Office, talk: Conversation) -> Ticket:
    office.say(talk, "I want a person")
    return office.hand_over(talk)


def seen(agent: Agent, ticket: Ticket) -> Seen:
    """Return a ticket as an agent saw it."""
    return Seen(agent, ticket.id, ticket.version)
