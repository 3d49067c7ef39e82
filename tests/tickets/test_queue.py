"""Lists of tickets: who waits longest comes first, a page at a time, in one query."""

from functools import partial

import pytest

from helpcenter.errors import HelpcenterError
from helpcenter.identity.agents import Agent
from helpcenter.identity.caller import ANONYMOUS, Caller, Role
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
        View.ALL: [one.id, two.id, four.id],
        View.SOLVED: [three.id],
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


async def test_what_is_on_hold_stands_behind_what_can_be_done(office: Office, ada: Agent) -> None:
    one, two, three = several(office, 3)
    await office.desk.hold(seen(ada, one), "The bank answers on Monday")
    assert ids(office, ada, View.ALL) == [two.id, three.id, one.id]
    assert ids(office, ada, View.ALL, after=three.id) == [one.id]


async def test_solved_ones_come_newest_first(
    office: Office, ada: Agent, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = several(office, 3)
    for ticket in made:
        await office.desk.solve(seen(ada, ticket))
    monkeypatch.setattr(queue, "PAGE", 2)
    assert ids(office, ada, View.SOLVED) == [made[2].id, made[1].id]
    assert ids(office, ada, View.SOLVED, after=made[1].id) == [made[0].id]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("CHAN@example.com", 1),
        ("chan tai", 1),
        ("100%_A\\", 1),
        ("chan@example", 0),
        ("%", 1),
        ("C%n", 0),
        ("Ch_n", 0),
        ("nobody", 0),
    ],
)
async def test_tickets_are_found_by_address_and_name(
    office: Office, ada: Agent, text: str, found: int
) -> None:
    contact = Contact("Chan Tai 100%_a\\", "chan@example.com")
    ticket = office.hand_over(office.talk("chan"), contact)
    office.hand_over(office.talk("other"), Contact("Somebody", "else@example.com"))
    await office.desk.solve(seen(ada, ticket))
    page = office.database.read_sync(lambda conn: queue.listed(conn, ada, View.MINE, None, text))
    assert [row.ticket.id for row in page.rows] == [ticket.id] * found


async def test_other_tickets_of_the_same_customer_are_known_to_agents_only(
    office: Office, ada: Agent
) -> None:
    contact = Contact("Mei", "mei@example.com")
    first, second = (office.hand_over(office.talk(name), contact) for name in ("a", "b"))
    office.hand_over(office.talk("c"), Contact("Mei", "another@example.com"))
    office.hand_over(office.talk("d"))

    def others(caller: Caller) -> list[int]:
        rows = office.database.read_sync(lambda conn: queue.others_of(conn, caller, second))
        return [row.ticket.id for row in rows]

    assert others(ada.caller) == [first.id]
    assert others(Caller(Role.CUSTOMER, 1)) == others(ANONYMOUS) == []


async def test_a_tickets_stamp_changes_with_the_page_and_is_for_agents_only(
    office: Office, ada: Agent
) -> None:
    talk = office.talk()
    ticket = office.hand_over(talk)

    def stamp(caller: Caller = ada.caller) -> str:
        return office.database.read_sync(lambda conn: queue.stamp_of(conn, caller, ticket.id))

    stamps = [stamp()]
    office.say(talk, "are you there?")
    stamps.append(stamp())
    await office.desk.note(ada, ticket.id, "n")
    stamps.append(stamp())
    await office.desk.take(seen(ada, ticket))
    stamps.append(stamp())
    assert len(set(stamps)) == 4
    with pytest.raises(HelpcenterError, match="ticket_not_found"):
        stamp(ANONYMOUS)
