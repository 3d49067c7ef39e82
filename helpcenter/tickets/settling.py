"""What Stripe tells tickets: news for whoever has one, and an end for one that nobody needs.

Each function belongs to the transaction that tells the customer, or does not.
"""

from datetime import datetime

from sqlalchemy import Connection

from helpcenter.conversations import feed
from helpcenter.conversations.model import AuthorRole, Conversation, Owner
from helpcenter.tickets import handing, store
from helpcenter.tickets.model import AT_WORK, Happened, State, Ticket
from helpcenter.tickets.store import Doing

_LINES = 100


def learn(
    conn: Connection, conversation: Conversation, kind: Happened, text: str, now: datetime
) -> None:
    """Note for agents what is new, or that nothing is; the customer sees none of it."""
    ticket = store.latest_of(conn, conversation.id, lock=True)
    if ticket is not None and ticket.state in AT_WORK:
        store.annotate(conn, ticket.id, Doing(kind, data={"text": text}), now)


def settle(conn: Connection, conversation: Conversation, now: datetime) -> bool:
    """Solve a ticket whose trouble is over; the bot has the turn again.

    False, and nothing changed, if a person has taken it, or the customer has written something
    since, that a person is to read.
    """
    ticket = store.latest_of(conn, conversation.id, lock=True)
    if ticket is None or ticket.state not in AT_WORK or ticket.agent_id is not None:
        return False
    if conversation.owner is not Owner.QUEUE or _has_written(conn, conversation, ticket):
        return False
    solved = store.change(
        conn,
        ticket,
        Doing(Happened.SETTLED),
        now,
        state=State.SOLVED.value,
        waiting_since=None,
        solved_at=now,
    )
    handing.pass_on(conn, conversation, Owner.BOT, now, only_from=frozenset({Owner.QUEUE}))
    handing.close_later(conn, solved, now)
    return True


def _has_written(conn: Connection, conversation: Conversation, ticket: Ticket) -> bool:
    since = ticket.waiting_since
    return since is None or any(
        item.author.role is AuthorRole.CUSTOMER and item.at > since
        for item in feed.after(conn, conversation, max(0, conversation.last_seq - _LINES))
    )
