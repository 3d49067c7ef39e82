"""Ladders a writer may build: other topics, circles through facts, ladders that just end."""

from datetime import UTC, datetime
from pathlib import Path

from helpcenter.bot.conversation_tests import text_of
from helpcenter.bot.engine import decide, start
from helpcenter.bot.facts import FactView
from helpcenter.bot.playbook import Playbook
from helpcenter.bot.state import Decision, Said, SaidChoice, SaidText, State
from helpcenter.bot.topics import HandOff
from helpcenter.content.problems import Report
from helpcenter.content.roots import Root, starter
from tests.bot.shipped import EN, SIGNED_OUT, compiled, known

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)

HEAD = """\
name: { en: Teapots, zh_HK: 茶壺 }
reads: basic
recognise:
  en: { phrases: [pour the teapot] }
  zh_HK: { phrases: [茶壺] }
steps:
"""


def teapots(tmp_path: Path, steps: str) -> Playbook:
    path = tmp_path / "bot" / "topics" / "refund.yaml"
    path.parent.mkdir(parents=True)
    path.write_text(HEAD + steps, "utf-8")
    report = Report()
    found = compiled(Root(tmp_path), Root(starter(), "<starter>/"), report=report)
    report.raise_errors()
    return found


def turn(
    playbook: Playbook, said: str | Said, state: State | None = None, facts: FactView = SIGNED_OUT
) -> Decision:
    spoken = SaidText(said) if isinstance(said, str) else said
    return decide(playbook, state or start(EN), spoken, facts, NOW)


def test_an_answer_may_lead_to_another_topic(tmp_path: Path) -> None:
    playbook = teapots(
        tmp_path,
        """\
  - id: which
    ask: { en: Which?, zh_HK: 哪個？ }
    answers:
      - { id: card, label: { en: Card, zh_HK: 卡 }, hears: [sideways], go: "topic:card_declined" }
""",
    )
    assert turn(playbook, "pour the teapot sideways").trace.steps == ("card_declined/reason",)
    asked = turn(playbook, "pour the teapot")
    assert turn(playbook, "yes", asked.state).trace.steps == ("card_declined/reason",)
    # A question asked again has nothing new to say: a person takes over.
    assert turn(playbook, "pour the teapot", asked.state).hand_off is HandOff.NOT_SOLVED


def test_a_ladder_that_just_ends_ends_at_a_person(tmp_path: Path) -> None:
    playbook = teapots(tmp_path, "  - { id: pour, say: { en: Pour., zh_HK: 倒。 } }\n")
    told = turn(playbook, "pour the teapot")
    ended = turn(playbook, SaidChoice("still"), told.state)
    assert ended.hand_off is HandOff.NOT_SOLVED
    assert "our team" in text_of(ended)


def test_a_circle_through_facts_ends_at_a_person(tmp_path: Path) -> None:
    playbook = teapots(
        tmp_path,
        """\
  - { id: a, say: { en: A., zh_HK: 甲。 }, next: b }
  - id: b
    branch: [{ when: { card: expired }, go: a }]
    say: { en: B., zh_HK: 乙。 }
""",
    )
    facts = known(card="expired")
    told = turn(playbook, "pour the teapot", facts=facts)
    assert told.trace.steps == ("refund/a",)
    assert turn(playbook, "still not working", told.state, facts).hand_off is HandOff.NOT_SOLVED
    assert turn(playbook, "still not working", told.state).trace.steps == ("refund/b",)


def test_branches_that_lead_to_each_other_still_answer(tmp_path: Path) -> None:
    playbook = teapots(
        tmp_path,
        """\
  - { id: a, branch: [{ when: { card: none }, go: b }], say: { en: A., zh_HK: 甲。 } }
  - { id: b, branch: [{ when: { card: none }, go: a }], say: { en: B., zh_HK: 乙。 } }
""",
    )
    assert turn(playbook, "pour the teapot", facts=known(card="none")).parts


def test_an_offer_with_a_condition_is_made_only_where_it_is_known_to_hold(tmp_path: Path) -> None:
    playbook = teapots(
        tmp_path,
        """\
  - id: pour
    say: { en: Pour., zh_HK: 倒。 }
    offers:
      - flow: pay_invoice
        label: { en: Pay, zh_HK: 付款 }
        when: { invoice: payable }
      - { flow: portal_home, label: { en: Look, zh_HK: 查看 } }
""",
    )
    for facts, flows in (
        (SIGNED_OUT, ["portal_home"]),
        (known(invoice="none"), ["portal_home"]),
        (known(invoice="payable"), ["pay_invoice", "portal_home"]),
    ):
        told = turn(playbook, "pour the teapot", facts=facts)
        assert [str(offer.flow) for offer in told.offers] == flows


def test_a_site_without_a_person_topic_offers_no_such_button(tmp_path: Path) -> None:
    path = tmp_path / "bot" / "topics" / "talk_to_human.yaml"
    path.parent.mkdir(parents=True)
    path.write_text("off: true\n", "utf-8")
    playbook = compiled(Root(tmp_path), Root(starter(), "<starter>/"), report=Report())
    missed = turn(playbook, "blorp the frobnicator")
    again = turn(playbook, "blorp the frobnicator", missed.state)
    assert again.state.buttons == ()
    assert turn(playbook, "and again", again.state).hand_off is HandOff.NOT_UNDERSTOOD
