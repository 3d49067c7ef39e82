"""The runner of conversation tests: it fails where it should."""

from pathlib import Path

import pytest

from helpcenter.bot.conversation_tests import HELD_AT, Conversation, coverage, read_cases, run
from helpcenter.bot.engine import Looking
from helpcenter.bot.facts import FactView
from helpcenter.bot.given import with_given
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

    held = run(case, playbook(), facts_for)
    failures = held.failures
    assert asked == ["ada"]
    assert len(failures) == 9
    assert {(f.file, f.line) for f in failures} == {("bot/conversations/a.yaml", 6)}
    assert "topic is card_declined, not thanks" in str(failures[0])
    assert held.steps == ("card_declined/reason",)


def test_facts_reach_the_engine(tmp_path: Path) -> None:
    (case,) = read_cases([written(tmp_path, WRONG)], Report())
    view = known(diagnosis="card_expired")
    held = run(case, playbook(), lambda _: lambda _reads: view)
    assert held.steps == ("card_declined/known_expired",)
    assert held.ways == ("card_declined/reason > known_expired",)


GIVEN = """\
conversations:
  - name: facts by hand
    locale: en
    facts:
      diagnosis: insufficient_funds
      card: visa 4242
      amount: HKD 12800
      next_try: 2026-11-24
      plan: Plus plan
    turns:
      - line: my card was declined
        step: card_declined/known_funds
        says: [Visa ending 4242, HK$128.00, 24 November]
"""


def test_facts_can_be_given_by_hand(tmp_path: Path) -> None:
    (case,) = read_cases([written(tmp_path, GIVEN)], Report())
    assert run(case, playbook(), lambda _: lambda _reads: SIGNED_OUT).failures == ()
    rich = FactView({"facts": "known", "invoice": "payable", "diagnosis": "generic"})
    view = with_given(rich, {"diagnosis": None, "card": "expired"}, HELD_AT.date())
    assert view.known == {"facts": "known", "invoice": "payable", "card": "expired"}


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("teapot: full", "no fact"),
        ("subscription: over", "is never `over`"),
        ("charged_card: gold", "visa 4242"),
        ("amount: much", "HKD 12800"),
        ("next_try: soon", "2026-12-01"),
        ("detail: colour", "2026-12-01"),
    ],
)
def test_facts_that_cannot_be_are_refused(tmp_path: Path, given: str, said: str) -> None:
    report = Report()
    wrong = GIVEN.replace("diagnosis: insufficient_funds", given).replace(
        "      amount: HKD 12800\n", ""
    )
    wrong = wrong.replace("      next_try: 2026-11-24\n", "") if "next_try" in given else wrong
    assert not read_cases([written(tmp_path, wrong)], report)
    assert said in str(report.errors[0])


def test_what_no_conversation_meets_is_counted() -> None:
    met = coverage(playbook(), ())
    assert met.steps == len(met.missed_steps) > 0
    assert met.ways == len(met.missed_ways) > 0


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


def test_a_name_is_given_once_in_a_file(tmp_path: Path) -> None:
    report = Report()
    one = "  - { name: x, locale: en, turns: [{ line: hi }] }\n"
    assert not read_cases([written(tmp_path, f"conversations:\n{one}{one}")], report)
    assert "2 conversations are named `x`" in str(report.errors[0])
