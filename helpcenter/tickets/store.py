"""Tickets in the database. Only agents and jobs reach them; a change names the version it read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, insert, select, update

from helpcenter.errors import HelpcenterError, Kind
from helpcenter.identity.caller import Caller, Role
from helpcenter.tickets.model import Cause, Contact, Event, Happened, State, Ticket
from helpcenter.tickets.tables import ticket_events, tickets

_t = tickets.c


@dataclass(frozen=True, slots=True)
class Doing:
    """What is done to a ticket: one audit row."""

    kind: Happened
    agent_id: int | None = None
    data: Mapping[str, str | int] | None = None


def create(
    conn: Connection,
    conversation_id: int,
    *,
    team: str,
    tier: int,
    cause: Cause,
    contact: Contact | None,
    now: datetime,
) -> Ticket:
    """Store a new ticket, for which the customer waits from now on."""
    row = conn.execute(
        insert(tickets)
        .values(
            conversation_id=conversation_id,
            state=State.NEW.value,
            version=1,
            team=team,
            tier=tier,
            cause=cause.value,
            contact_name=contact and contact.name,
            contact_email=contact and contact.email,
            last_event=1,
            created=now,
            changed=now,
            waiting_since=now,
        )
        .returning(tickets)
    ).mappings()
    ticket = ticket_of(row.one())
    _add_event(conn, ticket.id, 1, Doing(Happened.HANDED_OVER, data={"cause": cause.value}), now)
    return ticket


def find(conn: Connection, caller: Caller, ticket_id: int) -> Ticket:
    """Return a ticket; raises `ticket_not_found`, for whoever is no agent always."""
    if caller.role in {Role.AGENT, Role.SYSTEM}:
        row = conn.execute(select(tickets).where(_t.id == ticket_id)).mappings().one_or_none()
        if row is not None:
            return ticket_of(row)
    raise HelpcenterError("ticket_not_found", Kind.NOT_FOUND)


def latest_of(conn: Connection, conversation_id: int, *, lock: bool = False) -> Ticket | None:
    """Return the last ticket of a conversation, whatever became of it.

    `lock` keeps it as it is for everybody else until this transaction ends.
    """
    query = (
        select(tickets).where(_t.conversation_id == conversation_id).order_by(_t.id.desc()).limit(1)
    )
    row = conn.execute(query.with_for_update() if lock else query).mappings().one_or_none()
    return None if row is None else ticket_of(row)


def change(
    conn: Connection, ticket: Ticket, doing: Doing, now: datetime, **values: object
) -> Ticket:
    """Change a ticket that is still as it was read, and note who did what.

    Raises `ticket_changed` if somebody was quicker.
    """
    row = conn.execute(
        update(tickets)
        .where(_t.id == ticket.id, _t.version == ticket.version)
        .values(version=_t.version + 1, last_event=_t.last_event + 1, changed=now, **values)
        .returning(tickets)
    ).mappings()
    found = row.one_or_none()
    if found is None:
        raise stale()
    _add_event(conn, ticket.id, found["last_event"], doing, now)
    return ticket_of(found)


def annotate(conn: Connection, ticket_id: int, doing: Doing, now: datetime) -> int:
    """Note something that changes nothing another agent may rely on; return its number."""
    seq: int = conn.execute(
        update(tickets)
        .where(_t.id == ticket_id)
        .values(last_event=_t.last_event + 1, changed=now)
        .returning(_t.last_event)
    ).scalar_one()
    _add_event(conn, ticket_id, seq, doing, now)
    return seq


def touch(conn: Connection, ticket: Ticket, now: datetime) -> None:
    """Note that the customer wrote, for lists and hints; versions stay."""
    conn.execute(
        update(tickets)
        .where(_t.id == ticket.id)
        .values(changed=now, waiting_since=ticket.waiting_since or now)
    )


def set_contact(conn: Connection, ticket: Ticket, contact: Contact, now: datetime) -> None:
    """Note how the customer wants to be answered; versions stay, for agents do not write it."""
    conn.execute(
        update(tickets)
        .where(_t.id == ticket.id)
        .values(contact_name=contact.name, contact_email=contact.email, changed=now)
    )


def events_of(conn: Connection, ticket: Ticket) -> list[Event]:
    """Return everything that happened to a ticket, in order."""
    e = ticket_events.c
    rows = conn.execute(
        select(e.seq, e.kind, e.agent_id, e.at, e.data)
        .where(e.ticket_id == ticket.id)
        .order_by(e.seq)
    )
    return [Event(seq, Happened(kind), agent, at, data) for seq, kind, agent, at, data in rows]


def find_event(conn: Connection, ticket: Ticket, seq: int) -> Event | None:
    """Return one thing that happened."""
    return next((event for event in events_of(conn, ticket) if event.seq == seq), None)


def ticket_of(row: RowMapping | Mapping[str, Any]) -> Ticket:
    """Return a row as a ticket."""
    contact = None
    if row["contact_email"] is not None:
        contact = Contact(row["contact_name"] or "", row["contact_email"])
    return Ticket(
        id=row["id"],
        conversation_id=row["conversation_id"],
        state=State(row["state"]),
        version=row["version"],
        team=row["team"],
        tier=row["tier"],
        agent_id=row["agent_id"],
        cause=Cause(row["cause"]),
        contact=contact,
        created=row["created"],
        changed=row["changed"],
        waiting_since=row["waiting_since"],
        solved_at=row["solved_at"],
    )


def stale() -> HelpcenterError:
    """Return the refusal of a change to what somebody else has changed meanwhile."""
    return HelpcenterError("ticket_changed", Kind.STALE)


def _add_event(conn: Connection, ticket_id: int, seq: int, doing: Doing, now: datetime) -> None:
    conn.execute(
        insert(ticket_events).values(
            ticket_id=ticket_id,
            seq=seq,
            kind=doing.kind.value,
            agent_id=doing.agent_id,
            data=dict(doing.data or {}),
            at=now,
        )
    )
