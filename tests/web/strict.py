"""A strict reader of HTML: what a browser would quietly repair, it tells."""

import re
from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser

_VOID = frozenset("area base br col embed hr img input link meta source track wbr".split())  # noqa: SIM905 - reads better
_PATHS = frozenset("circle path rect line polyline polygon ellipse use".split())  # noqa: SIM905 - reads better
_BLOCKS = frozenset(
    "address article aside blockquote details div dl fieldset figure footer form h1 h2 h3 h4 h5 h6 "  # noqa: SIM905 - reads better
    "header hr main nav ol p pre section table ul".split()
)
_CHILDREN = {"ul": {"li"}, "ol": {"li"}, "tr": {"th", "td"}, "dl": {"div", "dt", "dd"}}
_REFERENCES = ("aria-labelledby", "aria-describedby", "aria-controls", "for")
_HEADING = re.compile(r"h[1-6]\Z")


@dataclass
class _Open:
    tag: str
    line: int
    words: str = ""
    is_named: bool = False


@dataclass
class Strict(HTMLParser):
    """Collects faults of one document, each with its line."""

    faults: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()
        self._stack: list[_Open] = []
        self._ids: Counter[str] = Counter()
        self._pointed: list[tuple[str, str]] = []
        self._levels: list[int] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if len(given) < len(attrs):
            self._say(f"<{tag}> has an attribute twice")
        self._place(tag)
        self._name(tag, given)
        self._point(given)
        if tag == "html" and not given.get("lang"):
            self._say("the document says no language")
        if tag == "img" and not {"alt", "width", "height"} <= given.keys():
            self._say("a picture without words or size")
        if "style" in given or any(name.startswith("on") for name in given):
            self._say(f"<{tag}> holds a style or script of its own, which our CSP forbids")
        if tag not in _VOID:
            named = bool(given.get("aria-label") or given.get("aria-labelledby"))
            self._stack.append(_Open(tag, self.getpos()[0], is_named=named))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in _VOID | _PATHS:
            self._say(f"<{tag}/> is not closed by that")
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self._stack.pop()

    def handle_endtag(self, tag: str) -> None:
        if not self._stack or self._stack[-1].tag != tag:
            opened = self._stack[-1].tag if self._stack else "nothing"
            self._say(f"</{tag}> where <{opened}> is open")
            return
        closed = self._stack.pop()
        if tag in {"a", "button", "h1", "h2", "h3", "h4", "label", "summary", "title"} and not (
            closed.words.strip() or closed.is_named
        ):
            self._say(f"<{tag}> without words")

    def handle_data(self, data: str) -> None:
        if data.strip() and self._stack and self._stack[-1].tag in _CHILDREN:
            self._say(f"words right inside <{self._stack[-1].tag}>")
        for element in self._stack:
            element.words += data

    def finish(self) -> list[str]:
        """Return all faults."""
        self.close()
        self.faults += [f"<{one.tag}> of line {one.line} is never closed" for one in self._stack]
        self.faults += [f"the id `{id_}` stands {n} times" for id_, n in self._ids.items() if n > 1]
        self.faults += [
            f"{name} points at `{id_}`, which is not there"
            for name, id_ in self._pointed
            if id_ not in self._ids
        ]
        if self._levels.count(1) != 1:
            self.faults.append(f"{self._levels.count(1)} first headings")
        return self.faults

    def _place(self, tag: str) -> None:
        parent = self._stack[-1].tag if self._stack else ""
        inside = {one.tag for one in self._stack}
        if tag not in _CHILDREN.get(parent, {tag}):
            self._say(f"<{tag}> right inside <{parent}>")
        if tag in {"a", "button"} and inside & {"a", "button", "summary"}:
            self._say(f"<{tag}> inside another thing to press")
        if tag in _BLOCKS and inside & {"p", "h1", "h2", "h3", "h4", "h5", "h6"}:
            self._say(f"<{tag}> inside a paragraph or heading")
        if tag in {"li", "tr", "td", "option"} and not self._stack:
            self._say(f"<{tag}> inside nothing")
        if _HEADING.match(tag):
            level = int(tag[1])
            if self._levels and level > self._levels[-1] + 1:
                self._say(f"<{tag}> after <h{self._levels[-1]}>")
            self._levels.append(level)

    def _name(self, tag: str, given: dict[str, str]) -> None:
        if "id" in given:
            self._ids[given["id"]] += 1
            if not given["id"] or " " in given["id"]:
                self._say(f"<{tag}> has no usable id")
        if tag == "img":
            for element in self._stack:
                element.words += given.get("alt", "")

    def _point(self, given: dict[str, str]) -> None:
        for name in _REFERENCES:
            self._pointed += [(name, id_) for id_ in given.get(name, "").split()]
        href = given.get("href", "")
        if href.startswith("#") and len(href) > 1:
            self._pointed.append(("href", href[1:]))

    def _say(self, fault: str) -> None:
        self.faults.append(f"line {self.getpos()[0]}: {fault}")


def faults(html: str) -> list[str]:
    """Return what is wrong with a document."""
    parser = Strict()
    parser.feed(html)
    return parser.finish()
