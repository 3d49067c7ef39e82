"""From Markdown to tokens: CommonMark with tables and our blocks, and never raw HTML."""

import re
import unicodedata
from collections.abc import Mapping, Sequence

from markdown_it import MarkdownIt
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from helpcenter.articles.markup.blocks import blocks_plugin
from helpcenter.articles.markup.place import Place, as_env, place_in
from helpcenter.articles.markup.tokens import spots
from helpcenter.content import variables

_HTML = re.compile(
    r"<(?:/?[A-Za-z][A-Za-z0-9-]*(?=[\s/>]|\Z)|!--|!\[CDATA\[|!DOCTYPE|\?)", re.IGNORECASE
)
_REFERENCE = re.compile(r"\[[^\[\]]+\](?:\[[^\[\]]*\]| \((?:[^()\s]+\.md|https?:)[^()]*\))")
"""What somebody meant as a link."""
_RULE = re.compile(r"\|?\s*:?-{3,}:?\s*(?:\|\s*:?-{3,}:?\s*)*\|?")
"""The line below a table's head."""
_FILLED = frozenset({"text", "code_inline", "code_block", "fence"})


def make_parser() -> MarkdownIt:
    """Make a parser; one serves a whole build."""
    md = MarkdownIt("commonmark", {"html": False, "xhtmlOut": False}).enable("table")
    # We look at every link ourselves, so that a refused one is an error and not lost silently.
    md.validateLink = lambda url: True  # type: ignore[method-assign]  # noqa: ARG005 - its own hook
    md.core.ruler.before("text_join", "look_for_faults", _look_for_faults)
    blocks_plugin(md)
    return md


def parse(md: MarkdownIt, body: str, place: Place) -> list[Token]:
    """Parse a body; faults go to the place's report."""
    tokens = md.parse(body, as_env(place))
    for token in tokens:
        token.children = _close_han_gaps(token.children) if token.children else token.children
    return tokens


def fill(tokens: Sequence[Token], words: Mapping[str, str]) -> None:
    """Put the settings' words into every text, in place; the renderer escapes them later."""
    for token in tokens:
        if token.type in _FILLED:
            token.content = variables.fill(token.content, words)
        if "title" in token.attrs:
            token.attrs["title"] = variables.fill(str(token.attrs["title"]), words)
        fill(token.children or (), words)


def _look_for_faults(state: StateCore) -> None:
    """Note what did not become what it was meant as, before entities and escapes become text."""
    place = place_in(state.env)
    before = ""
    for line, token in spots(state.tokens):
        if (before, token.type) == ("link_open", "link_close"):
            message = "a link without words: say between the square brackets where it leads"
            place.error(line, "empty_link", message)
        before = token.type
        if token.type == "text_special" and token.markup == "\\{":
            token.content = token.markup  # it escapes a variable, which `fill` sees to later
        if token.type != "text":
            continue
        if found := _HTML.search(token.content):
            message = f"raw HTML (`{found[0]}`) is not used here: write Markdown, or `code` marks"
            place.error(line, "raw_html", message)
        if "**" in token.content:
            message = "`**` that is not bold: leave punctuation outside it, or a space around it"
            place.warning(line, "stray_emphasis", message)
        if found := _REFERENCE.search(token.content):
            message = f"`{found[0]}` is no link: write `[words](address)` without a space between"
            place.warning(line, "stray_link", message)
        if "|" in token.content and _RULE.fullmatch(token.content.strip()):
            message = "this is no table: give the line below its head as many `---|` as columns"
            place.warning(line, "stray_table", message)


def _close_han_gaps(children: Sequence[Token]) -> list[Token]:
    """Drop line breaks between two Han characters, where a browser would show a space."""
    kept: list[Token] = []
    for index, token in enumerate(children):
        if token.type == "softbreak" and kept and index + 1 < len(children):
            before, after = kept[-1].content[-1:], children[index + 1].content[:1]
            if _is_wide(before) and _is_wide(after):
                continue
        kept.append(token)
    return kept


def _is_wide(character: str) -> bool:
    return bool(character) and unicodedata.east_asian_width(character) in {"W", "F"}
