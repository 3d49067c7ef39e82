"""What mails about tickets say, made when they are sent: no customer's words, no secret."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Connection

from helpcenter.conversations import feed
from helpcenter.conversations import store as talks
from helpcenter.conversations.model import Item
from helpcenter.db.database import Database
from helpcenter.errors import HelpcenterError
from helpcenter.i18n.locale import Locale
from helpcenter.i18n.mark import N_
from helpcenter.i18n.names import own_name
from helpcenter.identity.caller import SYSTEM
from helpcenter.jobs.letters import Letters
from helpcenter.jobs.mail import Letter
from helpcenter.jobs.outbox import Payload
from helpcenter.settings import Settings
from helpcenter.tickets import store
from helpcenter.tickets.desk import Words
from helpcenter.tickets.model import AT_WORK, Cause, Happened, Ticket

_WHY = {
    Cause.ASKED: N_("The customer asked for a person."),
    Cause.NOT_SOLVED: N_("The bot could not solve it."),
    Cause.NOT_UNDERSTOOD: N_("The bot did not understand the customer."),
    Cause.NO_ACCOUNT: N_("Stripe does not know the customer."),
    Cause.FAILED: N_("The bot failed and could not answer."),
    Cause.FORM: N_("Somebody wrote by the contact form."),
}
_ESCALATED = N_("Another team has passed it on: %(reason)s.")
_REOPENED = N_("The customer came back after it was solved.")


@dataclass(frozen=True, slots=True)
class TicketLetters:
    """Makes the letters that `mail` jobs about tickets name."""

    database: Database
    settings: Settings
    words: Callable[[], Words]
    letters: Letters

    async def compose(self, payload: Payload) -> Letter | None:
        """Return the letter, None when nobody is to be told any more."""
        try:
            number = int(payload["ticket"])
            ticket, locale = await self.database.read(lambda conn: _found(conn, number))
        except HelpcenterError:
            # The customer was erased since, and their conversation with them.
            return None
        if payload["kind"] == "answered":
            return await self._answered(ticket, locale, int(payload["seq"]))
        return await self._handed_over(ticket, locale)

    async def _handed_over(self, ticket: Ticket, locale: Locale) -> Letter | None:
        to = self.settings.team_emails.get(ticket.team)
        if to is None or ticket.state not in AT_WORK:
            return None
        words = self.words()
        speech = words.catalogues.for_locale(locale)
        return self.letters.write(
            "handed_over.txt",
            to,
            speech,
            number=str(ticket.id),
            team=words.teams.name(ticket.team, locale),
            why=await self._why(ticket, locale),
            language=own_name(locale),
            url=f"{self.settings.base_url}/agent/tickets/{ticket.id}",
        )

    async def _why(self, ticket: Ticket, locale: Locale) -> str:
        words = self.words()
        gettext = words.catalogues.for_locale(locale).gettext
        events = await self.database.read(lambda conn: store.events_of(conn, ticket))
        for event in reversed(events):
            if event.kind is Happened.ESCALATED:
                reason = words.teams.reason_name(str(event.data["reason"]), locale)
                return gettext(_ESCALATED) % {"reason": reason}
            if event.kind is Happened.REOPENED:
                return gettext(_REOPENED)
        return gettext(_WHY[ticket.cause])

    async def _answered(self, ticket: Ticket, locale: Locale, seq: int) -> Letter | None:
        item = await self.database.read(lambda conn: _item(conn, ticket, seq))
        if ticket.contact is None or item is None:
            return None
        speech = self.words().catalogues.for_locale(locale)
        product = self.settings.words(locale.folder)["product"]
        return self.letters.write(
            "answered.txt",
            ticket.contact.email,
            speech,
            help=speech.gettext("%(product)s Help") % {"product": product},
            agent=item.author.name or "",
            text=feed.text_of(item),
        )


def _found(conn: Connection, ticket_id: int) -> tuple[Ticket, Locale]:
    ticket = store.find(conn, SYSTEM, ticket_id)
    return ticket, talks.find_by_id(conn, SYSTEM, ticket.conversation_id).locale


def _item(conn: Connection, ticket: Ticket, seq: int) -> Item | None:
    return feed.find_item(conn, talks.find_by_id(conn, SYSTEM, ticket.conversation_id), seq)
