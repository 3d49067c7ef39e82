"""One fault of every kind, each found by `check` with its code, its file and its line."""

import re
from pathlib import Path

import pytest

from helpcenter.content.roots import Root
from helpcenter.site.check import check
from tests.articles.pages import PNG
from tests.factories import ARTICLE, CATEGORY, SETTINGS, folder, kettle_root

TEA = "articles/en/drinks/tea.md"
POT = "articles/en/drinks/pot.md"
ZH = "articles/zh_HK/drinks/tea.md"
MEDIA = "articles/_media/tea/en"
REDIRECTS = "articles/redirects.yaml"
MATTER = ARTICLE.removesuffix("---\n")
BASE: dict[str, str | bytes] = {
    "articles/en/drinks/_index.md": CATEGORY,
    "articles/zh_HK/drinks/_index.md": CATEGORY,
    TEA: ARTICLE + "Lead.\n",
}


def body(text: str) -> dict[str, str | bytes]:
    return {TEA: ARTICLE + text}


SEEDS: dict[str, tuple[str, dict[str, str | bytes]]] = {
    "bad_id": (f"{TEA}:6", body("## Pour {#a b}\n")),
    "bad_name": ("articles/en/drinks/My Tea.md:0", {"articles/en/drinks/My Tea.md": ARTICLE}),
    "bad_picture": (f"{MEDIA}/a.png:0", {**body("![a](a.png)\n"), f"{MEDIA}/a.png": b"no"}),
    "bad_picture_name": (f"{TEA}:6", body("![a](../../secret.png)\n")),
    "bad_value": (f"{TEA}:5", {TEA: MATTER + "portal: nowhere\n---\n"}),
    "broken_anchor": (f"{TEA}:6", body("[x](#nowhere)\n")),
    "broken_link": (f"{TEA}:6", body("[x](portal:nowhere)\n")),
    "broken_redirect": (f"{REDIRECTS}:1", {REDIRECTS: "/old: nothing\n"}),
    "broken_related": (f"{TEA}:5", {TEA: MATTER + "related: [nothing]\n---\n"}),
    "control_character": (f"{TEA}:6", body("bell \x07\n")),
    "differs_from_source": (f"{ZH}:5", {ZH: MATTER + "audience: agents\n---\n"}),
    "duplicate_id": (f"{TEA}:7", body("## A {#a}\n## B {#a}\n")),
    "duplicate_slug": ("articles/en/more/tea.md:0", {"articles/en/more/tea.md": ARTICLE}),
    "empty_block": (f"{TEA}:6", body("::: faq\nwords\n:::\n")),
    "empty_category": (
        "articles/en/more/_index.md:0",
        {"articles/en/more/_index.md": CATEGORY},
    ),
    "empty_heading": (f"{TEA}:6", body("## {#a}\n")),
    "empty_link": (f"{TEA}:6", body("[](tea.md)\n")),
    "extra_section": (f"{ZH}:6", {ZH: ARTICLE + "## A {#a}\n"}),
    "heading_order": (f"{TEA}:7", body("## A\n#### B\n")),
    "missing_alt": (f"{TEA}:6", {**body("![](a.png)\n"), f"{MEDIA}/a.png": PNG}),
    "missing_index": ("articles/en/more/_index.md:0", {"articles/en/more/pot.md": ARTICLE}),
    "missing_key": (f"{TEA}:2", {TEA: "---\ntitle: Tea\nsummary: Hot.\n---\n"}),
    "missing_picture": (f"{TEA}:6", body("![a](a.png)\n")),
    "missing_poster": (f"{TEA}:6", body("::: video\nsrc: a.mp4\ntitle: T\n:::\n")),
    "missing_section": (f"{ZH}:0", {**body("## A {#a}\n"), ZH: ARTICLE}),
    "missing_source": ("articles/zh_HK/drinks/pot.md:0", {"articles/zh_HK/drinks/pot.md": ARTICLE}),
    "missing_translation": (f"{TEA}:0", {}),
    "nested_block": (f"{TEA}:6", body("::: faq\n### A\n:::: cards\n### B\n::::\n:::\n")),
    "no_front_matter": (f"{TEA}:1", {TEA: "Words.\n"}),
    "not_utf8": (f"{TEA}:6", {TEA: ARTICLE.encode() + b"\xff\n"}),
    "one_way_related": (f"{POT}:4", {TEA: MATTER + "related: [pot]\n---\n", POT: ARTICLE}),
    "orphan": (f"{POT}:0", {POT: ARTICLE}),
    "raw_html": (f"{TEA}:6", body("<b>x</b>\n")),
    "redirect_cycle": (f"{REDIRECTS}:1", {REDIRECTS: "a: b\nb: a\n"}),
    "refused_link": (f"{TEA}:6", body("[x](javascript:alert)\n")),
    "simplified": (f"{ZH}:6", {ZH: ARTICLE + "请联系客户服务\n"}),
    "stale_section": (f"{ZH}:6", {ZH: MATTER + 'translates:\n  "": 00000000\n---\n'}),
    "stray_emphasis": (f"{TEA}:6", body("看**這裡：**請看\n")),
    "stray_link": (f"{TEA}:7", body("A\n[tea] (tea.md)\n")),
    "stray_table": (f"{TEA}:7", body("| a | b |\n|---|\n")),
    "too_large": (f"{TEA}:0", {TEA: ARTICLE + "x" * 5_000_000}),
    "unclosed_block": (f"{TEA}:6", body("::: faq\n### A\n")),
    "unknown_block": (f"{TEA}:6", body("::: fqa\n:::\n")),
    "unknown_callout": (f"{TEA}:6", body("> [!NOTES]\n> x\n")),
    "unknown_file": ("articles/en/drinks/tea.txt:0", {"articles/en/drinks/tea.txt": "x"}),
    "unknown_key": (f"{TEA}:5", {TEA: MATTER + "titel: x\n---\n"}),
    "unknown_locale": ("articles/english:0", {"articles/english/drinks/tea.md": ARTICLE}),
    "unknown_section": (f"{ZH}:6", {ZH: MATTER + "translates:\n  gone: 12345678\n---\n"}),
    "unknown_variable": (f"{TEA}:6", body("{{ produkt }}\n")),
    "untracked_translation": (f"{ZH}:2", {ZH: ARTICLE}),
    "unused_picture": (f"{MEDIA}/a.png:0", {f"{MEDIA}/a.png": PNG}),
    "unused_text": (
        "articles/en/drinks/_index.md:5",
        {"articles/en/drinks/_index.md": CATEGORY + "x"},
    ),
    "wording": (f"{ZH}:6", {ZH: ARTICLE + "視頻\n", "i18n/zh_HK/wording.yaml": "視頻: 影片\n"}),
    "yaml": (f"{TEA}:2", {TEA: "---\na: &a [x]\nb: *a\n---\n"}),
}
"""By code: the place it must be found at, and the files that hold it."""


@pytest.mark.parametrize("code", [*SEEDS])
def test_every_kind_of_fault_is_found(tmp_path: Path, code: str) -> None:
    place, files = SEEDS[code]
    root = folder(tmp_path, {**BASE, **files})
    report = check(SETTINGS, [root, Root(kettle_root().path, "<starter>/")])
    found = [str(problem) for problem in (*report.errors, *report.warnings)]
    ours = [one for one in found if f": {code}: " in one]
    assert any(one.startswith(f"{place}: ") for one in ours), ours or found


def test_a_link_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    root = folder(tmp_path / "site", BASE)
    (tmp_path / "secret.md").write_text(ARTICLE, "utf-8")
    (root.path / POT).symlink_to(tmp_path / "secret.md")
    (root.path / "articles/en/far").symlink_to(tmp_path)
    report = check(SETTINGS, [root, Root(kettle_root().path, "<starter>/")])
    found = {problem.file for problem in report.errors if problem.code == "symlink"}
    assert found == {POT, "articles/en/far"}


def test_every_code_a_writer_can_meet_is_explained() -> None:
    page = Path(__file__).parents[2] / "docs" / "writing.md"
    explained = set(re.findall(r"^\| `([a-z0-9_]+)` \|", page.read_text("utf-8"), re.MULTILINE))
    assert (set(SEEDS) | {"symlink"}) - explained == set()
