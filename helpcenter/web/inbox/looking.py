"""Everything a ticket's page shows that comes from the database, read at one moment."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from helpcenter.billing.link_states import LinkState, states_of
from helpcenter.identity.agents import Agent
from helpcenter.jobs import mail
from helpcenter.jobs.mail import Stuck
from helpcenter.tickets import queue
from helpcenter.tickets.folder import Folder, read_folder
from helpcenter.tickets.queue import Row


@dataclass(frozen=True, slots=True)
class Look:
    """A ticket's folder, and what lies around it.

    `links` are the states of portal links by id, `others` the customer's other tickets, `stuck`
    mail about this one that could not be sent so far; `stamp` changes whenever the page would.
    """

    folder: Folder
    links: Mapping[str, LinkState]
    others: tuple[Row, ...]
    stuck: tuple[Stuck, ...]
    stamp: str


def look_at(conn: Connection, agent: Agent, number: int, now: datetime) -> Look:
    """Look at a ticket; raises `ticket_not_found`."""
    caller, folder = agent.caller, read_folder(conn, agent, number)
    ids = [offer.link_id for offer in folder.packet.offers]
    return Look(
        folder,
        states_of(conn, caller, ids, now),
        queue.others_of(conn, caller, folder.ticket),
        tuple(one for one in mail.stuck(conn, (mail.JOB,)) if one.payload.get("ticket") == number),
        queue.stamp_of(conn, caller, number),
    )
