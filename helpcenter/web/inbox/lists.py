"""`/agent/tickets`: who waits, longest first."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from sqlalchemy import Connection

from helpcenter.i18n.names import own_name
from helpcenter.identity.agents import AgentRole
from helpcenter.jobs import mail
from helpcenter.jobs.mail import Unsent
from helpcenter.tickets import queue
from helpcenter.tickets.queue import Page, Row, View
from helpcenter.web.account import answers
from helpcenter.web.deps import site_of
from helpcenter.web.inbox.office import office_of
from helpcenter.web.inbox.render import rendered, speaker_of
from helpcenter.web.inbox.wording import CAUSES, STATES, VIEWS, waited

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from helpcenter.tickets.teams import Teams
    from helpcenter.web.account.speaker import Speaker
    from helpcenter.web.inbox.asking import Signed

_MOST = 10**12
_LONGEST = 254
"""Characters of what is looked for: an address."""
_A_TICKET = re.compile(r"#?([0-9]{1,12})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Tab:
    """A view and how many tickets it holds."""

    id: str
    name: str
    count: int
    current: bool


@dataclass(frozen=True, slots=True)
class Line:
    """A ticket in the list, in words."""

    id: int
    who: str
    line: str
    lang: str
    language: str
    state: str
    state_id: str
    cause: str
    team: str
    agent: str | None
    waited: str | None


async def tickets(request: "Request", who: "Signed") -> "Response":
    """Show a view of the queue."""
    asked = request.query_params.get("view", "")
    view = View(asked) if asked in set(View) else View.UNASSIGNED
    text = " ".join(request.query_params.get("q", "").replace("\0", "").split())[:_LONGEST]
    if (number := _ticket_number(text)) is not None:
        return answers.redirect(f"/agent/tickets/{number}")
    after = _number(request.query_params.get("after"))

    def read(conn: Connection) -> tuple[Page, dict[View, int], Unsent, str]:
        found = queue.listed(conn, who.agent, view, after, text)
        return found, queue.counts(conn, who.agent), mail.unsent(conn), queue.stamp(conn)

    page, counts, unsent, stamp = await office_of(request).desk.database.read(read)
    speaker, teams = speaker_of(request), site_of(request).teams
    return rendered(
        request,
        "inbox/queue.html",
        speaker.gettext(VIEWS[view]),
        who,
        view=view.value,
        text=text,
        more=urlencode({"q": text} if text else {"view": view.value}),
        tabs=[
            Tab(one.value, speaker.gettext(name), counts[one], one is view and not text)
            for one, name in VIEWS.items()
        ],
        lines=[_line(row, teams, speaker) for row in page.rows],
        after=page.after,
        unsent=unsent,
        sees_mail=who.agent.role is AgentRole.ADMIN,
        stamp=stamp,
    )


def _line(row: Row, teams: "Teams", speaker: "Speaker") -> Line:
    ticket, since = row.ticket, row.ticket.waiting_since
    return Line(
        id=ticket.id,
        who=row.who or speaker.gettext("Visitor"),
        line=row.line,
        lang=row.locale.tag,
        language=own_name(row.locale),
        state=speaker.gettext(STATES[ticket.state]),
        state_id=ticket.state.value,
        cause=speaker.gettext(CAUSES[ticket.cause]),
        team=teams.name(ticket.team, speaker.locale),
        agent=row.agent,
        waited=waited(speaker.now - since, speaker) if since else None,
    )


def _ticket_number(text: str) -> str | None:
    found = _A_TICKET.fullmatch(text)
    return found[1] if found else None


def _number(text: str | None) -> int | None:
    if text is None or not text.isascii() or not text.isdigit():
        return None
    return min(int(text[:13]), _MOST)
