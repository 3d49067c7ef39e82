"""What agents do with a ticket. Each verb names the version it saw: nobody overwrites anybody.

Text is redacted before it comes here. Every verb is one transaction with its audit row, what the
customer reads, and the mail it causes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from helpcenter.conversations import feed
from helpcenter.conversations import store as talks
from helpcenter.conversations.model import (
    SYSTEM,
    Author,
    AuthorRole,
    Conversation,
    Draft,
    Owner,
)
from helpcenter.conversations.parts import Text
from helpcenter.errors import HelpcenterError, Kind
from helpcenter.i18n.locale import Locale
from helpcenter.identity.agents import Agent
from helpcenter.jobs.mail import post
from helpcenter.tickets import handing, store
from helpcenter.tickets.model import AT_WORK, Happened, State, Ticket
from helpcenter.tickets.store import Doing
from helpcenter.tickets.teams import Named, Team

_PEOPLE = frozenset({Owner.BOT, Owner.QUEUE, Owner.AGENT})
"""Whoever may have the turn while a conversation is not over."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A ticket as an agent saw it, and who that is."""

    agent: Agent
    ticket_id: int
    version: int


@dataclass(frozen=True, slots=True)
class Escalation:
    """To whom and why; `told` gives what the customer reads, in their language."""

    team: Team
    reason: Named
    note: str
    told: Callable[[Locale], str]


def take(conn: Connection, seen: Seen, now: datetime) -> Ticket:
    """Make the ticket the agent's own, a colleague's and a solved one included."""
    ticket, conversation = _seen(conn, seen)
    if ticket.state is State.CLOSED:
        raise _closed()
    changed = store.change(
        conn,
        ticket,
        Doing(Happened.TAKEN, seen.agent.id),
        now,
        state=State.OPEN.value,
        agent_id=seen.agent.id,
        solved_at=None,
    )
    _join(conn, conversation, seen.agent, now)
    return changed


def reply(conn: Connection, seen: Seen, text: str, now: datetime) -> Ticket:
    """Answer the customer; an agent who replies has taken the ticket.

    Raises `ticket_taken` when it is a colleague's, `ticket_over` when it is solved or closed.
    """
    ticket, conversation = _seen(conn, seen)
    _require_at_work(ticket)
    _require_free_or_own(ticket, seen.agent)
    # The ticket first: a reply that comes too late must not be in the feed.
    changed = store.change(
        conn,
        ticket,
        Doing(Happened.REPLIED, seen.agent.id),
        now,
        state=State.PENDING.value,
        agent_id=seen.agent.id,
        waiting_since=None,
    )
    _join(conn, conversation, seen.agent, now)
    item = feed.append(
        conn,
        conversation.id,
        Draft(_author(seen.agent), conversation.locale, (Text(text),)),
        now,
    )
    if ticket.contact is not None:
        post(conn, {"kind": "answered", "ticket": ticket.id, "seq": item.seq}, now)
    return changed


def note(conn: Connection, agent: Agent, ticket_id: int, text: str, now: datetime) -> int:
    """Leave a note for colleagues and return its number; customers never see it.

    It overwrites nothing, so it needs no version.
    """
    ticket = store.find(conn, agent.caller, ticket_id)
    return store.annotate(conn, ticket.id, Doing(Happened.NOTED, agent.id, {"text": text}), now)


def release(conn: Connection, seen: Seen, now: datetime) -> Ticket:
    """Put the ticket back into its team's queue."""
    ticket, conversation = _seen(conn, seen)
    _require_at_work(ticket)
    changed = store.change(
        conn,
        ticket,
        Doing(Happened.RELEASED, seen.agent.id),
        now,
        state=State.OPEN.value,
        agent_id=None,
        waiting_since=ticket.waiting_since or now,
    )
    handing.pass_on(conn, conversation, Owner.QUEUE, now, only_from=_PEOPLE)
    return changed


def escalate(conn: Connection, seen: Seen, to: Escalation, now: datetime) -> Ticket:
    """Pass the ticket to another team, with a reason and a note; the customer is told.

    Raises `same_team` when it is with that team already.
    """
    ticket, conversation = _seen(conn, seen)
    _require_at_work(ticket)
    if to.team.id == ticket.team:
        raise HelpcenterError("same_team", Kind.CONFLICT)
    data: dict[str, str | int] = {
        "from": ticket.team,
        "team": to.team.id,
        "tier": to.team.tier,
        "reason": to.reason.id,
        "text": to.note,
    }
    changed = store.change(
        conn,
        ticket,
        Doing(Happened.ESCALATED, seen.agent.id, data),
        now,
        state=State.OPEN.value,
        team=to.team.id,
        tier=to.team.tier,
        agent_id=None,
        waiting_since=ticket.waiting_since or now,
    )
    feed.append(
        conn,
        conversation.id,
        Draft(SYSTEM, conversation.locale, (Text(to.told(conversation.locale)),)),
        now,
    )
    handing.pass_on(conn, conversation, Owner.QUEUE, now, only_from=_PEOPLE)
    handing.tell_team(conn, changed, now)
    return changed


def solve(conn: Connection, seen: Seen, now: datetime) -> Ticket:
    """Say that nothing is left to do; the bot has the turn again."""
    ticket, conversation = _seen(conn, seen)
    _require_at_work(ticket)
    changed = store.change(
        conn,
        ticket,
        Doing(Happened.SOLVED, seen.agent.id),
        now,
        state=State.SOLVED.value,
        agent_id=ticket.agent_id or seen.agent.id,
        waiting_since=None,
        solved_at=now,
    )
    handing.pass_on(conn, conversation, Owner.BOT, now, only_from=_PEOPLE)
    handing.close_later(conn, changed, now)
    return changed


def _seen(conn: Connection, seen: Seen) -> tuple[Ticket, Conversation]:
    caller = seen.agent.caller
    ticket = store.find(conn, caller, seen.ticket_id)
    if ticket.version != seen.version:
        raise store.stale()
    return ticket, talks.find_by_id(conn, caller, ticket.conversation_id, lock=True)


def _join(conn: Connection, conversation: Conversation, agent: Agent, now: datetime) -> None:
    if handing.pass_on(conn, conversation, Owner.AGENT, now, only_from=_PEOPLE):
        about = {"agent": agent.name}
        feed.append_event(conn, conversation.id, "agent_joined", about, conversation.locale, now)


def _author(agent: Agent) -> Author:
    return Author(AuthorRole.AGENT, agent.name)


def _require_at_work(ticket: Ticket) -> None:
    if ticket.state not in AT_WORK:
        raise HelpcenterError("ticket_over", Kind.CONFLICT)


def _require_free_or_own(ticket: Ticket, agent: Agent) -> None:
    if ticket.agent_id not in {None, agent.id}:
        raise HelpcenterError("ticket_taken", Kind.CONFLICT)


def _closed() -> HelpcenterError:
    return HelpcenterError("ticket_closed", Kind.CONFLICT)
