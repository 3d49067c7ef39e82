"""From a tree of HTML to Markdown of ours: paragraphs, lists, tables, callouts, questions."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence

from helpcenter.articles.importing import inline
from helpcenter.articles.importing.callouts import kind_of, marked_kind
from helpcenter.articles.importing.inline import Doors
from helpcenter.articles.importing.tables import table
from helpcenter.articles.importing.tree import BLOCKS, Node
from helpcenter.content import variables

HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
NAME = "data-hc"
"""What an element of ours stands for: `callout`, `question`, or nothing in particular."""

_DEEPEST_LIST = 5
_FILMS = frozenset({"iframe", "video", "embed"})
_FENCE = re.compile(r"`{3,}")
_INNER_LIST = re.compile(r"\s+(?:- |1\. )")


def write(body: Node, doors: Doors) -> str:
    """Return the Markdown of a body whose headings know their `id` and `level`."""
    chunks: list[str] = []
    questions: list[str] = []
    level = 1
    for block in _top(body):
        if block.tag == "details":
            questions.append(_question(block, min(level + 1, 6), doors))
            continue
        if questions:
            chunks.append(_faq(questions))
            questions = []
        if block.tag in HEADINGS and (words := inline.write([block], doors, pictures=False)):
            level = int(block.attrs.get("level", "2"))
            chunks.append(f"{'#' * level} {words} {{#{block.attrs.get('id', 'section')}}}")
        elif block.tag not in HEADINGS:
            chunks += _block(block, doors, 0)
    if questions:
        chunks.append(_faq(questions))
    return "\n\n".join(chunk for chunk in chunks if chunk.strip())


def landmarks(body: Node) -> list[Node]:
    """Return the headings and questions that stand on their own, which get ids."""
    return [
        block
        for block in _top(body)
        if block.tag == "details" or (block.tag in HEADINGS and block.words)
    ]


def _top(body: Node) -> Iterator[Node]:
    """Yield the outermost blocks; words between them are paragraphs."""
    yield from _flow(body.children, through=True)


def _flow(nodes: Sequence[Node], *, through: bool) -> Iterator[Node]:
    """Cut children into blocks; boxes without a meaning of their own are looked `through`."""
    run: list[Node] = []
    for node in nodes:
        if not _is_block(node):
            run.append(node)
            continue
        yield from _paragraph(run)
        run = []
        if through and _is_box(node):
            yield from _flow(node.children, through=True)
        else:
            yield node
    yield from _paragraph(run)


def _paragraph(run: Sequence[Node]) -> Iterator[Node]:
    if any(node.words or node.tag == "img" or node.first("img") for node in run):
        yield Node("p", run[0].line, children=list(run))


def _is_block(node: Node) -> bool:
    if node.tag in inline.HIDDEN or not node.tag:
        return False
    return node.tag in BLOCKS or any(inner.tag in BLOCKS for inner in node.walk())


def _is_box(node: Node) -> bool:
    """Tell whether an element only holds others together."""
    if kind_of(node) or node.tag in HEADINGS:
        return False
    if node.tag == "details":
        return not _summary(node)
    plain = {"p", "ul", "ol", "dl", "pre", "table", "blockquote", "hr", "figure", "video", "iframe"}
    return node.tag not in plain or (node.tag == "p" and any(c.tag in BLOCKS for c in node.walk()))


def _inside(node: Node, doors: Doors, depth: int) -> str:
    """Return what stands inside a block, headings as bold words."""
    chunks: list[str] = []
    for block in _flow(node.children, through=True):
        chunks += _block(block, doors, depth)
    return "\n\n".join(chunk for chunk in chunks if chunk.strip())


def _block(node: Node, doors: Doors, depth: int) -> list[str]:
    if kind := kind_of(node):
        return [_callout(kind, _inside(node, doors, depth), _title(node))]
    if node.tag in HEADINGS:
        return [_bold([node], doors)]
    return _WRITERS.get(node.tag, _words)(node, doors, depth)


def _words(node: Node, doors: Doors, _depth: int) -> list[str]:
    return [inline.write(node.children if node.tag == "p" else [node], doors)]


def _rule(_node: Node, _doors: Doors, _depth: int) -> list[str]:
    return ["---"]


def _details(node: Node, doors: Doors, depth: int) -> list[str]:
    return [_bold(_summary(node), doors), _inside(_without(node, "summary"), doors, depth)]


def _table(node: Node, doors: Doors, depth: int) -> list[str]:
    return table(node, doors, lambda inner: _inside(inner, doors, depth))


def _bold(nodes: Sequence[Node], doors: Doors) -> str:
    words = inline.write([Node("strong", children=list(nodes))], doors, pictures=False)
    return words.replace("\\\n", " ")


def _list(node: Node, doors: Doors, depth: int) -> list[str]:
    number = int(start) if (start := node.attrs.get("start", "1")).isdigit() else 1
    number = number if number < 10**6 else 1
    items = []
    loose = False
    for child in node.children:
        if child.tag in {"ul", "ol"}:
            child = Node("li", child.line, children=[child])  # noqa: PLW2901 - a list in a list
        if child.tag != "li" and not child.words:
            continue
        text = _inside(child, doors, depth + 1) if depth < _DEEPEST_LIST else _flat(child, doors)
        mark = f"{number}. " if node.tag == "ol" else "- "
        number += 1
        if text:
            items.append(_tighten(mark + _indent(text, len(mark))))
            loose = loose or "\n\n" in items[-1]
    return [("\n\n" if loose else "\n").join(items)]


def _flat(node: Node, doors: Doors) -> str:
    return inline.write(node.children, doors).replace("\\\n", " ")


def _tighten(item: str) -> str:
    """Put an inner list right under the words of its item, where nothing else stands there."""
    words, gap, rest = item.partition("\n\n")
    inner = gap and "\n" not in words and "\n\n" not in rest and _INNER_LIST.match(rest)
    return f"{words}\n{rest}" if inner else item


def _indent(text: str, by: int) -> str:
    return text.replace("\n", "\n" + " " * by).replace("\n" + " " * by + "\n", "\n\n")


def _code(node: Node, _doors: Doors, _depth: int) -> list[str]:
    inner = node.first("code") or node
    classes = f"{node.attrs.get('class', '')} {inner.attrs.get('class', '')}"
    found = re.search(r"(?:language|lang|highlight-source|brush:)[-\s]?([\w+#-]+)", classes)
    language = (found[1] if found else node.attrs.get("lang", ""))[:20]
    text = "".join(
        "\n" if each.tag == "br" else each.text
        for each in node.walk()
        if not each.tag or each.tag == "br"
    ).strip("\n")
    if not text.strip():
        return []
    ticks = max((len(run) for run in _FENCE.findall(text)), default=2) + 1
    return [f"{'`' * ticks}{language}\n{variables.escape(text)}\n{'`' * ticks}"]


def _quotation(node: Node, doors: Doors, depth: int) -> list[str]:
    kind, rest = marked_kind(node)
    text = _inside(rest, doors, depth)
    return [_callout(kind, text, "") if kind else _quoted(text)]


def _callout(kind: str, text: str, title: str) -> str:
    words = f"**{title}**\n\n{text}" if title else text
    return _quoted(f"[!{kind}]\n{words}") if words.strip() else ""


def _title(node: Node) -> str:
    """Return a callout's own title where it says more than its kind."""
    title = inline.escape(" ".join(node.attrs.get("data-title", "").split())).strip("*_ ")
    usual = {"note", "tip", "info", "important", "warning", "caution", "danger", "hint"}
    return "" if title.lower().rstrip(":!") in usual else title


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.split("\n")) if text.strip() else ""


def _figure(node: Node, doors: Doors, depth: int) -> list[str]:
    caption = node.first("figcaption")
    pictures = [inner for inner in node.walk() if inner.tag == "img"]
    if len(pictures) != 1:
        return [_inside(node, doors, depth)]
    words = caption.words if caption else ""
    return [inline.picture(pictures[0], doors, words) or inline.escape(words)]


def _terms(node: Node, doors: Doors, depth: int) -> list[str]:
    blocks = _flow(node.children, through=False)
    return [
        _bold(block.children, doors) if block.tag == "dt" else _inside(block, doors, depth)
        for block in blocks
    ]


def _film(node: Node, doors: Doors, depth: int) -> list[str]:
    source = node.first("source")
    address = node.attrs.get("src") or (source.attrs.get("src", "") if source else "")
    target = doors.link(address, node) if address else None
    if target is None or not target.startswith(("https://", "http://")):
        return []
    title = " ".join(node.attrs.get("title", "").split()) or "Video"
    if depth:
        return [f"[{inline.escape(title)}]({target})"]
    quoted = title.replace("\\", " ").replace('"', "'").replace("{{", "{ {")
    return [f'::: video\nsrc: "{target}"\ntitle: "{quoted}"\n:::']


def _question(node: Node, level: int, doors: Doors) -> str:
    words = inline.write([Node("p", children=_summary(node))], doors, pictures=False)
    words = words.replace("\\\n", " ")
    id_ = node.attrs.get("id", "question")
    return f"{'#' * level} {words} {{#{id_}}}\n\n{_inside(_without(node, 'summary'), doors, 1)}"


def _faq(questions: Sequence[str]) -> str:
    return "::: faq\n" + "\n\n".join(question.rstrip() for question in questions) + "\n:::"


def _summary(node: Node) -> list[Node]:
    found = next((child for child in node.children if child.tag == "summary"), None)
    return found.children if found is not None and found.words else []


def _without(node: Node, tag: str) -> Node:
    kept = [child for child in node.children if child.tag != tag]
    return Node("div", node.line, children=kept)


_WRITERS: Mapping[str, Callable[[Node, Doors, int], list[str]]] = {
    "ul": _list,
    "ol": _list,
    "pre": _code,
    "blockquote": _quotation,
    "table": _table,
    "figure": _figure,
    "dl": _terms,
    "hr": _rule,
    "details": _details,
    **dict.fromkeys(_FILMS, _film),
}
"""How blocks are written, by tag; all others are paragraphs."""
