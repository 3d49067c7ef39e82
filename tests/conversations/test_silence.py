"""Thirty days of silence close a conversation, and nothing that waits for a person."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from helpcenter.clock import ManualClock
from helpcenter.conversations import feed, silence, store
from helpcenter.conversations.model import Conversation, Owner
from helpcenter.conversations.parts import Event
from helpcenter.db.database import Database
from helpcenter.errors import HelpcenterError
from helpcenter.identity.caller import SYSTEM
from helpcenter.jobs import outbox
from helpcenter.jobs.handlers import Lease
from helpcenter.jobs.tables import jobs
from tests.conversations.talks import NOON, line, say, talk

DAYS = timedelta(days=30)


def read(database: Database, conversation: Conversation) -> Conversation:
    return database.read_sync(lambda conn: store.find_by_id(conn, SYSTEM, conversation.id))


def test_what_was_silent_for_too_long_is_closed_and_says_so(database: Database) -> None:
    old, young, waiting = (talk(database, name=name) for name in ("old", "young", "waiting"))
    for made in (old, waiting):
        say(database, made, "hello")
    say(database, young, "still here", minutes=60)
    database.write_sync(
        lambda conn: store.pass_on(conn, waiting.id, Owner.QUEUE, only_from=frozenset({Owner.BOT}))
    )
    now = NOON + DAYS + timedelta(minutes=30)

    counts = [
        database.write_sync(lambda conn: silence.close_silent(conn, now - DAYS, now))
        for _ in range(2)
    ]

    assert counts == [1, 0]
    assert read(database, old).owner is Owner.CLOSED
    assert read(database, old).last_at == NOON
    assert [read(database, made).owner for made in (young, waiting)] == [Owner.BOT, Owner.QUEUE]
    items = database.read_sync(lambda conn: feed.after(conn, old, 0))
    assert items[-1].parts == (Event("closed"),)
    with pytest.raises(HelpcenterError, match="conversation_closed"):
        database.write_sync(lambda conn: feed.append(conn, old.id, line("hello?"), now))


@pytest.mark.anyio
async def test_somebody_looks_again_and_again(database: Database) -> None:
    made = talk(database)
    clock = ManualClock(NOON)
    for _ in range(2):
        await database.write(lambda conn: silence.arm(conn, clock.now()))
    handle = silence.sweeper(database, DAYS)

    for owner in (Owner.BOT, Owner.CLOSED):
        job = await database.write(
            lambda conn: outbox.claim(conn, now=clock.now(), lease=DAYS, names=(silence.JOB,))
        )
        assert job is not None
        await handle(job.payload, Lease(job, clock))
        assert read(database, made).owner is owner
        due = await database.read(lambda conn: conn.execute(select(jobs.c.run_at)).scalars().all())
        assert due == [clock.now() + silence.EVERY]
        clock.advance(DAYS + timedelta(minutes=1))
