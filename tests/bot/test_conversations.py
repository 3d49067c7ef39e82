"""The shipped conversations, one test each: what writers promise, the engine keeps."""

from datetime import UTC, datetime

import pytest

from helpcenter.bot.conversation_tests import Case, coverage, read_cases, run
from helpcenter.content.problems import Report
from helpcenter.content.roots import Root, starter
from tests.bot.shipped import playbook

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)


def cases() -> list[Case]:
    report = Report()
    found = read_cases([Root(starter())], report)
    report.raise_errors()
    return found


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_conversation_holds(case: Case) -> None:
    failures, _ = run(case, playbook(), lambda _customer: None, NOW)
    assert not failures, "\n".join(map(str, failures))


def test_there_are_enough_of_them_in_both_languages() -> None:
    found = cases()
    assert len(found) >= 40
    for tag in ("en", "zh-HK"):
        assert sum(case.conversation.locale == tag for case in found) >= 15


def test_nearly_every_step_is_said() -> None:
    said = [step for case in cases() for step in run(case, playbook(), lambda _: None, NOW)[1]]
    walked, missed = coverage(playbook(), said)
    # `card_declined/expired` needs facts.
    assert missed == {"card_declined/expired"}, walked
