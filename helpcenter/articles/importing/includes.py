"""Pieces of pages that other pages include, and names that stand for words."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from helpcenter.articles.importing.lines import Line, indent_of, numbered, outside_code
from helpcenter.articles.importing.pages import clean, one_line
from helpcenter.content.problems import ContentError
from helpcenter.content.roots import Root, Source, read_bytes
from helpcenter.content.yaml import load

_WHOLE = (
    re.compile(r"\{!\s*(?P<path>[\w./-]+)\s*!\}"),
    re.compile(r"-+8<-+\s+[\"'](?P<path>[\w./-]+)[\"']"),
    re.compile(r"\[!INCLUDE\s*\[[^\]]*\]\((?P<path>[^)\s]+)\)\]", re.IGNORECASE),
    re.compile(r"\{%-?\s*include(?:_relative)?\s+[\"']?(?P<path>[\w./-]+)[^%]*-?%\}"),
    re.compile(r"\{%-?\s*data\s+(?P<data>reusables\.[\w.-]+)\s*-?%\}"),
    re.compile(r"<(?P<name>[A-Z]\w*)\s*/>"),
)
_IMPORT = re.compile(r"import\s+(\w+)\s+from\s+[\"']([^\"']+\.mdx?)[\"']")
_FOLDERS = (
    "",
    "include",
    "includes",
    "_includes",
    "_partials",
    "partials",
    "snippets",
    "_snippets",
)
_DEEPEST = 4
_LARGEST = 200_000
_MOST = 5_000
"""Lines that a page may grow to by what it includes."""


@dataclass
class Includes:
    """Finds pieces below a folder, or in `data` beside it."""

    root: Root
    words: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, root: Root) -> "Includes":
        """Read the names that a folder of data gives words to."""
        found = cls(root)
        for base in (root.path, root.path.parent):
            for file in sorted((base / "data" / "variables").glob("*.y*ml")):
                found.words |= {f"variables.{name}": v for name, v in _values(base, file)}
        return found

    def expand(self, lines: Sequence[Line], folder: str, depth: int = 0) -> list[Line]:
        """Return the lines with what they include in its place, under the line's own number."""
        names = dict(_IMPORT.findall("\n".join(text for _, text in lines)))
        done: list[Line] = []
        for _, (number, text), plain in outside_code(lines):
            piece = self._piece(text.strip(), folder, names) if plain and depth < _DEEPEST else None
            if piece is None or len(done) > _MOST:
                done.append((number, text))
                continue
            margin = " " * indent_of(text)
            inner = self.expand(numbered(piece), folder, depth + 1)
            done += [(number, margin + one if one.strip() else "") for _, one in inner]
        return done

    def _piece(self, text: str, folder: str, names: Mapping[str, str]) -> str | None:
        if not text.startswith(("{", "-", "[", "<")):
            return None
        for pattern in _WHOLE:
            if (found := pattern.fullmatch(text)) is None:
                continue
            given = found.groupdict()
            path = names.get(given["name"]) if given.get("name") else given.get("path")
            if given.get("data"):
                path = f"data/{given['data'].replace('.', '/')}.md"
            return self._read(path, folder) if path else None
        return None

    def _read(self, path: str, folder: str) -> str | None:
        bare = re.sub(r"\A(?:\.\.?/|/|@site/)+", "", path)
        places = [f"{folder}/{path}", f"{folder}/{bare}", *(f"{one}/{bare}" for one in _FOLDERS)]
        for base in (self.root.path, self.root.path.parent):
            for place in dict.fromkeys(one.lstrip("/") for one in places):
                inside = base == self.root.path or place.startswith("data/")
                if inside and (base / place).is_file():
                    return _text(base, place)
        return None


def _text(base: Path, place: str) -> str | None:
    try:
        text = read_bytes(Source(Root(base.resolve()), place), _LARGEST).decode("utf-8-sig")
    except (ContentError, UnicodeDecodeError):
        return None
    return re.sub(r"\A---\n.*?\n---\n", "", clean(text), count=1, flags=re.DOTALL)


def _values(base: Path, file: Path) -> Iterator[tuple[str, str]]:
    text = _text(base, file.relative_to(base).as_posix())
    try:
        found = load(text or "", file.name).value
    except ContentError:
        return
    for name, value in found.items() if isinstance(found, dict) else ():
        if isinstance(value, str):
            # One may be written in terms of another: only plain words are taken.
            yield f"{file.stem}.{name}", one_line(re.sub(r"\{%.*?%\}", "", value))
