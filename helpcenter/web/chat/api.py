"""`/api/v1/conversations`: the chat for the widget and any other client."""

from typing import Annotated, Any, cast

from fastapi import APIRouter, Depends, Header, Query, Request, Response

from helpcenter.bot.taking import Filled, Pressed, Typed
from helpcenter.conversations import store, tokens
from helpcenter.conversations.model import Conversation
from helpcenter.conversations.wire import item_json
from helpcenter.errors import FieldError, HelpcenterError, Kind
from helpcenter.i18n.locale import Locale
from helpcenter.i18n.negotiate import match
from helpcenter.identity.caller import Role
from helpcenter.site.model import Site
from helpcenter.web.account.caller import identity_of
from helpcenter.web.chat.asides import add_asides
from helpcenter.web.chat.counter import chat_of
from helpcenter.web.chat.shapes import (
    LONGEST_TEXT,
    Begin,
    Begun,
    Claim,
    FeedOut,
    ItemOut,
    Line,
    Mine,
    PublicId,
    Standing,
    Summary,
)
from helpcenter.web.chat.visitor import Talking
from helpcenter.web.chat.watch import Watch, state_of, url_of
from helpcenter.web.deps import SiteNow, preferred_locale, unknown_locale

LONGEST_WAIT = 25
"""Seconds a long poll may stay open."""
_STREAM = "text/event-stream"
_LAST = 2**31 - 1


async def _private(response: Response) -> None:
    response.headers["cache-control"] = "no-store"


def router(refusals: dict[int | str, dict[str, Any]]) -> APIRouter:
    """Return the chat's part of the API; `refusals` document how it refuses."""
    api = APIRouter(
        prefix="/api/v1/conversations",
        tags=["chat"],
        responses=refusals,
        dependencies=[Depends(_private)],
    )
    _add_beginning(api)
    _add_talking(api)
    _add_feed(api)
    add_asides(api)
    return api


def _add_beginning(api: APIRouter) -> None:
    @api.post("", status_code=201, response_model_exclude_none=True)
    async def begin(
        request: Request, visitor: Talking, site: SiteNow, wanted: Begin | None = None
    ) -> Begun:
        """Begin a conversation: the signed-in customer's own, else with a token of its own."""
        chat, identity = chat_of(request), identity_of(request)
        wanted = wanted or Begin()
        locale = _locale(request, site, wanted.locale)
        known = wanted.article and site.library.find(wanted.article, locale)
        article = wanted.article if known else None
        chat.beginnings.begin(request.client.host if request.client else "")
        caller, public_id = visitor.caller, tokens.new_id()
        token = None if caller.role is Role.CUSTOMER else tokens.new_token()
        digest = token and tokens.digest(identity.keys, token)
        now = chat.runner.clock.now()
        await chat.runner.database.write(
            lambda conn: store.create(
                conn,
                caller,
                public_id,
                token_digest=digest,
                locale=locale,
                article=article,
                now=now,
            )
        )
        return Begun(id=public_id, token=token, items=[], next=0)

    @api.get("")
    async def mine(request: Request, visitor: Talking) -> Mine:
        """List the caller's conversations, the latest first."""
        found = await chat_of(request).runner.database.read(
            lambda conn: store.mine(conn, visitor.caller, token_digest=visitor.token_digest)
        )
        return Mine(conversations=[_summary(each) for each in found])


def _add_talking(api: APIRouter) -> None:
    @api.post(
        "/{public_id}/messages",
        status_code=201,
        response_model=ItemOut,
        response_model_exclude_none=True,
        responses={200: {"model": ItemOut, "description": "This line was sent before."}},
    )
    async def send(
        request: Request, response: Response, public_id: PublicId, line: Line, visitor: Talking
    ) -> dict[str, Any]:
        """Say something; the same `client_id` again is the same line, said once."""
        said = _said(line)
        chat = chat_of(request)
        chat.lines.begin(public_id)
        received = await chat.runner.receive(
            visitor.caller, public_id, said, token_digest=visitor.token_digest
        )
        response.status_code = 201 if received.fresh else 200
        return item_json(received.item, url_of(request, visitor))

    @api.post("/{public_id}/claim")
    async def claim(
        request: Request, public_id: PublicId, offered: Claim, visitor: Talking
    ) -> Standing:
        """Make an anonymous conversation the signed-in customer's own; its token is dead then."""
        if visitor.caller.role is not Role.CUSTOMER:
            raise HelpcenterError("sign_in_needed", Kind.UNAUTHENTICATED)
        chat = chat_of(request)
        digest = tokens.digest(identity_of(request).keys, offered.token)
        found = await chat.runner.database.write(
            lambda conn: store.claim(conn, visitor.caller, public_id, token_digest=digest)
        )
        chat.notices.tell(found.id)
        return _standing(found)

    @api.post("/{public_id}/handoff")
    async def hand_off(request: Request, public_id: PublicId, visitor: Talking) -> Standing:
        """Ask for a person, who answers from now on."""
        chat = chat_of(request)
        chat.lines.begin(public_id)
        found = await chat.runner.hand_off(
            visitor.caller, public_id, token_digest=visitor.token_digest
        )
        return _standing(found)


def _add_feed(api: APIRouter) -> None:
    @api.get(
        "/{public_id}/feed",
        response_model=FeedOut,
        response_model_exclude_none=True,
        responses={200: {"content": {_STREAM: {}}, "description": "What follows, or a stream."}},
    )
    async def read(
        request: Request,
        public_id: PublicId,
        after: Annotated[int, Query(ge=0, le=_LAST)] = 0,
        wait: Annotated[int, Query(ge=0, le=LONGEST_WAIT)] = 0,
        last_event_id: Annotated[str | None, Header()] = None,
    ) -> Any:  # noqa: ANN401 - a stream is a response of its own
        """Read on: at once, as soon as there is something (`wait`), or as a stream of events."""
        if _STREAM in request.headers.get("accept", ""):
            if last_event_id is not None and last_event_id.isascii() and last_event_id.isdigit():
                after = min(int(last_event_id[:10]), _LAST)
            return await Watch(request, public_id, after).stream()
        watch = Watch(request, public_id, after)
        page = await watch.poll(wait)
        return {"items": watch.items(page), **state_of(page)}


def _said(line: Line) -> Typed | Pressed | Filled:
    """Return what a line says; raises `invalid` or `text_too_long`."""
    given = [name for name in ("text", "choice", "values") if getattr(line, name) is not None]
    if len(given) != 1:
        raise _invalid(given[-1] if given else "text", "invalid" if given else "missing")
    if line.text is not None:
        return Typed(line.client_id, _text(line.text))
    if line.in_reply_to is None:
        raise _invalid("in_reply_to", "missing")
    if line.values is not None:
        return Filled(line.client_id, line.values, line.in_reply_to)
    return Pressed(line.client_id, cast("str", line.choice), line.in_reply_to)


def _text(text: str) -> str:
    if len(text) > LONGEST_TEXT:
        raise HelpcenterError(
            "text_too_long",
            Kind.TOO_LARGE,
            {"most": f"{LONGEST_TEXT:,}"},
            (FieldError("text", "too_long"),),
        )
    if not text.strip():
        raise _invalid("text", "missing")
    return text


def _invalid(field: str, code: str) -> HelpcenterError:
    return HelpcenterError("invalid", Kind.INVALID, errors=(FieldError(field, code),))


def _locale(request: Request, site: Site, wanted: str | None) -> Locale:
    if not wanted:
        return preferred_locale(request)
    known = match(wanted, site.library.locales)
    if known is None:
        raise unknown_locale(site, Kind.INVALID)
    return known


def _standing(found: Conversation) -> Standing:
    return Standing(id=found.public_id, owner=found.owner, next=found.last_seq)


def _summary(found: Conversation) -> Summary:
    return Summary(
        id=found.public_id,
        owner=found.owner,
        next=found.last_seq,
        locale=found.locale.tag,
        created=found.created,
        last_at=found.last_at,
    )
