"""Lists of tickets as agents see them, those who wait longest first.

Every agent sees every ticket: a team is a queue, not a wall (docs/inbox.md).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    Select,
    and_,
    case,
    func,
    literal,
    or_,
    select,
    true,
)

from helpcenter.conversations.model import AuthorRole
from helpcenter.conversations.parts import Text
from helpcenter.conversations.tables import conversations, items
from helpcenter.conversations.wire import part_of
from helpcenter.db.types import UtcDateTime
from helpcenter.i18n.locale import Locale
from helpcenter.identity.agents import Agent
from helpcenter.identity.caller import Caller, Role
from helpcenter.identity.tables import agents, customers
from helpcenter.tickets.model import AT_WORK, State, Ticket
from helpcenter.tickets.store import find, ticket_of
from helpcenter.tickets.tables import tickets

PAGE = 50
"""Tickets on one page of a list."""
HINTS = 200
"""Changed tickets told of at once."""

_t = tickets.c
_NEVER = literal(datetime(9999, 1, 1, tzinfo=UTC), UtcDateTime)
# What is on hold waits for somebody who is not here, so it stands behind what can be done.
_WAITING = case(
    (_t.state == State.ON_HOLD.value, _NEVER), else_=func.coalesce(_t.waiting_since, _NEVER)
)
_LIKE = str.maketrans({"\\": "\\\\", "%": "\\%", "_": "\\_"})


class View(StrEnum):
    """Which tickets an agent looks at."""

    UNASSIGNED = "unassigned"
    MINE = "mine"
    TEAM = "team"
    ALL = "all"
    SOLVED = "solved"


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the list; `line` is the last thing the customer wrote, redacted as it was kept."""

    ticket: Ticket
    locale: Locale
    who: str | None
    agent: str | None
    line: str


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a list; `after` asks for the next one, None on the last."""

    rows: tuple[Row, ...]
    after: int | None


def listed(
    conn: Connection, agent: Agent, view: View, after: int | None = None, text: str = ""
) -> Page:
    """Return a page of the tickets an agent looks at, beginning after the ticket `after`.

    With `text` those whose customer it names, by address or a part of the name, whatever the
    view. The solved ones and what was looked for come newest first.
    """
    newest_first = bool(text) or view is View.SOLVED
    rows = conn.execute(
        _rows()
        .where(
            _named(text) if text else _seen_in(view, agent),
            _follows(conn, after, newest_first=newest_first),
        )
        .order_by(*((_t.id.desc(),) if newest_first else (_WAITING, _t.id)))
        .limit(PAGE + 1)
    ).mappings()
    found = [_row(row) for row in rows]
    more = len(found) > PAGE
    return Page(tuple(found[:PAGE]), found[PAGE - 1].ticket.id if more else None)


def others_of(conn: Connection, caller: Caller, ticket: Ticket, most: int = 5) -> tuple[Row, ...]:
    """Return the latest other tickets of the same customer, or of the same address.

    Nothing for anybody but agents and jobs.
    """
    if caller.role not in {Role.AGENT, Role.SYSTEM}:
        return ()
    own = select(conversations.c.customer_id).where(conversations.c.id == ticket.conversation_id)
    same = conversations.c.customer_id == own.scalar_subquery()
    if ticket.contact is not None:
        same = or_(same, _t.contact_email == ticket.contact.email)
    query = _rows().where(same, _t.id != ticket.id).order_by(_t.id.desc()).limit(most)
    return tuple(_row(row) for row in conn.execute(query).mappings())


def counts(conn: Connection, agent: Agent) -> dict[View, int]:
    """Count what each view holds."""
    columns = [func.count().filter(_seen_in(view, agent)).label(view.value) for view in View]
    row = conn.execute(select(*columns).select_from(tickets)).one()
    return dict(zip(View, row, strict=True))


def stamp(conn: Connection) -> str:
    """Return what changes whenever any ticket does, for those who wait for news."""
    count, changed = conn.execute(select(func.count(), func.max(_t.changed))).one()
    return f"{count}.{int(changed.timestamp() * 1_000_000)}" if changed else "0"


def changed_since(conn: Connection, caller: Caller, since: datetime) -> dict[int, str]:
    """Return the tickets that changed at `since` or later, the latest first, each with its stamp.

    No more than `HINTS`; nothing for anybody but agents and jobs.
    """
    if caller.role not in {Role.AGENT, Role.SYSTEM}:
        return {}
    rows = conn.execute(
        select(_t.id, _t.version, _t.last_event, _t.changed)
        # All there are, so that the index by state and time serves.
        .where(_t.state.in_(state.value for state in State), _t.changed >= since)
        .order_by(_t.changed.desc(), _t.id.desc())
        .limit(HINTS)
    )
    return {row[0]: ".".join(map(str, row[1:])) for row in rows}


def stamp_of(conn: Connection, caller: Caller, ticket_id: int) -> str:
    """Return what changes when anything on a ticket's page does; raises `ticket_not_found`."""
    find(conn, caller, ticket_id)
    talk = conversations.c
    row = conn.execute(
        select(_t.version, _t.last_event, talk.last_seq, talk.read_by_customer)
        .join(conversations, conversations.c.id == _t.conversation_id)
        .where(_t.id == ticket_id)
    ).one()
    return ".".join(map(str, row))


def _rows() -> Select[Any]:
    last_line = (
        select(items.c.parts)
        .where(
            items.c.conversation_id == _t.conversation_id,
            items.c.author_role == AuthorRole.CUSTOMER.value,
        )
        .order_by(items.c.seq.desc())
        .limit(1)
        .scalar_subquery()
    )
    return select(
        *tickets.c,
        conversations.c.locale,
        func.coalesce(customers.c.name, customers.c.email, _t.contact_name).label("who"),
        agents.c.name.label("agent"),
        last_line.label("parts"),
    ).select_from(
        tickets.join(conversations, conversations.c.id == _t.conversation_id)
        .outerjoin(customers, customers.c.id == conversations.c.customer_id)
        .outerjoin(agents, agents.c.id == _t.agent_id)
    )


def _row(row: RowMapping) -> Row:
    locale = Locale(row["locale"])
    return Row(ticket_of(row), locale, row["who"], row["agent"], _words(row["parts"]))


def _named(text: str) -> ColumnElement[bool]:
    """Whose customer has this address, or a name with this in it; letter case does not count."""
    part = f"%{text.lower().translate(_LIKE)}%"
    names, addresses = (customers.c.name, _t.contact_name), (customers.c.email, _t.contact_email)
    return or_(
        *(func.lower(name).like(part, escape="\\") for name in names),
        *(func.lower(address) == text.lower() for address in addresses),
    )


def _seen_in(view: View, agent: Agent) -> ColumnElement[bool]:
    at_work = _t.state.in_(state.value for state in AT_WORK)
    match view:
        case View.UNASSIGNED:
            return and_(at_work, _t.agent_id.is_(None))
        case View.MINE:
            return and_(at_work, _t.agent_id == agent.id)
        case View.TEAM:
            return and_(at_work, _t.team == agent.team)
        case View.ALL:
            return at_work
        case View.SOLVED:
            return ~at_work


def _follows(conn: Connection, after: int | None, *, newest_first: bool) -> ColumnElement[bool]:
    if after is None:
        return true()
    if newest_first:
        return _t.id < after
    since = conn.execute(select(_WAITING).where(_t.id == after)).scalar_one_or_none()
    if since is None:
        return _t.id > after
    return or_(since < _WAITING, and_(since == _WAITING, _t.id > after))


def _words(parts: Sequence[dict[str, object]] | None) -> str:
    known = (part_of(data) for data in parts or ())
    return " ".join(part.text for part in known if isinstance(part, Text))
