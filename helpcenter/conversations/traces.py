"""The bot's reasons, turn by turn; for agents and jobs only."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, select

from helpcenter.conversations.model import Conversation
from helpcenter.conversations.tables import items
from helpcenter.identity.caller import Caller, Role


def traces_of(
    conn: Connection, caller: Caller, conversation: Conversation
) -> dict[int, Mapping[str, Any]]:
    """Return the reasons of the bot's items by `seq`; nothing for anybody but agents and jobs."""
    if caller.role not in {Role.AGENT, Role.SYSTEM}:
        return {}
    rows = conn.execute(
        select(items.c.seq, items.c.trace).where(
            items.c.conversation_id == conversation.id, items.c.trace.is_not(None)
        )
    )
    return {row.seq: row.trace for row in rows}
