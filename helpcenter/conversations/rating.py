"""What a customer thinks of the help they got: an event in the feed, the last of which counts."""

from datetime import datetime

from sqlalchemy import Connection

from helpcenter.conversations import feed
from helpcenter.conversations.model import SYSTEM, Conversation, Draft, Item, Kind
from helpcenter.conversations.parts import Event

RATING = "rating"


def rate(
    conn: Connection, conversation: Conversation, client_id: str, *, helpful: bool, now: datetime
) -> tuple[Item, bool]:
    """Return the event, and whether it is new: the same `client_id` again rates nothing twice.

    Raises `conversation_closed`.
    """
    known = feed.find_sent(conn, conversation, client_id)
    if known is not None:
        return known, False
    event = Event(RATING, {"helpful": helpful})
    draft = Draft(SYSTEM, conversation.locale, (event,), kind=Kind.EVENT, client_id=client_id)
    return feed.append(conn, conversation.id, draft, now), True
