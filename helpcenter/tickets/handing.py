"""From the bot to a person and back, as the customer causes it (CONTRACTS §5).

Each function belongs to the transaction that stores the customer's line or the bot's last word.
"""

from datetime import datetime

from sqlalchemy import Connection

from helpcenter.conversations import feed
from helpcenter.conversations import store as talks
from helpcenter.conversations.model import Conversation, Owner
from helpcenter.db.database import Database
from helpcenter.errors import HelpcenterError
from helpcenter.identity.caller import SYSTEM
from helpcenter.jobs import outbox
from helpcenter.jobs.handlers import Handle, Lease
from helpcenter.jobs.mail import post
from helpcenter.jobs.outbox import Payload
from helpcenter.tickets import store
from helpcenter.tickets.model import AT_WORK, REOPENS, Cause, Contact, Happened, State, Ticket
from helpcenter.tickets.store import Doing
from helpcenter.tickets.teams import Team

CLOSE_JOB = "ticket_close"
_BOT = frozenset({Owner.BOT})


def hand_over(
    conn: Connection,
    conversation: Conversation,
    cause: Cause,
    team: Team,
    now: datetime,
    contact: Contact | None = None,
) -> Ticket:
    """Put a conversation into the queue, with a ticket at work, and let the team be told.

    One that is with people already stays with them. A ticket solved not long ago is the same one
    again, with the team that solved it.
    """
    last = store.latest_of(conn, conversation.id, lock=True)
    if last is not None and last.state in AT_WORK:
        pass_on(conn, conversation, Owner.QUEUE, now, only_from=_BOT)
        return last
    if last is not None and not last.is_over(now):
        return _reopened(conn, conversation, last, now)
    if last is not None and last.state is State.SOLVED:
        store.change(conn, last, Doing(Happened.CLOSED), now, state=State.CLOSED.value)
    ticket = store.create(
        conn,
        conversation.id,
        team=team.id,
        tier=team.tier,
        cause=cause,
        contact=contact,
        now=now,
    )
    pass_on(conn, conversation, Owner.QUEUE, now, only_from=_BOT)
    tell_team(conn, ticket, now)
    return ticket


def customer_wrote(conn: Connection, conversation: Conversation, now: datetime) -> None:
    """Note a line that a person is to answer: `pending` and `on_hold` become `open`."""
    ticket = store.latest_of(conn, conversation.id, lock=True)
    if ticket is None or ticket.state not in AT_WORK:
        return
    if ticket.state in {State.PENDING, State.ON_HOLD}:
        doing = Doing(Happened.REOPENED)
        since = ticket.waiting_since or now
        store.change(conn, ticket, doing, now, state=State.OPEN.value, waiting_since=since)
    else:
        store.touch(conn, ticket, now)


def leave_contact(
    conn: Connection, conversation: Conversation, contact: Contact, now: datetime
) -> None:
    """Note with the last ticket where its customer wants to be answered; nothing without one."""
    ticket = store.latest_of(conn, conversation.id, lock=True)
    if ticket is not None:
        store.set_contact(conn, ticket, contact, now)


def reopen(conn: Connection, conversation: Conversation, now: datetime) -> bool:
    """Give a conversation back to people because its customer came back.

    False, and nothing changed, if its last ticket was not solved within the last 7 days.
    """
    last = store.latest_of(conn, conversation.id, lock=True)
    if last is None or last.state is not State.SOLVED or last.is_over(now):
        return False
    _reopened(conn, conversation, last, now)
    return True


def closer(database: Database) -> Handle:
    """Return what does `CLOSE_JOB` jobs: a ticket that was solved long enough ago is closed."""

    async def handle(payload: Payload, lease: Lease) -> None:
        ticket_id, now = int(payload["ticket"]), lease.clock.now()
        await database.write(lambda conn: close(conn, ticket_id, now))

    return handle


def close(conn: Connection, ticket_id: int, now: datetime) -> None:
    """Close a ticket for good if it has been solved for long enough, and is still there."""
    try:
        ticket = store.find(conn, SYSTEM, ticket_id)
    except HelpcenterError:
        return
    if ticket.state is State.SOLVED and ticket.is_over(now):
        store.change(conn, ticket, Doing(Happened.CLOSED), now, state=State.CLOSED.value)


def close_later(conn: Connection, ticket: Ticket, now: datetime) -> None:
    """Let a ticket that was solved now be closed when it can no longer be reopened."""
    outbox.enqueue(conn, CLOSE_JOB, {"ticket": ticket.id}, now=now, run_at=now + REOPENS)


def tell_team(conn: Connection, ticket: Ticket, now: datetime) -> None:
    """Mail the ticket's team that somebody waits."""
    post(conn, {"kind": "handed_over", "ticket": ticket.id, "version": ticket.version}, now)


def pass_on(
    conn: Connection,
    conversation: Conversation,
    to: Owner,
    now: datetime,
    *,
    only_from: frozenset[Owner],
) -> bool:
    """Change whose turn it is, and say so in the feed; False if it was nobody of `only_from`."""
    others = only_from - {to}
    if not talks.pass_on(conn, conversation.id, to, only_from=others):
        return False
    about = {"owner": to.value}
    feed.append_event(conn, conversation.id, "owner", about, conversation.locale, now)
    return True


def _reopened(
    conn: Connection, conversation: Conversation, ticket: Ticket, now: datetime
) -> Ticket:
    reopened = store.change(
        conn,
        ticket,
        Doing(Happened.REOPENED),
        now,
        state=State.OPEN.value,
        agent_id=None,
        waiting_since=now,
        solved_at=None,
    )
    pass_on(conn, conversation, Owner.QUEUE, now, only_from=_BOT)
    tell_team(conn, reopened, now)
    return reopened
