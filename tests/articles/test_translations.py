from pathlib import Path

import pytest

from helpcenter.articles.translations import faults, outdated
from helpcenter.content.problems import Report
from helpcenter.i18n.locale import SOURCE
from tests.articles.pages import TEA, load
from tests.factories import CATEGORY

SOURCE_HASHES = {"": "aa", "pour": "bb", "drink": "cc"}
ZH_TEA = TEA.replace("/en/", "/zh_HK/")


def test_what_is_outdated_comes_in_the_sources_order() -> None:
    assert outdated({"drink": "old", "": "old", "pour": "bb"}, SOURCE_HASHES) == ("", "drink")
    assert outdated({}, SOURCE_HASHES) == ()
    assert outdated({"gone": "x"}, SOURCE_HASHES) == ()


def test_faults_say_what_to_record() -> None:
    found = list(faults({"pour": "old", "gone": "x", "": "aa"}, SOURCE_HASHES))
    assert [(id_, code) for id_, code, _ in found] == [
        ("pour", "stale_section"),
        ("gone", "unknown_section"),
        ("drink", "untracked_translation"),
    ]
    assert '"pour": bb' in found[0][2]
    assert '{"drink": cc}' in found[2][2]


def _matter(**more: str) -> str:
    fields = {"title": "Tea", "summary": "Hot.", "updated": "2026-11-01", **more}
    return "---\n" + "".join(f"{key}: {value}\n" for key, value in fields.items()) + "---\n"


def _pair(path: Path, source: str, translation: str) -> list[str]:
    report = Report()
    files: dict[str, str | bytes] = {
        TEA: source,
        ZH_TEA: translation,
        "articles/zh_HK/drinks/_index.md": CATEGORY,
    }
    load(path, files, report)
    return [str(p) for p in report.problems if p.code != "untracked_translation"]


@pytest.mark.parametrize(
    ("source", "translation", "fault"),
    [
        ("## A {#a}\n", "", f"{ZH_TEA}:0: missing_section: the section `a`"),
        ("## A {#a}\n", "## A {#aa}\n", f"{ZH_TEA}:6: extra_section: {TEA} has no section `aa`"),
        ("", "## 沖 {#pour}\n", f"{ZH_TEA}:6: extra_section"),
    ],
)
def test_ids_that_differ_between_locales_are_told(
    tmp_path: Path, source: str, translation: str, fault: str
) -> None:
    found = _pair(tmp_path, _matter() + source, _matter() + translation)
    assert any(one.startswith(fault) for one in found), found


def test_what_must_be_the_same_in_every_locale_is_held_together(tmp_path: Path) -> None:
    found = _pair(
        tmp_path, _matter(audience="agents"), _matter(portal="portal_home", audience="public")
    )
    assert sorted(one.partition("` differs")[0] for one in found) == [
        f"{ZH_TEA}:5: differs_from_source: `portal",
        f"{ZH_TEA}:6: differs_from_source: `audience",
    ]


def test_a_translation_in_another_category_or_without_a_source_is_told(tmp_path: Path) -> None:
    report = Report()
    files: dict[str, str | bytes] = {
        TEA: _matter(),
        "articles/zh_HK/soups/_index.md": CATEGORY,
        "articles/zh_HK/soups/tea.md": _matter(),
        "articles/zh_HK/soups/broth.md": _matter(),
    }
    load(tmp_path, files, report)
    codes = {(p.file, p.code) for p in report.problems}
    assert ("articles/zh_HK/soups/tea.md", "differs_from_source") in codes
    assert ("articles/zh_HK/soups/broth.md", "missing_source") in codes
    assert ("articles/zh_HK/drinks/_index.md", "missing_translation") in codes


def test_a_missing_translation_is_told_on_the_source_and_drafts_need_none(tmp_path: Path) -> None:
    report = Report()
    files: dict[str, str | bytes] = {
        TEA: _matter(),
        TEA.replace("tea", "draft"): _matter(status="draft"),
        "articles/zh_HK/drinks/_index.md": CATEGORY,
    }
    library = load(tmp_path, files, report)
    assert [(p.file, p.code) for p in report.problems] == [(TEA, "missing_translation")]
    assert (SOURCE, "draft") in library.articles


def test_digits_need_no_quotes(tmp_path: Path) -> None:
    found = _pair(tmp_path, _matter(), _matter(translates='{ "": 12345678 }'))
    assert [one.partition(": the source")[0] for one in found] == [f"{ZH_TEA}:5: stale_section"]
