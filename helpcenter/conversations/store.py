"""Conversations in the database: who may reach which, and whose turn it is.

A conversation belongs to a customer, or to whoever holds its token while nobody has signed in. One
that is somebody else's and one that never was are refused alike.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    and_,
    false,
    insert,
    select,
    true,
    update,
)

from helpcenter.conversations.model import Conversation, Mind, Owner, ReadUpTo
from helpcenter.conversations.tables import conversations
from helpcenter.errors import HelpcenterError, Kind
from helpcenter.i18n.locale import Locale
from helpcenter.identity.caller import Caller, Role

MOST = 50
"""Conversations that `mine` returns."""

_c = conversations.c
_COLUMNS = (
    _c.id,
    _c.public_id,
    _c.customer_id,
    _c.locale,
    _c.wish,
    _c.article,
    _c.owner,
    _c.last_seq,
    _c.created,
    _c.last_at,
    _c.read_by_customer,
    _c.read_by_agent,
)


def create(
    conn: Connection,
    caller: Caller,
    public_id: str,
    *,
    token_digest: str | None,
    locale: Locale,
    article: str | None,
    now: datetime,
) -> Conversation:
    """Begin a conversation, which the bot answers; customers need no token, all others do."""
    owned = caller.role is Role.CUSTOMER
    if owned != (token_digest is None):
        raise ValueError("a conversation belongs to a customer or to the holder of its token")
    row = conn.execute(
        insert(conversations)
        .values(
            public_id=public_id,
            customer_id=caller.id if owned else None,
            token_digest=token_digest,
            locale=locale.folder,
            article=article,
            owner=Owner.BOT.value,
            last_seq=0,
            state_version=0,
            created=now,
            last_at=now,
        )
        .returning(*_COLUMNS)
    ).one()
    return _conversation(row)


def find(
    conn: Connection,
    caller: Caller,
    public_id: str,
    *,
    token_digest: str | None = None,
    lock: bool = False,
) -> Conversation:
    """Return a conversation the caller may see; raises `conversation_not_found`.

    `lock` keeps it as it is for everybody else until this transaction ends.
    """
    query = _selected(_own(caller, token_digest), _c.public_id == public_id)
    return _found(conn, query, lock=lock)


def find_by_id(
    conn: Connection, caller: Caller, row_id: int, *, lock: bool = False
) -> Conversation:
    """Return a conversation by its row id, as jobs and tickets know it; raises as `find`."""
    return _found(conn, _selected(_own(caller, None), _c.id == row_id), lock=lock)


def mine(
    conn: Connection, caller: Caller, *, token_digest: str | None = None
) -> list[Conversation]:
    """Return the caller's own conversations, the latest first; nobody owns them all."""
    own = _own(caller, token_digest) if caller.role in {Role.CUSTOMER, Role.ANONYMOUS} else false()
    rows = conn.execute(_selected(own).order_by(_c.last_at.desc(), _c.id.desc()).limit(MOST))
    return [_conversation(row) for row in rows]


def claim(conn: Connection, caller: Caller, public_id: str, *, token_digest: str) -> Conversation:
    """Give the conversation a token opens to the customer who asks, and kill the token.

    Raises `conversation_not_found` for any other token, one that was used before included.
    """
    row = conn.execute(
        update(conversations)
        .where(
            _c.public_id == public_id,
            _c.token_digest == token_digest,
            _c.customer_id.is_(None),
            true() if caller.role is Role.CUSTOMER else false(),
        )
        .values(customer_id=caller.id, token_digest=None)
        .returning(*_COLUMNS)
    ).one_or_none()
    if row is None:
        raise _not_found()
    return _conversation(row)


def pass_on(conn: Connection, row_id: int, to: Owner, *, only_from: frozenset[Owner]) -> bool:
    """Let `to` answer from now on; False, and nothing changed, if it was nobody of `only_from`."""
    return (
        conn.execute(
            update(conversations)
            .where(_c.id == row_id, _c.owner.in_(owner.value for owner in only_from))
            .values(owner=to.value)
        ).rowcount
        == 1
    )


def mark_read(conn: Connection, caller: Caller, conversation: Conversation, seq: int) -> bool:
    """Note that the caller's side has read up to `seq`; False, and nothing changed, if it had.

    What is not there yet cannot have been read.
    """
    column = _c.read_by_agent if caller.role is Role.AGENT else _c.read_by_customer
    upto = min(seq, conversation.last_seq)
    return (
        conn.execute(
            update(conversations)
            .where(_c.id == conversation.id, column < upto)
            .values({column: upto})
        ).rowcount
        == 1
    )


def read_mind(conn: Connection, row_id: int) -> Mind:
    """Return what the bot remembers of a conversation."""
    row = conn.execute(select(_c.state, _c.state_version).where(_c.id == row_id)).one()
    return Mind(row.state, row.state_version)


def change_mind(
    conn: Connection, row_id: int, read: Mind, state: dict[str, Any], wish: Locale | None
) -> bool:
    """Let the bot remember `state` in place of what was `read`.

    False, and nothing changed, if it is not the bot's turn or it has learnt something since.
    """
    return (
        conn.execute(
            update(conversations)
            .where(
                _c.id == row_id,
                _c.owner == Owner.BOT.value,
                _c.state_version == read.version,
            )
            .values(
                state=state,
                state_version=read.version + 1,
                wish=wish.folder if wish else None,
            )
        ).rowcount
        == 1
    )


def closed() -> HelpcenterError:
    """Return the refusal of a line to a conversation that is over."""
    return HelpcenterError("conversation_closed", Kind.CONFLICT)


def _own(caller: Caller, token_digest: str | None) -> ColumnElement[bool]:
    """Select what a caller may see: agents and jobs all, customers and token holders theirs."""
    if caller.role in {Role.AGENT, Role.SYSTEM}:
        return true()
    if caller.role is Role.CUSTOMER:
        return _c.customer_id == caller.id
    if token_digest is None:
        return false()
    return and_(_c.customer_id.is_(None), _c.token_digest == token_digest)


def _selected(*where: ColumnElement[bool]) -> Select[Any]:
    return select(*_COLUMNS).where(*where)


def _found(conn: Connection, query: Select[Any], *, lock: bool) -> Conversation:
    row = conn.execute(query.with_for_update() if lock else query).one_or_none()
    if row is None:
        raise _not_found()
    return _conversation(row)


def _conversation(row: Row[Any]) -> Conversation:
    return Conversation(
        id=row.id,
        public_id=row.public_id,
        customer_id=row.customer_id,
        locale=Locale(row.locale),
        wish=Locale(row.wish) if row.wish else None,
        article=row.article,
        owner=Owner(row.owner),
        last_seq=row.last_seq,
        created=row.created,
        last_at=row.last_at,
        read=ReadUpTo(row.read_by_customer, row.read_by_agent),
    )


def _not_found() -> HelpcenterError:
    return HelpcenterError("conversation_not_found", Kind.NOT_FOUND)
