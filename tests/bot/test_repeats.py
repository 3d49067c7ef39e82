"""A word that is read as another of its list is told; the shipped lists hold none."""

from pathlib import Path

from helpcenter.bot.repeats import check_repeats, repeated
from helpcenter.content.problems import Report
from helpcenter.content.roots import Root, starter
from tests.bot.shipped import compiled, playbook


def test_the_shipped_lists_say_each_word_once() -> None:
    report = Report()
    check_repeats(playbook(), [Root(starter())], report)
    assert [str(problem) for problem in report.warnings] == []


def test_spellings_that_are_read_alike_are_one_word() -> None:
    words = ["card", "cards", "the card", "卡", "咭", "debit card", "邊張", "邊個"]
    assert repeated(words, playbook().lexicon) == ("cards", "the card", "咭")


def test_a_repeated_word_is_told_with_its_list(tmp_path: Path) -> None:
    path = tmp_path / "bot" / "vocabulary" / "en.yaml"
    path.parent.mkdir(parents=True)
    path.write_text("concepts:\n  tea: tea, teas, kettle, <card> tea, <card> tea\n", "utf-8")
    roots = [Root(tmp_path), Root(starter(), "<starter>/")]
    report = Report()
    check_repeats(compiled(*roots, report=report), roots, report)
    told = [(p.line, p.code, p.message) for p in report.warnings if p.file.endswith("en.yaml")]
    assert [(line, code) for line, code, _ in told] == [(2, "repeated_term")]
    assert "`teas`, `<card> tea`" in told[0][2]
