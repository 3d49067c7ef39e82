"""Who is asking: from a cookie or a bearer token to a `Caller`."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, cast

from fastapi import Depends
from starlette.requests import HTTPConnection

from helpcenter.errors import HelpcenterError, Kind
from helpcenter.identity.api_tokens import Scope
from helpcenter.identity.caller import ANONYMOUS, Caller, Role
from helpcenter.identity.service import Identity
from helpcenter.settings import Settings
from helpcenter.web.deps import tools_of
from helpcenter.web.origins import cookies_count

_BEARER = "bearer "


@dataclass(frozen=True, slots=True)
class Asking:
    """Who is asking; `signed_in_at` is when the host app last vouched for them."""

    caller: Caller
    signed_in_at: datetime | None = None


def identity_of(request: HTTPConnection) -> Identity:
    """Return the app's identity service."""
    return cast("Identity", request.app.state.identity)


def cookie_name(settings: Settings, role: Role) -> str:
    """Return the name of a role's session cookie; `__Host-` needs TLS, which loopback has not."""
    return host_cookie(settings, f"hc_{role.value}")


def host_cookie(settings: Settings, name: str) -> str:
    """Return the name of a cookie that no other host can set, where browsers can hold to that."""
    return name if settings.is_on_loopback else f"__Host-{name}"


def session_cookie(request: HTTPConnection, role: Role) -> str | None:
    """Return the session token of a role, if cookies count on this request."""
    if not cookies_count(request):
        return None
    return request.cookies.get(cookie_name(tools_of(request).settings, role))


def bearer(request: HTTPConnection) -> str | None:
    """Return the token of the `Authorization` header, None without one.

    Raises `token_invalid` for any other scheme.
    """
    value = request.headers.get("authorization")
    if value is None:
        return None
    if value[: len(_BEARER)].lower() != _BEARER:
        raise HelpcenterError("token_invalid", Kind.UNAUTHENTICATED)
    return value[len(_BEARER) :].strip()


async def asking(request: HTTPConnection) -> Asking:
    """Return the customer who is asking, by access token or cookie, else anonymous.

    A token that is not good is refused (`token_invalid`), never overlooked.
    """
    token = bearer(request)
    if token is not None:
        access = await identity_of(request).access(token)
        return Asking(access.caller, access.signed_in_at)
    cookie = session_cookie(request, Role.CUSTOMER)
    session = await identity_of(request).session(Role.CUSTOMER, cookie)
    return Asking(session.caller, session.signed_in_at) if session else Asking(ANONYMOUS)


async def caller(request: HTTPConnection) -> Caller:
    """Return who is asking; anonymous visitors included."""
    return (await asking(request)).caller


async def reader(request: HTTPConnection) -> Caller:
    """Return whose articles to show: an agent's, a customer's, else everybody's.

    A page is opened with cookies; a token counts for programs only, where a bad one is refused.
    """
    agent = await identity_of(request).session(Role.AGENT, session_cookie(request, Role.AGENT))
    if agent is not None:
        return agent.caller
    if request.scope["path"].startswith("/api/"):
        return await caller(request)
    cookie = session_cookie(request, Role.CUSTOMER)
    session = await identity_of(request).session(Role.CUSTOMER, cookie)
    return session.caller if session else ANONYMOUS


class NeedsScope:
    """A dependency: only programs that hold an API token of this scope may pass."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    async def __call__(self, request: HTTPConnection) -> None:
        """Raise `token_invalid` or `scope_missing` for anybody else."""
        await identity_of(request).require(bearer(request) or "", self._scope)


Who = Annotated[Asking, Depends(asking)]
CallerNow = Annotated[Caller, Depends(caller)]
IdentityNow = Annotated[Identity, Depends(identity_of)]
