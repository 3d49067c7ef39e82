"""`Desk`: the verbs of agents, each one transaction, with what must happen before and after it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from sqlalchemy import Connection

from helpcenter.clock import Clock
from helpcenter.db.database import Database
from helpcenter.errors import FieldError, HelpcenterError, Kind
from helpcenter.i18n.catalogues import Catalogues
from helpcenter.i18n.locale import Locale
from helpcenter.i18n.mark import N_
from helpcenter.identity.agents import Agent
from helpcenter.language.redact import redact
from helpcenter.tickets import store, verbs
from helpcenter.tickets.model import Ticket
from helpcenter.tickets.teams import Teams
from helpcenter.tickets.verbs import Escalation, Seen

LONGEST = 4000
"""Characters of a reply or a note."""

_PASSED_ON = N_(
    "I am passing this to our %(team)s team. They see everything said here, so you do not have to "
    "repeat anything, and they will answer here."
)


class Words(Protocol):
    """What a site says, as far as tickets need it."""

    @property
    def catalogues(self) -> Catalogues:
        """The messages of every locale."""
        ...

    @property
    def teams(self) -> Teams:
        """Who there is to pass a ticket to."""
        ...


@dataclass(frozen=True, slots=True)
class Desk:
    """Does what agents ask; `tell` wakes those who wait for a conversation, by its row id."""

    database: Database
    clock: Clock
    words: Callable[[], Words]
    tell: Callable[[int], None]

    async def take(self, seen: Seen) -> Ticket:
        """Make the ticket the agent's own."""
        return await self._do(lambda conn: verbs.take(conn, seen, self.clock.now()))

    async def reply(self, seen: Seen, text: str) -> Ticket:
        """Answer the customer; card numbers are cut out before anything is stored."""
        said = clean(text)
        return await self._do(lambda conn: verbs.reply(conn, seen, said, self.clock.now()))

    async def hold(self, seen: Seen, why: str) -> Ticket:
        """Let the ticket rest until somebody else has done their part; `why` is for colleagues."""
        said = clean(why)
        return await self._do(lambda conn: verbs.hold(conn, seen, said, self.clock.now()))

    async def note(self, agent: Agent, ticket_id: int, text: str) -> int:
        """Leave a note for colleagues and return its number."""
        said, now = clean(text), self.clock.now()
        return await self.database.write(lambda conn: verbs.note(conn, agent, ticket_id, said, now))

    async def release(self, seen: Seen) -> Ticket:
        """Put the ticket back into its team's queue."""
        return await self._do(lambda conn: verbs.release(conn, seen, self.clock.now()))

    async def escalate(self, seen: Seen, team_id: str, reason_id: str, note: str) -> Ticket:
        """Pass the ticket to another team; the customer is told in their language."""
        words = self.words()
        team, reason = words.teams.find(team_id), words.teams.reason(reason_id)
        if team is None or reason is None:
            field = "team" if team is None else "reason"
            raise HelpcenterError("invalid", Kind.INVALID, errors=(FieldError(field, "invalid"),))
        said = clean(note)

        def told(locale: Locale) -> str:
            gettext = words.catalogues.for_locale(locale).gettext
            return gettext(_PASSED_ON) % {"team": team.name(locale)}

        to = Escalation(team, reason, said, told)
        return await self._do(lambda conn: verbs.escalate(conn, seen, to, self.clock.now()))

    async def solve(self, seen: Seen) -> Ticket:
        """Say that nothing is left to do."""
        return await self._do(lambda conn: verbs.solve(conn, seen, self.clock.now()))

    async def find(self, agent: Agent, ticket_id: int) -> Ticket:
        """Return a ticket; raises `ticket_not_found`."""
        return await self.database.read(lambda conn: store.find(conn, agent.caller, ticket_id))

    async def _do(self, verb: Callable[[Connection], Ticket]) -> Ticket:
        ticket = await self.database.write(verb)
        self.tell(ticket.conversation_id)
        return ticket


def clean(text: str) -> str:
    """Return text that may be kept; raises `invalid` for none and for too much."""
    said = redact(text.replace("\r\n", "\n").strip()).text
    # NUL is no text; what it might stand for is nothing anybody typed.
    said = said.replace("\0", "")
    if not said:
        raise HelpcenterError("invalid", Kind.INVALID, errors=(FieldError("text", "missing"),))
    if len(said) > LONGEST:
        raise HelpcenterError("invalid", Kind.INVALID, errors=(FieldError("text", "too_long"),))
    return said
