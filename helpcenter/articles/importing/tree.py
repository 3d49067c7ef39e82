"""A forgiving reading of HTML: whatever is written, a tree of bounded depth comes out."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

LINE = "data-line"
"""The attribute by which Markdown tells what line of its file an element came from."""

MAX_DEPTH = 60
"""Elements nested deeper lose their tags and keep their words."""

VOID = frozenset(
    "area base br col embed hr img input link meta param source track wbr".split()  # noqa: SIM905 - reads better
)
BLOCKS = frozenset(
    "address article aside blockquote body center dd details dialog div dl dt fieldset figcaption "  # noqa: SIM905 - reads better
    "figure footer form h1 h2 h3 h4 h5 h6 header hr html iframe li main nav ol p pre section "
    "summary table tbody td tfoot th thead tr ul video".split()
)
"""Elements that stand on their own, between paragraphs."""

_CLOSED_BY: dict[str, frozenset[str]] = {
    "p": BLOCKS,
    "li": frozenset({"li"}),
    "dt": frozenset({"dt", "dd"}),
    "dd": frozenset({"dt", "dd"}),
    "tr": frozenset({"tr", "tbody", "thead", "tfoot"}),
    "td": frozenset({"td", "th", "tr", "tbody", "tfoot"}),
    "th": frozenset({"td", "th", "tr", "tbody", "tfoot"}),
    "thead": frozenset({"tbody", "tfoot"}),
    "tbody": frozenset({"tbody", "tfoot"}),
    "option": frozenset({"option"}),
}
"""An open element on the left is closed by the beginning of one on the right."""

_HOLDERS = {
    "li": frozenset({"ul", "ol"}),
    "dt": frozenset({"dl"}),
    "dd": frozenset({"dl"}),
    "tr": frozenset({"table"}),
    "td": frozenset({"table"}),
    "th": frozenset({"table"}),
}
"""Beyond these, nothing is closed by a beginning: an inner list leaves the outer item open."""


@dataclass(eq=False)
class Node:
    """An element, or a run of text (tag ""); `line` is where it began, counted from 1."""

    tag: str
    line: int = 1
    attrs: dict[str, str] = field(default_factory=dict)
    text: str = ""
    children: list["Node"] = field(default_factory=list)

    def walk(self) -> Iterator["Node"]:
        """Yield every node below this one, in the order of the document."""
        waiting = list(reversed(self.children))
        while waiting:
            node = waiting.pop()
            yield node
            waiting.extend(reversed(node.children))

    @property
    def words(self) -> str:
        """The words inside, spaces made one."""
        return " ".join("".join(node.text for node in (self, *self.walk())).split())

    @property
    def classes(self) -> frozenset[str]:
        """The classes of an element."""
        return frozenset(self.attrs.get("class", "").lower().split())

    def first(self, *tags: str) -> "Node | None":
        """Return the first element below with one of these tags."""
        return next((node for node in self.walk() if node.tag in tags), None)


def parse(html: str, line: int = 1) -> Node:
    """Read HTML whose first line is `line` of its file."""
    builder = _Builder(line)
    builder.feed(html)
    builder.close()
    return builder.root


class _Builder(HTMLParser):
    def __init__(self, line: int) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("body", line)
        self._open = [self.root]
        self._buried: list[str] = []
        """Tags too deep to be elements, so that their ends close nothing else."""
        self._shift = line - 1

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if found.get(LINE, "").isdigit():
            self._shift = int(found.pop(LINE)) - self.getpos()[0]
        self._make_room(tag)
        node = Node(tag, self._line(), found)
        if len(self._open) > MAX_DEPTH and tag not in VOID:
            self._buried.append(tag)
            return
        self._open[-1].children.append(node)
        if tag not in VOID:
            self._open.append(node)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in self._buried:
            del self._buried[len(self._buried) - 1 - self._buried[::-1].index(tag) :]
            return
        for index in range(len(self._open) - 1, 0, -1):
            if self._open[index].tag == tag:
                del self._open[index:]
                return

    def handle_data(self, data: str) -> None:
        self._open[-1].children.append(Node("", self._line(), text=data))

    def handle_comment(self, data: str) -> None:
        """Take the line a comment of ours tells."""
        name, _, number = data.strip().partition("=")
        if name == LINE and number.isdigit():
            self._shift = int(number) - self.getpos()[0]

    def _line(self) -> int:
        return max(1, self.getpos()[0] + self._shift)

    def _make_room(self, tag: str) -> None:
        """Close what the beginning of `tag` closes."""
        while (index := self._closed_by(tag)) is not None:
            del self._open[index:]

    def _closed_by(self, tag: str) -> int | None:
        for index in range(len(self._open) - 1, 0, -1):
            opened = self._open[index].tag
            if tag in _CLOSED_BY.get(opened, ()):
                return index
            if opened in _HOLDERS.get(tag, ()) or (opened in BLOCKS and tag not in _HOLDERS):
                return None
        return None
