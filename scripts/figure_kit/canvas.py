"""A small SVG canvas: shapes, text and the one palette all figures share."""

import unicodedata
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

WIDTH = 720
FONT = '"PingFang HK","Noto Sans HK","Noto Sans CJK HK","Microsoft JhengHei",system-ui,sans-serif'
# Meanings first, values second: dark mode redefines the values and nothing else.
_LIGHT = {
    "paper": "#ffffff",
    "frame": "#dde4e5",
    "bar": "#f5f8f8",
    "skeleton": "#ebf0f0",
    "ink": "#10181b",
    "muted": "#536066",
    "accent": "#00634d",
    "wash": "#eef6f3",
    "on-accent": "#ffffff",
}
_DARK = {
    "paper": "#141c1e",
    "frame": "#2a3639",
    "bar": "#1c2628",
    "skeleton": "#2a3639",
    "ink": "#e3eaeb",
    "muted": "#a5b2b6",
    "accent": "#63cfae",
    "wash": "#12312a",
    "on-accent": "#0e1415",
}
_CLASSES = (
    ".paper{fill:var(--paper)}.bar{fill:var(--bar)}.skeleton{fill:var(--skeleton)}"
    ".ink{fill:var(--ink)}.accent{fill:var(--accent)}.wash{fill:var(--wash)}.frame{fill:var(--frame)}"
    ".box{fill:var(--paper);stroke:var(--frame);stroke-width:1.5}"
    ".dashed{fill:var(--paper);stroke:var(--frame);stroke-width:1.5;stroke-dasharray:6 5}"
    ".ring{fill:none;stroke:var(--accent);stroke-width:2.5}"
    ".line{fill:none;stroke:var(--frame);stroke-width:1.5}"
    ".stroke{fill:none;stroke:var(--muted);stroke-width:2;stroke-linecap:round;"
    "stroke-linejoin:round}"
    ".bold{fill:none;stroke:var(--accent);stroke-width:2.5;stroke-linecap:round;"
    "stroke-linejoin:round}"
    f"text{{font-family:{FONT};fill:var(--ink)}}"
    ".t-muted{fill:var(--muted)}.t-accent{fill:var(--accent)}.t-on{fill:var(--on-accent)}"
)


def text_width(text: str, size: float) -> float:
    """Return about how wide `text` is in pixels at `size` pixels: Han is square, Latin narrower."""
    wide = sum(unicodedata.east_asian_width(char) in "WF" for char in text)
    return size * (wide + 0.56 * (len(text) - wide))


def wrap(text: str, size: float, width: float) -> list[str]:
    """Break `text` into lines no wider than `width` pixels and of much the same length."""
    lines = _fill(text, size, width)
    while width > size and len(shorter := _fill(text, size, width - 4)) == len(lines):
        lines, width = shorter, width - 4
    return lines


def _fill(text: str, size: float, width: float) -> list[str]:
    """Break at spaces, or between Han characters where there are any."""
    glue = " " if text.isascii() else ""
    lines: list[str] = []
    for word in text.split(" ") if glue else text:
        longer = f"{lines[-1]}{glue}{word}" if lines else word
        # A line never begins with a closing mark (Chinese typesetting).
        if lines and (text_width(longer, size) <= width or word in "，。、；：！？」"):
            lines[-1] = longer
        else:
            lines.append(word)
    return lines


@dataclass
class Canvas:
    """Collects shapes and prints one SVG document, `WIDTH` by `height` pixels."""

    title: str
    lang: str
    height: int
    parts: list[str] = field(default_factory=list)

    def rect(self, area: "Area", style: str, radius: float = 8) -> None:
        """Draw a rectangle with rounded corners."""
        self.parts.append(
            f'<rect class="{style}" x="{area.x:g}" y="{area.y:g}" width="{area.width:g}" '
            f'height="{area.height:g}" rx="{radius:g}"/>'
        )

    def circle(self, x: float, y: float, radius: float, style: str) -> None:
        """Draw a circle around (x, y)."""
        self.parts.append(f'<circle class="{style}" cx="{x:g}" cy="{y:g}" r="{radius:g}"/>')

    def path(self, d: str, style: str) -> None:
        """Draw a path given in SVG's own notation."""
        self.parts.append(f'<path class="{style}" d="{d}"/>')

    def text(self, x: float, y: float, text: str, style: str = "", **kind: float | str) -> None:
        """Write one line with its baseline at y; `kind`: size (15), weight (400), anchor."""
        size, weight = kind.get("size", 15), kind.get("weight", 400)
        anchor = kind.get("anchor", "start")
        self.parts.append(
            f'<text class="{style}" x="{x:g}" y="{y:g}" font-size="{size}" '
            f'font-weight="{weight}" text-anchor="{anchor}">{escape(text)}</text>'
        )

    def paragraph(self, area: "Area", text: str, style: str = "", **kind: float | str) -> float:
        """Write `text` wrapped inside `area`; return the baseline the next line would have."""
        size = float(kind.get("size", 15))
        x = area.centre if kind.get("anchor") == "middle" else area.x
        y = area.y + size
        for line in wrap(text, size, area.width):
            self.text(x, y, line, style, **kind)
            y += size * 1.5
        return y

    def render(self) -> str:
        """Return the document."""
        style = (
            f":root{{{_variables(_LIGHT)}}}"
            f"@media (prefers-color-scheme:dark){{:root{{{_variables(_DARK)}}}}}{_CLASSES}"
        )
        body = "\n".join(self.parts).replace(' class=""', "")
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{self.height}" '
            f'viewBox="0 0 {WIDTH} {self.height}" role="img" aria-labelledby="title" '
            f'lang="{self.lang}">\n<title id="title">{escape(self.title)}</title>\n'
            f"<style>{style}</style>\n{body}\n</svg>\n"
        )


def _variables(palette: dict[str, str]) -> str:
    return "".join(f"--{name}:{value};" for name, value in palette.items())


@dataclass(frozen=True)
class Area:
    """A rectangle in pixels."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        """The x of the right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> float:
        """The y of the lower edge."""
        return self.y + self.height

    @property
    def centre(self) -> float:
        """The x of the middle."""
        return self.x + self.width / 2

    @property
    def middle(self) -> float:
        """The y of the middle."""
        return self.y + self.height / 2

    def grown(self, by: float) -> "Area":
        """Return the area `by` pixels larger on every side."""
        return Area(self.x - by, self.y - by, self.width + 2 * by, self.height + 2 * by)
