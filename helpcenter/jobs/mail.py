"""Mail: a job of the outbox that names what is to be told; the words are made when it is sent.

A server that is down loses nothing: the job is tried again for more than a day, and counted by
`unsent` until it has gone out.
"""

import hashlib
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from typing import TYPE_CHECKING, Protocol
from urllib.parse import unquote, urlsplit

from pydantic import SecretStr
from sqlalchemy import Connection, func, or_, select, update

from helpcenter.jobs.handlers import Handle, Lease
from helpcenter.jobs.outbox import Payload, Retry, enqueue
from helpcenter.jobs.tables import jobs

if TYPE_CHECKING:
    from aiosmtplib import SMTP

JOB = "mail"
PAYMENT_JOB = "payment_mail"
JOBS = (JOB, PAYMENT_JOB)
"""What sends mail: about a ticket, and about a payment that failed."""

RETRY = Retry(attempts=60, first=timedelta(seconds=15), longest=timedelta(minutes=30))
"""A little more than a day: a mail server may be away for a night."""

_SECONDS = 20


@dataclass(frozen=True, slots=True)
class Letter:
    """What is said to whom; plain text in the language it is for."""

    to: str
    subject: str
    text: str
    reply_to: str | None = None


class Mailer(Protocol):
    """The door to a mail server."""

    async def send(self, letter: Letter, key: str, now: datetime) -> None:
        """Hand it over or raise; the same `key` is the same mail, should it arrive twice."""
        ...


@dataclass(frozen=True, slots=True)
class SmtpMailer:
    """Speaks SMTP to `url` (`smtp://user:password@host:587`, `smtps://…`), a connection a mail."""

    url: SecretStr = field(repr=False)
    sender: str
    sender_name: str

    async def send(self, letter: Letter, key: str, now: datetime) -> None:
        """Hand it over; raises `aiosmtplib.SMTPException` or `OSError` when it was not taken."""
        async with self._client() as client:
            await client.send_message(
                self._message(letter, key, now), sender=self.sender, recipients=[letter.to]
            )

    async def try_out(self) -> None:
        """Sign in and name the sender, but send nothing; raises as `send`."""
        async with self._client() as client:
            await client.mail(self.sender)
            await client.rset()

    def _client(self) -> "SMTP":
        import aiosmtplib

        server = urlsplit(self.url.get_secret_value())
        user, password = server.username, server.password
        return aiosmtplib.SMTP(
            hostname=server.hostname,
            port=server.port,
            username=None if user is None else unquote(user),
            password=None if password is None else unquote(password),
            use_tls=server.scheme == "smtps",
            timeout=_SECONDS,
        )

    def _message(self, letter: Letter, key: str, now: datetime) -> EmailMessage:
        message = EmailMessage()
        message["From"] = Address(self.sender_name, addr_spec=self.sender)
        message["To"] = letter.to
        message["Subject"] = letter.subject
        message["Date"] = format_datetime(now)
        message["Message-ID"] = f"<{key}@{self.sender.rpartition('@')[2]}>"
        # Holiday replies to a machine help nobody.
        message["Auto-Submitted"] = "auto-generated"
        if letter.reply_to is not None:
            message["Reply-To"] = letter.reply_to
        message.set_content(letter.text)
        return message


Compose = Callable[[Payload], Awaitable[Letter | None]]
"""Makes the words of a mail from the ids in its job; None when it has become pointless."""


def post(conn: Connection, payload: Payload, now: datetime) -> None:
    """Let a mail be sent once this transaction commits; `payload` holds ids only."""
    enqueue(conn, JOB, payload, now=now)


def make_handler(mailer: Mailer | None, compose: Compose) -> Handle:
    """Return what does `mail` jobs; without a `mailer` they are done by sending nothing."""

    async def handle(payload: Payload, lease: Lease) -> None:
        letter = await compose(payload) if mailer else None
        if mailer is not None and letter is not None:
            # Made of what stays the same at every try, and tells nothing.
            digest = hashlib.sha256(f"{lease.job.id} {letter.to}".encode()).hexdigest()[:24]
            await mailer.send(letter, f"{lease.job.id}.{digest}", lease.clock.now())

    return handle


@dataclass(frozen=True, slots=True)
class Unsent:
    """Mail that could not be sent so far: what is still tried, and what was given up."""

    retried: int
    given_up: int

    def __bool__(self) -> bool:
        return bool(self.retried or self.given_up)


def unsent(conn: Connection) -> Unsent:
    """Count the mail that failed at least once."""
    failed = jobs.c.last_error.is_not(None)
    row = conn.execute(
        select(
            func.count().filter(failed, jobs.c.dead_at.is_(None)),
            func.count().filter(jobs.c.dead_at.is_not(None)),
        ).where(jobs.c.name.in_(JOBS))
    ).one()
    return Unsent(*row)


@dataclass(frozen=True, slots=True)
class Stuck:
    """A mail that failed at least once; `error` is a code, `run_at` when it is tried again."""

    id: int
    job: str
    payload: Payload
    attempts: int
    error: str
    run_at: datetime
    given_up: bool


def stuck(conn: Connection, names: Collection[str] = JOBS, most: int = 200) -> list[Stuck]:
    """Return mail of these jobs that failed at least once, the oldest first."""
    j = jobs.c
    rows = conn.execute(
        select(
            j.id,
            j.name,
            j.payload,
            j.attempts,
            func.coalesce(j.last_error, ""),
            j.run_at,
            j.dead_at.is_not(None),
        )
        .where(j.name.in_(names), j.last_error.is_not(None))
        .order_by(j.id)
        .limit(most)
    )
    return [Stuck(*row) for row in rows]


def send_again(conn: Connection, mail_id: int, now: datetime) -> int | None:
    """Let a mail that failed be tried at once, as if for the first time, even if it was given up.

    Return the ticket it is about; None if it is about none, is being sent now, or does not exist.
    """
    j = jobs.c
    free = or_(j.lease_until.is_(None), j.lease_until <= now)
    payload = conn.execute(
        update(jobs)
        .where(j.id == mail_id, j.name.in_(JOBS), j.last_error.is_not(None), free)
        .values(dead_at=None, run_at=now, attempts=0)
        .returning(j.payload)
    ).scalar_one_or_none()
    return None if payload is None else ticket_of(payload)


def ticket_of(payload: Payload) -> int | None:
    """Return the ticket that a mail is about, if it is about one."""
    return int(payload["ticket"]) if "ticket" in payload else None
