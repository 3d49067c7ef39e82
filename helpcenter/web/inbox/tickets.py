"""`/agent/tickets/{id}`: one ticket, and a form for every verb that works without JavaScript."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from helpcenter.billing.earlier import OwnFacts
from helpcenter.billing.reader import Scope
from helpcenter.errors import HelpcenterError, Kind
from helpcenter.i18n.error_words import words
from helpcenter.i18n.names import own_name
from helpcenter.identity.caller import Caller, Role
from helpcenter.tickets.folder import Folder
from helpcenter.tickets.model import AT_WORK
from helpcenter.tickets.packet import Packet
from helpcenter.tickets.queue import Row
from helpcenter.tickets.verbs import Seen
from helpcenter.web import urls
from helpcenter.web.account import answers
from helpcenter.web.account.till import till_of
from helpcenter.web.account.view import view_of
from helpcenter.web.deps import site_of, tools_of
from helpcenter.web.errors import status_of
from helpcenter.web.inbox import letters
from helpcenter.web.inbox.finding import in_words
from helpcenter.web.inbox.looking import look_at
from helpcenter.web.inbox.office import Office, office_of
from helpcenter.web.inbox.render import rendered, speaker_of
from helpcenter.web.inbox.signin import HOME
from helpcenter.web.inbox.thread import Teller
from helpcenter.web.inbox.wording import CAUSES, STATES, waited
from helpcenter.web.site.frame import Link

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from helpcenter.i18n.locale import Locale
    from helpcenter.site.model import Site
    from helpcenter.web.account.speaker import Speaker
    from helpcenter.web.account.view import View
    from helpcenter.web.inbox.asking import Signed

Fields = dict[str, str]
_Do = Callable[[Office, Seen, Fields], Awaitable[object]]

_VERBS: dict[str, _Do] = {
    "take": lambda office, seen, _: office.desk.take(seen),
    "release": lambda office, seen, _: office.desk.release(seen),
    "solve": lambda office, seen, _: office.desk.solve(seen),
    "reply": lambda office, seen, fields: office.desk.reply(seen, fields.get("text", "")),
    "hold": lambda office, seen, fields: office.desk.hold(seen, fields.get("text", "")),
    "note": lambda office, seen, fields: office.desk.note(
        seen.agent, seen.ticket_id, fields.get("text", "")
    ),
    "escalate": lambda office, seen, fields: office.desk.escalate(
        seen, fields.get("team", ""), fields.get("reason", ""), fields.get("text", "")
    ),
}


@dataclass(frozen=True, slots=True)
class Refused:
    """A verb that was refused, and what the agent had written, so that nothing is lost."""

    verb: str
    error: HelpcenterError
    fields: Fields


async def ticket(request: "Request", who: "Signed") -> "Response":
    """Show a ticket."""
    return await _shown(request, who, _number(request))


async def done(request: "Request", who: "Signed", fields: Fields) -> "Response":
    """`POST /agent/tickets/{id}/{verb}`: do it, or show the ticket again with what was written."""
    number, verb = _number(request), request.path_params["verb"]
    do = _VERBS.get(verb)
    if do is None:
        raise HelpcenterError("not_found", Kind.NOT_FOUND)
    version = fields.get("version", "")
    known = int(version) if version.isascii() and version.isdigit() and len(version) < 10 else -1  # noqa: PLR2004 - what a row can hold
    try:
        await do(office_of(request), Seen(who.agent, number, known), fields)
    except HelpcenterError as error:
        if error.kind is Kind.NOT_FOUND:
            raise
        return await _shown(request, who, number, Refused(verb, error, fields))
    return answers.redirect(f"{HOME}/{number}")


async def _shown(
    request: "Request", who: "Signed", number: int, refused: Refused | None = None
) -> "Response":
    site, speaker = site_of(request), speaker_of(request)

    look = await office_of(request).desk.database.read(
        lambda conn: look_at(conn, who.agent, number, speaker.now)
    )
    folder = look.folder
    teller = Teller(folder, site.playbook, site.teams, look.links, speaker)
    ticket, packet = folder.ticket, folder.packet
    since = ticket.waiting_since
    response = rendered(
        request,
        "inbox/ticket.html",
        speaker.say("#%(number)s", number=str(ticket.id)),
        who,
        status=200 if refused is None else status_of(refused.error),
        ticket=ticket,
        state=speaker.gettext(STATES[ticket.state]),
        cause=speaker.gettext(CAUSES[ticket.cause]),
        team=site.teams.name(ticket.team, speaker.locale),
        owner=folder.names.get(ticket.agent_id or 0),
        mine=ticket.agent_id == who.agent.id,
        at_work=ticket.state in AT_WORK,
        waited=waited(speaker.now - since, speaker) if since else None,
        customer=folder.customer,
        language=own_name(folder.conversation.locale),
        lang=folder.conversation.locale.tag,
        article=_article(site, folder, speaker.locale),
        packet=packet,
        found=list(in_words(packet.found, speaker)),
        found_at=_found_at(packet, speaker),
        tried=teller.topics(packet.tried),
        offers=[teller.offer(offer) for offer in packet.offers],
        timeline=teller.timeline(),
        facts=await _facts(request, folder, speaker),
        escalation=_escalation(site, folder, speaker),
        mails=tools_of(request).settings.mail_sender is not None,
        refused=refused,
        said=refused and words(refused.error, speaker.gettext),
        stamp=look.stamp,
        hands=_others_did(folder, who),
        last_seq=folder.conversation.last_seq,
        stuck=letters.in_words(look.stuck, speaker),
        others=[_other(row, speaker) for row in look.others],
    )
    if refused is not None and refused.error.retry_after is not None:
        response.headers["retry-after"] = str(refused.error.retry_after)
    return response


async def _facts(request: "Request", folder: Folder, speaker: "Speaker") -> "View | None":
    """Return what the customer's own page would show, without its buttons."""
    who = folder.customer
    if who is None:
        return None
    own = OwnFacts(office_of(request).desk.database, till_of(request).billing.facts)
    caller = Caller(Role.CUSTOMER, who.id)
    facts = await own.facts_for(caller, who.stripe_customer, Scope.ACCOUNT)
    return view_of(facts, speaker, links=False)


def _others_did(folder: Folder, who: "Signed") -> int:
    """Return the number of the last thing another agent did, 0 for nothing."""
    me = {None, who.agent.id}
    return max((one.seq for one in folder.events if one.agent_id not in me), default=0)


def _found_at(packet: Packet, speaker: "Speaker") -> str | None:
    """Return how old the facts were when the bot went by them, None if there were none."""
    return speaker.as_of(packet.read_at) if packet.read_at else None


def _article(site: "Site", folder: Folder, locale: "Locale") -> Link | None:
    slug = folder.conversation.article
    found = site.library.find(slug, locale) if slug else None
    return Link(found.article.title, urls.article(locale, slug or "")) if found else None


@dataclass(frozen=True, slots=True)
class _Other:
    """Another ticket of the same customer."""

    id: int
    state: str
    day: str
    line: str
    lang: str


def _other(row: Row, speaker: "Speaker") -> _Other:
    ticket = row.ticket
    state = speaker.gettext(STATES[ticket.state])
    return _Other(ticket.id, state, speaker.day(ticket.created), row.line, row.locale.tag)


@dataclass(frozen=True, slots=True)
class _Choice:
    id: str
    name: str
    usual: bool = False


@dataclass(frozen=True, slots=True)
class _Escalation:
    teams: list[_Choice]
    reasons: list[_Choice]


def _escalation(site: "Site", folder: Folder, speaker: "Speaker") -> _Escalation:
    """Return whom it can be passed to, the usual next team first chosen, and why."""
    here = site.teams.find(folder.ticket.team)
    usual = here.next if here else None
    return _Escalation(
        [
            _Choice(team.id, team.name(speaker.locale), team.id == usual)
            for team in site.teams.teams
            if team.id != folder.ticket.team
        ],
        [_Choice(reason.id, reason.name(speaker.locale)) for reason in site.teams.reasons],
    )


def _number(request: "Request") -> int:
    text = request.path_params["id"]
    if not text.isascii() or not text.isdigit() or len(text) > 12:  # noqa: PLR2004 - any row's id
        raise HelpcenterError("ticket_not_found", Kind.NOT_FOUND)
    return int(text)
