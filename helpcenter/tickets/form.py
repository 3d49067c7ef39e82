"""The contact form: somebody writes without the chat, and a person answers by e-mail."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from helpcenter.conversations import feed
from helpcenter.conversations import store as talks
from helpcenter.conversations.model import CUSTOMER, Draft
from helpcenter.conversations.parts import Text
from helpcenter.errors import FieldError, HelpcenterError, Kind
from helpcenter.i18n.locale import Locale
from helpcenter.identity.caller import Caller, Role
from helpcenter.identity.emails import normal_email
from helpcenter.language.redact import redact
from helpcenter.tickets import handing
from helpcenter.tickets.desk import clean
from helpcenter.tickets.model import Cause, Contact, Ticket
from helpcenter.tickets.teams import Team

LONGEST_NAME = 100


@dataclass(frozen=True, slots=True)
class Message:
    """What somebody wrote, fit to be kept."""

    contact: Contact
    text: str
    locale: Locale


@dataclass(frozen=True, slots=True)
class Sender:
    """Whose conversation it becomes: a customer's, or nobody's, under a token nobody holds."""

    caller: Caller
    public_id: str
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


def receive(
    conn: Connection, sender: Sender, message: Message, team: Team, now: datetime
) -> Ticket:
    """Make a conversation of a message and put it into the queue; the team is told."""
    own = sender.caller.role is Role.CUSTOMER
    conversation = talks.create(
        conn,
        sender.caller,
        sender.public_id,
        token_digest=None if own else sender.token_digest,
        locale=message.locale,
        article=None,
        now=now,
    )
    draft = Draft(CUSTOMER, message.locale, (Text(message.text),))
    feed.append(conn, conversation.id, draft, now)
    return handing.hand_over(conn, conversation, Cause.FORM, team, now, message.contact)
