"""`/agent/mail`: what could not be sent so far, and a button to try it again at once."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from helpcenter.errors import HelpcenterError, Kind
from helpcenter.i18n.mark import N_
from helpcenter.identity import customers
from helpcenter.identity.agents import AgentRole
from helpcenter.jobs import mail
from helpcenter.web.account import answers
from helpcenter.web.inbox.office import office_of
from helpcenter.web.inbox.render import rendered, speaker_of
from helpcenter.web.inbox.wording import when

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from starlette.requests import Request
    from starlette.responses import Response

    from helpcenter.identity.caller import Caller
    from helpcenter.jobs.mail import Stuck
    from helpcenter.web.account.speaker import Speaker
    from helpcenter.web.inbox.asking import Signed

HOME = "/agent/mail"
_KINDS = {
    "handed_over": N_("To the team: somebody waits"),
    "answered": N_("To the customer: the answer"),
    mail.PAYMENT_JOB: N_("To the customer: a payment failed"),
}

_OTHER = N_("Mail")


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail that could not be sent, in words; `error` is the kind of fault only.

    It is about a `ticket`, or about a payment of a `customer`, who may be gone by now.
    """

    id: int
    ticket: int | None
    customer: str
    about: str
    error: str
    tries: int
    given_up: bool
    next_try: str


async def letters(request: "Request", who: "Signed") -> "Response":
    """Show an administrator all mail that could not be sent so far."""
    if who.agent.role is not AgentRole.ADMIN:
        raise HelpcenterError("admin_only", Kind.FORBIDDEN)
    stuck, names = await office_of(request).desk.database.read(
        lambda conn: _all(conn, who.agent.caller)
    )
    speaker = speaker_of(request)
    return rendered(
        request,
        "inbox/mail.html",
        speaker.gettext("Unsent mail"),
        who,
        letters=in_words(stuck, speaker, names),
    )


async def again(request: "Request", who: "Signed", fields: dict[str, str]) -> "Response":
    """`POST /agent/mail/again`: try one mail again at once, and go back to where one was.

    Any agent may: whose ticket it is sees that its mail did not go out.
    """
    number = fields.get("mail", "")
    if not number.isascii() or not number.isdigit() or len(number) > 12:  # noqa: PLR2004 - any id
        raise HelpcenterError("not_found", Kind.NOT_FOUND)
    desk = office_of(request).desk

    def write(conn: Connection) -> int | None:
        return mail.send_again(conn, int(number), desk.clock.now())

    ticket_id = await desk.database.write(write)
    if ticket_id is not None:
        desk.tell((await desk.find(who.agent, ticket_id)).conversation_id)
    back = ticket_id is not None and fields.get("back") == "ticket"
    return answers.redirect(f"/agent/tickets/{ticket_id}" if back else HOME)


def _all(conn: Connection, caller: "Caller") -> "tuple[list[Stuck], dict[int, str]]":
    """Return all unsent mail, and the names of the customers whom it is about by their row ids."""
    found = mail.stuck(conn)
    about = {int(one.payload["customer"]) for one in found if one.job == mail.PAYMENT_JOB}
    return found, customers.names(conn, caller, about) if about else {}


def in_words(
    stuck: "Iterable[Stuck]", speaker: "Speaker", names: "Mapping[int, str] | None" = None
) -> list[Letter]:
    """Return mails as agents read of them; `names` are those of customers, by their row ids."""
    called = names or {}
    return [
        Letter(
            id=one.id,
            ticket=mail.ticket_of(one.payload),
            customer=called.get(int(one.payload.get("customer", 0)), ""),
            about=speaker.gettext(_KINDS.get(str(one.payload.get("kind", one.job)), _OTHER)),
            error=one.error,
            tries=one.attempts,
            given_up=one.given_up,
            next_try=when(one.run_at, speaker),
        )
        for one in stuck
    ]
