"""The contact form: somebody writes without the chat, and a person answers by e-mail."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from helpcenter.conversations import feed
from helpcenter.conversations import store as talks
from helpcenter.conversations.model import CUSTOMER, Draft
from helpcenter.conversations.parts import Text
from helpcenter.errors import FieldError, HelpcenterError, Kind
from helpcenter.i18n.locale import Locale
from helpcenter.identity.caller import SYSTEM, Caller, Role
from helpcenter.identity.emails import normal_email
from helpcenter.identity.keys import Keys
from helpcenter.language.redact import redact
from helpcenter.tickets import handing, store
from helpcenter.tickets.desk import clean
from helpcenter.tickets.model import Cause, Contact, Ticket
from helpcenter.tickets.teams import Team

LONGEST_NAME = 100
TWICE = timedelta(minutes=10)
"""For so long at least, and at most twice as long, the same message again is the same one."""


@dataclass(frozen=True, slots=True)
class Message:
    """What somebody wrote, fit to be kept."""

    contact: Contact
    text: str
    locale: Locale


@dataclass(frozen=True, slots=True)
class Sender:
    """Whose conversation it becomes: a customer's, or nobody's, under a token nobody holds.

    `public_ids` are the conversation's own and the one it would have had shortly before.
    """

    caller: Caller
    public_ids: tuple[str, str]
    token_digest: str


def message(name: str, email: str, text: str, locale: Locale) -> Message:
    """Return a message fit to be kept, card numbers cut out.

    Raises `invalid` or `email_refused`, naming the field.
    """
    called = " ".join(redact(name).text.split())
    if not called or len(called) > LONGEST_NAME or not called.isprintable():
        code = "missing" if not called else "invalid"
        raise HelpcenterError("invalid", Kind.INVALID, errors=(FieldError("name", code),))
    return Message(Contact(called, normal_email(email)), clean(text), locale)


def public_ids(keys: Keys, caller: Caller, message: Message, now: datetime) -> tuple[str, str]:
    """Return what the conversation of a message is called, made of the message itself.

    The form is the same bytes for everybody, so that it cannot carry an id of its own; a button
    pressed twice is known by what it sends, and by when: now, or in the span before.
    """
    contact = message.contact
    said = "\0".join((str(caller.id), contact.name, contact.email, message.text))
    span = int((now - datetime.fromtimestamp(0, UTC)) / TWICE)
    this, last = (keys.digest("letter", f"{at}\0{said}")[:22] for at in (span, span - 1))
    return this, last


def receive(
    conn: Connection, sender: Sender, message: Message, team: Team, now: datetime
) -> Ticket:
    """Make a conversation of a message and put it into the queue; the team is told.

    A message that came shortly before is the same one: its ticket is returned as it stands.
    """
    for public_id in sender.public_ids:
        if (known := _ticket_of(conn, public_id)) is not None:
            return known
    own = sender.caller.role is Role.CUSTOMER
    conversation = talks.create(
        conn,
        sender.caller,
        sender.public_ids[0],
        token_digest=None if own else sender.token_digest,
        locale=message.locale,
        article=None,
        now=now,
    )
    draft = Draft(CUSTOMER, message.locale, (Text(message.text),))
    feed.append(conn, conversation.id, draft, now)
    return handing.hand_over(conn, conversation, Cause.FORM, team, now, message.contact)


def _ticket_of(conn: Connection, public_id: str) -> Ticket | None:
    try:
        conversation = talks.find(conn, SYSTEM, public_id)
    except HelpcenterError:
        return None
    return store.latest_of(conn, conversation.id)
