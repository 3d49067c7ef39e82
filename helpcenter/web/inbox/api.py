"""`/api/v1/agent/…`: the same verbs for programs. A change names the version it saw: `If-Match`."""

import re
from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Path, Query, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from helpcenter.conversations.wire import item_json
from helpcenter.errors import FieldError, HelpcenterError, Kind
from helpcenter.tickets import queue
from helpcenter.tickets.desk import Desk
from helpcenter.tickets.folder import Folder, read_folder
from helpcenter.tickets.model import Ticket
from helpcenter.tickets.queue import View
from helpcenter.tickets.verbs import Seen
from helpcenter.web.inbox.asking import AgentNow, AgentWatching
from helpcenter.web.inbox.office import office_of
from helpcenter.web.inbox.signs import add_signs
from helpcenter.web.inbox.stream import add_stream

_ETAG = re.compile(r'(?:W/)?"([0-9]{1,9})"', re.ASCII)

Number = Annotated[int, Path(ge=1, le=10**12)]


class Said(BaseModel):
    """Text for the customer or for colleagues."""

    model_config = ConfigDict(hide_input_in_errors=True)

    text: Annotated[str, Field(repr=False)]


class PassedOn(Said):
    """To which team, and why; the text is a note for colleagues."""

    team: str
    reason: str


class TicketShown(BaseModel):
    """A ticket; its ETag is its version."""

    id: int
    state: str
    version: int
    team: str
    tier: int
    agent: int | None
    cause: str
    created: datetime
    changed: datetime
    waiting_since: datetime | None


class TicketLine(TicketShown):
    """A ticket in a list, with the customer's last line."""

    locale: str
    who: str | None
    line: str


class Listed(BaseModel):
    """A page of tickets; `after` asks for the next one."""

    tickets: list[TicketLine]
    after: int | None


class Happening(BaseModel):
    """One audit row."""

    seq: int
    at: datetime
    kind: str
    agent: int | None
    data: dict[str, str | int]


class ReadSoFar(BaseModel):
    """The last `seq` that each side has read; 0 for nothing."""

    customer: int
    agent: int


class Whole(BaseModel):
    """A ticket with its conversation, its audit and the hand-off packet."""

    ticket: TicketShown
    locale: str
    article: str | None
    read: ReadSoFar
    items: list[dict[str, Any]]
    events: list[Happening]
    packet: dict[str, Any]


class Pulse(BaseModel):
    """Changes whenever there is something new to see."""

    stamp: str


def router(refusals: dict[int | str, dict[str, Any]]) -> APIRouter:
    """Return the agents' part of the API; `refusals` document how it refuses."""
    api = APIRouter(prefix="/api/v1/agent", tags=["agents"], responses=refusals)
    _reading(api)
    _verbs(api)
    add_signs(api)
    add_stream(api)
    return api


def _reading(api: APIRouter) -> None:
    @api.get("/tickets")
    async def tickets(
        request: Request,
        response: Response,
        agent: AgentNow,
        view: View = View.UNASSIGNED,
        after: Annotated[int | None, Query(ge=1, le=10**12)] = None,
    ) -> Listed:
        """List a view of the queue, those who wait longest first."""
        response.headers["cache-control"] = "no-store"
        page = await office_of(request).desk.database.read(
            lambda conn: queue.listed(conn, agent, view, after)
        )
        return Listed(
            tickets=[
                TicketLine(**_fields(row.ticket), locale=row.locale.tag, who=row.who, line=row.line)
                for row in page.rows
            ],
            after=page.after,
        )

    @api.get("/tickets/{number}")
    async def ticket(
        request: Request, response: Response, number: Number, agent: AgentNow
    ) -> Whole:
        """Return a ticket with all that belongs to it."""
        folder = await office_of(request).desk.database.read(
            lambda conn: read_folder(conn, agent, number)
        )
        _tag(response, folder.ticket)
        return _whole(folder)

    @api.get("/pulse")
    async def pulse(
        request: Request,
        response: Response,
        agent: AgentWatching,
        ticket: Annotated[int | None, Query(ge=1, le=10**12)] = None,
    ) -> Pulse:
        """Tell whether there is something new, on the queue or on one ticket."""
        response.headers["cache-control"] = "no-store"
        database = office_of(request).desk.database
        if ticket is None:
            return Pulse(stamp=await database.read(queue.stamp))
        number, caller = ticket, agent.caller
        return Pulse(stamp=await database.read(lambda conn: queue.stamp_of(conn, caller, number)))


@dataclass(frozen=True, slots=True)
class Ask:
    """A change that somebody asks for: by whom, of which version of which ticket."""

    response: Response
    desk: Desk
    seen: Seen

    async def shown(self, done: Awaitable[Ticket]) -> TicketShown:
        """Return the ticket as it is once that is done."""
        ticket = await done
        _tag(self.response, ticket)
        return TicketShown(**_fields(ticket))


async def ask(
    request: Request,
    response: Response,
    number: Number,
    agent: AgentNow,
    if_match: Annotated[
        str | None, Header(description="The ETag of the ticket as you saw it.")
    ] = None,
) -> Ask:
    """Return what is asked for; raises `invalid` when no version is named."""
    if if_match is None:
        wrong = (FieldError("If-Match", "missing"),)
        raise HelpcenterError("invalid", Kind.INVALID, errors=wrong)
    tag = _ETAG.fullmatch(if_match.strip())
    # Whatever else it names is no version of ours.
    return Ask(response, office_of(request).desk, Seen(agent, number, int(tag[1]) if tag else -1))


def _verbs(api: APIRouter) -> None:
    @api.post("/tickets/{number}/take")
    async def take(it: Annotated[Ask, Depends(ask)]) -> TicketShown:
        """Make the ticket one's own."""
        return await it.shown(it.desk.take(it.seen))

    @api.post("/tickets/{number}/reply")
    async def reply(it: Annotated[Ask, Depends(ask)], said: Said) -> TicketShown:
        """Answer the customer."""
        return await it.shown(it.desk.reply(it.seen, said.text))

    @api.post("/tickets/{number}/hold")
    async def hold(it: Annotated[Ask, Depends(ask)], said: Said) -> TicketShown:
        """Let the ticket rest until somebody else has done their part; colleagues read why."""
        return await it.shown(it.desk.hold(it.seen, said.text))

    @api.post("/tickets/{number}/note", status_code=201)
    async def note(request: Request, number: Number, said: Said, agent: AgentNow) -> dict[str, int]:
        """Leave a note for colleagues; it overwrites nothing, so it needs no `If-Match`."""
        return {"seq": await office_of(request).desk.note(agent, number, said.text)}

    @api.post("/tickets/{number}/release")
    async def release(it: Annotated[Ask, Depends(ask)]) -> TicketShown:
        """Put the ticket back into its team's queue."""
        return await it.shown(it.desk.release(it.seen))

    @api.post("/tickets/{number}/escalate")
    async def escalate(it: Annotated[Ask, Depends(ask)], to: PassedOn) -> TicketShown:
        """Pass the ticket to another team; the customer is told."""
        return await it.shown(it.desk.escalate(it.seen, to.team, to.reason, to.text))

    @api.post("/tickets/{number}/solve")
    async def solve(it: Annotated[Ask, Depends(ask)]) -> TicketShown:
        """Say that nothing is left to do."""
        return await it.shown(it.desk.solve(it.seen))


def _whole(folder: Folder) -> Whole:
    packet = folder.packet
    return Whole(
        ticket=TicketShown(**_fields(folder.ticket)),
        locale=folder.conversation.locale.tag,
        article=folder.conversation.article,
        read=ReadSoFar(
            customer=folder.conversation.read.customer, agent=folder.conversation.read.agent
        ),
        # Agents see where a portal button leads, never what opens it.
        items=[item_json(item, lambda _: None) for item in folder.items],
        events=[
            Happening(
                seq=one.seq,
                at=one.at,
                kind=one.kind.value,
                agent=one.agent_id,
                data=dict(one.data),
            )
            for one in folder.events
        ],
        packet={
            "asked": packet.asked,
            "tried": packet.tried,
            "articles": packet.articles,
            "found": {fact.name: fact.value for fact in packet.found},
            "offers": [offer.flow.value for offer in packet.offers],
        },
    )


def _tag(response: Response, ticket: Ticket) -> None:
    response.headers["etag"] = f'"{ticket.version}"'
    response.headers["cache-control"] = "no-store"


def _fields(ticket: Ticket) -> dict[str, Any]:
    return {
        "id": ticket.id,
        "state": ticket.state.value,
        "version": ticket.version,
        "team": ticket.team,
        "tier": ticket.tier,
        "agent": ticket.agent_id,
        "cause": ticket.cause.value,
        "created": ticket.created,
        "changed": ticket.changed,
        "waiting_since": ticket.waiting_since,
    }
