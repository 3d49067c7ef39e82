"""What agents do: nobody overwrites anybody, nothing gets lost, the customer is told."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select

from helpcenter.conversations.model import Conversation, Owner
from helpcenter.errors import HelpcenterError, Kind
from helpcenter.i18n.locale import Locale
from helpcenter.identity import agents
from helpcenter.identity.agents import Agent
from helpcenter.jobs import outbox
from helpcenter.jobs.handlers import Lease
from helpcenter.jobs.tables import jobs
from helpcenter.tickets import handing
from helpcenter.tickets.desk import LONGEST
from helpcenter.tickets.model import Contact, Happened, State, Ticket
from tests.tickets.conftest import HK, Office, seen

pytestmark = pytest.mark.anyio


def mails(office: Office) -> list[dict[str, object]]:
    rows = office.database.read_sync(
        lambda conn: (
            conn.execute(select(jobs.c.payload).where(jobs.c.name == "mail")).scalars().all()
        )
    )
    return list(rows)


async def test_taking_gives_the_turn_to_the_agent(
    office: Office, talk: Conversation, ticket: Ticket, ada: Agent
) -> None:
    assert (ticket.state, office.now(talk).owner) == (State.NEW, Owner.QUEUE)
    taken = await office.desk.take(seen(ada, ticket))
    assert (taken.state, taken.agent_id, taken.version) == (State.OPEN, ada.id, 2)
    assert office.now(talk).owner is Owner.AGENT
    assert office.told == [talk.id]


async def test_the_first_reply_takes_the_ticket_and_waits_for_the_customer(
    office: Office, talk: Conversation, ticket: Ticket, ada: Agent
) -> None:
    replied = await office.desk.reply(seen(ada, ticket), "Hello, I am Ada.\r\nLet me look.")
    assert (replied.state, replied.agent_id) == (State.PENDING, ada.id)
    assert replied.waiting_since is None
    assert office.now(talk).owner is Owner.AGENT
    assert office.lines(talk)[-1] == ("Ada", "Hello, I am Ada.\nLet me look.")


async def test_two_agents_at_once_one_is_told_to_look_again(
    office: Office, talk: Conversation, ticket: Ticket, ada: Agent, ben: Agent
) -> None:
    desk = office.desk
    done = await asyncio.gather(
        desk.reply(seen(ada, ticket), "from Ada"),
        desk.reply(seen(ben, ticket), "from Ben"),
        return_exceptions=True,
    )
    refused = [one for one in done if isinstance(one, HelpcenterError)]
    assert [(one.code, one.kind) for one in refused] == [("ticket_changed", Kind.STALE)]
    spoken = [who for who, _ in office.lines(talk) if who in {"Ada", "Ben"}]
    assert len(spoken) == 1
    winner = office.ticket(ticket).agent_id
    assert {ada.id: "Ada", ben.id: "Ben"}[winner or 0] == spoken[0]


async def test_a_reply_to_a_ticket_solved_meanwhile_is_refused_and_says_nothing(
    office: Office, talk: Conversation, ticket: Ticket, ada: Agent, ben: Agent
) -> None:
    solved = await office.desk.solve(seen(ben, ticket))
    before = office.lines(talk)
    with pytest.raises(HelpcenterError, match="ticket_changed"):
        await office.desk.reply(seen(ada, ticket), "too late")
    with pytest.raises(HelpcenterError, match="ticket_over"):
        await office.desk.reply(seen(ada, solved), "still too late")
    assert office.lines(talk) == before
    assert office.now(talk).owner is Owner.BOT


async def test_a_colleagues_ticket_is_taken_before_it_is_answered(
    office: Office, ticket: Ticket, ada: Agent, ben: Agent
) -> None:
    taken = await office.desk.take(seen(ada, ticket))
    with pytest.raises(HelpcenterError, match="ticket_taken"):
        await office.desk.reply(seen(ben, taken), "me too")
    mine = await office.desk.take(seen(ben, taken))
    assert (await office.desk.reply(seen(ben, mine), "now me")).agent_id == ben.id


async def test_the_chain_leads_from_support_over_billing_to_payments(
    office: Office, ada: Agent
) -> None:
    talk = office.talk("hk", HK)
    first = office.hand_over(talk)
    taken = await office.desk.take(seen(ada, first))
    second = await office.desk.escalate(
        seen(ada, taken), "billing", "refund_decision", "Two charges, card 4242 4242 4242 4242"
    )
    assert (second.team, second.tier, second.agent_id) == ("billing", 2, None)
    assert (second.state, office.now(talk).owner) == (State.OPEN, Owner.QUEUE)
    bea = office.agent("Bea", "billing")
    third = await office.desk.escalate(
        seen(bea, second), "payments", "technical_fault", "Webhook is late"
    )
    assert (third.team, third.tier) == ("payments", 3)
    audit = [event for event in office.happened(third) if event.kind is Happened.ESCALATED]
    assert [(e.agent_id, e.data["from"], e.data["team"], e.data["reason"]) for e in audit] == [
        (ada.id, "support", "billing", "refund_decision"),
        (bea.id, "billing", "payments", "technical_fault"),
    ]
    assert "4242 4242" not in str(audit)
    told = [text for who, text in office.lines(talk) if who == "system"]
    assert ["賬務" in told[0], "付款技術" in told[1]] == [True, True]
    assert "Two charges" not in str(office.lines(talk))
    assert [mail["kind"] for mail in mails(office)] == ["handed_over"] * 3


@pytest.mark.parametrize(
    ("wish", "code"),
    [
        (("support", "complaint", "x"), "same_team"),
        (("kitchen", "complaint", "x"), "invalid"),
        (("billing", "boredom", "x"), "invalid"),
        (("billing", "complaint", " "), "invalid"),
    ],
)
async def test_an_escalation_that_makes_no_sense_changes_nothing(
    office: Office,
    talk: Conversation,
    ticket: Ticket,
    ada: Agent,
    wish: tuple[str, str, str],
    code: str,
) -> None:
    before = office.lines(talk)
    with pytest.raises(HelpcenterError, match=code):
        await office.desk.escalate(seen(ada, ticket), *wish)
    assert office.ticket(ticket) == ticket
    assert office.lines(talk) == before


async def test_a_ticket_on_hold_waits_for_somebody_else_until_its_customer_writes(
    office: Office, talk: Conversation, ticket: Ticket, ada: Agent, ben: Agent
) -> None:
    before = office.lines(talk)
    held = await office.desk.hold(seen(ada, ticket), "The bank, 4242 4242 4242 4242, on Monday")
    assert (held.state, held.agent_id) == (State.ON_HOLD, ada.id)
    assert held.waiting_since == ticket.waiting_since
    assert office.now(talk).owner is Owner.AGENT
    assert office.lines(talk) == before
    assert office.happened(held)[-1].kind is Happened.HELD
    assert office.happened(held)[-1].data == {"text": "The bank, •••• 4242, on Monday"}
    with pytest.raises(HelpcenterError, match="ticket_taken"):
        await office.desk.hold(seen(ben, held), "mine too")
    office.wrote(talk)
    assert office.ticket(held).state is State.OPEN


async def test_what_is_over_rests_already(office: Office, ticket: Ticket, ada: Agent) -> None:
    solved = await office.desk.solve(seen(ada, ticket))
    with pytest.raises(HelpcenterError, match="ticket_over"):
        await office.desk.hold(seen(ada, solved), "x")
    with pytest.raises(HelpcenterError, match="invalid"):
        await office.desk.hold(seen(ada, solved), " ")


async def test_an_agent_of_another_team_may_help_out_and_is_named(
    office: Office, ticket: Ticket
) -> None:
    mei = office.agent("Mei", "payments")
    replied = await office.desk.reply(seen(mei, ticket), "I can answer that.")
    assert (replied.team, replied.agent_id) == ("support", mei.id)
    assert office.happened(replied)[-1].agent_id == mei.id


async def test_notes_have_their_own_count_and_never_reach_the_customer(
    office: Office, talk: Conversation, ticket: Ticket, ada: Agent, ben: Agent
) -> None:
    desk, before = office.desk, office.now(talk).last_seq
    numbers = [await desk.note(ada, ticket.id, f"note {n}, 4242-4242-4242-4242") for n in (1, 2)]
    assert numbers == [2, 3]
    assert office.now(talk).last_seq == before
    notes = [event for event in office.happened(ticket) if event.kind is Happened.NOTED]
    assert [note.data["text"] for note in notes] == [f"note {n}, •••• 4242" for n in (1, 2)]
    # A note is nothing that others could overwrite.
    assert (await desk.take(seen(ben, ticket))).agent_id == ben.id


async def test_releasing_puts_it_back_into_the_queue(
    office: Office, talk: Conversation, ticket: Ticket, ada: Agent
) -> None:
    taken = await office.desk.take(seen(ada, ticket))
    released = await office.desk.release(seen(ada, taken))
    assert (released.state, released.agent_id) == (State.OPEN, None)
    assert office.now(talk).owner is Owner.QUEUE


async def test_a_card_number_in_a_reply_is_cut_out(
    office: Office, talk: Conversation, ticket: Ticket, ada: Agent
) -> None:
    await office.desk.reply(seen(ada, ticket), "Is it 4000 0566 5566 5556?")
    assert office.lines(talk)[-1][1] == "Is it •••• 5556?"


@pytest.mark.parametrize("text", ["", " \n ", "x" * (LONGEST + 1), "\0"])
async def test_a_reply_of_nothing_or_too_much_is_refused(
    office: Office, ticket: Ticket, ada: Agent, text: str
) -> None:
    with pytest.raises(HelpcenterError, match="invalid"):
        await office.desk.reply(seen(ada, ticket), text)
    assert office.ticket(ticket) == ticket


async def test_a_customer_who_comes_back_within_a_week_reopens_the_same_ticket(
    office: Office, talk: Conversation, ticket: Ticket, ada: Agent
) -> None:
    await office.desk.solve(seen(ada, ticket))
    assert office.now(talk).owner is Owner.BOT
    office.wait(days=6, hours=23)
    assert office.reopen(talk)
    again = office.ticket(ticket)
    assert (again.state, again.agent_id, again.solved_at) == (State.OPEN, None, None)
    assert office.now(talk).owner is Owner.QUEUE
    assert not office.reopen(talk)


async def test_after_a_week_it_is_another_ticket(
    office: Office, talk: Conversation, ticket: Ticket, ada: Agent
) -> None:
    await office.desk.solve(seen(ada, ticket))
    office.wait(days=7)
    assert not office.reopen(talk)
    other = office.hand_over(talk)
    assert other.id != ticket.id
    assert office.ticket(ticket).state is State.CLOSED
    with pytest.raises(HelpcenterError, match="ticket_closed"):
        await office.desk.take(seen(ada, office.ticket(ticket)))


async def test_handing_over_twice_is_one_ticket(
    office: Office, talk: Conversation, ticket: Ticket
) -> None:
    assert office.hand_over(talk) == ticket
    assert len(mails(office)) == 1


async def test_handing_over_a_solved_one_reopens_it_with_its_team(
    office: Office, talk: Conversation, ticket: Ticket, ada: Agent
) -> None:
    billing = await office.desk.escalate(seen(ada, ticket), "billing", "complaint", "n")
    await office.desk.solve(seen(ada, billing))
    again = office.hand_over(talk)
    assert (again.id, again.team, again.state) == (ticket.id, "billing", State.OPEN)


async def test_a_line_to_a_pending_ticket_opens_it(
    office: Office, talk: Conversation, ticket: Ticket, ada: Agent
) -> None:
    replied = await office.desk.reply(seen(ada, ticket), "Which card?")
    office.wait(minutes=5)
    office.wrote(talk)
    opened = office.ticket(ticket)
    assert (opened.state, opened.agent_id) == (State.OPEN, ada.id)
    assert opened.waiting_since == office.clock.now()
    with pytest.raises(HelpcenterError, match="ticket_changed"):
        await office.desk.solve(seen(ada, replied))


async def test_a_line_to_an_open_ticket_keeps_its_version_and_its_place(
    office: Office, talk: Conversation, ticket: Ticket
) -> None:
    office.wait(minutes=5)
    office.wrote(talk)
    same = office.ticket(ticket)
    assert (same.version, same.waiting_since) == (ticket.version, ticket.waiting_since)
    assert same.changed == ticket.changed + timedelta(minutes=5)


async def test_somebody_from_the_form_is_mailed_the_answer(office: Office, ada: Agent) -> None:
    ticket = office.hand_over(office.talk(), Contact("Mei", "mei@example.com"))
    await office.desk.reply(seen(ada, ticket), "Hello Mei")
    assert [mail["kind"] for mail in mails(office)] == ["handed_over", "answered"]


async def test_only_agents_reach_tickets(office: Office, ticket: Ticket, ada: Agent) -> None:
    office.database.write_sync(lambda conn: agents.deactivate(conn, ada.email))
    stranger = Agent(10**6, "x@example.com", "X", ada.role, "support")
    assert (await office.desk.find(ada, ticket.id)).id == ticket.id
    with pytest.raises(HelpcenterError, match="ticket_not_found"):
        await office.desk.find(stranger, ticket.id + 1)


async def test_the_customer_is_told_in_their_language(office: Office, ada: Agent) -> None:
    for name, locale, word in (("en", Locale("en"), "our Billing team"), ("hk", HK, "賬務")):
        talk = office.talk(name, locale)
        ticket = office.hand_over(talk)
        await office.desk.escalate(seen(ada, ticket), "billing", "complaint", "n")
        assert word in office.lines(talk)[-1][1]


async def test_a_week_after_it_was_solved_a_job_closes_it(
    office: Office, ticket: Ticket, ada: Agent
) -> None:
    await office.desk.solve(seen(ada, ticket))
    close = handing.closer(office.database)
    names = [handing.CLOSE_JOB]

    async def run() -> bool:
        job = await office.database.write(
            lambda conn: outbox.claim(
                conn, now=office.clock.now(), lease=timedelta(seconds=30), names=names
            )
        )
        if job is not None:
            await close(job.payload, Lease(job, office.clock))
        return job is not None

    assert not await run()
    office.wait(days=7)
    assert await run()
    assert office.ticket(ticket).state is State.CLOSED
    assert [event.kind for event in office.happened(ticket)][-1] is Happened.CLOSED


async def test_closing_leaves_alone_what_was_reopened_or_is_gone(
    office: Office, talk: Conversation, ticket: Ticket, ada: Agent
) -> None:
    await office.desk.solve(seen(ada, ticket))
    assert office.reopen(talk)
    office.wait(days=8)
    for number in (ticket.id, 10**6):
        await office.database.write(
            lambda conn, number=number: handing.close(conn, number, office.clock.now())  # type: ignore[misc]
        )
    assert office.ticket(ticket).state is State.OPEN
