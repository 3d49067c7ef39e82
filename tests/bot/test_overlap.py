"""Rules that get in each other's way are told with file and line; the shipped ones do not."""

from pathlib import Path

from helpcenter.bot.overlap import check_overlap, unmet
from helpcenter.content.problems import Report
from helpcenter.content.roots import Root, starter
from tests.bot.shipped import compiled, playbook

TOPIC = """\
name: {{ en: Teapots, zh_HK: 茶壺 }}
recognise:
  any:
    patterns:
{patterns}
  en:
    phrases: [{phrases}]
  zh_HK: {{}}
steps:
  - id: pour
    say: {{ en: Ask a person., zh_HK: 問人。 }}
    hand_off: not_solved
"""


def told(tmp_path: Path, *patterns: str, phrases: str = "teapot") -> list[tuple[str, int, str]]:
    """Return (code, line, message) of what is said about `refund.yaml` with these rules."""
    path = tmp_path / "bot" / "topics" / "refund.yaml"
    path.parent.mkdir(parents=True)
    rows = "\n".join(f"      - {pattern}" for pattern in patterns)
    path.write_text(TOPIC.format(patterns=rows, phrases=phrases), "utf-8")
    roots = [Root(tmp_path), Root(starter(), "<starter>/")]
    report = Report()
    found = compiled(*roots, report=report)
    report.raise_errors()
    noted = Report()
    check_overlap(found, roots, noted)
    return [(p.code, p.line, p.message) for p in noted.warnings if p.file.endswith("refund.yaml")]


def test_the_shipped_rules_leave_each_other_room() -> None:
    report = Report()
    check_overlap(playbook(), [Root(starter())], report)
    assert [str(problem) for problem in report.warnings] == []


def test_a_rule_that_never_decides_is_told(tmp_path: Path) -> None:
    ((code, line, message),) = told(
        tmp_path,
        '{ match: "[refund|card] … teapot", weight: 0.9 }',
        '{ match: "teapot … [refund]", weight: 0.9, gap: 4 }',
        '{ match: "teapot … [refund]", weight: 0.95, gap: 4 }',
    )
    assert (code, line) == ("shadowed_rule", 6)
    assert "`any.patterns.0`" in message


def test_of_two_equal_rules_one_is_told(tmp_path: Path) -> None:
    same = '{ match: "[refund] … teapot", weight: 0.9 }'
    assert [(code, line) for code, line, _ in told(tmp_path, same, same)] == [("shadowed_rule", 6)]


def test_a_rule_of_two_topics_is_told(tmp_path: Path) -> None:
    ((code, line, message),) = told(
        tmp_path, '"[refund] … teapot"', '{ match: "[payment] … [declined]", weight: 0.82 }'
    )
    assert (code, line) == ("shared_rule", 6)
    assert "`card_declined`" in message


def test_a_phrase_that_another_topic_wins_is_told(tmp_path: Path) -> None:
    found = told(tmp_path, '"[refund] … teapot"', phrases="card declined, teapot")
    assert [(code, line) for code, line, _ in found] == [("phrase_elsewhere", 7)]
    assert "`card_declined`" in found[0][2]


def test_rules_that_no_line_meets_are_named_by_topic() -> None:
    everything = unmet(playbook(), [])
    some = unmet(playbook(), ["my card was declined"])
    assert set(everything["card_declined"]) - set(some["card_declined"]) >= {
        "card_declined.recognise.any.patterns.0"
    }
    assert everything["refund"] == some["refund"]
