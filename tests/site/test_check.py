from pathlib import Path

from helpcenter.content.roots import Root
from helpcenter.site.check import check
from tests.factories import SETTINGS, folder, kettle_root


def test_a_sound_folder_has_no_errors_and_its_warnings_are_its_own() -> None:
    report = check(SETTINGS, [kettle_root()])
    assert report.errors == ()
    assert {problem.code for problem in report.warnings} == {
        "missing_translation",
        "one_way_related",
        "orphan",
        "stale_section",
    }


def test_what_only_search_and_writers_read_is_looked_at_too(tmp_path: Path) -> None:
    root = folder(
        tmp_path,
        {
            "i18n/zh_HK/synonyms.txt": b"\xff",
            "i18n/zh_HK/wording.yaml": "茶: 茗\n",
        },
    )
    report = check(SETTINGS, [root, Root(kettle_root().path, "<starter>/")])
    assert [(p.file, p.code) for p in report.errors] == [("i18n/zh_HK/synonyms.txt", "not_utf8")]
    assert "wording" in {problem.code for problem in report.warnings}
