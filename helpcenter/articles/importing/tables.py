"""Tables, each row on one line; what is only laid out as a table becomes what it holds."""

import re
from collections.abc import Callable, Iterator, Sequence

from helpcenter.articles.importing import inline
from helpcenter.articles.importing.inline import Doors
from helpcenter.articles.importing.tree import BLOCKS, Node

_WIDEST = 40
_CELLS = frozenset({"td", "th"})
_PIPE = re.compile(r"(?<!\\)\|")


def table(node: Node, doors: Doors, inside: Callable[[Node], str]) -> list[str]:
    """Return a table's Markdown; one with a single cell a row gives what is `inside` its cells."""
    rows = [cells for row in _rows(node) if (cells := [c for c in row.children if c.tag in _CELLS])]
    caption = next((child for child in node.children if child.tag == "caption"), None)
    lead = [inline.write(caption.children, doors)] if caption else []
    if not rows or max(map(len, rows)) < 2:  # noqa: PLR2004 - a table has two columns
        return [*lead, *(inside(cell) for row in rows for cell in row)]
    lines = [[text for cell in row for text in _cell(cell, doors)][:_WIDEST] for row in rows]
    wide = max(map(len, lines))
    filled = [[*line, *[""] * (wide - len(line))] for line in lines]
    # Markdown has no table without a head: the first row is taken for it.
    head, *rest = filled
    rule = ["---"] * wide
    return [*lead, "\n".join(f"| {' | '.join(line)} |" for line in (head, rule, *rest))]


def _rows(node: Node) -> Iterator[Node]:
    """Yield the rows of this table, not of one inside it."""
    for child in node.children:
        if child.tag == "tr":
            yield child
        elif child.tag in {"thead", "tbody", "tfoot"}:
            yield from _rows(child)


def _cell(cell: Node, doors: Doors) -> Iterator[str]:
    parts = list(_parts(cell.children))
    words = "; ".join(filter(None, (inline.write(part, doors) for part in parts)))
    yield _PIPE.sub(r"\\|", words.replace("\\\n", " ").replace("\n", " "))
    span = cell.attrs.get("colspan", "1")
    yield from [""] * (min(int(span), _WIDEST) - 1 if span.isdigit() and span != "0" else 0)


def _parts(nodes: Sequence[Node]) -> Iterator[list[Node]]:
    """Cut a cell at its blocks, so that their words do not run together."""
    run: list[Node] = []
    for node in nodes:
        if node.tag in BLOCKS:
            yield run
            run = []
            yield from _parts(node.children)
        else:
            run.append(node)
    yield run
