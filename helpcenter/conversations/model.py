"""What a conversation is made of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

from helpcenter.conversations.parts import ItemPart
from helpcenter.i18n.locale import Locale


class Owner(StrEnum):
    """Whose turn it is to answer; `closed` is nobody's any more."""

    BOT = "bot"
    QUEUE = "queue"
    AGENT = "agent"
    CLOSED = "closed"


class Kind(StrEnum):
    """Something said, or something that happened."""

    MESSAGE = "message"
    EVENT = "event"


class AuthorRole(StrEnum):
    """Who speaks."""

    CUSTOMER = "customer"
    BOT = "bot"
    AGENT = "agent"
    SYSTEM = "system"


@dataclass(frozen=True, slots=True)
class Author:
    """Who speaks; agents have a name that customers see."""

    role: AuthorRole
    name: str | None = None


CUSTOMER = Author(AuthorRole.CUSTOMER)
BOT = Author(AuthorRole.BOT)
SYSTEM = Author(AuthorRole.SYSTEM)


@dataclass(frozen=True, slots=True)
class Draft:
    """An item to be: everything but its place.

    `client_id` is the sender's own name for it, by which a repeated send is recognised. `choice`
    is the id of the button behind a customer's line and `in_reply_to` the `seq` of the item that
    showed it or the form, `trace` the bot's reasons.
    """

    author: Author
    locale: Locale
    parts: tuple[ItemPart, ...]
    kind: Kind = Kind.MESSAGE
    client_id: str | None = None
    choice: str | None = None
    in_reply_to: int | None = None
    trace: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of a conversation; `seq` counts from 1 without gaps."""

    seq: int
    at: datetime
    kind: Kind
    author: Author
    locale: Locale
    parts: tuple[ItemPart, ...] = field(repr=False)
    client_id: str | None = None
    choice: str | None = None
    in_reply_to: int | None = None


@dataclass(frozen=True, slots=True)
class ReadUpTo:
    """The last `seq` that each side has read; 0 for nothing."""

    customer: int = 0
    agent: int = 0


@dataclass(frozen=True, slots=True)
class Conversation:
    """A conversation as it stands; `id` is the row's, `public_id` the one the outside knows.

    `wish` is the language the customer asked for, `article` the slug of the page it began on.
    `customer_id` is None for somebody who has not signed in.
    """

    id: int
    public_id: str
    customer_id: int | None
    locale: Locale
    wish: Locale | None
    article: str | None
    owner: Owner
    last_seq: int
    created: datetime
    last_at: datetime
    read: ReadUpTo = ReadUpTo()


@dataclass(frozen=True, slots=True)
class Mind:
    """What the bot remembers of a conversation, as it was read; None before it has spoken."""

    state: Mapping[str, Any] | None
    version: int
