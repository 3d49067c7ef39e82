"""What writers get of the lines nobody understood, and talks written down as tests."""

from datetime import timedelta
from pathlib import Path

from helpcenter.bot.conversation_tests import Case, read_cases, run
from helpcenter.bot.engine import answer, start
from helpcenter.bot.state import Decision, Said, SaidChoice, SaidText
from helpcenter.bot.stubs import file_of, talk_stub
from helpcenter.bot.unmatched import Unmatched, nearest, stub_of, unmatched
from helpcenter.content.problems import Report
from helpcenter.content.roots import Root
from helpcenter.conversations import feed
from helpcenter.conversations.model import BOT, Conversation, Draft
from helpcenter.conversations.parts import Text
from helpcenter.db.database import Database
from tests.bot.shipped import EN, SIGNED_OUT, ZH, playbook
from tests.conversations.talks import NOON, say, talk

HOUR = timedelta(hours=1)
KNOWN = [("張卡俾人拒絕", "card_declined"), ("how do I get an invoice", "invoice")]


def test_lines_that_were_not_understood_are_counted(database: Database) -> None:
    made = talk(database)
    for text, route in (
        ("sing me a song", "miss"),
        ("my card was declined", "topic"),
        ("Sing me  a song", "puzzle"),
    ):
        line = say(database, made, text)
        trace = {"line": line.seq, "topic": "out_of_scope", "route": route}
        answered(database, made, Draft(BOT, EN, (Text("…"),), trace=trace))

    found = database.read_sync(lambda conn: unmatched(conn, NOON - HOUR))
    assert [(one.text.casefold().split(), one.times) for one in found] == [
        (["sing", "me", "a", "song"], 2)
    ]
    assert database.read_sync(lambda conn: unmatched(conn, NOON + HOUR)) == ()


def test_the_nearest_topic_is_a_weak_match_or_that_of_a_similar_line() -> None:
    assert nearest(playbook(), Unmatched("my passcode was denied", EN, 1), []) == "card_declined"
    similar = Unmatched("how do I get an inv0ice", EN, 1)
    assert nearest(playbook(), similar, KNOWN) == "invoice"
    assert nearest(playbook(), Unmatched("qqq", EN, 1), []) == "out_of_scope"


def test_a_stub_is_a_conversation_test(tmp_path: Path) -> None:
    stub = stub_of(Unmatched('a "quoted": line, {odd}', ZH, 3), "invoice")
    (case,) = held_in(tmp_path, file_of([stub]))
    (turn,) = case.conversation.turns
    assert (turn.line, turn.topic) == ('a "quoted": line, {odd}', "invoice")
    assert case.conversation.locale == "zh-HK"


def test_a_talk_written_down_holds_and_keeps_no_card_number(tmp_path: Path) -> None:
    state = start(EN)
    talked: list[tuple[Said, Decision]] = []
    lines: list[Said] = [
        SaidText("my card 4242 4242 4242 4242 was declined"),
        SaidChoice("card_declined/reason/funds"),
        SaidChoice("still"),
        SaidText("a human please"),
    ]
    for said in lines:
        decision = answer(playbook(), state, said, lambda _reads: SIGNED_OUT, NOON)
        state = decision.state
        talked.append((said, decision))
    text = file_of([talk_stub("a talk", EN, None, talked)])
    assert "4242 4242" not in text
    assert "hand_off" in text
    (case,) = held_in(tmp_path, text)
    assert run(case, playbook(), lambda _: lambda _reads: SIGNED_OUT).failures == ()


def answered(database: Database, made: Conversation, reply: Draft) -> None:
    database.write_sync(lambda conn: feed.append(conn, made.id, reply, NOON))


def held_in(tmp_path: Path, text: str) -> list[Case]:
    folder = tmp_path / "bot" / "conversations"
    folder.mkdir(parents=True)
    (folder / "a.yaml").write_text(text, "utf-8")
    report = Report()
    found = read_cases([Root(tmp_path)], report)
    report.raise_errors()
    return found
