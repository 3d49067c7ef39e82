"""Agents: stored by hash only, signed in by password, let in no more when they have left."""

from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta

import pytest

from helpcenter.clock import ManualClock
from helpcenter.db.database import Database
from helpcenter.errors import HelpcenterError
from helpcenter.identity import agents, sessions
from helpcenter.identity.agents import Agent, AgentRole, NewAgent
from helpcenter.identity.caller import ANONYMOUS, SYSTEM, Caller, Role
from helpcenter.identity.counter import Counter
from helpcenter.identity.emails import normal_email
from helpcenter.identity.keys import Keys
from helpcenter.identity.passwords import Passwords, check
from helpcenter.identity.tables import agents as table
from tests.identity.host import START

PASSWORD = "a kettle that whistles"


@pytest.fixture(scope="module")
def passwords() -> Iterator[Passwords]:
    with closing(Passwords(cost=1)) as made:
        yield made


@pytest.fixture(scope="module")
def stored(passwords: Passwords) -> str:
    return passwords.hash(PASSWORD)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(START)


@pytest.fixture
def counter(database: Database, clock: ManualClock, passwords: Passwords) -> Counter:
    return Counter(database, clock, Keys(b"k" * 32), passwords)


@pytest.fixture
def ada(database: Database, clock: ManualClock, stored: str) -> Agent:
    new = NewAgent("Ada@Example.com", "Ada", AgentRole.AGENT, "support", stored)
    return database.write_sync(lambda conn: agents.add(conn, new, clock.now()))


async def session_of(counter: Counter, token: str) -> sessions.Session | None:
    digest, now = sessions.digest(counter.keys, Role.AGENT, token), counter.clock.now()
    return await counter.database.read(lambda conn: sessions.find(conn, Role.AGENT, digest, now))


@pytest.mark.anyio
async def test_the_right_password_starts_an_agents_session(counter: Counter, ada: Agent) -> None:
    token = await counter.sign_in(" ADA@example.com ", PASSWORD, replacing=None)
    session = await session_of(counter, token)
    assert session is not None
    assert session.caller == Caller(Role.AGENT, ada.id)


@pytest.mark.anyio
async def test_a_session_of_an_agent_is_no_customers(counter: Counter, ada: Agent) -> None:
    token = await counter.sign_in(ada.email, PASSWORD, replacing=None)
    digest = sessions.digest(counter.keys, Role.CUSTOMER, token)
    found = await counter.database.read(
        lambda conn: sessions.find(conn, Role.CUSTOMER, digest, counter.clock.now())
    )
    assert found is None


@pytest.mark.anyio
async def test_signing_in_again_replaces_the_session(counter: Counter, ada: Agent) -> None:
    first = await counter.sign_in(ada.email, PASSWORD, replacing=None)
    second = await counter.sign_in(ada.email, PASSWORD, replacing=first)
    assert await session_of(counter, first) is None
    await counter.sign_out(second)
    assert await session_of(counter, second) is None


@pytest.mark.anyio
@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("ada@example.com", "a kettle that whistle"),
        ("ada@example.com", ""),
        ("ada@example.com", PASSWORD * 100),
        ("nobody@example.com", PASSWORD),
        ("ada@example.com\0", PASSWORD),
        ("x" * 10_000, PASSWORD),
        ("", ""),
    ],
    ids=range(7),
)
async def test_anything_else_is_refused_alike(
    counter: Counter, ada: Agent, email: str, password: str
) -> None:
    with pytest.raises(HelpcenterError, match="agent_refused"):
        await counter.sign_in(email, password, replacing=None)


@pytest.mark.anyio
async def test_a_password_typed_on_another_keyboard_is_the_same(
    counter: Counter, ada: Agent
) -> None:
    wide = PASSWORD.replace("kettle", "ｋｅｔｔｌｅ")
    assert await counter.sign_in(ada.email, wide, replacing=None)


@pytest.mark.anyio
async def test_who_has_left_is_let_in_no_more(counter: Counter, ada: Agent) -> None:
    token = await counter.sign_in(ada.email, PASSWORD, replacing=None)
    assert await counter.database.write(lambda conn: agents.deactivate(conn, ada.email))
    assert await session_of(counter, token) is None
    with pytest.raises(HelpcenterError, match="agent_refused"):
        await counter.sign_in(ada.email, PASSWORD, replacing=None)
    with pytest.raises(HelpcenterError, match="agent_sign_in_needed"):
        await counter.database.read(lambda conn: agents.find(conn, ada.caller))
    assert await counter.database.read(agents.names) == {ada.id: "Ada"}


@pytest.mark.anyio
async def test_another_password_ends_every_session(
    counter: Counter, ada: Agent, passwords: Passwords
) -> None:
    token = await counter.sign_in(ada.email, PASSWORD, replacing=None)
    other = passwords.hash("quite another one")
    assert await counter.database.write(lambda conn: agents.set_password(conn, ada.email, other))
    assert await session_of(counter, token) is None
    with pytest.raises(HelpcenterError, match="agent_refused"):
        await counter.sign_in(ada.email, PASSWORD, replacing=None)
    assert await counter.sign_in(ada.email, "quite another one", replacing=None)


@pytest.mark.anyio
async def test_a_session_is_over_after_half_an_hour_of_silence(
    counter: Counter, ada: Agent, clock: ManualClock
) -> None:
    token = await counter.sign_in(ada.email, PASSWORD, replacing=None)
    clock.advance(timedelta(minutes=31))
    assert await session_of(counter, token) is None


def test_an_address_belongs_to_one_agent(database: Database, ada: Agent, stored: str) -> None:
    again = NewAgent("ADA@EXAMPLE.COM", "Ada 2", AgentRole.ADMIN, "billing", stored)
    with pytest.raises(HelpcenterError, match="name_taken"):
        database.write_sync(lambda conn: agents.add(conn, again, START))
    assert database.read_sync(agents.listed) == [ada]


@pytest.mark.parametrize("email", ["", "ada", "a@b@c", "a b@c", "a@b\n", "<a@b>", "a@" + "b" * 200])
def test_what_is_no_address_is_refused(database: Database, stored: str, email: str) -> None:
    new = NewAgent(email, "Ada", AgentRole.AGENT, "support", stored)
    if email == "a@b\n":
        assert normal_email(email) == "a@b"
        return
    with pytest.raises(HelpcenterError, match="email_refused"):
        database.write_sync(lambda conn: agents.add(conn, new, START))


@pytest.mark.parametrize("caller", [ANONYMOUS, SYSTEM, Caller(Role.CUSTOMER, 1)])
def test_only_agents_are_agents(database: Database, ada: Agent, caller: Caller) -> None:
    assert database.read_sync(lambda conn: agents.find(conn, ada.caller)) == ada
    with pytest.raises(HelpcenterError, match="agent_sign_in_needed"):
        database.read_sync(lambda conn: agents.find(conn, caller))


def test_nothing_of_a_password_is_stored_or_shown(
    database: Database, ada: Agent, counter: Counter, stored: str
) -> None:
    row = str(database.read_sync(lambda conn: conn.execute(table.select()).all()))
    assert stored.startswith("$argon2id$")
    assert PASSWORD not in row
    assert stored not in repr(NewAgent(ada.email, "Ada", AgentRole.AGENT, "support", stored))
    assert "kkkk" not in repr(counter)


@pytest.mark.parametrize("password", ["", "eleven char", "x" * 257])
def test_a_password_of_no_use_is_refused(password: str) -> None:
    with pytest.raises(HelpcenterError, match="password_refused"):
        check(password)


@pytest.mark.anyio
async def test_a_program_names_its_agent(counter: Counter, ada: Agent) -> None:
    assert await counter.by_email("ADA@example.com") == ada
    with pytest.raises(HelpcenterError, match="agent_sign_in_needed"):
        await counter.by_email("bob@example.com")


def test_a_forms_token_is_one_sessions_own(counter: Counter) -> None:
    assert counter.form_token("a") == counter.form_token("a") != counter.form_token("b")
