"""Lists of tickets as agents see them, those who wait longest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Connection, and_, func, literal, or_, select, true

from helpcenter.conversations.model import AuthorRole
from helpcenter.conversations.parts import Text
from helpcenter.conversations.tables import conversations, items
from helpcenter.conversations.wire import part_of
from helpcenter.db.types import UtcDateTime
from helpcenter.i18n.locale import Locale
from helpcenter.identity.agents import Agent
from helpcenter.identity.tables import agents, customers
from helpcenter.tickets.model import AT_WORK, State, Ticket
from helpcenter.tickets.store import ticket_of
from helpcenter.tickets.tables import tickets

PAGE = 50
"""Tickets on one page of a list."""

_t = tickets.c
_NEVER = literal(datetime(9999, 1, 1, tzinfo=UTC), UtcDateTime)
_WAITING = func.coalesce(_t.waiting_since, _NEVER)


class View(StrEnum):
    """Which tickets an agent looks at."""

    UNASSIGNED = "unassigned"
    MINE = "mine"
    TEAM = "team"
    ALL = "all"


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


def listed(conn: Connection, agent: Agent, view: View, after: int | None = None) -> Page:
    """Return a page of the tickets an agent looks at, beginning after the ticket `after`."""
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
    rows = conn.execute(
        select(
            *tickets.c,
            conversations.c.locale,
            func.coalesce(customers.c.name, customers.c.email, _t.contact_name).label("who"),
            agents.c.name.label("agent"),
            last_line.label("parts"),
        )
        .select_from(
            tickets.join(conversations, conversations.c.id == _t.conversation_id)
            .outerjoin(customers, customers.c.id == conversations.c.customer_id)
            .outerjoin(agents, agents.c.id == _t.agent_id)
        )
        .where(_seen_in(view, agent), _follows(conn, after))
        .order_by(_WAITING, _t.id)
        .limit(PAGE + 1)
    ).mappings()
    found = [
        Row(ticket_of(row), Locale(row["locale"]), row["who"], row["agent"], _words(row["parts"]))
        for row in rows
    ]
    more = len(found) > PAGE
    return Page(tuple(found[:PAGE]), found[PAGE - 1].ticket.id if more else None)


def counts(conn: Connection, agent: Agent) -> dict[View, int]:
    """Count what each view holds."""
    columns = [func.count().filter(_seen_in(view, agent)).label(view.value) for view in View]
    row = conn.execute(select(*columns).select_from(tickets)).one()
    return dict(zip(View, row, strict=True))


def stamp(conn: Connection) -> str:
    """Return what changes whenever any ticket does, for those who wait for news."""
    count, changed = conn.execute(select(func.count(), func.max(_t.changed))).one()
    return f"{count}.{int(changed.timestamp() * 1_000_000)}" if changed else "0"


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
            return _t.state != State.CLOSED.value


def _follows(conn: Connection, after: int | None) -> ColumnElement[bool]:
    if after is None:
        return true()
    since = conn.execute(select(_WAITING).where(_t.id == after)).scalar_one_or_none()
    if since is None:
        return _t.id > after
    return or_(since < _WAITING, and_(since == _WAITING, _t.id > after))


def _words(parts: Sequence[dict[str, object]] | None) -> str:
    known = (part_of(data) for data in parts or ())
    return " ".join(part.text for part in known if isinstance(part, Text))
