"""Who talks: a customer by cookie or access token, or whoever holds a conversation's token."""

from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends
from starlette.requests import HTTPConnection

from helpcenter.conversations import tokens
from helpcenter.errors import HelpcenterError, Kind
from helpcenter.identity.caller import ANONYMOUS, Caller, Role
from helpcenter.web.account.caller import asking, bearer, identity_of, session_cookie


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who talks, and the digest of the conversation's token they hold."""

    caller: Caller
    token_digest: str | None = field(default=None, repr=False)


async def talking(request: HTTPConnection) -> Visitor:
    """Return who sends something; raises `token_invalid`, as `account.caller.asking`."""
    return _by_token(request) or Visitor((await asking(request)).caller)


async def watching(request: HTTPConnection) -> Visitor:
    """Return who only reads the feed, which does not keep a session from going idle.

    Raises `token_invalid`, also for a session that is over while it watches.
    """
    found = _by_token(request)
    if found is not None:
        return found
    identity, token = identity_of(request), bearer(request)
    if token is not None:
        return Visitor((await identity.access(token)).caller)
    cookie = session_cookie(request, Role.CUSTOMER)
    if cookie is None:
        return Visitor(ANONYMOUS)
    session = await identity.session(Role.CUSTOMER, cookie, used=False)
    if session is None:
        raise HelpcenterError("token_invalid", Kind.UNAUTHENTICATED)
    return Visitor(session.caller)


def _by_token(request: HTTPConnection) -> Visitor | None:
    token = bearer(request)
    if token is None or not token.startswith(tokens.PREFIX):
        return None
    return Visitor(ANONYMOUS, tokens.digest(identity_of(request).keys, token))


Talking = Annotated[Visitor, Depends(talking)]
