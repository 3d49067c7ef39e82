"""`People`: what the bot tells the people behind it, within its own transactions."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from helpcenter.conversations.model import Conversation
from helpcenter.tickets import handing, store
from helpcenter.tickets.model import Cause, Contact
from helpcenter.tickets.teams import Teams

CONTACT = "contact"
"""The form by which somebody who is not signed in says where to write to: `name` and `email`."""


@dataclass(frozen=True, slots=True)
class People:
    """Hands conversations over to the team that takes them in; `teams` gives the present ones."""

    teams: Callable[[], Teams]

    def hand_over(
        self, conn: Connection, conversation: Conversation, cause: Cause, now: datetime
    ) -> None:
        """Put a conversation into the queue; nothing changes if it is with people already."""
        handing.hand_over(conn, conversation, cause, self.teams().first, now)

    def wrote(self, conn: Connection, conversation: Conversation, now: datetime) -> None:
        """Note a line that a person is to answer, if one is."""
        handing.customer_wrote(conn, conversation, now)

    def asks_contact(self, conn: Connection, conversation: Conversation) -> bool:
        """Tell whether nobody knows where to write to when the customer has left the chat."""
        if conversation.customer_id is not None:
            return False
        last = store.latest_of(conn, conversation.id)
        return last is None or last.contact is None

    def may_write_to(
        self, conn: Connection, conversation: Conversation, contact: Contact, now: datetime
    ) -> None:
        """Note where the customer wants to be answered when they have left the chat."""
        handing.leave_contact(conn, conversation, contact, now)

    def reopen(self, conn: Connection, conversation: Conversation, now: datetime) -> bool:
        """Give a conversation back to people if its ticket was solved within the last 7 days."""
        return handing.reopen(conn, conversation, now)
