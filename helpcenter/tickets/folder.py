"""`Folder`: everything an agent looks at to help one customer, read at one moment."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from helpcenter.conversations import feed
from helpcenter.conversations import store as talks
from helpcenter.conversations.model import Conversation, Item
from helpcenter.conversations.traces import traces_of
from helpcenter.errors import HelpcenterError
from helpcenter.identity import agents, customers
from helpcenter.identity.agents import Agent
from helpcenter.identity.caller import Caller, Role
from helpcenter.identity.customers import Customer
from helpcenter.tickets import store
from helpcenter.tickets.model import Event, Ticket
from helpcenter.tickets.packet import Packet, packet_of


@dataclass(frozen=True, slots=True)
class Folder:
    """A ticket, its conversation, what happened, and who everybody is.

    `customer` is None for somebody who has not signed in; `names` are agents' by row id.
    """

    ticket: Ticket
    conversation: Conversation
    items: tuple[Item, ...]
    traces: Mapping[int, Mapping[str, Any]]
    events: tuple[Event, ...]
    customer: Customer | None
    names: Mapping[int, str]

    @property
    def packet(self) -> Packet:
        """What was asked, tried and found."""
        return packet_of(self.items, self.traces)


def read_folder(conn: Connection, agent: Agent, ticket_id: int) -> Folder:
    """Return everything about a ticket; raises `ticket_not_found`."""
    caller = agent.caller
    ticket = store.find(conn, caller, ticket_id)
    conversation = talks.find_by_id(conn, caller, ticket.conversation_id)
    return Folder(
        ticket=ticket,
        conversation=conversation,
        items=_items(conn, conversation),
        traces=traces_of(conn, caller, conversation),
        events=tuple(store.events_of(conn, ticket)),
        customer=_customer(conn, conversation),
        names=agents.names(conn),
    )


def _items(conn: Connection, conversation: Conversation) -> tuple[Item, ...]:
    found: list[Item] = []
    while more := feed.after(conn, conversation, found[-1].seq if found else 0):
        found.extend(more)
    return tuple(found)


def _customer(conn: Connection, conversation: Conversation) -> Customer | None:
    if conversation.customer_id is None:
        return None
    try:
        return customers.find(conn, Caller(Role.CUSTOMER, conversation.customer_id))
    except HelpcenterError:
        return None
