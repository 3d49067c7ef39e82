"""Access tokens: what a page of the host app holds of a customer, for an hour."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select

from helpcenter.identity.caller import Caller, Role
from helpcenter.identity.keys import Keys
from helpcenter.identity.tables import access_tokens

LIFETIME = timedelta(hours=1)
PREFIX = "hca_"
"""Says what it is wherever one turns up that should not."""


@dataclass(frozen=True, slots=True)
class Access:
    """An access token that is still good; `signed_in_at` is the `iat` of the JWT behind it."""

    caller: Caller
    signed_in_at: datetime
    expires: datetime


def new_token() -> str:
    """Return the secret itself; made outside of a write, stored as its digest."""
    return PREFIX + secrets.token_urlsafe(32)


def digest(keys: Keys, token: str) -> str:
    """Return what is stored of a token."""
    return keys.digest("access", token)


def issue(
    conn: Connection, caller: Caller, token_digest: str, signed_in_at: datetime, now: datetime
) -> None:
    """Store a new token of a customer, and clear away those that have run out."""
    conn.execute(delete(access_tokens).where(access_tokens.c.expires <= now))
    conn.execute(
        insert(access_tokens).values(
            digest=token_digest,
            customer_id=caller.id,
            created=now,
            expires=now + LIFETIME,
            signed_in_at=signed_in_at,
        )
    )


def find(conn: Connection, token_digest: str, now: datetime) -> Access | None:
    """Return whose token the digest names, None if it has run out, was revoked or never was."""
    row = conn.execute(
        select(
            access_tokens.c.customer_id, access_tokens.c.signed_in_at, access_tokens.c.expires
        ).where(access_tokens.c.digest == token_digest, access_tokens.c.expires > now)
    ).one_or_none()
    return row and Access(Caller(Role.CUSTOMER, row[0]), row[1], row[2])


def revoke(conn: Connection, token_digest: str) -> None:
    """Revoke one token; one that has run out is gone already."""
    conn.execute(delete(access_tokens).where(access_tokens.c.digest == token_digest))


def revoke_all(conn: Connection, caller: Caller) -> None:
    """Revoke every token of a customer."""
    conn.execute(delete(access_tokens).where(access_tokens.c.customer_id == caller.id))
