"""Small things that tests about conversations make: people, talks and lines."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, insert

from helpcenter.conversations import feed, store
from helpcenter.conversations.model import CUSTOMER, Conversation, Draft, Item
from helpcenter.conversations.parts import Text
from helpcenter.db.database import Database
from helpcenter.i18n.locale import SOURCE, Locale
from helpcenter.identity.caller import ANONYMOUS, Caller, Role
from helpcenter.identity.tables import customers

NOON = datetime(2026, 7, 1, 12, tzinfo=UTC)
HONG_KONG = Locale("zh_HK")


def customer(database: Database, sub: str = "ada", stripe: str | None = "cus_ada") -> Caller:
    """Store a customer and return them as a caller."""

    def write(conn: Connection) -> int:
        row = {"sub": sub, "stripe_customer": stripe, "claimed_at": NOON, "created": NOON}
        made = conn.execute(insert(customers).values(row).returning(customers.c.id))
        number: int = made.scalar_one()
        return number

    return Caller(Role.CUSTOMER, database.write_sync(write))


def talk(
    database: Database,
    caller: Caller = ANONYMOUS,
    name: str = "talk",
    *,
    locale: Locale = SOURCE,
    at: datetime = NOON,
) -> Conversation:
    """Begin a conversation called `name`; without a customer its token's digest is that name."""
    digest = None if caller.role is Role.CUSTOMER else name
    return database.write_sync(
        lambda conn: store.create(
            conn, caller, name, token_digest=digest, locale=locale, article=None, now=at
        )
    )


def line(text: str, client_id: str | None = None) -> Draft:
    """Return a customer's line."""
    return Draft(CUSTOMER, SOURCE, (Text(text),), client_id=client_id)


def say(database: Database, conversation: Conversation, text: str, minutes: int = 0) -> Item:
    """Store a customer's line."""
    at = NOON + timedelta(minutes=minutes)
    return database.write_sync(lambda conn: feed.append(conn, conversation.id, line(text), at))


def texts(database: Database, conversation: Conversation) -> list[str]:
    """Return what stands in the feed, in words."""
    found = database.read_sync(lambda conn: feed.after(conn, conversation, 0))
    return [feed.text_of(item) for item in found]
