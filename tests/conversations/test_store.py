"""Whose conversation it is, and whose turn."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from helpcenter.conversations import store
from helpcenter.conversations.model import Owner
from helpcenter.db.database import Database
from helpcenter.errors import HelpcenterError
from helpcenter.identity.caller import ANONYMOUS, SYSTEM, Caller, Role
from tests.conversations.talks import HONG_KONG, NOON, customer, talk

AGENT = Caller(Role.AGENT, 1)


def test_a_conversation_begins_with_the_bot(database: Database) -> None:
    made = talk(database, locale=HONG_KONG)

    found = database.read_sync(
        lambda conn: store.find(conn, ANONYMOUS, "talk", token_digest="talk")
    )

    assert found == made
    assert (found.owner, found.last_seq, found.locale) == (Owner.BOT, 0, HONG_KONG)


def test_nobody_else_finds_it(database: Database) -> None:
    ada, bob = customer(database), customer(database, "bob")
    talk(database, name="nobody's")
    talk(database, ada, "ada's")

    def can(caller: Caller, name: str, token: str | None = None) -> bool:
        try:
            database.read_sync(lambda conn: store.find(conn, caller, name, token_digest=token))
        except HelpcenterError as error:
            return error.code != "conversation_not_found"
        return True

    assert can(ada, "ada's")
    assert can(ANONYMOUS, "nobody's", "nobody's")
    assert can(AGENT, "ada's")
    assert can(SYSTEM, "nobody's")
    assert not can(bob, "ada's")
    assert not can(bob, "nobody's", "nobody's")
    assert not can(ANONYMOUS, "ada's")
    assert not can(ANONYMOUS, "ada's", "nobody's")
    assert not can(ANONYMOUS, "nobody's", "ada's")
    assert not can(ANONYMOUS, "nobody's")
    assert not can(ada, "never was")


def test_mine_are_the_latest_first(database: Database) -> None:
    ada, bob = customer(database), customer(database, "bob")
    for hour, name in enumerate(("one", "two", "three")):
        talk(database, ada, name, at=NOON + timedelta(hours=hour))
    talk(database, bob, "his")
    talk(database, name="anybody's")

    def names(caller: Caller, token: str | None = None) -> list[str]:
        found = database.read_sync(lambda conn: store.mine(conn, caller, token_digest=token))
        return [each.public_id for each in found]

    assert names(ada) == ["three", "two", "one"]
    assert names(ANONYMOUS, "anybody's") == ["anybody's"]
    assert names(ANONYMOUS) == []
    assert names(AGENT) == []


def test_claiming_kills_the_token(database: Database) -> None:
    ada, bob = customer(database), customer(database, "bob")
    talk(database)

    claimed = database.write_sync(lambda conn: store.claim(conn, ada, "talk", token_digest="talk"))

    assert claimed.customer_id == ada.id
    for caller, token in ((ANONYMOUS, "talk"), (bob, None)):
        with pytest.raises(HelpcenterError):
            database.read_sync(
                lambda conn, c=caller, t=token: store.find(conn, c, "talk", token_digest=t)  # type: ignore[misc]  # mypy does not infer lambda defaults
            )
    with pytest.raises(HelpcenterError):
        database.write_sync(lambda conn: store.claim(conn, bob, "talk", token_digest="talk"))


@pytest.mark.parametrize("caller", [ANONYMOUS, AGENT, SYSTEM])
def test_only_customers_claim(database: Database, caller: Caller) -> None:
    talk(database)

    with pytest.raises(HelpcenterError):
        database.write_sync(lambda conn: store.claim(conn, caller, "talk", token_digest="talk"))


def test_one_of_two_claims_at_once_wins(database: Database) -> None:
    people = [customer(database, f"person {number}") for number in range(6)]
    talk(database)

    def claim(caller: Caller) -> bool:
        try:
            database.write_sync(lambda conn: store.claim(conn, caller, "talk", token_digest="talk"))
        except HelpcenterError:
            return False
        return True

    with ThreadPoolExecutor(6) as threads:
        assert sum(threads.map(claim, people)) == 1


def test_the_owner_is_passed_on_only_from_whom_it_was(database: Database) -> None:
    made = talk(database)

    def pass_on(to: Owner, only_from: Owner) -> bool:
        return database.write_sync(
            lambda conn: store.pass_on(conn, made.id, to, only_from=frozenset({only_from}))
        )

    assert pass_on(Owner.QUEUE, Owner.BOT)
    assert not pass_on(Owner.QUEUE, Owner.BOT)
    assert pass_on(Owner.AGENT, Owner.QUEUE)


def test_the_bot_changes_its_mind_only_on_its_turn_and_only_once(database: Database) -> None:
    made = talk(database)
    read = database.read_sync(lambda conn: store.read_mind(conn, made.id))

    def change(said: str) -> bool:
        return database.write_sync(
            lambda conn: store.change_mind(conn, made.id, read, {"said": said}, HONG_KONG)
        )

    assert change("first")
    assert not change("second")
    kept = database.read_sync(lambda conn: store.read_mind(conn, made.id))
    assert kept.state == {"said": "first"}

    taken = frozenset({Owner.BOT})
    database.write_sync(lambda conn: store.pass_on(conn, made.id, Owner.AGENT, only_from=taken))
    assert not database.write_sync(
        lambda conn: store.change_mind(conn, made.id, kept, {"said": "third"}, None)
    )


def test_a_conversation_needs_somebody(database: Database) -> None:
    ada = customer(database)

    for caller, token in ((ada, "token"), (ANONYMOUS, None)):
        with pytest.raises(ValueError, match="belongs"):
            database.write_sync(
                lambda conn, c=caller, t=token: store.create(  # type: ignore[misc]  # as above
                    conn, c, "x", token_digest=t, locale=HONG_KONG, article=None, now=NOON
                )
            )
