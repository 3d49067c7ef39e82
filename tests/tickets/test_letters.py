"""What mails say: where to look and why, in the customer's language, and nothing they said."""

from typing import TYPE_CHECKING

import pytest

from helpcenter.conversations.model import Kind
from helpcenter.identity.agents import Agent
from helpcenter.jobs.letters import Letters
from helpcenter.jobs.mail import Letter
from helpcenter.settings import Settings
from helpcenter.tickets.letters import TicketLetters
from helpcenter.tickets.model import Contact, Ticket
from tests.tickets.conftest import HK, Office, seen

if TYPE_CHECKING:
    from helpcenter.jobs.outbox import Payload

pytestmark = pytest.mark.anyio

SETTINGS = Settings.model_validate(
    {
        "product": {"en": "Kettle & Co", "zh_HK": "水煲店"},
        "base_url": "https://help.example.com",
        "team_emails": {"support": "support@example.com", "billing": "billing@example.com"},
    }
)


def letters(office: Office) -> TicketLetters:
    return TicketLetters(office.database, SETTINGS, lambda: office.words, Letters())


async def handed_over(office: Office, ticket: Ticket) -> Letter | None:
    return await letters(office).compose({"kind": "handed_over", "ticket": ticket.id})


async def test_a_team_is_told_where_to_look_and_why(office: Office) -> None:
    talk = office.talk()
    office.say(talk, "my secret trouble")
    ticket = office.hand_over(talk)
    letter = await handed_over(office, ticket)
    assert letter is not None
    assert letter.to == "support@example.com"
    assert letter.subject == f"Ticket {ticket.id}: somebody waits for Support"
    assert f"https://help.example.com/agent/tickets/{ticket.id}" in letter.text
    assert "The customer asked for a person." in letter.text
    assert "secret trouble" not in letter.text


async def test_an_escalation_goes_to_the_other_team_in_the_talks_language(
    office: Office, ada: Agent
) -> None:
    ticket = office.hand_over(office.talk("hk", HK))
    await office.desk.escalate(seen(ada, ticket), "billing", "refund_decision", "private note")
    letter = await handed_over(office, ticket)
    assert letter is not None
    assert (letter.to, "賬務" in letter.subject) == ("billing@example.com", True)
    assert "需要決定退款或補償" in letter.text
    assert "private note" not in letter.text


async def test_who_came_back_is_announced_as_such(office: Office, ada: Agent) -> None:
    talk = office.talk()
    ticket = office.hand_over(talk)
    await office.desk.solve(seen(ada, ticket))
    assert await handed_over(office, ticket) is None
    office.reopen(talk)
    letter = await handed_over(office, ticket)
    assert letter is not None
    assert "came back" in letter.text


async def test_nobody_is_told_where_there_is_nobody_to_tell(office: Office, ada: Agent) -> None:
    ticket = office.hand_over(office.talk())
    escalated = await office.desk.escalate(seen(ada, ticket), "billing", "complaint", "n")
    await office.desk.escalate(seen(ada, escalated), "payments", "complaint", "n")
    assert await handed_over(office, ticket) is None
    assert await letters(office).compose({"kind": "handed_over", "ticket": 10**6}) is None


async def test_an_answer_goes_to_who_wrote_by_the_form(office: Office, ada: Agent) -> None:
    talk = office.talk("hk", HK)
    ticket = office.hand_over(talk, Contact("陳小姐", "chan@example.com"))
    await office.desk.reply(seen(ada, ticket), "你好，陳小姐。")
    seq = office.now(talk).last_seq
    letter = await letters(office).compose({"kind": "answered", "ticket": ticket.id, "seq": seq})
    assert letter is not None
    assert letter.to == "chan@example.com"
    assert letter.text.startswith("你好，陳小姐。\n\nAda")
    assert "水煲店" in letter.subject
    assert Kind.MESSAGE.value not in letter.text


async def test_an_answer_to_nobody_is_not_sent(office: Office, ada: Agent) -> None:
    ticket = office.hand_over(office.talk())
    await office.desk.reply(seen(ada, ticket), "Hello")
    for seq in (1, 99):
        payload: Payload = {"kind": "answered", "ticket": ticket.id, "seq": seq}
        assert await letters(office).compose(payload) is None
