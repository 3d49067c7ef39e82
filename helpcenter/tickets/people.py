"""`People`: what the bot tells the people behind it, within its own transactions."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from helpcenter.conversations.model import Conversation
from helpcenter.tickets import handing
from helpcenter.tickets.model import Cause
from helpcenter.tickets.teams import Teams


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

    def reopen(self, conn: Connection, conversation: Conversation, now: datetime) -> bool:
        """Give a conversation back to people if its ticket was solved within the last 7 days."""
        return handing.reopen(conn, conversation, now)
