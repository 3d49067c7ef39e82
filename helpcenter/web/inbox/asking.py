"""Which agent is asking: by session on pages, by session or API token for programs."""

import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Annotated
from urllib.parse import quote

from fastapi import Depends
from starlette.requests import HTTPConnection, Request
from starlette.responses import Response

from helpcenter.errors import FieldError, HelpcenterError, Kind
from helpcenter.identity import agents
from helpcenter.identity.agents import Agent
from helpcenter.identity.api_tokens import Scope
from helpcenter.identity.caller import Role
from helpcenter.web.account import answers
from helpcenter.web.account.caller import bearer, identity_of, session_cookie
from helpcenter.web.forms import read_form
from helpcenter.web.inbox.office import office_of
from helpcenter.web.origins import require_ours

LOGIN = "/agent/login"
FORM_BYTES = 64 * 1024
"""Four thousand Chinese characters, as forms write them."""
ON_BEHALF = "x-agent"
"""The header in which a program names the agent in whose name it acts, by address."""


@dataclass(frozen=True, slots=True)
class Signed:
    """An agent who has signed in, and what their forms must carry."""

    agent: Agent
    form_token: str = field(repr=False)


Page = Callable[[Request, Signed], Awaitable[Response]]
Form = Callable[[Request, Signed, dict[str, str]], Awaitable[Response]]
Endpoint = Callable[[Request], Awaitable[Response]]


async def signed(request: HTTPConnection, *, used: bool = True) -> Signed | None:
    """Return the agent whose session the cookie names, if it counts here.

    Who only looks on (`used` False) does not keep it from going idle.
    """
    token = session_cookie(request, Role.AGENT)
    identity = identity_of(request)
    session = await identity.session(Role.AGENT, token, used=used)
    if session is None or token is None:
        return None
    caller = session.caller
    agent = await identity.database.read(lambda conn: agents.find(conn, caller))
    return Signed(agent, office_of(request).counter.form_token(token))


def page(show: Page) -> Endpoint:
    """Return a page that only agents see; others are sent to sign in and come back to it."""

    async def guarded(request: Request) -> Response:
        # A page that renews itself is not somebody at work.
        opened = request.headers.get("sec-fetch-dest", "document") == "document"
        who = await signed(request, used=opened)
        if who is None:
            return answers.redirect(f"{LOGIN}?to={quote(request.url.path)}")
        response = await show(request, who)
        response.headers["cache-control"] = "private, no-store"
        return response

    return guarded


def form(do: Form) -> Endpoint:
    """Return what takes a form of a page of ours, carrying the token of this very session.

    Raises `foreign_request` or `form_expired`; whose session is over signs in and tries again.
    """

    async def guarded(request: Request) -> Response:
        require_ours(request)
        fields = await read_form(request, FORM_BYTES)
        who = await signed(request)
        if who is None:
            raise HelpcenterError("agent_sign_in_needed", Kind.UNAUTHENTICATED)
        if not hmac.compare_digest(fields.get("token", "").encode(), who.form_token.encode()):
            raise HelpcenterError("form_expired", Kind.FORBIDDEN)
        return await do(request, who, fields)

    return guarded


async def agent(request: HTTPConnection, *, used: bool = True) -> Agent:
    """Return the agent who asks the API.

    A program holds a token of scope `tickets` and names its agent; raises `token_invalid`,
    `scope_missing` or `agent_sign_in_needed`. `used` as for `signed`.
    """
    token = bearer(request)
    if token is not None:
        await identity_of(request).require(token, Scope.TICKETS)
        named = request.headers.get(ON_BEHALF)
        if named is None:
            wrong = (FieldError("X-Agent", "missing"),)
            raise HelpcenterError("invalid", Kind.INVALID, errors=wrong)
        return await office_of(request).counter.by_email(named)
    who = await signed(request, used=used)
    if who is None:
        raise HelpcenterError("agent_sign_in_needed", Kind.UNAUTHENTICATED)
    return who.agent


async def working(request: Request) -> Agent:
    """Return the agent who does something."""
    return await agent(request)


async def watching(request: Request) -> Agent:
    """Return the agent who only looks on, whose session goes idle meanwhile."""
    return await agent(request, used=False)


AgentNow = Annotated[Agent, Depends(working)]
AgentWatching = Annotated[Agent, Depends(watching)]
