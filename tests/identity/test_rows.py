"""Customers, sessions, tokens and spent `jti`s as rows, on both databases."""

import asyncio
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, func, select, text

from helpcenter.clock import ManualClock
from helpcenter.db.database import Database
from helpcenter.db.types import metadata
from helpcenter.errors import HelpcenterError
from helpcenter.identity import api_tokens, customers, sessions
from helpcenter.identity.announce import Listeners
from helpcenter.identity.api_tokens import Scope
from helpcenter.identity.caller import ANONYMOUS, SYSTEM, Caller, Role
from helpcenter.identity.claims import HostClaims
from helpcenter.identity.keys import Keys
from helpcenter.identity.service import Identity
from tests.identity.host import START

pytestmark = pytest.mark.anyio

MINUTE = timedelta(minutes=1)


@dataclass
class Ear:
    """Remembers what it heard, and can refuse to listen."""

    heard: list[tuple[str, int]] = field(default_factory=list)
    deaf: bool = False

    def customer_changed(self, conn: Connection, customer_id: int) -> None:
        self._hear("changed", customer_id)

    def signed_out(self, conn: Connection, customer_id: int) -> None:
        self._hear("signed out", customer_id)

    def _hear(self, what: str, customer_id: int) -> None:
        if self.deaf:
            raise RuntimeError("a listener failed")
        self.heard.append((what, customer_id))


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(START)


@pytest.fixture
def ear() -> Ear:
    return Ear()


@pytest.fixture
def identity(database: Database, clock: ManualClock, ear: Ear) -> Identity:
    return Identity(database, clock, Keys(b"k" * 32), None, Listeners((Ear(), ear)))


def said(sub: str = "user-1", at: datetime = START, **more: Any) -> HostClaims:
    more.setdefault("jti", "jti-1")
    return HostClaims(sub=sub, issued_at=at, expires=at + MINUTE, **more)


async def count(identity: Identity, table: str) -> int:
    statement = select(func.count()).select_from(metadata.tables[table])
    return await identity.database.read(lambda conn: conn.execute(statement).scalar_one())


async def code(awaitable: Any) -> str:
    with pytest.raises(HelpcenterError) as caught:
        await awaitable
    return caught.value.code


async def test_a_customer_is_who_the_host_app_says_and_stays_so(identity: Identity) -> None:
    full = said(stripe_customer="cus_a", name="Pip", email="p@example.com", locale="en")
    first = (await identity.sign_in(full, once=False)).customer
    later = said(at=START + MINUTE, name="Pippa", zoneinfo="Asia/Hong_Kong")
    second = (await identity.sign_in(later, once=False)).customer
    assert (second.id, second.name, second.email) == (first.id, "Pippa", "p@example.com")
    assert (second.stripe_customer, second.locale, second.zoneinfo) == (
        "cus_a",
        "en",
        "Asia/Hong_Kong",
    )


async def test_email_is_never_a_key_and_a_stripe_customer_may_be_shared(
    identity: Identity,
) -> None:
    same: dict[str, Any] = {"email": "x@example.com", "stripe_customer": "cus_a"}
    one = (await identity.sign_in(said("one", **same), once=False)).customer
    two = (await identity.sign_in(said("two", **same), once=False)).customer
    assert one.id != two.id
    assert (one.stripe_customer, two.stripe_customer) == ("cus_a", "cus_a")


async def test_another_stripe_customer_is_announced_within_the_write(
    identity: Identity, ear: Ear
) -> None:
    await identity.sign_in(said(), once=False)
    who = (await identity.sign_in(said(stripe_customer="cus_a"), once=False)).customer
    await identity.sign_in(said(stripe_customer="cus_a"), once=False)
    assert ear.heard == [("changed", who.id)]
    ear.deaf = True
    with pytest.raises(RuntimeError):
        await identity.sign_in(said(stripe_customer="cus_b"), once=False)
    kept = await identity.customer(Caller(Role.CUSTOMER, who.id))
    assert kept.stripe_customer == "cus_a"


async def test_a_jwt_that_arrives_late_changes_nothing(identity: Identity, ear: Ear) -> None:
    new = said(at=START + MINUTE, stripe_customer="cus_new", name="New")
    await identity.sign_in(new, once=False)
    late = (
        await identity.sign_in(said(stripe_customer="cus_old", name="Old"), once=False)
    ).customer
    assert (late.stripe_customer, late.name) == ("cus_new", "New")
    assert ear.heard == []


async def test_many_first_sign_ins_at_once_make_one_customer(identity: Identity) -> None:
    done = await asyncio.gather(*(identity.sign_in(said(), once=False) for _ in range(8)))
    assert len({session.customer.id for session in done}) == 1
    assert len({session.token for session in done}) == 8
    assert await count(identity, "customers") == 1


async def test_a_jti_is_spent_once_however_many_try_at_once(identity: Identity) -> None:
    tries = (identity.sign_in(said(), once=True) for _ in range(8))
    done = await asyncio.gather(*tries, return_exceptions=True)
    refused = [error for error in done if isinstance(error, HelpcenterError)]
    assert [error.code for error in refused] == ["jwt_spent"] * 7
    assert await count(identity, "sessions") == 1


async def test_a_spent_jti_opens_no_other_door(identity: Identity) -> None:
    await identity.sign_in(said(), once=True)
    assert await code(identity.sign_in(said(), once=False)) == "jwt_spent"
    assert await count(identity, "sessions") == 1


async def test_spent_jtis_are_forgotten_after_they_could_matter(
    identity: Identity, clock: ManualClock
) -> None:
    await identity.sign_in(said(), once=True)
    clock.advance(timedelta(minutes=11))
    await identity.sign_in(said(jti="two", at=clock.now()), once=True)
    assert await count(identity, "spent_jti") == 2
    clock.advance(timedelta(minutes=10))
    await identity.sign_in(said(jti="three", at=clock.now()), once=True)
    assert await count(identity, "spent_jti") == 2


@pytest.mark.parametrize(
    ("steps", "found_after"),
    [([29], 1), ([30], 0), ([29] * 16, 1), ([29] * 16 + [16], 0), ([29, 30], 0)],
    ids=str,
)
async def test_a_session_ends_when_idle_and_at_last(
    identity: Identity, clock: ManualClock, steps: list[int], found_after: int
) -> None:
    session = await identity.sign_in(said(), once=False)
    found = None
    for minutes in steps:
        clock.advance(minutes * MINUTE)
        found = await identity.session(Role.CUSTOMER, session.token)
    assert (found is not None) == bool(found_after)
    if found:
        assert (found.caller.id, found.signed_in_at) == (session.customer.id, START)


async def test_what_is_over_is_cleared_away(identity: Identity, clock: ManualClock) -> None:
    await identity.sign_in(said(), once=False)
    clock.advance(timedelta(hours=1))
    await identity.sign_in(said(at=clock.now()), once=False)
    assert await count(identity, "sessions") == 1


async def test_a_session_of_one_kind_is_none_of_the_other(identity: Identity) -> None:
    customer = (await identity.sign_in(said(), once=False)).token
    agent = sessions.new_token()
    digest = sessions.digest(identity.keys, Role.AGENT, agent)
    now = identity.clock.now()

    def start(conn: Connection) -> None:
        sessions.start(conn, Caller(Role.AGENT, 7), digest, now, now)

    await identity.database.write(start)
    found = await identity.session(Role.AGENT, agent)
    assert found is not None
    assert found.caller == Caller(Role.AGENT, 7)
    assert await identity.session(Role.CUSTOMER, agent) is None
    assert await identity.session(Role.AGENT, customer) is None
    # Not even by the very digest of the other kind.
    assert not await identity.database.read(
        lambda conn: sessions.find(conn, Role.CUSTOMER, digest, now)
    )


async def test_signing_in_again_ends_the_session_before(identity: Identity) -> None:
    first = await identity.sign_in(said(), once=False)
    second = await identity.sign_in(said("user-2"), once=False, replacing=first.token)
    assert await identity.session(Role.CUSTOMER, first.token) is None
    assert await identity.session(Role.CUSTOMER, second.token) is not None


async def test_signing_out_ends_this_session_only(identity: Identity, ear: Ear) -> None:
    here, there = [await identity.sign_in(said(), once=False) for _ in range(2)]
    await identity.sign_out(here.token)
    assert await identity.session(Role.CUSTOMER, here.token) is None
    assert await identity.session(Role.CUSTOMER, there.token) is not None
    assert ear.heard == []


async def test_signing_out_everywhere_spares_other_customers(identity: Identity, ear: Ear) -> None:
    mine = [await identity.sign_in(said(), once=False) for _ in range(2)]
    other = await identity.sign_in(said("user-2"), once=False)
    await identity.sign_out_everywhere("user-1")
    await identity.sign_out_everywhere("nobody")
    for session in mine:
        assert await identity.session(Role.CUSTOMER, session.token) is None
    assert await identity.session(Role.CUSTOMER, other.token) is not None
    assert ear.heard == [("signed out", mine[0].customer.id)]


async def test_only_the_customer_reads_the_customer(identity: Identity) -> None:
    who = (await identity.sign_in(said(), once=False)).customer
    for caller in (ANONYMOUS, SYSTEM, Caller(Role.AGENT, who.id), Caller(Role.CUSTOMER, 0)):
        assert await code(identity.customer(caller)) == "sign_in_needed"
    assert repr(who).count("user-1") == 0


async def test_api_tokens_do_what_they_are_for(identity: Identity) -> None:
    database, now = identity.database, identity.clock.now()
    token = api_tokens.new_token()
    digest = api_tokens.digest(identity.keys, token)

    def add(conn: Connection) -> None:
        api_tokens.add(conn, "host", [Scope.CUSTOMERS_SIGNOUT], digest, now)
        api_tokens.add(conn, "idle", [], "0" * 64, now)

    await database.write(add)
    await identity.require(token, Scope.CUSTOMERS_SIGNOUT)
    assert await code(database.write(add)) == "name_taken"
    assert await code(identity.require("hcp_other", Scope.CUSTOMERS_SIGNOUT)) == "token_invalid"
    listed = await database.read(api_tokens.listed)
    assert [(one.name, one.scopes) for one in listed] == [
        ("host", frozenset({Scope.CUSTOMERS_SIGNOUT})),
        ("idle", frozenset()),
    ]
    assert await database.write(lambda conn: api_tokens.revoke(conn, "host"))
    assert not await database.write(lambda conn: api_tokens.revoke(conn, "host"))
    assert await code(identity.require(token, Scope.CUSTOMERS_SIGNOUT)) == "token_invalid"


async def test_a_token_without_the_scope_is_told_which(identity: Identity) -> None:
    token = api_tokens.new_token()
    digest = api_tokens.digest(identity.keys, token)
    now = identity.clock.now()
    await identity.database.write(lambda conn: api_tokens.add(conn, "idle", [], digest, now))
    assert await code(identity.require(token, Scope.CUSTOMERS_SIGNOUT)) == "scope_missing"


async def test_no_secret_is_stored(identity: Identity) -> None:
    session = await identity.sign_in(said(jti="jti-canary"), once=True)
    rows = await identity.database.read(
        lambda conn: [
            str(tuple(row))
            for table in ("sessions", "spent_jti", "access_tokens")
            for row in conn.execute(text(f"SELECT * FROM {table}"))  # noqa: S608 - three fixed names
        ]
    )
    assert len(rows) == 2
    assert not any(session.token in row or "jti-canary" in row for row in rows)
    assert session.token not in repr(session)
    assert customers.Customer.__name__ in repr(session)


async def test_agents_call_customers_by_what_is_known(
    database: Database, identity: Identity
) -> None:
    said = {"one": {"name": "Ada", "email": "ada@example.com"}, "two": {"email": "bo@example.com"}}
    ids = []
    for sub in ("one", "two", "three"):
        claims = HostClaims(
            sub=sub, issued_at=START, expires=START + MINUTE, jti=sub, **said.get(sub, {})
        )
        ids.append((await identity.sign_in(claims, once=False)).customer.id)

    def called(caller: Caller) -> dict[int, str]:
        return database.read_sync(lambda conn: customers.names(conn, caller, [*ids, 999]))

    known = dict(zip(ids, ("Ada", "bo@example.com", "three"), strict=True))
    assert called(Caller(Role.AGENT, 1)) == known
    for nobody in (ANONYMOUS, SYSTEM, Caller(Role.CUSTOMER, ids[0])):
        assert called(nobody) == {}
