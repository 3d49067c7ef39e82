"""What agents do with a ticket. Each verb names the version it saw: nobody overwrites anybody.

Text is redacted before it comes here. Every verb is one transaction with its audit row, what the
customer reads, and the mail it causes.
"""

from collections.abc import Callable, Mapping
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
    """Make the ticket the agent's own, a colleague's and a solved one included.

    Raises `ticket_closed` for one that is closed for good.
    """
    act = _Act.on(conn, seen, now)
    if act.ticket.state is State.CLOSED:
        raise HelpcenterError("ticket_closed", Kind.CONFLICT)
    changed = act.change(Happened.TAKEN, State.OPEN, agent_id=seen.agent.id, solved_at=None)
    act.join()
    return changed


def reply(conn: Connection, seen: Seen, text: str, now: datetime) -> Ticket:
    """Answer the customer; an agent who replies has taken the ticket.

    Raises `ticket_taken` when it is a colleague's, `ticket_over` when it is solved or closed.
    """
    act = _Act.on(conn, seen, now).require_own()
    # The ticket first: a reply that comes too late must not be in the feed.
    changed = act.change(
        Happened.REPLIED, State.PENDING, agent_id=seen.agent.id, waiting_since=None
    )
    act.join()
    item = act.say(Author(AuthorRole.AGENT, seen.agent.name), text)
    if changed.contact is not None:
        post(conn, {"kind": "answered", "ticket": changed.id, "seq": item}, now)
    return changed


def hold(conn: Connection, seen: Seen, why: str, now: datetime) -> Ticket:
    """Let the ticket rest until somebody else has done their part; the customer still waits.

    `why` is for colleagues. An agent who does so has taken the ticket; a line of the customer's
    opens it again. Raises as `reply`.
    """
    act = _Act.on(conn, seen, now).require_own()
    changed = act.change(Happened.HELD, State.ON_HOLD, {"text": why}, agent_id=seen.agent.id)
    act.join()
    return changed


def note(conn: Connection, agent: Agent, ticket_id: int, text: str, now: datetime) -> int:
    """Leave a note for colleagues and return its number; customers never see it.

    It overwrites nothing, so it needs no version.
    """
    ticket = store.find(conn, agent.caller, ticket_id)
    return store.annotate(conn, ticket.id, Doing(Happened.NOTED, agent.id, {"text": text}), now)


def release(conn: Connection, seen: Seen, now: datetime) -> Ticket:
    """Put the ticket back into its team's queue; raises `ticket_over`."""
    act = _Act.on(conn, seen, now).require_at_work()
    changed = act.change(
        Happened.RELEASED, State.OPEN, agent_id=None, waiting_since=act.waiting_since
    )
    act.turn(Owner.QUEUE)
    return changed


def escalate(conn: Connection, seen: Seen, to: Escalation, now: datetime) -> Ticket:
    """Pass the ticket to another team, with a reason and a note; the customer is told.

    Raises `same_team` when it is with that team already, and `ticket_over`.
    """
    act = _Act.on(conn, seen, now).require_at_work()
    if to.team.id == act.ticket.team:
        raise HelpcenterError("same_team", Kind.CONFLICT)
    data: dict[str, str | int] = {
        "from": act.ticket.team,
        "team": to.team.id,
        "tier": to.team.tier,
        "reason": to.reason.id,
        "text": to.note,
    }
    changed = act.change(
        Happened.ESCALATED,
        State.OPEN,
        data,
        team=to.team.id,
        tier=to.team.tier,
        agent_id=None,
        waiting_since=act.waiting_since,
    )
    act.say(SYSTEM, to.told(act.conversation.locale))
    act.turn(Owner.QUEUE)
    handing.tell_team(conn, changed, now)
    return changed


def solve(conn: Connection, seen: Seen, now: datetime) -> Ticket:
    """Say that nothing is left to do; the bot has the turn again. Raises `ticket_over`."""
    act = _Act.on(conn, seen, now).require_at_work()
    by = act.ticket.agent_id or seen.agent.id
    changed = act.change(
        Happened.SOLVED, State.SOLVED, agent_id=by, waiting_since=None, solved_at=now
    )
    act.turn(Owner.BOT)
    handing.close_later(conn, changed, now)
    return changed


@dataclass(frozen=True, slots=True)
class _Act:
    """One verb on one ticket that is as its agent saw it."""

    conn: Connection
    agent: Agent
    ticket: Ticket
    conversation: Conversation
    now: datetime

    @classmethod
    def on(cls, conn: Connection, seen: Seen, now: datetime) -> "_Act":
        """Look at the ticket again; raises `ticket_not_found` or `ticket_changed`."""
        caller = seen.agent.caller
        ticket = store.find(conn, caller, seen.ticket_id)
        if ticket.version != seen.version:
            raise store.stale()
        conversation = talks.find_by_id(conn, caller, ticket.conversation_id, lock=True)
        return cls(conn, seen.agent, ticket, conversation, now)

    @property
    def waiting_since(self) -> datetime:
        """Since when the customer waits, now at the latest."""
        return self.ticket.waiting_since or self.now

    def require_at_work(self) -> "_Act":
        if self.ticket.state not in AT_WORK:
            raise HelpcenterError("ticket_over", Kind.CONFLICT)
        return self

    def require_own(self) -> "_Act":
        """Go on only with a ticket at work that is nobody's or the agent's own."""
        self.require_at_work()
        if self.ticket.agent_id not in {None, self.agent.id}:
            raise HelpcenterError("ticket_taken", Kind.CONFLICT)
        return self

    def change(
        self,
        kind: Happened,
        state: State,
        data: Mapping[str, str | int] | None = None,
        **values: object,
    ) -> Ticket:
        doing = Doing(kind, self.agent.id, data)
        return store.change(self.conn, self.ticket, doing, self.now, state=state.value, **values)

    def turn(self, to: Owner) -> bool:
        return handing.pass_on(self.conn, self.conversation, to, self.now, only_from=_PEOPLE)

    def join(self) -> None:
        """Give the agent the turn, and say who has joined unless an agent had it already."""
        if self.turn(Owner.AGENT):
            talk, about = self.conversation, {"agent": self.agent.name}
            feed.append_event(self.conn, talk.id, "agent_joined", about, talk.locale, self.now)

    def say(self, author: Author, text: str) -> int:
        """Say something to the customer and return its `seq`."""
        draft = Draft(author, self.conversation.locale, (Text(text),))
        return feed.append(self.conn, self.conversation.id, draft, self.now).seq
