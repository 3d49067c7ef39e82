"""`Runner`: a turn of a conversation with its I/O (DESIGN §6, "Chat").

`receive` is the one door for customers' lines; `turn` is the job that answers one. What a turn
writes, it writes in one transaction that also ends its job, and only while it is the bot's turn: a
second run writes nothing, and where a person has taken over the bot is silent.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Protocol

import structlog
from sqlalchemy import Connection

from helpcenter.bot.engine import deciding
from helpcenter.bot.facts import FactView, Reads
from helpcenter.bot.playbook import Playbook
from helpcenter.bot.speaking import Links, language_of, parts_of, speak, state_of
from helpcenter.bot.state import Decision, Said, SaidChoice, SaidText
from helpcenter.bot.taking import Line, Taking, lasting
from helpcenter.clock import Clock
from helpcenter.conversations import feed, store
from helpcenter.conversations.model import BOT, Conversation, Draft, Item, Mind, Owner
from helpcenter.conversations.notify import Notices
from helpcenter.conversations.parts import (
    Form,
    FormField,
    FormKind,
    ItemPart,
    Text,
)
from helpcenter.db.database import Database
from helpcenter.errors import HelpcenterError, Kind
from helpcenter.i18n.locale import Locale
from helpcenter.identity.caller import SYSTEM, Caller
from helpcenter.jobs.handlers import Lease
from helpcenter.jobs.outbox import Payload, Retry
from helpcenter.jobs.wakeups import Wakeups
from helpcenter.tickets.model import Cause
from helpcenter.tickets.people import CONTACT, People

RETRY = Retry(attempts=8, first=timedelta(milliseconds=250), longest=timedelta(seconds=10))
"""Somebody is waiting for the answer."""

NO_WORDS = "Something went wrong on our side. A person will look at it and answer here."
"""Said where not even the site's words can be read."""

POLITE = frozenset({"thanks", "greeting"})
"""Topics of lines that leave a solved ticket solved."""

log = structlog.get_logger(__name__)


class Facts(Protocol):
    """What is known about the customer of a conversation."""

    async def view(self, customer_id: int | None, reads: Reads) -> FactView:
        """Return what the bot may know, or why it knows nothing; never raises."""
        ...


@dataclass(frozen=True, slots=True)
class Received:
    """The item as it is kept; `fresh` is False for one that was there already."""

    item: Item
    fresh: bool


@dataclass(frozen=True, slots=True)
class Runner:
    """Takes lines in and answers them. `playbook` gives the present one, None while there is none.

    Belongs to one event loop.
    """

    database: Database
    clock: Clock
    wakeups: Wakeups
    notices: Notices
    playbook: Callable[[], Playbook | None]
    facts: Facts
    links: Links
    people: People

    async def receive(
        self,
        caller: Caller,
        public_id: str,
        line: Line,
        *,
        token_digest: str | None = None,
    ) -> Received:
        """Keep a customer's line, redacted, and see to its answer if it is the bot's turn.

        Raises `conversation_not_found`, `conversation_closed` or `choice_unknown`. A line that
        was sent before is returned as it was kept then, whatever has happened since.
        """
        now = self.clock.now()
        taking = Taking(line, now, self.people)

        def write(conn: Connection) -> tuple[int, Received]:
            conversation = store.find(conn, caller, public_id, token_digest=token_digest, lock=True)
            known = feed.find_sent(conn, conversation, line.client_id)
            if known is not None:
                return conversation.id, Received(known, fresh=False)
            return conversation.id, Received(taking.take(conn, conversation), fresh=True)

        row_id, received = await self.database.write(write)
        if received.fresh:
            self.wakeups.notify()
            self.notices.tell(row_id)
        return received

    async def hand_off(
        self, caller: Caller, public_id: str, *, token_digest: str | None = None
    ) -> Conversation:
        """Let a person answer from now on, and say so; nothing changes if one does already.

        Raises `conversation_not_found` or `conversation_closed`.
        """
        playbook, now = self._playbook(), self.clock.now()

        def write(conn: Connection) -> Conversation:
            found = store.find(conn, caller, public_id, token_digest=token_digest, lock=True)
            if found.owner is Owner.CLOSED:
                raise store.closed()
            if found.owner is Owner.BOT:
                locale = language_of(playbook, found)
                words = (Text(playbook.say("hand_over", locale)),)
                asked = self._asked(conn, found, locale)
                feed.append(conn, found.id, Draft(BOT, locale, (*words, *asked)), now)
                self.people.hand_over(conn, found, Cause.ASKED, now)
            return store.find_by_id(conn, SYSTEM, found.id)

        conversation = await self.database.write(write)
        self.notices.tell(conversation.id)
        return conversation

    async def turn(self, payload: Payload, lease: Lease) -> None:
        """Answer one line; the handler of `TURN` jobs. Raises what makes it worth another try."""
        row_id, seq = int(payload["conversation"]), int(payload["line"])
        found = await self.database.read(lambda conn: _read(conn, row_id, seq))
        if found is None:
            return
        conversation, mind, said = found
        decision = await self._decide(conversation, mind, said)
        parts = await parts_of(self.links, conversation, decision)
        trace = {"line": seq, "topic": decision.topic, **decision.trace.to_json()}
        reply = Draft(BOT, decision.locale, parts, trace=trace)
        now = self.clock.now()

        def write(conn: Connection) -> None:
            lease.finish(conn)
            if feed.was_passed_on(conn, conversation, seq):
                return
            if decision.topic not in POLITE and self.people.reopen(conn, conversation, now):
                return
            asked = self._asked(conn, conversation, reply.locale) if decision.hand_off else ()
            whole = replace(reply, parts=(*reply.parts, *asked))
            spoken = speak(conn, conversation, mind, decision.state, whole, now)
            if not spoken:
                log.info("bot_silent", conversation=row_id)
            elif decision.hand_off is not None:
                self.people.hand_over(conn, conversation, Cause(decision.hand_off), now)

        await self.database.write(write)
        self.notices.tell(row_id)

    def give_up(self, conn: Connection, payload: Payload, now: datetime) -> None:
        """Say that a line cannot be answered and let a person look, in the words of the site.

        For a `TURN` job that has failed for good, in the transaction that parks it.
        """
        found = _read(conn, int(payload["conversation"]), int(payload["line"]))
        if found is None:
            return
        conversation, playbook = found[0], self.playbook()
        locale, words = lasting(conversation), NO_WORDS
        if playbook is not None:
            locale = language_of(playbook, conversation)
            words = playbook.say("failed", locale)
        asked = self._asked(conn, conversation, locale)
        feed.append(conn, conversation.id, Draft(BOT, locale, (Text(words), *asked)), now)
        self.people.hand_over(conn, conversation, Cause.FAILED, now)

    def _asked(
        self, conn: Connection, conversation: Conversation, locale: Locale
    ) -> tuple[ItemPart, ...]:
        """Return what asks a customer nobody knows where to write to, once they are handed over."""
        playbook = self.playbook()
        if playbook is None or not self.people.asks_contact(conn, conversation):
            return ()
        fields = (
            FormField("name", FormKind.TEXT, playbook.say("contact_name", locale), required=False),
            FormField("email", FormKind.EMAIL, playbook.say("contact_email", locale)),
        )
        return Text(playbook.say("contact", locale)), Form(CONTACT, fields)

    async def _decide(self, conversation: Conversation, mind: Mind, said: Said) -> Decision:
        """Decide what to say, with the facts that it takes."""
        playbook = self._playbook()
        state = state_of(playbook, conversation, mind)
        thinking = deciding(playbook, state, said, self.clock.now())
        try:
            reads = next(thinking)
            while True:
                view = await self.facts.view(conversation.customer_id, reads)
                reads = thinking.send(view)
        except StopIteration as done:
            decision: Decision = done.value
            return decision

    def _playbook(self) -> Playbook:
        playbook = self.playbook()
        if playbook is None:
            raise HelpcenterError("starting", Kind.UNAVAILABLE, retry_after=5)
        return playbook


def _read(conn: Connection, row_id: int, seq: int) -> tuple[Conversation, Mind, Said] | None:
    """Return what a turn needs, None if there is nothing that the bot should answer."""
    try:
        conversation = store.find_by_id(conn, SYSTEM, row_id)
    except HelpcenterError:
        return None
    item = feed.find_item(conn, conversation, seq)
    if item is None or not _is_bots(conn, conversation, seq):
        return None
    said = SaidChoice(item.choice) if item.choice else SaidText(feed.text_of(item))
    return conversation, store.read_mind(conn, row_id), said


def _is_bots(conn: Connection, conversation: Conversation, seq: int) -> bool:
    """Tell whether the bot is to answer a line: nobody has taken over since it was sent.

    A person who had the turn meanwhile has read it, even if the turn is the bot's again.
    """
    return conversation.owner is Owner.BOT and not feed.was_passed_on(conn, conversation, seq)
