"""The loop closes: a conversation that waits is told what its customer changed (DESIGN §6).

Three jobs look at a customer anew: after an event of Stripe's, some minutes after a click, and once
a night for what never arrived. What they find is compared with what the customer knows already,
and told in the transaction that notes it as known: once, whatever comes twice, late or in another
order, and whenever the process dies.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from typing import Protocol

from sqlalchemy import Connection

from helpcenter.billing.changes import Effect, look_again
from helpcenter.billing.facts import Facts, FactsUnavailable
from helpcenter.billing.memory import recalled
from helpcenter.billing.news import Change, what_changed
from helpcenter.billing.port import Refusal, StripeRefusedError
from helpcenter.billing.reader import Scope
from helpcenter.bot import telling, waits
from helpcenter.bot.facts import Reads
from helpcenter.bot.playbook import Playbook
from helpcenter.bot.runner import Facts as Views
from helpcenter.bot.speaking import Links, language_of, parts_of, speak, state_of
from helpcenter.bot.state import Decision
from helpcenter.bot.telling import Looked
from helpcenter.bot.waits import Wait
from helpcenter.clock import Clock
from helpcenter.conversations import feed, store
from helpcenter.conversations.model import BOT, AuthorRole, Conversation, Draft, Mind, Owner
from helpcenter.conversations.notify import Notices
from helpcenter.conversations.parts import Text
from helpcenter.db.database import Database
from helpcenter.errors import HelpcenterError, Kind
from helpcenter.i18n.dates import zone
from helpcenter.i18n.locale import Locale
from helpcenter.identity import customers
from helpcenter.identity.caller import SYSTEM, Caller, Role
from helpcenter.jobs import outbox
from helpcenter.jobs.handlers import Lease
from helpcenter.jobs.outbox import Payload, Retry
from helpcenter.tickets import settling
from helpcenter.tickets.model import Happened

RECONCILE = "reconcile_waits"
"""The nightly job; it leaves itself for the next night."""

NIGHT = time(3, 30)
"""When it runs, by the clocks of the site."""

ASK_RETRY = Retry(attempts=6)
"""A question that comes an hour late is not worth asking."""

_RECENT = 30
"""Items among which the bot's last words are looked for."""


class Reader(Protocol):
    """A customer's facts, kept for a while."""

    async def facts_for(
        self, customer: str | None, scope: Scope = Scope.BASIC
    ) -> Facts | FactsUnavailable:
        """Return the facts of a `cus_…`, or why there are none."""
        ...

    def clear(self, customer: str) -> None:
        """Forget them."""
        ...


class WaitChangedError(Exception):
    """Somebody has told something since this look began: look again."""


@dataclass(frozen=True, slots=True)
class _Talk:
    """A conversation that waits, as it was read; `locale` is the language it is held in."""

    wait: Wait
    conversation: Conversation
    mind: Mind
    zoneinfo: str | None
    locale: Locale


@dataclass(frozen=True, slots=True)
class _Words:
    """What to tell: `note` for people, `decision` and `reply` for the customer, if anything."""

    talk: _Talk
    looked: Looked
    changes: tuple[Change, ...]
    note: str
    goodbye: Text
    decision: Decision | None = None
    reply: Draft | None = None


@dataclass(frozen=True, slots=True)
class Followup:
    """Tells conversations what became of the links they offered; belongs to one event loop."""

    database: Database
    clock: Clock
    notices: Notices
    playbook: Callable[[], Playbook | None]
    reader: Reader
    views: Views
    links: Links
    timezone: str

    async def stripe_changed(self, customer: str) -> Effect:
        """Look for whoever waits for this `cus_…`, and return what to tell them.

        Raises `stripe_unavailable`, or `starting` while there is no site.
        """
        found = await self.database.read(lambda conn: waits.open_for(conn, customer))
        words = [told for wait in found if (told := await self._words(wait)) is not None]

        def write(conn: Connection) -> None:
            for told in words:
                self._tell(conn, told)

        return Effect(write, lambda: self._notify(words))

    async def ask(self, payload: Payload, lease: Lease) -> None:
        """Ask what is in the way, if nothing has changed since a click; else tell what has.

        Raises as `stripe_changed`.
        """
        row_id, click = int(payload["conversation"]), int(payload["click"])
        wait = await self.database.read(lambda conn: waits.find(conn, row_id))
        if wait is None or wait.click != click or wait.asked >= click:
            return
        self.reader.clear(wait.stripe_customer)
        told = await self._words(wait, asking=True)
        if told is None:
            return
        words = told

        def write(conn: Connection) -> None:
            lease.finish(conn)
            self._tell(conn, words)

        await self.database.write(write)
        self._notify([words])

    async def reconcile(self, payload: Payload, lease: Lease) -> None:
        """Have everybody looked at for whom a conversation waits, and end the oldest waits."""
        del payload

        def write(conn: Connection) -> None:
            now = self.clock.now()
            lease.finish(conn)
            waits.end_old(conn, now)
            for customer in waits.waited_for(conn):
                look_again(conn, customer, now)
            arm(conn, now, self.timezone)

        await self.database.write(write)

    async def _words(self, wait: Wait, *, asking: bool = False) -> _Words | None:
        """Return what to tell a conversation; None if there is nothing, or nobody to tell."""
        talk = await self.database.read(lambda conn: _read(conn, wait, self._playbook()))
        if talk is None:
            return None
        looked = await self._look(talk)
        changes = what_changed(recalled(wait.known), looked.facts)
        if not changes and not asking:
            return None
        playbook = self._playbook()
        state = state_of(playbook, talk.conversation, talk.mind)
        if changes:
            note = "\n".join(telling.sentences(playbook, changes, looked, talk.locale))
            decision: Decision | None = telling.news(playbook, state, changes, looked, talk.locale)
        else:
            note = playbook.say("news_nothing", talk.locale)
            decision = telling.nothing_changed(playbook, state, looked, talk.locale)
        goodbye = Text(playbook.say("news_person", talk.locale))
        reply = None if decision is None else await self._reply(talk, decision)
        return _Words(talk, looked, changes, note, goodbye, decision, reply)

    async def _look(self, talk: _Talk) -> Looked:
        wait = talk.wait
        found = await self.reader.facts_for(wait.stripe_customer, Scope.SAVING)
        if not isinstance(found, Facts):
            raise StripeRefusedError(Refusal.UNAVAILABLE)
        view = await self.views.view(wait.customer_id, Reads.SAVING)
        return Looked(found, view, self.clock.now(), zone(talk.zoneinfo, self.timezone))

    async def _reply(self, talk: _Talk, decision: Decision) -> Draft:
        parts = await parts_of(self.links, talk.conversation, decision)
        trace = {"topic": decision.topic, **decision.trace.to_json()}
        return Draft(BOT, talk.locale, parts, trace=trace)

    def _tell(self, conn: Connection, words: _Words) -> None:
        """Write down what is told; nothing if nobody waits any more.

        Raises `WaitChangedError` if something was told or clicked since this was looked at.
        """
        now, seen = self.clock.now(), words.talk.wait
        talk = store.find_by_id(conn, SYSTEM, seen.conversation, lock=True)
        wait = waits.find(conn, seen.conversation, lock=True)
        if wait is None:
            return
        if (wait.version, wait.click) != (seen.version, seen.click):
            raise WaitChangedError
        if talk.owner is Owner.CLOSED:
            waits.end(conn, wait)
        elif words.changes:
            _tell_news(conn, talk, words, now)
            waits.learn(conn, wait, _digest(wait, words.changes), words.looked.facts, now)
            if words.looked.over:
                waits.end(conn, wait)
        else:
            _ask(conn, talk, words, now)
            waits.note_asked(conn, wait)

    def _notify(self, words: list[_Words]) -> None:
        for told in words:
            self.notices.tell(told.talk.conversation.id)

    def _playbook(self) -> Playbook:
        playbook = self.playbook()
        if playbook is None:
            raise HelpcenterError("starting", Kind.UNAVAILABLE, retry_after=5)
        return playbook


def arm(conn: Connection, now: datetime, timezone: str) -> None:
    """Leave the nightly job for the night to come, unless it is there already."""
    due = next_night(now, timezone)
    outbox.enqueue(conn, RECONCILE, {}, key="nightly", unique=True, now=now, run_at=due)


def next_night(now: datetime, timezone: str) -> datetime:
    """Return when it is `NIGHT` next in a time zone."""
    there = now.astimezone(zone(timezone))
    tonight = datetime.combine(there.date(), NIGHT, there.tzinfo)
    return tonight if tonight > there else tonight + timedelta(days=1)


def _read(conn: Connection, wait: Wait, playbook: Playbook) -> _Talk | None:
    try:
        conversation = store.find_by_id(conn, SYSTEM, wait.conversation)
        customer = customers.find(conn, Caller(Role.CUSTOMER, wait.customer_id))
    except HelpcenterError:
        return None
    items = feed.after(conn, conversation, max(0, conversation.last_seq - _RECENT))
    spoken = [item.locale for item in items if item.author.role is AuthorRole.BOT]
    known = [locale for locale in spoken[-1:] if locale in playbook.locales]
    locale = known[0] if known else language_of(playbook, conversation)
    mind = store.read_mind(conn, conversation.id)
    return _Talk(wait, conversation, mind, customer.zoneinfo, locale)


def _tell_news(conn: Connection, talk: Conversation, words: _Words, now: datetime) -> None:
    """Tell the customer, if it is the bot's turn, or whoever else has it."""
    reply = words.reply
    if talk.owner is not Owner.BOT:
        settling.learn(conn, talk, Happened.CHANGED, words.note, now)
        if not words.looked.over or not settling.settle(conn, talk, now):
            return
        reply = reply and replace(reply, parts=(*reply.parts, words.goodbye))
    if words.decision is not None and reply is not None:
        speak(conn, talk, words.talk.mind, words.decision.state, reply, now)


def _ask(conn: Connection, talk: Conversation, words: _Words, now: datetime) -> None:
    """Ask the customer; nothing if they have written since the click, for then they are heard."""
    if talk.owner is not Owner.BOT:
        settling.learn(conn, talk, Happened.UNCHANGED, words.note, now)
        return
    since = feed.after(conn, talk, words.talk.wait.seq)
    if any(item.author.role is AuthorRole.CUSTOMER for item in since):
        return
    if words.decision is not None and words.reply is not None:
        speak(conn, talk, words.talk.mind, words.decision.state, words.reply, now)


def _digest(wait: Wait, changes: tuple[Change, ...]) -> str:
    """Return what names a change: from what to what, at which place among those told."""
    told = [[change.kind, change.about] for change in changes]
    about = [wait.opened.isoformat(), wait.version, wait.known, told]
    return hashlib.sha256(json.dumps(about, sort_keys=True).encode()).hexdigest()
