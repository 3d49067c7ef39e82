"""The feed: items of a conversation in their order, without a gap and without a repeat."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, func, insert, select, update

from helpcenter.conversations.model import (
    SYSTEM,
    Author,
    AuthorRole,
    Conversation,
    Draft,
    Item,
    Kind,
    Owner,
)
from helpcenter.conversations.parts import Event, Text
from helpcenter.conversations.store import closed
from helpcenter.conversations.tables import conversations, items
from helpcenter.conversations.wire import part_json, part_of
from helpcenter.i18n.locale import Locale
from helpcenter.language.redact import LINES

MOST = 200
"""Items that one read of the feed returns."""

_PEOPLE = frozenset({Owner.QUEUE.value, Owner.AGENT.value})

_i = items.c
_COLUMNS = (
    _i.id,
    _i.seq,
    _i.at,
    _i.kind,
    _i.author_role,
    _i.author_name,
    _i.locale,
    _i.parts,
    _i.client_id,
    _i.choice,
    _i.in_reply_to,
)


@dataclass(frozen=True, slots=True)
class Said:
    """A customer's earlier line: where it is kept, and its text."""

    row_id: int
    seq: int
    text: str


def append(conn: Connection, row_id: int, draft: Draft, now: datetime) -> Item:
    """Store an item with the conversation's next `seq`; raises `conversation_closed`.

    Everything in the feed is stored here, so that no number is skipped and none is used twice.
    """
    seq = conn.execute(
        update(conversations)
        .where(conversations.c.id == row_id, conversations.c.owner != Owner.CLOSED.value)
        .values(last_seq=conversations.c.last_seq + 1, last_at=now)
        .returning(conversations.c.last_seq)
    ).scalar_one_or_none()
    if seq is None:
        raise closed()
    row = conn.execute(
        insert(items)
        .values(
            conversation_id=row_id,
            seq=seq,
            client_id=draft.client_id,
            kind=draft.kind.value,
            author_role=draft.author.role.value,
            author_name=draft.author.name,
            locale=draft.locale.folder,
            parts=[part_json(part) for part in draft.parts],
            choice=draft.choice,
            in_reply_to=draft.in_reply_to,
            trace=draft.trace,
            at=now,
        )
        .returning(*_COLUMNS)
    ).one()
    return _item(row)


def append_event(
    conn: Connection,
    row_id: int,
    name: str,
    about: Mapping[str, int | str],
    locale: Locale,
    now: datetime,
) -> Item:
    """Store an event; raises as `append`."""
    draft = Draft(SYSTEM, locale, (Event(name, about),), kind=Kind.EVENT)
    return append(conn, row_id, draft, now)


def find_sent(conn: Connection, conversation: Conversation, client_id: str) -> Item | None:
    """Return the item that was stored under a sender's own name for it."""
    row = conn.execute(_of(conversation).where(_i.client_id == client_id)).one_or_none()
    return None if row is None else _item(row)


def find_item(conn: Connection, conversation: Conversation, seq: int) -> Item | None:
    """Return one item."""
    row = conn.execute(_of(conversation).where(_i.seq == seq)).one_or_none()
    return None if row is None else _item(row)


def after(conn: Connection, conversation: Conversation, seq: int, limit: int = MOST) -> list[Item]:
    """Return the items that follow `seq`, in order."""
    rows = conn.execute(_of(conversation).where(_i.seq > seq).order_by(_i.seq).limit(limit))
    return [_item(row) for row in rows]


def was_passed_on(conn: Connection, conversation: Conversation, seq: int) -> bool:
    """Tell whether a person has had the turn since `seq`, who has read what was said until then."""
    events = conn.execute(_of(conversation).where(_i.seq > seq, _i.kind == Kind.EVENT.value))
    return any(
        isinstance(part, Event) and part.about.get("owner") in _PEOPLE
        for row in events
        for part in _item(row).parts
    )


def last_lines(conn: Connection, conversation: Conversation) -> list[Said]:
    """Return the customer's last lines, oldest first: those a number may be split over."""
    rows = conn.execute(
        _of(conversation)
        .where(_i.author_role == AuthorRole.CUSTOMER.value)
        .order_by(_i.seq.desc())
        .limit(LINES)
    )
    said = [(row, text_of(_item(row))) for row in rows]
    return [Said(row.id, row.seq, text) for row, text in reversed(said)]


def last_said(conn: Connection, found: Sequence[Conversation]) -> dict[int, str]:
    """Return what was said last in each conversation, by its row id; one query."""
    last = (
        select(_i.conversation_id, func.max(_i.seq).label("seq"))
        .where(_i.conversation_id.in_([each.id for each in found]), _i.kind == Kind.MESSAGE.value)
        .group_by(_i.conversation_id)
        .subquery()
    )
    query: Select[Any] = select(_i.conversation_id, *_COLUMNS).join(
        last, and_(_i.conversation_id == last.c.conversation_id, _i.seq == last.c.seq)
    )
    return {row.conversation_id: text_of(_item(row)) for row in conn.execute(query)}


def overwrite(conn: Connection, said: Said, text: str) -> None:
    """Replace the text of a customer's line, where something in it must not be kept."""
    parts = [part_json(Text(text))]
    conn.execute(update(items).where(_i.id == said.row_id).values(parts=parts))


def text_of(item: Item) -> str:
    """Return what an item says in words."""
    return "\n".join(part.text for part in item.parts if isinstance(part, Text))


def _of(conversation: Conversation) -> Select[Any]:
    return select(*_COLUMNS).where(_i.conversation_id == conversation.id)


def _item(row: Row[Any]) -> Item:
    known = (part_of(data) for data in row.parts)
    return Item(
        seq=row.seq,
        at=row.at,
        kind=Kind(row.kind),
        author=Author(AuthorRole(row.author_role), row.author_name),
        locale=Locale(row.locale),
        parts=tuple(part for part in known if part is not None),
        client_id=row.client_id,
        choice=row.choice,
        in_reply_to=row.in_reply_to,
    )
