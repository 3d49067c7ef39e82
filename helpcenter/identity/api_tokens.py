"""API tokens: what a program of the operator's holds, made and revoked on the command line."""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, delete, insert, select

from helpcenter.errors import HelpcenterError, Kind
from helpcenter.identity.keys import Keys
from helpcenter.identity.tables import api_tokens

PREFIX = "hcp_"


class Scope(StrEnum):
    """What a token may do."""

    CUSTOMERS_SIGNOUT = "customers:signout"
    TICKETS = "tickets"


@dataclass(frozen=True, slots=True)
class ApiToken:
    """A token as it may be shown: everything but itself."""

    name: str
    scopes: frozenset[Scope]
    created: datetime


def new_token() -> str:
    """Return the secret itself, to be shown once and stored as its digest."""
    return PREFIX + secrets.token_urlsafe(32)


def digest(keys: Keys, token: str) -> str:
    """Return what is stored of a token."""
    return keys.digest("api", token)


def add(
    conn: Connection, name: str, scopes: Iterable[Scope], token_digest: str, now: datetime
) -> None:
    """Store a token; raises `name_taken` when there is one of that name."""
    if conn.execute(select(api_tokens.c.id).where(api_tokens.c.name == name)).first():
        raise HelpcenterError("name_taken", Kind.CONFLICT)
    conn.execute(
        insert(api_tokens).values(
            name=name,
            digest=token_digest,
            scopes=sorted(scope.value for scope in scopes),
            created=now,
        )
    )


def listed(conn: Connection) -> list[ApiToken]:
    """Return all tokens by name."""
    rows = conn.execute(
        select(api_tokens.c.name, api_tokens.c.scopes, api_tokens.c.created).order_by(
            api_tokens.c.name
        )
    )
    return [ApiToken(name, _scopes(scopes), created) for name, scopes, created in rows]


def revoke(conn: Connection, name: str) -> bool:
    """Revoke the token of that name; False when there is none."""
    return bool(conn.execute(delete(api_tokens).where(api_tokens.c.name == name)).rowcount)


def allows(conn: Connection, token_digest: str, scope: Scope) -> bool | None:
    """Tell whether the token may do that; None when there is no such token."""
    held = conn.execute(
        select(api_tokens.c.scopes).where(api_tokens.c.digest == token_digest)
    ).scalar_one_or_none()
    return None if held is None else scope in _scopes(held)


def _scopes(stored: list[str]) -> frozenset[Scope]:
    """Return the scopes this version knows: a token made by a newer one keeps the others."""
    return frozenset(scope for scope in Scope if scope.value in stored)
