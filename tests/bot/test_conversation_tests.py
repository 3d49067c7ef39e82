"""The runner of conversation tests: it fails where it should."""

from pathlib import Path

from helpcenter.bot.conversation_tests import Conversation, read_cases, run
from helpcenter.bot.engine import Looking
from helpcenter.content.problems import Report
from helpcenter.content.roots import Root
from tests.bot.shipped import SIGNED_OUT, known, playbook

WRONG = """\
conversations:
  - name: everything is wrong
    locale: en
    customer: ada
    turns:
      - line: my card was declined
        topic: thanks
        route: miss
        language: zh-HK
        step: thanks/welcome
        says: [teapot]
        never: [bank]
        offers: [pay_invoice]
        buttons: [pour]
        hand_off: asked
      - choice: solved
        says: [Glad]
"""


def written(tmp_path: Path, text: str) -> Root:
    folder = tmp_path / "bot" / "conversations"
    folder.mkdir(parents=True)
    (folder / "a.yaml").write_text(text, "utf-8")
    return Root(tmp_path)


def test_every_expectation_that_fails_is_told_with_its_line(tmp_path: Path) -> None:
    report = Report()
    (case,) = read_cases([written(tmp_path, WRONG)], report)
    asked: list[str | None] = []

    def facts_for(conversation: Conversation) -> Looking:
        asked.append(conversation.customer)
        return lambda _reads: SIGNED_OUT

    failures, said = run(case, playbook(), facts_for)
    assert asked == ["ada"]
    assert len(failures) == 9
    assert {(f.file, f.line) for f in failures} == {("bot/conversations/a.yaml", 6)}
    assert "topic is card_declined, not thanks" in str(failures[0])
    assert said == ["card_declined/reason"]


def test_facts_reach_the_engine(tmp_path: Path) -> None:
    (case,) = read_cases([written(tmp_path, WRONG)], Report())
    view = known(diagnosis="card_expired")
    _, said = run(case, playbook(), lambda _: lambda _reads: view)
    assert said == ["card_declined/known_expired"]


def test_a_payment_is_refused_to_somebody(tmp_path: Path) -> None:
    report = Report()
    turn = "{ line: hi }"
    text = f"conversations:\n  - {{ name: x, locale: en, decline: x, turns: [{turn}] }}\n"
    assert not read_cases([written(tmp_path, text)], report)
    assert "`decline` needs a `customer`" in str(report.errors[0])


def test_a_turn_is_a_line_or_a_choice(tmp_path: Path) -> None:
    report = Report()
    text = "conversations:\n  - name: x\n    locale: en\n    turns:\n      - { topic: thanks }\n"
    assert not read_cases([written(tmp_path, text)], report)
    assert (5, "bad_value") in {(p.line, p.code) for p in report.errors}
