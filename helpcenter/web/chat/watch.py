"""Reading a conversation as it grows: once, by a long poll, or as a stream of events."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import aclosing
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection
from starlette.requests import Request

from helpcenter.conversations import feed, store
from helpcenter.conversations.model import Author, Conversation, Item
from helpcenter.conversations.parts import Portal
from helpcenter.conversations.wire import UrlOf, author_json, item_json
from helpcenter.identity.caller import Role
from helpcenter.web import urls
from helpcenter.web.account.till import till_of
from helpcenter.web.chat.counter import chat_of
from helpcenter.web.chat.visitor import Visitor, watching
from helpcenter.web.streams import BEAT, GRACE, EventStream, event


@dataclass(frozen=True, slots=True)
class Page:
    """What follows in a conversation; `next` is where to read on, `typing` who types just now."""

    conversation: Conversation
    items: list[Item]
    next: int
    typing: tuple[Author, ...] = ()


class Watch:
    """One visitor's look at one conversation, from `after` on; asks each time who is looking."""

    def __init__(self, request: Request, public_id: str, after: int) -> None:
        self._request = request
        self._chat = chat_of(request)
        self._public_id = public_id
        self._after = after
        self._url_of: UrlOf = _nothing

    async def read(self) -> Page:
        """Return what is there; raises `conversation_not_found` or `token_invalid`."""
        visitor = await watching(self._request)
        after, self._url_of = self._after, url_of(self._request, visitor)

        def read(conn: Connection) -> Page:
            found = store.find(
                conn, visitor.caller, self._public_id, token_digest=visitor.token_digest
            )
            items = feed.after(conn, found, after)
            return Page(found, items, items[-1].seq if items else found.last_seq)

        return await self._chat.runner.database.read(read)

    async def poll(self, seconds: float) -> Page:
        """Return what is there as soon as there is anything, or after `seconds`."""
        page = await self.read()
        if page.items or not seconds:
            return page
        async with aclosing(self._pages(page, seconds)) as pages:
            async for page in pages:
                if page.items:
                    return page
        return page

    def items(self, page: Page) -> list[dict[str, Any]]:
        """Return the items of a page as this visitor may see them."""
        return [item_json(item, self._url_of) for item in page.items]

    async def stream(self) -> EventStream:
        """Return the answer that goes on; raises as `read`."""
        first = await self.read()
        self._chat.seats.refuse_if_full(first.conversation.id)
        return EventStream(self._blocks(first), self._chat.patience.stream + GRACE)

    async def _blocks(self, first: Page) -> AsyncGenerator[bytes]:
        """Yield blocks: items with their `seq` as id, and without one the rest.

        That is how the conversation stands, who is typing, and signs of life.
        """
        patience = self._chat.patience
        said, beaten = None, asyncio.get_running_loop().time()
        async with aclosing(self._pages(first, patience.stream)) as pages:
            async for page in pages:
                block = b"".join(map(self._block, page.items))
                standing = (page.conversation.owner, page.conversation.read)
                if standing != said:
                    said = standing
                    block += event("state", state_of(page))
                block += b"".join(map(_types, page.typing))
                now = asyncio.get_running_loop().time()
                if block or now - beaten >= patience.heartbeat:
                    beaten = now
                    yield block or BEAT

    async def _pages(self, first: Page, seconds: float) -> AsyncGenerator[Page]:
        """Yield what is there now and then whatever comes, or nothing new now and again."""
        loop, patience = asyncio.get_running_loop(), self._chat.patience
        until = loop.time() + seconds
        row_id = first.conversation.id
        self._after = first.next if first.items else self._after
        with self._chat.seats.taken(row_id), self._chat.notices.listen(row_id) as listener:
            yield first
            while True:
                # Read before waiting: something may have come before the notices were listened to.
                page = replace(await self.read(), typing=listener.typists())
                self._after = page.next if page.items else self._after
                yield page
                left = until - loop.time()
                if listener.over or left <= 0:
                    return
                if not page.items:
                    await listener.wait(min(left, patience.reread))

    def _block(self, item: Item) -> bytes:
        return event("item", item_json(item, self._url_of), item.seq)


def state_of(page: Page) -> dict[str, Any]:
    """Return how a conversation stands, as the feed says it."""
    found = page.conversation
    read = {"customer": found.read.customer, "agent": found.read.agent}
    return {"owner": found.owner.value, "next": page.next, "read": read}


def url_of(request: Request, visitor: Visitor) -> UrlOf:
    """Return what gives portal buttons their addresses, to customers in their own conversation."""
    if visitor.caller.role is not Role.CUSTOMER:
        return _nothing
    seal = till_of(request).keeper.seal
    return lambda portal: urls.go(seal.token(portal.link_id).reveal())


def _nothing(_portal: Portal) -> None:
    return None


def _types(author: Author) -> bytes:
    return event("typing", author_json(author))
