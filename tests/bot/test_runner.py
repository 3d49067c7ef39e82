"""A turn with its I/O: nothing is lost, nothing is said twice, nobody is talked over."""

import asyncio
import subprocess
import sys
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Connection, text
from structlog.testing import capture_logs

from helpcenter.bot.facts import FactView
from helpcenter.bot.runner import NO_WORDS, Runner
from helpcenter.bot.speaking import MindChangedError
from helpcenter.bot.taking import Pressed, Typed
from helpcenter.clock import SystemClock
from helpcenter.conversations import feed, store
from helpcenter.conversations.model import AuthorRole, Conversation, Item, Kind, Owner
from helpcenter.conversations.parts import Choices, Event, Portal, Text
from helpcenter.db.database import Database
from helpcenter.errors import HelpcenterError
from helpcenter.i18n.locale import SOURCE, Locale
from helpcenter.identity import agents
from helpcenter.identity.agents import AgentRole, NewAgent
from helpcenter.identity.caller import ANONYMOUS, SYSTEM, Caller, Role
from helpcenter.jobs.handlers import Lease, LeaseLostError
from helpcenter.tickets import verbs
from helpcenter.tickets.model import Cause, State
from helpcenter.tickets.store import latest_of
from helpcenter.tickets.verbs import Seen
from tests.bot.talking import SetFacts, answer, claim, items_of, runner_on, waiting, work
from tests.conversations.talks import HONG_KONG, NOON, customer, talk, texts
from tests.databases import Place

pytestmark = pytest.mark.anyio
ROOT = Path(__file__).parents[2]
EVIL = "<script>alert(1)</script> \u202egnp.exe\u200b\ufeff &amp; 你好\n\ttab"


@pytest.fixture(params=["sqlite", "postgresql"])
def dialect(request: pytest.FixtureRequest) -> str:
    """Which database this test runs on."""
    name: str = request.param
    return name


@pytest.fixture
def runner(database: Database) -> Runner:
    return runner_on(database)


async def send(runner: Runner, words: str, name: str = "one", talk_name: str = "talk") -> Item:
    """Say something in an anonymous conversation."""
    line = Typed(name, words)
    received = await runner.receive(ANONYMOUS, talk_name, line, token_digest=talk_name)
    return received.item


def owner(database: Database, conversation: Conversation) -> Owner:
    return database.read_sync(lambda conn: store.find_by_id(conn, SYSTEM, conversation.id)).owner


def pass_on(database: Database, conversation: Conversation, to: Owner) -> None:
    every = frozenset(Owner)
    done = database.write_sync(
        lambda conn: store.pass_on(conn, conversation.id, to, only_from=every)
    )
    assert done


async def test_a_line_is_kept_and_then_answered(database: Database, runner: Runner) -> None:
    made = talk(database)

    item = await send(runner, "hello")
    assert (item.seq, item.author.role, item.client_id) == (1, AuthorRole.CUSTOMER, "one")
    assert waiting(database) == 1
    await answer(runner)

    said = items_of(database, made)
    assert [each.seq for each in said] == [1, 2]
    assert said[1].author.role is AuthorRole.BOT
    assert waiting(database) == 0


async def test_it_answers_in_the_language_of_the_line(database: Database, runner: Runner) -> None:
    made = talk(database)

    await send(runner, "我張卡畀人拒絕咗")
    await answer(runner)

    assert items_of(database, made)[1].locale == HONG_KONG


async def test_the_state_goes_on_from_turn_to_turn(database: Database, runner: Runner) -> None:
    made = talk(database)
    for number, words in enumerate(("my card was declined", "it still does not work")):
        await send(runner, words, f"line {number}")
        await answer(runner)

    replies = [feed.text_of(each) for each in items_of(database, made)[1::2]]
    assert len(set(replies)) == 2


async def test_a_repeated_send_is_the_same_line(database: Database, runner: Runner) -> None:
    made = talk(database)

    both = [
        await runner.receive(ANONYMOUS, "talk", Typed("same", words), token_digest="talk")
        for words in ("hello", "hello again")
    ]

    assert [each.fresh for each in both] == [True, False]
    assert both[0].item == both[1].item
    assert texts(database, made) == ["hello"]
    assert waiting(database) == 1


async def test_repeats_at_once_from_two_processes_are_one_line(
    place: Place, database: Database
) -> None:
    made = talk(database)
    with closing(place.open()) as other:
        tabs = [runner_on(database), runner_on(other)]
        sent = await asyncio.gather(*(send(tabs[n % 2], "hello", f"{n // 4}") for n in range(24)))

    assert sorted({item.seq for item in sent}) == [1, 2, 3, 4, 5, 6]
    assert len(items_of(database, made)) == 6
    assert waiting(database) == 6


async def test_two_tabs_are_answered_in_order_without_a_gap(
    place: Place, database: Database
) -> None:
    made = talk(database)
    with closing(place.open()) as other:
        tabs = [runner_on(database), runner_on(other)]
        await asyncio.gather(*(send(tabs[n % 2], "hello", f"{n}") for n in range(8)))
        await asyncio.gather(*(work(each, lambda: waiting(database) == 0) for each in tabs))

    said = items_of(database, made)
    assert [item.seq for item in said] == list(range(1, 17))
    assert [item.author.role for item in said].count(AuthorRole.BOT) == 8


@pytest.mark.parametrize("token", ["other", "", None])
async def test_a_foreign_token_says_nothing(
    database: Database, runner: Runner, token: str | None
) -> None:
    made = talk(database)
    talk(database, name="other")

    with pytest.raises(HelpcenterError, match="conversation_not_found"):
        await runner.receive(ANONYMOUS, "talk", Typed("a", "hi"), token_digest=token)

    assert texts(database, made) == []
    assert waiting(database) == 0


async def test_a_closed_conversation_takes_no_line(database: Database, runner: Runner) -> None:
    made = talk(database)
    before = await send(runner, "hello")
    pass_on(database, made, Owner.CLOSED)

    with pytest.raises(HelpcenterError, match="conversation_closed"):
        await send(runner, "anybody there?", "two")
    with pytest.raises(HelpcenterError, match="conversation_closed"):
        await runner.hand_off(ANONYMOUS, "talk", token_digest="talk")

    # What was sent before is still known, and nobody answers it any more.
    assert await send(runner, "hello") == before
    await answer(runner)
    assert texts(database, made) == ["hello"]


async def test_what_was_written_stays_plain_text(database: Database, runner: Runner) -> None:
    made = talk(database)

    await send(runner, EVIL)
    await answer(runner)

    assert items_of(database, made)[0].parts == (Text(EVIL),)


async def test_a_card_number_is_nowhere_in_the_database(database: Database, runner: Runner) -> None:
    made = talk(database)

    item = await send(runner, "my card 4242 4242 4242 4242 cvc 123 is declined")
    await answer(runner)

    assert item.parts == (Text("my card •••• 4242 cvc ••• is declined"),)
    everything = database.read_sync(
        lambda conn: [
            tuple(row)
            for table in ("items", "conversations", "jobs")
            for row in conn.execute(text(f"SELECT * FROM {table}"))  # noqa: S608 - fixed names
        ]
    )
    assert "4242 4242" not in str(everything)
    assert texts(database, made)[0].count("4242") == 1


async def test_a_number_split_over_lines_is_overwritten(database: Database, runner: Runner) -> None:
    made = talk(database)

    await send(runner, "it is 4242 4242", "one")
    await send(runner, "4242 4242", "two")

    said = items_of(database, made)
    assert [each.parts[0] for each in said] == [
        Text("it is •••• ••••"),
        Text("•••• 4242"),
        Event("redacted", {"line": 1}),
    ]
    assert said[2].kind is Kind.EVENT


async def test_a_button_is_answered(database: Database, runner: Runner) -> None:
    made = talk(database)
    await send(runner, "colourless green ideas sleep furiously")
    await answer(runner)
    shown = items_of(database, made)[1]
    button = next(part for part in shown.parts if isinstance(part, Choices)).choices[0]

    pressed = Pressed("two", button.id, shown.seq)
    received = await runner.receive(ANONYMOUS, "talk", pressed, token_digest="talk")
    await answer(runner)

    assert received.item.parts == (Text(button.label),)
    assert len(items_of(database, made)) == 4


@pytest.mark.parametrize(("choice", "seq"), [("nowhere", 2), ("topic:refund", 1), ("x", 99)])
async def test_a_button_nobody_showed_is_refused(
    database: Database, runner: Runner, choice: str, seq: int
) -> None:
    made = talk(database)
    await send(runner, "hello")
    await answer(runner)

    with pytest.raises(HelpcenterError, match="choice_unknown"):
        await runner.receive(ANONYMOUS, "talk", Pressed("a", choice, seq), token_digest="talk")

    assert len(items_of(database, made)) == 2


async def test_asking_for_a_person_passes_the_turn_on(database: Database, runner: Runner) -> None:
    made = talk(database)
    await send(runner, "I want to talk to a real person")
    await answer(runner)

    assert owner(database, made) is Owner.QUEUE
    assert items_of(database, made)[-1].parts == (Event("owner", {"owner": "queue"}),)

    await send(runner, "hello?", "two")
    assert waiting(database) == 0


async def test_handing_off_says_so_once(database: Database, runner: Runner) -> None:
    made = talk(database, locale=HONG_KONG)

    for _ in range(2):
        found = await runner.hand_off(ANONYMOUS, "talk", token_digest="talk")
        assert found.owner is Owner.QUEUE

    said = items_of(database, made)
    assert [each.kind for each in said] == [Kind.MESSAGE, Kind.EVENT]
    assert said[0].locale == HONG_KONG


def solved(database: Database, conversation: Conversation) -> None:
    """Let an agent solve the conversation's ticket."""

    def write(conn: Connection) -> None:
        new = NewAgent("eve@example.com", "Eve", AgentRole.AGENT, "support", "-")
        agent = agents.add(conn, new, NOON)
        ticket = latest_of(conn, conversation.id)
        assert ticket is not None
        verbs.solve(conn, Seen(agent, ticket.id, ticket.version), NOON)

    database.write_sync(write)


@pytest.mark.parametrize("line", ["thanks a lot!", "hello"])
async def test_thanks_after_a_solved_ticket_are_answered_by_the_bot(
    database: Database, runner: Runner, line: str
) -> None:
    made = talk(database)
    await runner.hand_off(ANONYMOUS, "talk", token_digest="talk")
    solved(database, made)

    await send(runner, line)
    await answer(runner)

    assert owner(database, made) is Owner.BOT
    assert items_of(database, made)[-1].author.role is AuthorRole.BOT


async def test_trouble_after_a_solved_ticket_goes_back_to_people(
    database: Database, runner: Runner
) -> None:
    made = talk(database)
    await runner.hand_off(ANONYMOUS, "talk", token_digest="talk")
    solved(database, made)

    await send(runner, "my card is still declined")
    await answer(runner)

    ticket = database.read_sync(lambda conn: latest_of(conn, made.id))
    assert ticket is not None
    assert ticket.state is State.OPEN
    assert owner(database, made) is Owner.QUEUE
    # Nobody talks over the person who will answer.
    assert items_of(database, made)[-1].parts == (Event("owner", {"owner": "queue"}),)


def _taking_over(database: Database, conversation: Conversation) -> SetFacts:
    return SetFacts(meanwhile=lambda: pass_on(database, conversation, Owner.AGENT))


async def test_the_bot_is_silent_when_a_person_takes_over_during_its_turn(
    database: Database,
) -> None:
    ada = customer(database)
    made = talk(database, ada)
    runner = runner_on(database, _taking_over(database, made))

    await runner.receive(ada, "talk", Typed("one", "my card was declined"))
    await answer(runner)

    assert texts(database, made) == ["my card was declined"]
    assert waiting(database) == 0


async def test_a_second_run_of_a_turn_writes_nothing(database: Database, runner: Runner) -> None:
    made = talk(database)
    await send(runner, "hello")
    job = await answer(runner)

    with pytest.raises(LeaseLostError):
        await runner.turn(job.payload, Lease(job, runner.clock))

    assert len(items_of(database, made)) == 2


async def test_a_turn_that_was_overtaken_thinks_again(database: Database) -> None:
    ada = customer(database)
    made = talk(database, ada)

    def learn() -> None:
        mind = database.read_sync(lambda conn: store.read_mind(conn, made.id))
        if mind.version == 0:
            state = {"locale": "en"}
            assert database.write_sync(
                lambda conn: store.change_mind(conn, made.id, mind, state, None)
            )

    runner = runner_on(database, SetFacts(meanwhile=learn))
    await runner.receive(ada, "talk", Typed("one", "my card was declined"))
    job = await claim(runner)
    assert job is not None
    with pytest.raises(MindChangedError):
        await runner.turn(job.payload, Lease(job, runner.clock))
    assert texts(database, made) == ["my card was declined"]

    await runner.turn(job.payload, Lease(job, runner.clock))
    assert len(items_of(database, made)) == 2


async def test_a_customer_gets_a_button_to_the_portal(database: Database) -> None:
    ada = customer(database)
    made = talk(database, ada)
    facts = SetFacts(FactView({"facts": "known", "card": "expired", "diagnosis": "card_expired"}))
    runner = runner_on(database, facts)

    await runner.receive(ada, "talk", Typed("one", "how do I update my card?"))
    await answer(runner)

    parts = items_of(database, made)[1].parts
    assert any(isinstance(part, Portal) and part.link_id.endswith("-en") for part in parts)
    assert [type(part) for part in parts[-2:]] == [Text, Choices], "the question stands last"


async def test_without_a_site_a_turn_waits(database: Database) -> None:
    talk(database)
    whole = runner_on(database)
    runner = replace(whole, playbook=lambda: None)
    await send(runner, "hello")
    job = await claim(runner)
    assert job is not None

    with pytest.raises(HelpcenterError, match="starting"):
        await runner.turn(job.payload, Lease(job, runner.clock))

    assert waiting(database) == 1


async def test_what_was_handed_over_unanswered_is_never_the_bots_again(
    database: Database, runner: Runner
) -> None:
    made = talk(database)
    await send(runner, "my card was declined")
    await runner.hand_off(ANONYMOUS, "talk", token_digest="talk")
    # A person reads it, and gives the conversation back before the bot gets to the line.
    solved(database, made)
    assert owner(database, made) is Owner.BOT
    await answer(runner)

    assert [item.author.role.value for item in items_of(database, made)] == [
        "customer", "bot", "system", "system",
    ]  # fmt: skip


async def test_a_hand_off_that_comes_and_goes_during_a_turn_silences_it(
    database: Database,
) -> None:
    ada = customer(database)
    made = talk(database, ada)

    def meanwhile() -> None:
        asyncio.run(thinking.hand_off(ada, "talk"))
        solved(database, made)

    thinking = runner_on(database, SetFacts(meanwhile=meanwhile))
    await thinking.receive(ada, "talk", Typed("one", "my card was declined"))
    await answer(thinking)

    roles = [item.author.role for item in items_of(database, made)]
    # The words of the hand-off are the bot's last.
    assert roles.count(AuthorRole.BOT) == 1


@pytest.mark.parametrize(
    ("locale", "words"),
    [(SOURCE, "Something went wrong on our side"), (HONG_KONG, "我們的系統出了問題")],
)
async def test_a_turn_that_fails_for_good_is_said_once_and_handed_over(
    database: Database, locale: Locale, words: str
) -> None:
    made = talk(database, customer(database), locale=locale)
    broken = runner_on(database, SetFacts(meanwhile=_broken), clock=SystemClock())
    ada = Caller(Role.CUSTOMER, made.customer_id)
    for number in range(2):
        await broken.receive(ada, "talk", Typed(f"{number}", "my card was declined"))
    # Printing what went wrong, with all that was at hand, would take seconds.
    with capture_logs() as logged:
        await work(broken, lambda: waiting(database) == 0, attempts=2)

    assert "job_failed" in {line["event"] for line in logged}
    lines, said, event = items_of(database, made)[:2], *items_of(database, made)[2:]
    assert [item.seq for item in lines] == [1, 2]
    assert feed.text_of(said).startswith(words)
    assert said.locale == locale
    assert event.parts == (Event("owner", {"owner": "queue"}),)
    ticket = database.read_sync(lambda conn: latest_of(conn, made.id))
    assert ticket is not None
    assert ticket.cause is Cause.FAILED


async def test_a_site_without_words_still_hands_over(database: Database, runner: Runner) -> None:
    made = talk(database)
    await send(runner, "hello")
    job = await claim(runner)
    assert job is not None
    mute = replace(runner, playbook=lambda: None)
    for _ in range(2):
        database.write_sync(lambda conn: mute.give_up(conn, job.payload, NOON))

    assert texts(database, made) == ["hello", NO_WORDS, ""]


def _broken() -> None:
    raise OSError("no facts today")


async def test_a_conversation_that_is_gone_is_no_work(database: Database, runner: Runner) -> None:
    talk(database)
    await send(runner, "hello")
    job = await claim(runner)
    assert job is not None
    database.write_sync(lambda conn: conn.execute(text("DELETE FROM conversations")))

    await runner.turn(job.payload, Lease(job, runner.clock))


PROGRAM = """
import asyncio, sys
from pathlib import Path
from helpcenter.bot.taking import Typed
from helpcenter.clock import SystemClock
from helpcenter.db.engine import open_database
from helpcenter.identity.caller import ANONYMOUS
from tests.bot.talking import runner_on

async def main():
    database = open_database(sys.argv[1] or None, Path(sys.argv[2]))
    runner = runner_on(database, clock=SystemClock())
    for number in range(1000):
        line = Typed(f"{number}", "hello")
        await runner.receive(ANONYMOUS, "talk", line, token_digest="talk")
        print(number, flush=True)

asyncio.run(main())
"""


@pytest.mark.full
async def test_what_was_kept_before_a_kill_is_answered_after_it(
    place: Place, database: Database
) -> None:
    made = talk(database)
    command = [sys.executable, "-c", PROGRAM, place.url or "", str(place.folder)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:  # noqa: ASYNC220 - killed by hand
        assert process.stdout is not None
        for _ in range(3):
            process.stdout.readline()
        process.kill()
        told = 3 + len(process.stdout.readlines())

    kept = len(items_of(database, made))
    assert kept in {told, told + 1}
    await work(runner_on(database, clock=SystemClock()), lambda: waiting(database) == 0)

    said = [item.author.role for item in items_of(database, made)]
    assert said.count(AuthorRole.CUSTOMER) == said.count(AuthorRole.BOT) == kept
