"""Whatever a writer types: faults are told, nothing breaks, and no script ever comes out."""

import re
from html.parser import HTMLParser
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import example, given, settings
from hypothesis import strategies as st

from helpcenter.content.problems import Report
from helpcenter.i18n.locale import SOURCE
from tests.articles.pages import TEA, load
from tests.factories import ARTICLE

TAGS = {
    "a",
    "blockquote",
    "br",
    "code",
    "details",
    "div",
    "em",
    "figcaption",
    "figure",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "img",
    "li",
    "ol",
    "p",
    "pre",
    "section",
    "source",
    "strong",
    "summary",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
    "track",
    "ul",
    "video",
}
PIECES = st.sampled_from(
    [
        *"\n \t*_`#>-|![](){}<>:&\"'\\~=+1.",
        "\n\n", "::: faq\n", "::: video\n", "::: cards\n", "\n:::\n", "### ", "## ", "{#x}",
        "> [!NOTE]\n", "[!", "1. ", "- ", '![a](b.svg "c")', "[a](javascript:alert(1))",
        "[a](JaVa&#x73;cript:x)", "[a]: javascript:x\n", "<script>", "</p>", "<img onerror=x>",
        "{{ product }}", "{{", "| a | b |\n|:-|-:|\n", "<https://x.y>", "src: x\ntitle: y\n",
        "&lt;script&gt;", "水煲", "。", "\u202e", "\x00", "\ud7ff", "<!--", "```", "onload=",
        '" onmouseover="x', "data:text/html,x", "//evil.example", "page:contact", "portal:x",
    ]
)  # fmt: skip


class Reader(HTMLParser):
    """Holds every tag and attribute against what our articles consist of."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in TAGS, tag
        for name, value in attrs:
            assert not name.startswith("on"), name
            assert name != "style"
            if name in {"href", "src", "poster"}:
                assert re.match(r"/(?!/)|#|https?://|mailto:|\Z", value or ""), value
        if tag not in {"br", "hr", "img", "source", "track"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def _hold(body: str) -> None:
    with TemporaryDirectory() as path:
        report = Report()
        library = load(Path(path), {TEA: (ARTICLE + body).encode("utf-8", "replace")}, report)
        article = library.articles.get((SOURCE, "tea"))
        if article is None:
            assert report.errors
            return
        lines = body.count("\n") + ARTICLE.count("\n") + 2
        assert all(0 <= problem.line <= lines for problem in report.problems)
    reader = Reader()
    reader.feed(article.html)
    reader.close()
    assert reader.open == []
    assert "<script" not in article.html.lower()


@settings(max_examples=150, deadline=None)
@given(st.lists(PIECES, max_size=30).map("".join))
@example("![](javascript:alert(1))\n[x](<javascript:alert(1)>)\n")
@example('## <svg onload=alert(1)> {#a" onclick="x}\n')
@example('::: video\nsrc: "https://x\\" onload=\\"y"\ntitle: "<script>"\n:::\n')
@example("::: faq\n- ### a\n  ::: cards\n:::\n:::\n")
@example("- ::: faq\n### a\n:::\n")
@example("> ::: faq\n### a\n> :::\n")
@example("::: faq\n> ### Q\n:::\n")
@example("[![a](b.svg)](c.md)\n")
@example("*![a](b.svg)\n![a](b.svg)*\n")
def test_any_markdown_gives_safe_html_or_faults(body: str) -> None:
    _hold(body)


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=200))
def test_any_text_gives_safe_html_or_faults(body: str) -> None:
    _hold(body)


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=120), st.binary(max_size=60))
def test_any_front_matter_and_any_bytes_are_read_or_refused(text: str, data: bytes) -> None:
    with TemporaryDirectory() as path:
        report = Report()
        matter = f"---\ntitle: {text}\n---\n".encode("utf-8", "replace")
        files: dict[str, str | bytes] = {
            TEA: matter,
            "articles/en/drinks/raw.md": data,
            "articles/redirects.yaml": data,
            "articles/en/_suggest.yaml": data,
            "articles/en/more/_index.md": data,
        }
        load(Path(path), files, report)
        assert report.errors  # `updated` is always missing
