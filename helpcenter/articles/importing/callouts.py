"""What other tools call notes, hints and admonitions, as one of GitHub's five alerts."""

import re
from dataclasses import replace

from helpcenter.articles.importing.tree import Node

KINDS = {
    **dict.fromkeys(
        ("note", "info", "information", "abstract", "summary", "seealso", "see-also"), "NOTE"
    ),
    **dict.fromkeys(("question", "example", "quote", "todo", "default", "primary", "plan"), "NOTE"),
    **dict.fromkeys(("secondary", "neutral", "aside", "flag", "disclaimer", "callout"), "NOTE"),
    **dict.fromkeys(("tip", "hint", "success", "check", "done", "best-practice", "idea"), "TIP"),
    **dict.fromkeys(("important", "attention", "required", "key"), "IMPORTANT"),
    **dict.fromkeys(
        ("warning", "warn", "alert", "beta", "deprecated", "notice-warning"), "WARNING"
    ),
    **dict.fromkeys(
        ("caution", "danger", "error", "failure", "bug", "critical", "fail"), "CAUTION"
    ),
}
"""By their names in lower case."""

_BOXES = frozenset({"div", "aside", "p", "section", "table", "blockquote"})
_SAYS_BOX = frozenset(
    "admonition callout alert notice hint note-box message infobox panel custom-block".split()  # noqa: SIM905 - reads better
)
_ALONE = frozenset({"note", "tip", "warning", "important", "caution", "danger", "info"})
_PREFIX = re.compile(
    r"(?:bs-callout|callout|alert|notice|admonition|hint|message|theme-admonition)-+"
)
_WORD = re.compile(
    r"\W{0,3}(note|tip|info|hint|important|warning|caution|danger|attention|備註|注意|提示|重要|警告)\W{0,3}\Z",
    re.IGNORECASE,
)
_CHINESE = {
    "備註": "NOTE",
    "注意": "IMPORTANT",
    "提示": "TIP",
    "重要": "IMPORTANT",
    "警告": "WARNING",
}
_GITHUB = re.compile(r"\s*\[!([A-Za-z]+)\]\s*")


def kind_of(node: Node) -> str | None:
    """Return the alert an element is, by our own mark or by its classes."""
    if node.attrs.get("data-hc") == "callout":
        return KINDS.get(node.attrs.get("data-kind", "").lower(), "NOTE")
    if node.tag not in _BOXES or not node.classes:
        return None
    names = {_PREFIX.sub("", name) for name in node.classes}
    known = [KINDS[name] for name in sorted(names) if name in KINDS and name != "callout"]
    boxed = bool(node.classes & _SAYS_BOX) or any(_PREFIX.match(name) for name in node.classes)
    if boxed:
        return known[0] if known else "NOTE"
    alone = sorted(node.classes & _ALONE)
    return KINDS[alone[0]] if alone else None


def marked_kind(node: Node) -> tuple[str | None, Node]:
    """Return the alert a quotation is by its first words, and the quotation without them.

    `> [!NOTE]`, `> **Note**` and `> **Note:** …` are such words.
    """
    paragraph = node.first("p")
    if paragraph is None or not paragraph.children:
        return None, node
    first = paragraph.children[0]
    if not first.tag and (found := _GITHUB.match(first.text)):
        kind = KINDS.get(found[1].lower())
        rest = [replace(first, text=first.text[found.end() :]), *paragraph.children[1:]]
        return kind, _with(node, paragraph, rest)
    if first.tag in {"strong", "b"} and (said := _WORD.match(first.words)):
        kind = _CHINESE.get(said[1]) or KINDS[said[1].lower()]
        return kind, _with(node, paragraph, paragraph.children[1:])
    return None, node


def _with(node: Node, paragraph: Node, children: list[Node]) -> Node:
    if children and not children[0].tag:
        children[0] = replace(children[0], text=children[0].text.lstrip(" :：\n"))
    shortened = replace(paragraph, children=children)
    if paragraph not in node.children:
        return node
    kept = [shortened if child is paragraph else child for child in node.children]
    return replace(node, children=kept)
