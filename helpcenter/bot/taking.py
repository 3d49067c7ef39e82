"""A customer's line on its way in: stored, redacted, with the work it causes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection

from helpcenter.conversations import feed, forms
from helpcenter.conversations.model import CUSTOMER, Conversation, Draft, Item, Owner
from helpcenter.conversations.parts import Choices, Form, Text
from helpcenter.errors import FieldError, HelpcenterError, Kind
from helpcenter.i18n.locale import Locale
from helpcenter.jobs import outbox
from helpcenter.language.redact import may_end_number, redact, redact_line
from helpcenter.tickets.model import Contact
from helpcenter.tickets.people import CONTACT, People

TURN = "turn"
"""The job that answers a line."""


@dataclass(frozen=True, slots=True)
class Typed:
    """A line that somebody wrote; `client_id` is the sender's own name for it."""

    client_id: str
    text: str


@dataclass(frozen=True, slots=True)
class Pressed:
    """A button that somebody pressed, shown in the item `in_reply_to` (its `seq`)."""

    client_id: str
    choice: str
    in_reply_to: int


@dataclass(frozen=True, slots=True)
class Filled:
    """A form that somebody filled in, shown in the item `in_reply_to`."""

    client_id: str
    values: Mapping[str, str] = field(repr=False)
    in_reply_to: int


Line = Typed | Pressed | Filled


@dataclass(frozen=True, slots=True)
class Taking:
    """A line on its way in."""

    line: Line
    now: datetime
    people: People

    def take(self, conn: Connection, conversation: Conversation) -> Item:
        """Store the line and the work it causes."""
        if isinstance(self.line, Filled):
            # For the people behind the bot: nothing to answer.
            return self._take_form(conn, conversation, self.line)
        if isinstance(self.line, Typed):
            item = self._take_text(conn, conversation, self.line)
        else:
            item = self._take_choice(conn, conversation, self.line)
        if conversation.owner is Owner.BOT:
            payload = {"conversation": conversation.id, "line": item.seq}
            outbox.enqueue(conn, TURN, payload, now=self.now, key=str(conversation.id))
        else:
            self.people.wrote(conn, conversation, self.now)
        return item

    def _take_text(self, conn: Connection, conversation: Conversation, line: Typed) -> Item:
        kept = redact(line.text)
        earlier: list[feed.Said] = []
        changed: tuple[tuple[int, str], ...] = ()
        if may_end_number(kept.text):
            earlier = feed.last_lines(conn, conversation)
            whole = redact_line([said.text for said in earlier], kept.text)
            kept, changed = whole.line, whole.earlier
        draft = Draft(CUSTOMER, lasting(conversation), (Text(kept.text),), client_id=line.client_id)
        item = feed.append(conn, conversation.id, draft, self.now)
        for index, text in changed:
            feed.overwrite(conn, earlier[index], text)
            about = {"line": earlier[index].seq}
            feed.append_event(conn, conversation.id, "redacted", about, draft.locale, self.now)
        return item

    def _take_choice(self, conn: Connection, conversation: Conversation, line: Pressed) -> Item:
        shown = feed.find_item(conn, conversation, line.in_reply_to)
        labels = {
            choice.id: choice.label
            for part in (shown.parts if shown else ())
            if isinstance(part, Choices)
            for choice in part.choices
        }
        if line.choice not in labels:
            wrong = (FieldError("choice", "invalid"),)
            raise HelpcenterError("choice_unknown", Kind.INVALID, errors=wrong)
        draft = Draft(
            CUSTOMER,
            lasting(conversation),
            (Text(labels[line.choice]),),
            client_id=line.client_id,
            choice=line.choice,
            in_reply_to=line.in_reply_to,
        )
        return feed.append(conn, conversation.id, draft, self.now)

    def _take_form(self, conn: Connection, conversation: Conversation, line: Filled) -> Item:
        shown = feed.find_item(conn, conversation, line.in_reply_to)
        form = next(
            (part for part in (shown.parts if shown else ()) if isinstance(part, Form)), None
        )
        if form is None:
            wrong = (FieldError("in_reply_to", "invalid"),)
            raise HelpcenterError("form_unknown", Kind.INVALID, errors=wrong)
        values = forms.filled(form, line.values)
        draft = Draft(
            CUSTOMER,
            lasting(conversation),
            (Text(forms.in_words(form, values)),),
            client_id=line.client_id,
            in_reply_to=line.in_reply_to,
        )
        item = feed.append(conn, conversation.id, draft, self.now)
        if form.id == CONTACT:
            contact = Contact(values.get("name", ""), values["email"])
            self.people.may_write_to(conn, conversation, contact, self.now)
        self.people.wrote(conn, conversation, self.now)
        return item


def lasting(conversation: Conversation) -> Locale:
    """Return the language that a conversation is in, unless a line says otherwise."""
    return conversation.wish or conversation.locale
