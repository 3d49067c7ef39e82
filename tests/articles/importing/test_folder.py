"""Folders of Markdown: categories, locales, pictures, links, addresses, and doing it twice."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpcenter.articles.model import Status
from helpcenter.i18n.locale import SOURCE, Locale
from tests.articles.importing.bringing import Brought, markdown, one
from tests.articles.pages import PNG

ZH = Locale("zh_HK")

SHOP: dict[str, str | bytes] = {
    "docs/index.md": "# Kettles\n\nEverything about kettles, in one place for you.\n",
    "docs/brewing/_category_.json": '{"label": "Brewing tea", "position": 2}',
    "docs/brewing/01-first-cup.md": (
        "---\nid: first\ndescription: Boil, pour, wait.\nsidebar_position: 3\ntags: [tea, hot]\n"
        "last_update:\n  date: 2024-02-03\n---\n# Your first cup\n\n"
        "See [steam](steam.mdx#too-much) and "
        "[home](../index.md).\n\n![The pot](./img/pot.png)\n![Again](/img/pot.png)\n"
    ),
    "docs/brewing/steam.mdx": (
        "+++\ntitle = 'Steam'\ndraft = false\n+++\n\n## Too much\n\nOpen it.\n"
    ),
    "docs/brewing/img/pot.png": PNG,
    "static/img/pot.png": PNG + b"other",
    "docs/paying.zh-HK.md": "---\ntitle: 付款\n---\n\n用信用卡付款。\n",
    "docs/paying.md": '{"title": "Paying", "aliases": ["/old/pay"]}\n\nPay by card.\n',
    "docs/draft.md": "---\ntitle: Later\ndraft: true\n---\nWords.\n",
    "LICENSE.md": "Do as you like.",
}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Brought:
    return markdown(tmp_path_factory.mktemp("shop"), SHOP, "/docs")


def test_everything_finds_its_place(shop: Brought) -> None:
    assert shop.files == [
        ".imported.json",
        "_media/first-cup/en/pot-" + next(f for f in shop.files if "pot-" in f)[-10:],
        "_media/first-cup/en/pot.png",
        "en/brewing/_index.md",
        "en/brewing/first-cup.md",
        "en/brewing/steam.md",
        "en/general/_index.md",
        "en/general/draft.md",
        "en/general/index.md",
        "en/general/paying.md",
        "redirects.yaml",
        "zh_HK/general/_index.md",
        "zh_HK/general/paying.md",
    ]
    assert shop.notes == []


def test_front_matter_of_any_kind_is_read(shop: Brought) -> None:
    cup = shop.library.articles[SOURCE, "first-cup"]
    assert (cup.title, cup.summary, cup.order) == ("Your first cup", "Boil, pour, wait.", 3)
    assert (cup.keywords, str(cup.updated)) == (("tea", "hot"), "2024-02-03")
    assert shop.library.articles[SOURCE, "steam"].title == "Steam"
    assert shop.library.articles[SOURCE, "draft"].status is Status.DRAFT
    assert shop.library.articles[ZH, "paying"].title == "付款"
    brewing = shop.library.categories[SOURCE, "brewing"]
    assert (brewing.title, brewing.order) == ("Brewing tea", 2)


def test_links_and_pictures_lead_where_they_led(shop: Brought) -> None:
    body = shop.body("en/brewing/first-cup.md")
    assert "[steam](steam.md#too-much) and [home](../general/index.md)" in body
    assert "![The pot](pot.png)" in body
    assert "![Again](pot-" in body


def test_old_addresses_lead_here(shop: Brought) -> None:
    assert shop.library.moved["/old/pay"] == "paying"
    assert shop.library.moved["/docs/docs/brewing/steam"] == "steam"


def test_a_second_time_changes_nothing_and_a_writers_change_stays(tmp_path: Path) -> None:
    first = markdown(tmp_path, SHOP)
    before = {name: (first.path / "articles" / name).read_bytes() for name in first.files}
    again = markdown(tmp_path, SHOP)
    assert (again.outcome.written, again.outcome.kept) == (0, 0)
    assert {name: (again.path / "articles" / name).read_bytes() for name in again.files} == before
    page = first.path / "articles/en/brewing/steam.md"
    page.write_text(page.read_text("utf-8") + "\nMine.\n", "utf-8")
    changed = SHOP | {
        "docs/brewing/steam.mdx": "# Steam\n\nNew.",
        "docs/paying.md": "# Paying\n\nNew.",
    }
    third = markdown(tmp_path, changed)
    assert third.body("en/brewing/steam.md").endswith("Mine.")
    assert third.body("en/general/paying.md") == "New."
    assert "kept" in third.codes


@pytest.mark.parametrize(
    "where",
    [
        "zh-hk/a/x.md",
        "i18n/zh-HK/docusaurus-plugin-content-docs/current/a/x.md",
        "zh-TW/a/x.md",
        "a/x.zh-Hant.md",
    ],
)
def test_languages_are_told_by_folder_or_name(tmp_path: Path, where: str) -> None:
    english = (
        "en/a/x.md" if where.startswith("zh") else "docs/a/x.md" if "i18n" in where else "a/x.md"
    )
    text = "# T\n\n## One\n\nx\n\n## Two\n\ny\n"
    brought = markdown(
        tmp_path, {english: text, where: text.replace("One", "一").replace("Two", "二")}
    )
    assert {locale for locale, _ in brought.library.articles} == {SOURCE, ZH}
    ids = [section.id for section in brought.library.articles[ZH, "x"].sections]
    assert ids == ["", "one", "two"]


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("a/x.md", b"# \xff\xff", "x.md:1: not_utf8"),
        ("a/x.md", b"# T\n" + b"words " * 900_000, "x.md:0: too_large"),
        ("a/x.md", b"---\na: &a [x, x]\nb: [*a, *a]\ntitle: T\n---\nw", "x.md:2: front_matter"),
        ("a/x.md", b"---\n\ttitle: T\n---\nw", "x.md:2: front_matter"),
        ("a/x.md", b"+++\ntitle = \n+++\nw", "x.md:2: front_matter"),
    ],
)
def test_a_bad_file_is_told_and_the_others_come(
    tmp_path: Path, name: str, data: bytes, says: str
) -> None:
    brought = markdown(tmp_path, {name: data, "a/good.md": "# Good\n\nWords."})
    assert any(says in note for note in brought.notes), brought.notes
    assert (SOURCE, "good") in brought.library.articles


def test_nothing_outside_the_folder_is_taken(tmp_path: Path) -> None:
    (tmp_path / "secret.md").write_text("# Secret")
    (tmp_path / "secret.png").write_bytes(PNG)
    (tmp_path / "from/a").mkdir(parents=True)
    (tmp_path / "from/a/linked.md").symlink_to(tmp_path / "secret.md")
    (tmp_path / "from/a/linked.png").symlink_to(tmp_path / "secret.png")
    (tmp_path / "from/loop").symlink_to(tmp_path / "from")
    text = "# T\n\n![a](linked.png) ![b](../../secret.png) ![c](/../secret.png)\n\n{!../secret.md!}"
    brought = markdown(tmp_path, {"a/x.md": text})
    assert {slug for _, slug in brought.library.articles} == {"x"}
    assert not any("_media" in name for name in brought.files)
    assert "Secret" not in brought.text("en/a/x.md")


@pytest.mark.parametrize(
    "text",
    [
        "<div>" * 5000 + "deep",
        "> " * 500 + "deep",
        "- " * 500 + "deep",
        "*" * 20_000,
        "[" * 20_000,
        "<" * 20_000,
        "![" * 5_000,
        "`" * 10_001 + "x",
        ":::note\n" * 500,
        "<Note>\n" * 300,
        "{% if x %}\n" * 300,
        "!!! note\n    " * 300,
        "| a " * 3_000 + "\n" + "|---" * 3_000 + "|\n",
        "[a]: b\n" * 5_000,
        "&#0; &#x110000; \x00\x1b \ufeff \u202e",
        "# \n\n## {#}\n\n### [](x)\n",
        "<table>" * 300,
        "<svg><script>x</script><p>y",
        "<!--" * 3000,
    ],
    ids=lambda text: text[:12],
)
def test_hostile_pages_come_in_harmless(tmp_path: Path, text: str) -> None:
    one(tmp_path, f"# T\n\nStart.\n\n{text}\n\nEnd.\n", "tea.mdx")


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(
    st.lists(
        st.sampled_from(
            [
                "# A\n",
                "#### B {#b}\n",
                "- x\n",
                "  1. y\n",
                "> q\n",
                "```\n",
                "| a | b |\n|---|---|\n",
                "<div>\n",
                "</div>\n",
                "**粗：**字\n",
                "[l](tea.md#b)\n",
                "{{ x }}\n",
                "\n",
                "    code\n",
                "<b>x\n",
                ":::tip\n",
                ":::\n",
                "<details><summary>q</summary>\n",
                "</details>\n",
                "![i](i.png)\n",
                "\\",
                "***",
                "_",
                "{#x}\n",
                "[^1]: z\n",
                "a[^1]\n",
            ]
        ),
        max_size=12,
    )
)
def test_whatever_is_mixed_the_result_is_sound(
    tmp_path_factory: pytest.TempPathFactory, parts: list[str]
) -> None:
    one(tmp_path_factory.mktemp("mix"), "".join(parts))
