"""A customer's conversations as their account page lists them."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from helpcenter.conversations import feed, store
from helpcenter.conversations.model import Conversation, Owner
from helpcenter.i18n.mark import N_
from helpcenter.identity.caller import Caller

if TYPE_CHECKING:
    from helpcenter.web.account.speaker import Speaker

MOST = 10
"""Conversations shown, the latest."""
LONGEST = 120
"""Characters of a line shown."""

_STATES = {
    Owner.BOT: N_("With the assistant"),
    Owner.QUEUE: N_("Waiting for a person"),
    Owner.AGENT: N_("With a person"),
    Owner.CLOSED: N_("Closed"),
}

Talk = tuple[Conversation, str]
"""A conversation, and what was said last."""


@dataclass(frozen=True, slots=True)
class TalkRow:
    """A conversation in the list; `id` opens it in the chat."""

    id: str
    line: str
    lang: str
    day: str
    state: str


def read_talks(conn: Connection, caller: Caller) -> list[Talk]:
    """Return the customer's latest conversations in which anything was said: two queries."""
    mine = store.mine(conn, caller)[:MOST]
    said = feed.last_said(conn, mine)
    return [(talk, said[talk.id]) for talk in mine if talk.id in said]


def rows_of(talks: list[Talk], speaker: "Speaker") -> list[TalkRow]:
    """Return what the page says of each."""
    return [
        TalkRow(
            talk.public_id,
            _short(line) or speaker.gettext("Conversation"),
            talk.locale.tag,
            speaker.day(talk.last_at),
            speaker.gettext(_STATES[talk.owner]),
        )
        for talk, line in talks
    ]


def _short(line: str) -> str:
    said = " ".join(line.split())
    return said if len(said) <= LONGEST else f"{said[:LONGEST].rstrip()}…"
