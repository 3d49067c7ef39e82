"""Topic files: what a writer can get wrong is said with file and line; sites overlay the wheel."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from helpcenter.bot.engine import decide, start
from helpcenter.bot.playbook import Playbook
from helpcenter.bot.state import SaidChoice, SaidText
from helpcenter.content.problems import Report
from helpcenter.content.roots import Root, starter
from tests.bot.shipped import EN, SIGNED_OUT, ZH, compiled, known, playbook

TOPIC = """\
name: { en: Teapots, zh_HK: 茶壺 }
recognise:
  en:
    patterns: ["[card] … teapot"]
  zh_HK:
    phrases: [茶壺]
steps:
  - id: pour
    say: { en: Pour it., zh_HK: 倒茶。 }
    articles: [teapots#pouring]
    next: person
  - id: person
    say: { en: Ask a person., zh_HK: 問人。 }
    hand_off: not_solved
"""


def site(tmp_path: Path, **files: str) -> tuple[Playbook, Report]:
    """Compile the shipped words with a site's own files laid over them."""
    for name, text in files.items():
        path = tmp_path / "bot" / "topics" / f"{name}.yaml"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    report = Report()
    found = compiled(Root(tmp_path), Root(starter(), "<starter>/"), report=report)
    return found, report


def test_a_site_replaces_a_topic_by_its_namesake(tmp_path: Path) -> None:
    found, report = site(tmp_path, refund=TOPIC)
    assert not report.errors
    assert found.topics["refund"].name["en"] == "Teapots"
    assert found.hash != playbook().hash
    assert [(r.file, r.path, r.text) for r in found.references if r.slug == "teapots"] == [
        ("bot/topics/refund.yaml", ("steps", 0, "articles", 0), "teapots#pouring")
    ]


def test_a_site_does_without_a_topic(tmp_path: Path) -> None:
    found, report = site(tmp_path, card_declined="off: true\n")
    assert not report.errors
    assert "card_declined" not in found.topics
    assert "thanks" in found.topics


def test_a_site_overlays_words_entry_by_entry(tmp_path: Path) -> None:
    path = tmp_path / "bot" / "vocabulary" / "en.yaml"
    path.parent.mkdir(parents=True)
    path.write_text("says:\n  glad: Splendid.\n", "utf-8")
    found, report = site(tmp_path)
    assert not report.errors
    assert found.says[EN]["glad"] == "Splendid."
    assert found.says[EN]["stuck"] == playbook().says[EN]["stuck"]
    assert found.says[ZH] == playbook().says[ZH]


FAULTS = {
    "an unknown key": ("hand_off: not_solved", "hand_of: x", 14, "unknown_key"),
    "an unknown step": ("next: person", "next: persson", 11, "unknown_step"),
    "an unreachable step": ("    next: person\n", "", 11, "unreachable_step"),
    "a circle": ("hand_off: not_solved", "next: pour", 14, "circle"),
    "a missing locale": (", zh_HK: 問人。", "", 13, "missing_locale"),
    "an unknown locale": ("zh_HK: 問人。", "zh_HK: 問人。, fr: Non", 13, "extra_locale"),
    "rules for no locale": ("  zh_HK:\n    phrases", "  fr:\n    phrases", 5, "extra_locale"),
    "an unknown concept": ("[card] … teapot", "[cart] … teapot", 4, "bad_pattern"),
    "half a pattern": ("[card] … teapot", "[card] …", 4, "bad_pattern"),
    "a mixed element": ("[card] … teapot", "[card] teapot", 4, "bad_pattern"),
    "a pattern without words": ("[card] … teapot", "!?", 4, "bad_pattern"),
    "an unknown variable": ("Pour it.", "'{{ prodcut }}'", 9, "unknown_variable"),
    "a bad reference": ("teapots#pouring", "Tea Pots", 10, "bad_reference"),
    "an unknown hand-off": ("not_solved", "whenever", 14, "bad_value"),
    "an unknown fact": (
        "    next: person",
        "    branch: [{ when: { mood: bad }, go: person }]",
        11,
        "unknown_fact",
    ),
    "an unknown value": (
        "    next: person",
        "    branch: [{ when: { card: maestro }, go: person }]",
        11,
        "unknown_value",
    ),
    "a fact nobody reads": (
        "    next: person",
        "    branch: [{ when: { card: none }, go: person }]",
        11,
        "unread_fact",
    ),
    "words for a fact nobody reads": ("Pour it.", "'{{ fact.card }}'", 9, "unread_fact"),
    "an unknown fact in words": ("Pour it.", "'{{ fact.mood }}'", 9, "unknown_variable"),
    "a fact on a button": ("en: Teapots", "en: '{{ fact.card }}'", 1, "unknown_variable"),
    "a fact that may be missing": ("Pour it.", "'{{ fact.amount }}'", 9, "bad_fact"),
    "an offer on an unknown fact": (
        "    next: person",
        (
            "    next: person\n    offers:\n      - flow: portal_home\n"
            "        label: { en: a, zh_HK: a }\n        when: { mood: bad }"
        ),
        15,
        "unknown_fact",
    ),
    "an unknown flow": (
        "    next: person",
        "    next: person\n    offers: [{ flow: teapot, label: { en: a, zh_HK: a } }]",
        12,
        "bad_value",
    ),
    "a repeated step": ("- id: person", "- id: pour", 12, "repeated_step"),
    "a silent step": ("    say: { en: Ask a person., zh_HK: 問人。 }\n", "", 12, "bad_value"),
}


@pytest.mark.full
@pytest.mark.parametrize(("old", "new", "line", "code"), FAULTS.values(), ids=FAULTS)
def test_a_fault_is_said_with_its_line(
    tmp_path: Path, old: str, new: str, line: int, code: str
) -> None:
    assert old in TOPIC
    _, report = site(tmp_path, refund=TOPIC.replace(old, new, 1))
    assert ("bot/topics/refund.yaml", line, code) in {
        (problem.file, problem.line, problem.code) for problem in report.errors
    }


def test_a_fact_needs_a_topic_that_reads_enough(tmp_path: Path) -> None:
    branch = "    branch: [{ when: { saving: none }, go: person }]\n    next: person"
    text = TOPIC.replace("    next: person", branch)
    for reads, faults in (("basic", {"unread_fact"}), ("saving", set[str]())):
        _, report = site(tmp_path, refund=f"reads: {reads}\n{text}")
        assert {problem.code for problem in report.errors} == faults


def test_facts_count_for_the_length_of_a_reply(tmp_path: Path) -> None:
    text = "reads: basic\n" + TOPIC.replace("倒茶。", "'" + "{{ fact.card }}" * 6 + "倒茶。'")
    _, report = site(tmp_path, refund=text)
    assert not report.errors
    assert "long_reply" in {problem.code for problem in report.warnings}


def test_a_site_without_a_topic_that_others_lead_to(tmp_path: Path) -> None:
    found, report = site(tmp_path, update_not_saving="off: true\n")
    assert not report.errors
    assert {problem.code for problem in report.warnings} == {"no_such_topic"}
    view = known(diagnosis="new_card_not_default", card="valid")
    said = SaidText("my card was declined")
    decision = decide(found, start(EN), said, view, datetime(2026, 11, 22, tzinfo=UTC))
    assert decision.trace.steps == ("card_declined/reason",)


def test_a_button_to_a_topic_that_the_site_lacks_is_left_out(tmp_path: Path) -> None:
    ask = """\
    ask: { en: Which?, zh_HK: 哪個？ }
    answers:
      - { id: gone, label: { en: A, zh_HK: 甲 }, hears: [sideways], go: "topic:update_not_saving" }
      - { id: here, label: { en: B, zh_HK: 乙 }, go: person }
"""
    topic = TOPIC.replace("    articles: [teapots#pouring]\n", ask)
    found, report = site(tmp_path, refund=topic, update_not_saving="off: true\n")
    assert not report.errors
    now = datetime(2026, 11, 22, tzinfo=UTC)
    decision = decide(found, start(EN), SaidText("card teapot sideways"), SIGNED_OUT, now)
    assert decision.state.buttons == ("refund/pour/here",)
    old = decide(found, decision.state, SaidChoice("refund/pour/gone"), SIGNED_OUT, now)
    assert old.trace.route == "unknown choice"


def test_a_reply_that_says_too_much_is_a_warning(tmp_path: Path) -> None:
    _, report = site(tmp_path, refund=TOPIC.replace("倒茶。", "倒茶。" * 40))
    assert [problem.code for problem in report.warnings if "refund" in problem.file] == [
        "long_reply"
    ]


@pytest.mark.parametrize(
    ("name", "text", "code"),
    [
        ("teapots", TOPIC, "unknown_topic"),
        ("refund", "name: [", "yaml"),
        ("refund", "a: &x [1]\nb: [*x, *x]", "yaml"),
        ("refund", "off: true\nname: x", "unknown_key"),
        ("refund", "", "missing_key"),
    ],
)
def test_a_file_that_cannot_be_used_leaves_the_others(
    tmp_path: Path, name: str, text: str, code: str
) -> None:
    found, report = site(tmp_path, **{name: text})
    assert code in {problem.code for problem in report.errors}
    assert "card_declined" in found.topics


def test_a_locale_without_words_is_said(tmp_path: Path) -> None:
    report = Report()
    compiled(Root(tmp_path), report=report)
    assert {problem.code for problem in report.errors} == {"missing_vocabulary"}


def test_missing_and_unknown_sentences_are_said(tmp_path: Path) -> None:
    folder = tmp_path / "bot" / "vocabulary"
    folder.mkdir(parents=True)
    (folder / "en.yaml").write_text("says:\n  glad: Yes\n  gladd: No\n", "utf-8")
    (folder / "zh_HK.yaml").write_text('hears:\n  "yes": [好]\n', "utf-8")
    report = Report()
    compiled(Root(tmp_path), report=report)
    found = {
        (problem.file.rsplit("/")[-1], problem.line, problem.code) for problem in report.errors
    }
    assert ("en.yaml", 3, "unknown_key") in found
    assert ("en.yaml", 1, "missing_key") in found
    assert ("zh_HK.yaml", 1, "missing_key") in found


def test_the_shipped_topics_have_no_faults_and_no_warnings() -> None:
    report = Report()
    found = compiled(Root(starter()), report=report)
    assert not report.problems
    assert set(found.topics) >= {"card_declined", "talk_to_human", "greeting", "thanks"}
