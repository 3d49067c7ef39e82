"""The feed has every item once and in order, whoever writes at the same time."""

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from helpcenter.content.flows import Flow
from helpcenter.conversations import feed, store
from helpcenter.conversations.model import BOT, Draft, Item, Kind, Owner
from helpcenter.conversations.parts import ArticleCard, Choice, Choices, Event, Portal, Text
from helpcenter.conversations.wire import item_json, part_of
from helpcenter.db.database import Database
from helpcenter.errors import HelpcenterError
from helpcenter.i18n.locale import SOURCE
from tests.conversations.talks import HONG_KONG, NOON, line, say, talk, texts
from tests.databases import Place

PARTS = (
    Text("<b>hi</b> \u202eevil\u200b 你好"),
    Choices((Choice("topic:refund", "退款"),)),
    ArticleCard("tea", "hot", "Tea", "/en/articles/tea#hot"),
    ArticleCard("tea", None, "Tea", "/en/articles/tea"),
    Portal("00ff", Flow.PORTAL_HOME, "Open"),
)


def test_senders_at_once_leave_no_gap(place: Place, database: Database) -> None:
    made = talk(database)

    def send(sender: int) -> list[int]:
        with closing(place.open()) as mine:
            return [say(mine, made, f"{sender} {number}").seq for number in range(12)]

    with ThreadPoolExecutor(4) as threads:
        own = list(threads.map(send, range(4)))

    assert sorted(seq for seqs in own for seq in seqs) == list(range(1, 49))
    assert all(seqs == sorted(seqs) for seqs in own)
    found = database.read_sync(lambda conn: feed.after(conn, made, 0))
    assert [item.seq for item in found] == list(range(1, 49))


def test_what_fails_takes_no_number(database: Database) -> None:
    made = talk(database)
    say(database, made, "one")

    def fails(conn: object) -> None:
        feed.append(conn, made.id, line("lost"), NOON)  # type: ignore[arg-type]  # a Connection
        raise RuntimeError

    with pytest.raises(RuntimeError):
        database.write_sync(fails)

    assert say(database, made, "two").seq == 2


def test_parts_come_back_as_they_were(database: Database) -> None:
    made = talk(database)
    draft = Draft(BOT, HONG_KONG, PARTS, trace={"route": "topic"})

    item = database.write_sync(lambda conn: feed.append(conn, made.id, draft, NOON))

    assert item == Item(1, NOON, Kind.MESSAGE, BOT, HONG_KONG, PARTS)
    assert database.read_sync(lambda conn: feed.find_item(conn, made, 1)) == item


def test_an_item_on_the_wire(database: Database) -> None:
    made = talk(database)
    draft = Draft(BOT, HONG_KONG, PARTS, client_id="abc")
    item = database.write_sync(lambda conn: feed.append(conn, made.id, draft, NOON))

    assert item_json(item, lambda portal: f"/go/{portal.link_id}") == {
        "seq": 1,
        "at": "2026-07-01T12:00:00.000Z",
        "kind": "message",
        "author": {"role": "bot"},
        "locale": "zh-HK",
        "client_id": "abc",
        "parts": [
            {"type": "text", "text": "<b>hi</b> \u202eevil\u200b 你好"},
            {"type": "choices", "choices": [{"id": "topic:refund", "label": "退款"}]},
            {
                "type": "article",
                "slug": "tea",
                "section": "hot",
                "title": "Tea",
                "url": "/en/articles/tea#hot",
            },
            {"type": "article", "slug": "tea", "title": "Tea", "url": "/en/articles/tea"},
            {
                "type": "portal",
                "link_id": "00ff",
                "flow": "portal_home",
                "label": "Open",
                "url": "/go/00ff",
            },
        ],
    }
    assert "url" not in item_json(item, lambda _: None)["parts"][-1]


def test_a_part_of_another_version_is_passed_over() -> None:
    assert part_of({"type": "hologram"}) is None


def test_after_gives_what_follows(database: Database) -> None:
    made = talk(database)
    for number in range(5):
        say(database, made, str(number))

    def seqs(after: int, limit: int = 9) -> list[int]:
        found = database.read_sync(lambda conn: feed.after(conn, made, after, limit))
        return [item.seq for item in found]

    assert seqs(0) == [1, 2, 3, 4, 5]
    assert seqs(3) == [4, 5]
    assert seqs(0, 2) == [1, 2]
    assert seqs(5) == seqs(99) == []


def test_conversations_do_not_mix(database: Database) -> None:
    one, two = talk(database, name="one"), talk(database, name="two")
    say(database, one, "hello")
    say(database, two, "goodbye")

    assert texts(database, one) == ["hello"]
    assert texts(database, two) == ["goodbye"]


def test_nothing_is_said_in_a_closed_conversation(database: Database) -> None:
    made = talk(database)
    bot = frozenset({Owner.BOT})
    database.write_sync(lambda conn: store.pass_on(conn, made.id, Owner.CLOSED, only_from=bot))

    with pytest.raises(HelpcenterError, match="conversation_closed"):
        say(database, made, "hello?")

    assert texts(database, made) == []


def test_an_event_says_what_happened(database: Database) -> None:
    made = talk(database)

    item = database.write_sync(
        lambda conn: feed.append_event(conn, made.id, "redacted", {"line": 3}, SOURCE, NOON)
    )

    assert item.kind is Kind.EVENT
    assert item.parts == (Event("redacted", {"line": 3}),)
    assert item_json(item, lambda _: None)["parts"] == [
        {"type": "event", "name": "redacted", "line": 3}
    ]
