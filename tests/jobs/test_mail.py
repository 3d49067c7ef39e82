"""Mail over a real SMTP server: sent once it can be, kept until then, never with a secret in it."""

import asyncio
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, cast

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from pydantic import SecretStr
from sqlalchemy import Connection

from helpcenter.clock import ManualClock
from helpcenter.db.database import Database
from helpcenter.i18n.catalogues import Catalogue
from helpcenter.i18n.locale import Locale
from helpcenter.jobs import outbox
from helpcenter.jobs.handlers import Handle, Handlers
from helpcenter.jobs.letters import Letters
from helpcenter.jobs.mail import JOB, RETRY, Letter, SmtpMailer, Unsent, make_handler, post, unsent
from helpcenter.jobs.outbox import Payload
from helpcenter.jobs.wakeups import LocalWakeups
from helpcenter.jobs.worker import Worker
from tests.identity.host import START

LETTER = Letter("team@example.com", "有人等候 · ticket 7", "Someone is waiting.\n你好。\n")


@dataclass
class Postman:
    """A mail server that takes everything, and remembers it."""

    taken: list[EmailMessage] = field(default_factory=list)
    refuse: bool = False

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        if self.refuse:
            return "451 come back later"
        raw = cast("bytes", envelope.content)
        self.taken.append(message_from_bytes(raw, policy=policy.default))
        return "250 taken"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def served(postman: Postman, port: int, **options: Any) -> Controller:
    return Controller(postman, hostname="127.0.0.1", port=port, **options)


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def postman() -> Postman:
    return Postman()


@pytest.fixture
def server(postman: Postman, port: int) -> Iterator[Controller]:
    controller = served(postman, port)
    controller.start()
    yield controller
    controller.stop()


def mailer(port: int, login: str = "") -> SmtpMailer:
    url = SecretStr(f"smtp://{login}127.0.0.1:{port}")
    return SmtpMailer(url, "help@example.com", "水煲店說明中心")


async def compose(_payload: Payload) -> Letter | None:
    return LETTER


async def nothing(_payload: Payload) -> Letter | None:
    return None


@pytest.mark.anyio
@pytest.mark.usefixtures("server")
async def test_a_letter_arrives_as_it_was_written(postman: Postman, port: int) -> None:
    await mailer(port).send(LETTER, "7.abc", START)
    (mail,) = postman.taken
    assert (mail["To"], mail["Subject"]) == (LETTER.to, LETTER.subject)
    assert mail["From"] == "水煲店說明中心 <help@example.com>"
    assert mail["Message-ID"] == "<7.abc@example.com>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail.get_content().replace("\r\n", "\n") == LETTER.text


@pytest.mark.anyio
async def test_it_signs_in_where_the_server_wants_that(postman: Postman, port: int) -> None:
    seen = []

    def authenticator(*given: Any) -> AuthResult:
        seen.append(given[4])
        return AuthResult(success=given[4] == LoginPassword(b"me", b"p@ss/word"))

    controller = served(postman, port, authenticator=authenticator, auth_require_tls=False)
    controller.start()
    try:
        await mailer(port, "me:p%40ss%2Fword@").send(LETTER, "7.abc", START)
    finally:
        controller.stop()
    assert len(postman.taken) == len(seen) == 1
    assert "word" not in repr(mailer(port, "me:p%40ss%2Fword@"))


async def work(
    database: Database,
    clock: ManualClock,
    handle: Handle,
    over: Callable[[Connection, datetime], bool],
) -> None:
    """Run a worker until it is over."""
    handlers = Handlers()
    handlers.register(JOB, handle, RETRY)
    worker = Worker(database, handlers, clock, LocalWakeups())
    running = asyncio.create_task(worker.run())
    async with asyncio.timeout(20):
        while not await database.read(lambda conn: over(conn, clock.now())):  # noqa: ASYNC110
            await asyncio.sleep(0.02)
    worker.stop()
    await running


def done(conn: Connection, now: datetime) -> bool:
    count = outbox.counts(conn, now=now)
    return not count.waiting + count.running


def failed(conn: Connection, _now: datetime) -> bool:
    return bool(unsent(conn))


@pytest.mark.anyio
async def test_a_server_that_is_down_loses_nothing(
    database: Database, postman: Postman, port: int
) -> None:
    clock = ManualClock(START)
    payload: Payload = {"kind": "handed_over", "ticket": 7}
    await database.write(lambda conn: post(conn, payload, clock.now()))
    assert not await database.read(unsent)
    await work(database, clock, make_handler(mailer(port), compose), failed)
    assert await database.read(unsent) == Unsent(retried=1, given_up=0)

    clock.advance(RETRY.longest)
    controller = served(postman, port)
    controller.start()
    try:
        await work(database, clock, make_handler(mailer(port), compose), done)
    finally:
        controller.stop()
    assert [mail["Subject"] for mail in postman.taken] == [LETTER.subject]
    assert not await database.read(unsent)


@pytest.mark.anyio
@pytest.mark.usefixtures("server")
async def test_a_refused_letter_is_the_same_letter_when_it_is_tried_again(
    database: Database, postman: Postman, port: int
) -> None:
    clock = ManualClock(START)
    postman.refuse = True
    await database.write(lambda conn: post(conn, {"ticket": 7}, clock.now()))
    await work(database, clock, make_handler(mailer(port), compose), failed)
    postman.refuse = False
    clock.advance(RETRY.longest)
    await work(database, clock, make_handler(mailer(port), compose), done)
    assert len(postman.taken) == 1


@pytest.mark.anyio
async def test_what_was_given_up_stays_counted(database: Database) -> None:
    clock = ManualClock(START)

    def give_up(conn: Connection) -> Unsent:
        post(conn, {"ticket": 7}, clock.now())
        for _ in range(RETRY.attempts):
            job = outbox.claim(conn, now=clock.now(), lease=RETRY.first, names=[JOB])
            assert job is not None
            outbox.fail(conn, job, now=clock.now(), error="SMTPConnectError", retry=RETRY)
            clock.advance(RETRY.longest)
        return unsent(conn)

    found = await database.write(give_up)
    assert found == Unsent(retried=0, given_up=1)
    assert found


@pytest.mark.anyio
@pytest.mark.usefixtures("server")
async def test_without_a_server_or_words_nothing_is_sent_and_the_job_is_done(
    database: Database, postman: Postman, port: int
) -> None:
    clock = ManualClock(START)
    for mail, words in ((None, compose), (mailer(port), nothing)):
        await database.write(lambda conn: post(conn, {"ticket": 7}, clock.now()))
        await work(database, clock, make_handler(mail, words), done)
    assert postman.taken == []


def test_a_payload_of_more_than_ids_is_refused(database: Database) -> None:
    with pytest.raises(ValueError, match="ids only"):
        database.write_sync(lambda conn: post(conn, {"text": "my card is 4242 4242"}, START))


def test_the_first_line_of_a_template_is_the_subject() -> None:
    speech = Catalogue(Locale("en"), {})
    letter = Letters().write(
        "answered.txt", "a@b", speech, help="Kettle Help", agent="Ada", text="Hello <b>\n\nThere"
    )
    assert letter.subject == "Kettle Help: an answer to your message"
    assert letter.text.startswith("Hello <b>\n\nThere\n\nAda, Kettle Help\n")
