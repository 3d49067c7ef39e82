"""Lists of tickets: who waits longest comes first, a page at a time, in one query."""

from functools import partial

import pytest

from helpcenter.identity.agents import Agent
from helpcenter.tickets import queue
from helpcenter.tickets.model import Contact, Ticket
from helpcenter.tickets.queue import View
from tests.tickets.conftest import HK, Office, seen

pytestmark = pytest.mark.anyio


def ids(office: Office, agent: Agent, view: View, after: int | None = None) -> list[int]:
    page = office.database.read_sync(lambda conn: queue.listed(conn, agent, view, after))
    return [row.ticket.id for row in page.rows]


def several(office: Office, count: int) -> list[Ticket]:
    made = []
    for number in range(count):
        talk = office.talk(f"n{number}")
        office.say(talk, f"first {number}")
        office.say(talk, f"last {number}")
        made.append(office.hand_over(talk))
        office.wait(minutes=1)
    return made


async def test_each_view_holds_its_own(office: Office, ada: Agent, ben: Agent) -> None:
    one, two, three, four = several(office, 4)
    await office.desk.take(seen(ada, one))
    await office.desk.escalate(seen(ada, two), "billing", "complaint", "n")
    await office.desk.solve(seen(ben, three))
    views = {view: ids(office, ada, view) for view in View}
    assert views == {
        View.UNASSIGNED: [two.id, four.id],
        View.MINE: [one.id],
        View.TEAM: [one.id, four.id],
        View.ALL: [one.id, two.id, four.id, three.id],
    }
    counted = office.database.read_sync(lambda conn: queue.counts(conn, ada))
    assert counted == {view: len(found) for view, found in views.items()}


async def test_a_row_says_who_and_what(office: Office, ada: Agent) -> None:
    talk = office.talk("hk", HK)
    office.say(talk, "你好")
    office.say(talk, "我要搵真人")
    ticket = office.hand_over(talk, Contact("陳小姐", "chan@example.com"))
    await office.desk.take(seen(ada, ticket))
    page = office.database.read_sync(lambda conn: queue.listed(conn, ada, View.ALL))
    (row,) = page.rows
    assert (row.locale, row.who, row.agent, row.line) == (HK, "陳小姐", "Ada", "我要搵真人")


async def test_a_ticket_without_a_line_is_listed_all_the_same(office: Office, ada: Agent) -> None:
    office.hand_over(office.talk())
    page = office.database.read_sync(lambda conn: queue.listed(conn, ada, View.UNASSIGNED))
    assert [(row.line, row.who) for row in page.rows] == [("", None)]


async def test_pages_follow_each_other_without_a_gap(
    office: Office, ada: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = [ticket.id for ticket in several(office, 5)]
    monkeypatch.setattr(queue, "PAGE", 2)
    seen_ids: list[int] = []
    after: int | None = None
    more = True
    while more:
        page = office.database.read_sync(
            partial(queue.listed, agent=ada, view=View.UNASSIGNED, after=after)
        )
        seen_ids += [row.ticket.id for row in page.rows]
        after, more = page.after, page.after is not None
    assert seen_ids == made
    assert ids(office, ada, View.UNASSIGNED, after=10**9) == []


async def test_the_stamp_changes_whenever_something_does(office: Office, ada: Agent) -> None:
    def stamp() -> str:
        return office.database.read_sync(queue.stamp)

    stamps = [stamp()]
    talk = office.talk()
    ticket = office.hand_over(talk)
    stamps.append(stamp())
    office.wait(seconds=1)
    office.wrote(talk)
    stamps.append(stamp())
    office.wait(seconds=1)
    await office.desk.note(ada, ticket.id, "n")
    stamps.append(stamp())
    assert len(set(stamps)) == 4
    assert stamp() == stamps[-1]
