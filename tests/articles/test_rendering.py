"""Taking articles over from the last build: quicker, and never another result than from scratch."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from helpcenter.articles.library import Library
from helpcenter.articles.load import load_library
from helpcenter.content.problems import Report
from helpcenter.content.roots import Root
from helpcenter.i18n.catalogues import load_catalogues
from helpcenter.i18n.locale import SOURCE
from helpcenter.settings import Settings
from tests.articles.pages import SVG, TEA
from tests.factories import ARTICLE, CATEGORY, SETTINGS, folder

CUPS = "articles/en/drinks/cups.md"
POT = "articles/_media/tea/en/pot.svg"
FILES: dict[str, str | bytes] = {
    "articles/en/drinks/_index.md": CATEGORY,
    TEA: f"{ARTICLE}{{{{ product }}}} in [cups](cups.md#blue).\n\n![A pot.](pot.svg)\n",
    CUPS: f"{ARTICLE}## Blue {{#blue}}\n\n> [!TIP]\n> Warm them.\n",
    "articles/en/drinks/milk.md": f"{ARTICLE}Cold.\n",
    POT: SVG,
}
OTHER = Settings.model_validate({"product": {"en": "Pots & Co"}})


def build(
    root: Root, before: Library | None = None, settings: Settings = SETTINGS
) -> tuple[Library, list[str]]:
    report = Report()
    catalogues = load_catalogues([root], settings, report)
    library = load_library(root, settings, catalogues, report, before)
    return library, sorted(map(str, report.problems))


def edit(name: str, old: str, new: str) -> Callable[[Root], None]:
    def change(root: Root) -> None:
        path = root.path / name
        assert old in path.read_text()
        path.write_text(path.read_text().replace(old, new))

    return change


def remove(name: str) -> Callable[[Root], None]:
    return lambda root: (root.path / name).unlink()


CHANGES: dict[str, tuple[Callable[[Root], None], set[str]]] = {
    "nothing": (lambda _: None, set()),
    "words": (edit("articles/en/drinks/milk.md", "Cold", "Warm"), {"milk"}),
    "words beside an id that is linked to": (edit(CUPS, "Warm", "Wash"), {"cups"}),
    "an id that is linked to": (edit(CUPS, "{#blue}", "{#red}"), {"cups", "tea"}),
    "a linked article is gone": (remove(CUPS), {"tea"}),
    "a linked article is a draft": (
        edit(CUPS, "updated", "status: draft\nupdated"),
        {"cups", "tea"},
    ),
    "a picture": (edit(POT, "40", "50"), {"tea"}),
    "a picture is gone": (remove(POT), {"tea"}),
    "a warning": (edit("articles/en/drinks/milk.md", "Cold", "#### Deep\n\nCold"), {"milk"}),
}


@pytest.mark.parametrize("what", CHANGES)
def test_what_is_taken_over_is_what_would_be_made_anew(tmp_path: Path, what: str) -> None:
    change, made_anew = CHANGES[what]
    root = folder(tmp_path, FILES)
    first, _ = build(root)
    change(root)
    for before in (first, build(root, first)[0]):
        again, noted = build(root, before)
        fresh, found = build(root)
        assert (again, noted) == (fresh, found)
    second, _ = build(root, first)
    taken = {
        slug
        for (locale, slug), article in second.articles.items()
        if article is first.articles.get((locale, slug))
    }
    assert taken == {slug for _, slug in second.articles} - made_anew


def test_other_words_of_the_settings_make_everything_anew(tmp_path: Path) -> None:
    root = folder(tmp_path, FILES)
    first, _ = build(root)
    second, _ = build(root, first, OTHER)
    assert "Pots &amp; Co" in second.articles[SOURCE, "tea"].html
    assert second == build(root, None, OTHER)[0]


def test_another_folder_takes_nothing_over(tmp_path: Path) -> None:
    first, _ = build(folder(tmp_path / "a", FILES))
    shutil.copytree(tmp_path / "a", tmp_path / "b")
    second, _ = build(Root((tmp_path / "b").resolve()), first)
    assert second.articles == first.articles
    assert not any(second.articles[key] is first.articles[key] for key in first.articles)


def test_a_fault_is_reported_at_every_build(tmp_path: Path) -> None:
    root = folder(tmp_path, {**FILES, TEA: f"{ARTICLE}[cups](cups.md#green)\n"})
    first, noted = build(root)
    again, noted_again = build(root, first)
    assert noted == noted_again
    assert any("broken_anchor" in problem for problem in noted)
    assert again.articles[SOURCE, "cups"] is first.articles[SOURCE, "cups"]
