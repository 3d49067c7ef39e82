"""Markdown of any dialect as a tree of HTML, every element with the line it came from."""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import pairwise
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.token import Token
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin
from mdit_py_plugins.tasklists import tasklists_plugin

from helpcenter.articles.importing import tree
from helpcenter.articles.importing.dialects import Note, convert
from helpcenter.articles.importing.inlines import clean
from helpcenter.articles.importing.lines import Line
from helpcenter.articles.importing.myst import translate
from helpcenter.articles.importing.tree import LINE, Node

_STRAY = re.compile(r"\*\*([^*\n]+)\*\*")
_ID = re.compile(r"\s*(?:\{:?\s*#([\w.:-]+)[^{}]*\}|\{/\*\s*#([\w-]+)\s*\*/\}|\[#([\w-]+)\])\s*\Z")


def read(given: Sequence[Line], note: Note, words: Mapping[str, str], *, mdx: bool) -> Node:
    """Return the tree of a body; `words` are the names the tool fills in."""
    first = given[0][0] if given else 1
    lines = clean(convert(translate(given), note), note, words, mdx=mdx)
    parser = _parser()
    tokens = parser.parse("\n".join(line for _, line in lines))
    numbers = [number for number, _ in lines]
    _tell_lines(tokens, numbers)
    _take_ids(tokens)
    root = tree.parse(parser.renderer.render(tokens, parser.options, {}), first)
    _name_questions(root)
    _embolden(root)
    return root


@cache
def _parser() -> MarkdownIt:
    md = MarkdownIt("commonmark", {"html": True, "maxNesting": 40})
    # We look at every link ourselves, so that a refused one is noted and not lost silently.
    md.validateLink = lambda url: True  # type: ignore[method-assign]  # noqa: ARG005 - its own hook
    md.enable(["table", "strikethrough"])
    md.use(deflist_plugin).use(footnote_plugin).use(tasklists_plugin)
    return md


def _tell_lines(tokens: Sequence[Token], numbers: Sequence[int]) -> None:
    for token in tokens:
        if token.map is None or token.map[0] >= len(numbers):
            continue
        number = numbers[token.map[0]]
        if token.type == "html_block":
            token.content = f"<!--{LINE}={number}-->{token.content}"
        elif token.nesting >= 0 and token.type != "inline":
            token.attrs[LINE] = str(number)


def _take_ids(tokens: Sequence[Token]) -> None:
    """Take ids that are written behind a heading's words."""
    for opener, words in pairwise(tokens):
        children: list[Any] = words.children or []
        if opener.type != "heading_open" or not children or children[-1].type != "text":
            continue
        if found := _ID.search(children[-1].content):
            opener.attrs["id"] = next(part for part in found.groups() if part)
            children[-1].content = children[-1].content[: found.start()]


def _name_questions(root: Node) -> None:
    """Give a block of ours its title: a question its summary, a tab or a card a bold line."""
    for node in list(root.walk()):
        title = node.attrs.get("data-title", "")
        if not title or node.attrs.get("data-hc") == "callout":
            continue
        words = Node("", node.line, text=title)
        if node.tag == "details":
            node.children.insert(0, Node("summary", node.line, children=[words]))
            continue
        if href := node.attrs.get("data-href"):
            words = Node("a", node.line, {"href": href}, children=[words])
        bold = Node("strong", node.line, children=[words])
        node.children.insert(0, Node("p", node.line, children=[bold]))


def _embolden(root: Node) -> None:
    """Make `**words**` bold that Markdown left as they were, as it does beside Chinese."""
    for node in [root, *root.walk()]:
        if node.tag in {"code", "pre"} or not any("**" in child.text for child in node.children):
            continue
        children: list[Node] = []
        for child in node.children:
            parts = _STRAY.split(child.text) if not child.tag else []
            if len(parts) == 1 or child.tag:
                children.append(child)
                continue
            for position, part in enumerate(parts):
                words = Node("", child.line, text=part)
                bold = Node("strong", child.line, children=[words])
                children.append(bold if position % 2 else words)
        node.children = children
