"""The runner of conversation tests: it fails where it should."""

from datetime import UTC, datetime
from pathlib import Path

from helpcenter.bot.conversation_tests import read_cases, run
from helpcenter.content.problems import Report
from helpcenter.content.roots import Root
from tests.bot.shipped import playbook

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)

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
    failures, said = run(case, playbook(), asked.append, NOW)
    assert asked == ["ada"]
    assert len(failures) == 9
    assert {(f.file, f.line) for f in failures} == {("bot/conversations/a.yaml", 6)}
    assert "topic is card_declined, not thanks" in str(failures[0])
    assert said == ["card_declined/reason"]


def test_facts_reach_the_engine(tmp_path: Path) -> None:
    (case,) = read_cases([written(tmp_path, WRONG)], Report())
    _, said = run(case, playbook(), lambda _: {"card": "expired"}, NOW)
    assert said == ["card_declined/expired"]


def test_a_turn_is_a_line_or_a_choice(tmp_path: Path) -> None:
    report = Report()
    text = "conversations:\n  - name: x\n    locale: en\n    turns:\n      - { topic: thanks }\n"
    assert not read_cases([written(tmp_path, text)], report)
    assert (5, "bad_value") in {(p.line, p.code) for p in report.errors}
