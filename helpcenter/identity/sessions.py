"""Sessions: a browser that is signed in as a customer or as an agent, never as both by one."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, delete, insert, or_, select, update

from helpcenter.identity.caller import Caller, Role
from helpcenter.identity.keys import Keys
from helpcenter.identity.tables import sessions

LONGEST = timedelta(hours=8)
"""From sign-in, however busy."""
IDLE = timedelta(minutes=30)
NOTED = timedelta(minutes=1)
"""How exactly `last_seen` is kept: not every request is worth a write."""

_OWNER = {Role.CUSTOMER: sessions.c.customer_id, Role.AGENT: sessions.c.agent_id}


@dataclass(frozen=True, slots=True)
class Session:
    """A session that is still good; `signed_in_at` is when the host app vouched for it."""

    id: int
    caller: Caller
    created: datetime
    last_seen: datetime
    signed_in_at: datetime


def new_token() -> str:
    """Return the secret a browser keeps; made outside of a write, stored as its digest."""
    return secrets.token_urlsafe(32)


def digest(keys: Keys, role: Role, token: str) -> str:
    """Return what is stored of a token; the same token is another session for another role."""
    return keys.digest(f"session:{role.value}", token)


def start(
    conn: Connection, caller: Caller, token_digest: str, signed_in_at: datetime, now: datetime
) -> None:
    """Store a new session of a customer or agent, and clear away those that are over."""
    conn.execute(delete(sessions).where(_over(now)))
    conn.execute(
        insert(sessions).values(
            {
                _OWNER[caller.role].name: caller.id,
                "digest": token_digest,
                "kind": caller.role.value,
                "created": now,
                "last_seen": now,
                "signed_in_at": signed_in_at,
            }
        )
    )


def find(conn: Connection, role: Role, token_digest: str, now: datetime) -> Session | None:
    """Return the session of this role that the digest names, None if it is over or never was."""
    owner = _OWNER[role]
    row = conn.execute(
        select(
            sessions.c.id, owner, sessions.c.created, sessions.c.last_seen, sessions.c.signed_in_at
        ).where(sessions.c.digest == token_digest, sessions.c.kind == role.value, ~_over(now))
    ).one_or_none()
    return row and Session(row[0], Caller(role, row[1]), *row[2:])


def touch(conn: Connection, session: Session, now: datetime) -> None:
    """Note that the session was used now, unless it has ended meanwhile."""
    conn.execute(
        update(sessions)
        .where(sessions.c.id == session.id, sessions.c.last_seen < now)
        .values(last_seen=now)
    )


def end(conn: Connection, role: Role, token_digest: str) -> None:
    """End the session the digest names, if there is one."""
    conn.execute(
        delete(sessions).where(sessions.c.digest == token_digest, sessions.c.kind == role.value)
    )


def end_all(conn: Connection, caller: Caller) -> None:
    """End every session of a customer or agent."""
    conn.execute(delete(sessions).where(_OWNER[caller.role] == caller.id))


def _over(now: datetime) -> ColumnElement[bool]:
    return or_(sessions.c.created <= now - LONGEST, sessions.c.last_seen <= now - IDLE)
