from pathlib import Path

from helpcenter.content.problems import Report
from helpcenter.i18n.locale import SOURCE, Locale
from helpcenter.site.wording import check_wording
from tests.factories import folder

ZH = Locale("zh_HK")
ARTICLE = "articles/zh_HK/a/b.md"
CATALOGUE = "i18n/zh_HK/LC_MESSAGES/messages.po"
WORDING = "i18n/zh_HK/wording.yaml"


def warnings(path: Path, files: dict[str, str | bytes]) -> list[str]:
    root = folder(path, files)
    report = Report()
    check_wording([root], root, [SOURCE, ZH], report)
    assert report.errors == ()
    return [str(problem) for problem in report.warnings]


def test_words_of_elsewhere_are_told_with_the_better_one(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        WORDING: "視頻: 影片\n視頻會議: 視像會議\n",
        ARTICLE: "---\ntitle: 視頻\n---\n\n看視頻，開視頻會議。\n",
    }
    assert warnings(tmp_path, files) == [
        f"{ARTICLE}:2: wording: `視頻` is written elsewhere: here it is `影片`",
        f"{ARTICLE}:5: wording: `視頻` is written elsewhere: here it is `影片`",
        f"{ARTICLE}:5: wording: `視頻會議` is written elsewhere: here it is `視像會議`",
    ]


def test_what_people_search_for_and_what_is_translated_from_are_left_alone(tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        WORDING: "視頻: 影片\n",
        ARTICLE: "---\nkeywords: [視頻]\ntitle: x\nkeywords:\n  - 視頻\n- 視頻\ntitle: 視頻\n---\n",
        "articles/en/a/b.md": "視頻\n",
        CATALOGUE: 'msgid ""\n"視頻"\nmsgstr "視頻"\n',
    }
    found = [warning.partition(": ")[0] for warning in warnings(tmp_path, files)]
    assert found == [f"{ARTICLE}:7", f"{CATALOGUE}:3"]


def test_without_a_list_there_is_nothing_to_say(tmp_path: Path) -> None:
    assert warnings(tmp_path / "a", {ARTICLE: "視頻"}) == []
    assert warnings(tmp_path / "b", {ARTICLE: "視頻", WORDING: "{}\n"}) == []


def test_a_list_that_is_none_is_told(tmp_path: Path) -> None:
    root = folder(tmp_path, {WORDING: "- 視頻\n", ARTICLE: "視頻"})
    report = Report()
    check_wording([root], root, [ZH], report)
    assert [str(p).partition(": `")[0] for p in report.problems] == [f"{WORDING}:1: bad_value"]
