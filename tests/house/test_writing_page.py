"""Every example in docs/writing.md is an article that can be built."""

import re
from pathlib import Path

import pytest

from helpcenter.i18n.locale import SOURCE
from tests.articles.pages import PNG, load
from tests.factories import ARTICLE, CATEGORY

PAGE = Path(__file__).parents[2] / "docs" / "writing.md"
EXAMPLES = re.findall(
    r"^```markdown\n(.*?)^```$", PAGE.read_text("utf-8"), re.MULTILINE | re.DOTALL
)
AROUND: dict[str, str | bytes] = {
    "articles/en/drinks/tea.md": ARTICLE + "## Pour {#pour}\n",
    "articles/en/paying/_index.md": CATEGORY,
    "articles/en/paying/card.md": ARTICLE,
    "articles/_media/example/en/step.png": PNG,
    "articles/_media/example/en/film.mp4": b"\0\0\0\x18ftypmp42",
    "articles/_media/example/en/film.vtt": "WEBVTT\n",
}


@pytest.mark.parametrize("example", EXAMPLES, ids=range(len(EXAMPLES)))
def test_every_example_can_be_built(tmp_path: Path, example: str) -> None:
    text = example if example.startswith("---") else ARTICLE + example
    library = load(tmp_path, {**AROUND, "articles/en/drinks/example.md": text})
    html = library.articles[SOURCE, "example"].html
    assert html
    assert ":::" not in html
    assert "[!" not in html


def test_every_block_and_callout_has_an_example() -> None:
    shown = "\n".join(EXAMPLES)
    for mark in ("faq", "cards", "video"):
        assert f"::: {mark}\n" in shown
    for kind in ("NOTE", "TIP", "IMPORTANT", "WARNING", "CAUTION"):
        assert f"[!{kind}]" in shown
