"""What became of portal links, for agents: never what opens one."""

from collections.abc import Iterable
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, func, select

from helpcenter.billing.tables import portal_clicks, portal_links
from helpcenter.identity.caller import Caller, Role


class LinkState(StrEnum):
    """How far a customer has come with a link."""

    OFFERED = "offered"
    OPENED = "opened"
    EXPIRED = "expired"


def states_of(
    conn: Connection, caller: Caller, link_ids: Iterable[str], now: datetime
) -> dict[str, LinkState]:
    """Return the states of links by id; nothing for anybody but agents and jobs."""
    wanted = list(link_ids)
    if caller.role not in {Role.AGENT, Role.SYSTEM} or not wanted:
        return {}
    links = portal_links.c
    rows = conn.execute(
        select(links.id, links.expires, links.revoked, func.count(portal_clicks.c.id))
        .select_from(portal_links.outerjoin(portal_clicks, portal_clicks.c.link_id == links.id))
        .where(links.id.in_(wanted))
        .group_by(links.id, links.expires, links.revoked)
    )
    return {
        link_id: _state(clicks, over=revoked is not None or expires <= now)
        for link_id, expires, revoked, clicks in rows
    }


def _state(clicks: int, *, over: bool) -> LinkState:
    if clicks:
        return LinkState.OPENED
    return LinkState.EXPIRED if over else LinkState.OFFERED
