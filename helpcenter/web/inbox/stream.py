"""`/api/v1/agent/stream`: hints of what changed, which is then read again; and who is there.

Nothing of it is stored. A hint may come twice, and after a break one reads again what one shows.
"""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request, Response
from sqlalchemy import Connection

from helpcenter.conversations.model import Author, AuthorRole
from helpcenter.conversations.notify import Listener
from helpcenter.conversations.wire import author_json
from helpcenter.identity.agents import Agent
from helpcenter.tickets import queue
from helpcenter.web.chat.counter import chat_of
from helpcenter.web.inbox.asking import AgentWatching, watching
from helpcenter.web.inbox.office import office_of
from helpcenter.web.streams import BEAT, GRACE, TYPE, EventStream, event

_OVERLAP = timedelta(seconds=30)
"""How far back to look each time: what was committed late, by clocks that differ, is seen too."""
_REST = 0.2
"""Seconds between two looks: what comes at once is told at once."""

_Stamps = Mapping[int, str]


def add_stream(api: APIRouter) -> None:
    """Add the route to the agents' part of the API."""

    @api.get(
        "/stream",
        response_class=Response,
        responses={200: {"content": {TYPE: {}}, "description": "Events until one side ends."}},
    )
    async def stream(
        request: Request,
        agent: AgentWatching,
        ticket: Annotated[int | None, Query(ge=1, le=10**12)] = None,
    ) -> Response:
        """Tell of changes as they come: `ticket {ticket}` is to be read again.

        With `ticket` of that one only, and who is there: `typing {role, name?}`, good for
        seconds, and `presence {agents: [{name}]}`, all others who look at it now.
        """
        return await Watch(request, agent, ticket).stream()


class Watch:
    """An agent's watch over all tickets, or over one; asks each time who is watching."""

    def __init__(self, request: Request, agent: Agent, number: int | None) -> None:
        self._request = request
        self._agent = agent
        self._number = number
        self._office = office_of(request)
        self._chat = chat_of(request)

    async def stream(self) -> EventStream:
        """Return the answer that goes on; raises `ticket_not_found` or `too_many`."""
        desk, number, row_id = self._office.desk, self._number, None
        if number is not None:
            row_id = (await desk.find(self._agent, number)).conversation_id
        # Read before the answer begins: who reads the page again then misses nothing.
        known = await desk.database.read(self._stamps())
        self._office.seats.refuse_if_full(self._agent.id)
        return EventStream(self._blocks(row_id, known), self._chat.patience.stream + GRACE)

    async def _blocks(self, row_id: int | None, known: _Stamps) -> AsyncGenerator[bytes]:
        loop, patience = asyncio.get_running_loop(), self._chat.patience
        beaten = loop.time()
        until = beaten + patience.stream
        here: tuple[str, ...] = ()
        with self._listening(row_id) as listener:
            yield BEAT
            while True:
                self._agent = await watching(self._request)
                stamps = await self._office.desk.database.read(self._stamps())
                told = [number for number in stamps if known.get(number) != stamps[number]]
                blocks = [event("ticket", {"ticket": number}) for number in told]
                blocks += [event("typing", author_json(one)) for one in self._typists(listener)]
                known, before, here = stamps, here, self._others()
                if here != before:
                    blocks.append(event("presence", _named(here)))
                now = loop.time()
                if blocks or now - beaten >= patience.heartbeat:
                    beaten = now
                    yield b"".join(blocks) or BEAT
                if listener.over or now >= until:
                    return
                await asyncio.sleep(_REST)
                await listener.wait(min(until - now, patience.reread))

    @contextmanager
    def _listening(self, row_id: int | None) -> Iterator[Listener]:
        """Take a seat and listen; whoever looks at the same ticket is told."""
        notices, number = self._chat.notices, self._number
        with self._office.seats.taken(self._agent.id), notices.listen(row_id) as listener:
            if number is None or row_id is None:
                yield listener
                return
            try:
                with self._office.presence.at(number, self._agent):
                    notices.tell(row_id)
                    yield listener
            finally:
                notices.tell(row_id)

    def _stamps(self) -> Callable[[Connection], _Stamps]:
        caller, number = self._agent.caller, self._number
        if number is None:
            since = self._office.desk.clock.now() - _OVERLAP
            return lambda conn: queue.changed_since(conn, caller, since)
        return lambda conn: {number: queue.stamp_of(conn, caller, number)}

    def _typists(self, listener: Listener) -> Iterator[Author]:
        """Yield who types, but not the agent who watches."""
        mine = Author(AuthorRole.AGENT, self._agent.name)
        return (author for author in listener.typists() if author != mine)

    def _others(self) -> tuple[str, ...]:
        return self._office.presence.others(self._number, self._agent) if self._number else ()


def _named(names: tuple[str, ...]) -> dict[str, Any]:
    return {"agents": [{"name": name} for name in names]}
