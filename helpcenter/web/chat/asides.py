"""What is said beside the lines: what was read, that one is typing, what one thinks of it."""

from typing import Any

from fastapi import APIRouter, Request, Response
from sqlalchemy import Connection

from helpcenter.conversations import store
from helpcenter.conversations.model import CUSTOMER, Item
from helpcenter.conversations.rating import rate
from helpcenter.conversations.wire import item_json
from helpcenter.web.chat.counter import chat_of
from helpcenter.web.chat.shapes import ItemOut, PublicId, Rating, ReadUpToIn
from helpcenter.web.chat.visitor import Talking
from helpcenter.web.chat.watch import url_of


def add_asides(api: APIRouter) -> None:
    """Add the routes to the chat's part of the API."""
    _add_rating(api)
    _add_signs(api)


def _add_rating(api: APIRouter) -> None:
    @api.post(
        "/{public_id}/rating",
        status_code=201,
        response_model=ItemOut,
        response_model_exclude_none=True,
        responses={200: {"model": ItemOut, "description": "This was sent before."}},
    )
    async def rating(
        request: Request, response: Response, public_id: PublicId, given: Rating, visitor: Talking
    ) -> dict[str, Any]:
        """Say whether the help was any: an event in the feed, of which the last counts."""
        chat = chat_of(request)
        chat.lines.begin(public_id)
        now = chat.runner.clock.now()

        def write(conn: Connection) -> tuple[int, Item, bool]:
            found = store.find(
                conn, visitor.caller, public_id, token_digest=visitor.token_digest, lock=True
            )
            return found.id, *rate(conn, found, given.client_id, helpful=given.helpful, now=now)

        row_id, item, fresh = await chat.runner.database.write(write)
        chat.notices.tell(row_id)
        response.status_code = 201 if fresh else 200
        return item_json(item, url_of(request, visitor))


def _add_signs(api: APIRouter) -> None:
    @api.post("/{public_id}/typing", status_code=204)
    async def typing(request: Request, public_id: PublicId, visitor: Talking) -> None:
        """Tell the other side that a line is being written; kept nowhere, good for seconds."""
        chat = chat_of(request)
        chat.asides.begin(public_id)
        found = await chat.runner.database.read(
            lambda conn: store.find(
                conn, visitor.caller, public_id, token_digest=visitor.token_digest
            )
        )
        chat.notices.types(found.id, CUSTOMER)

    @api.post("/{public_id}/read", status_code=204)
    async def read(
        request: Request, public_id: PublicId, upto: ReadUpToIn, visitor: Talking
    ) -> None:
        """Note the last `seq` that was read; going back changes nothing."""
        chat = chat_of(request)
        chat.asides.begin(public_id)

        def write(conn: Connection) -> int | None:
            found = store.find(conn, visitor.caller, public_id, token_digest=visitor.token_digest)
            changed = store.mark_read(conn, visitor.caller, found, upto.seq)
            return found.id if changed else None

        row_id = await chat.runner.database.write(write)
        if row_id is not None:
            chat.notices.tell(row_id)
