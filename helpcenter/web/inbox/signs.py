"""What an agent does beside the verbs: types, and has read. The customer's chat shows both."""

from typing import Annotated

from fastapi import APIRouter, Path, Request
from pydantic import BaseModel, Field
from sqlalchemy import Connection

from helpcenter.conversations import store as talks
from helpcenter.conversations.model import Author, AuthorRole
from helpcenter.tickets import store
from helpcenter.web.chat.counter import chat_of
from helpcenter.web.inbox.asking import AgentNow, AgentWatching
from helpcenter.web.inbox.office import office_of

Number = Annotated[int, Path(ge=1, le=10**12)]


class Read(BaseModel):
    """The last item that was read."""

    seq: Annotated[int, Field(ge=0, le=2**31 - 1)]


def add_signs(api: APIRouter) -> None:
    """Add the routes to the agents' part of the API."""

    @api.post("/tickets/{number}/typing", status_code=204)
    async def typing(request: Request, number: Number, agent: AgentNow) -> None:
        """Tell the customer that an answer is being written; good for seconds."""
        ticket = await office_of(request).desk.find(agent, number)
        author = Author(AuthorRole.AGENT, agent.name)
        chat_of(request).notices.types(ticket.conversation_id, author)

    @api.post("/tickets/{number}/read", status_code=204)
    async def read(request: Request, number: Number, upto: Read, agent: AgentWatching) -> None:
        """Note the last `seq` that was read; going back changes nothing."""

        def write(conn: Connection) -> int | None:
            ticket = store.find(conn, agent.caller, number)
            talk = talks.find_by_id(conn, agent.caller, ticket.conversation_id)
            return talk.id if talks.mark_read(conn, agent.caller, talk, upto.seq) else None

        row_id = await office_of(request).desk.database.write(write)
        if row_id is not None:
            chat_of(request).notices.tell(row_id)
