"""What a page holds, read with the standard library: enough to ask what stands where."""

from dataclasses import dataclass, field
from html.parser import HTMLParser

VOID = {"meta", "link", "input", "img", "br", "source", "track", "hr"}


@dataclass
class Element:
    """An element: its name, its attributes, and all text inside it."""

    tag: str
    attributes: dict[str, str]
    text: str = ""


@dataclass
class Page:
    """All elements of a document, in order."""

    elements: list[Element] = field(default_factory=list)

    def all(self, tag: str, **wanted: str) -> list[Element]:
        """Return the elements of a name with these attributes; `class_` is one class of several."""
        return [e for e in self.elements if e.tag == tag and _matches(e, wanted)]

    def one(self, tag: str, **wanted: str) -> Element:
        """Return the only such element."""
        (found,) = self.all(tag, **wanted)
        return found

    def links(self) -> list[str]:
        """Return every address of an `<a>`."""
        return [e.attributes["href"] for e in self.all("a") if "href" in e.attributes]


def parse(text: str) -> Page:
    """Read a document."""
    parser = _Parser()
    parser.feed(text)
    parser.close()
    return parser.page


def _matches(element: Element, wanted: dict[str, str]) -> bool:
    for name, value in wanted.items():
        have = element.attributes.get(name.rstrip("_"))
        if have is None or (value not in have.split() if name == "class_" else have != value):
            return False
    return True


class _Parser(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.page = Page()
        self._open: list[Element] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.page.elements.append(element)
        if tag not in VOID:
            self._open.append(element)

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop().tag != tag:
            pass

    def handle_data(self, data: str) -> None:
        for element in self._open:
            element.text += data
