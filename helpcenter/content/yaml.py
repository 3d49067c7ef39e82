"""Safe YAML for writers: plain data with the line of every entry, faults said in their words.

A narrow reading on purpose: aliases, tags, duplicate keys and second documents are refused, depth
and size are bounded, keys are always text (`off:` is a key, not a boolean) and only `true` and
`false` are booleans. Dates stay text; a schema parses them.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import yaml

from helpcenter.content.problems import ContentError, Problem

Path = tuple[str | int, ...]
"""The way to an entry: keys and list positions from the top."""

MAX_DEPTH = 24
MAX_ENTRIES = 100_000
MAX_DIGITS = 15
"""Longer numbers (card numbers, references) stay text."""

_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]*)\Z")
_FLOAT = re.compile(r"[-+]?(?:0|[1-9][0-9]*)\.[0-9]+\Z")
_CONSTANTS: dict[str, bool | None] = {
    "": None,
    "~": None,
    "null": None,
    "true": True,
    "True": True,
    "false": False,
    "False": False,
}


@dataclass(frozen=True, slots=True)
class Loaded:
    """Plain data (dict, list, str, int, float, bool, None) and the lines its entries stand on.

    `digest` is a hex digest of the text that was read.
    """

    value: object
    lines: Mapping[Path, int]
    digest: str = ""

    def line(self, path: Sequence[str | int] = ()) -> int:
        """Return the line (from 1) of the entry at `path`, or of its nearest known ancestor."""
        for end in range(len(path), -1, -1):
            found = self.lines.get(tuple(path[:end]))
            if found is not None:
                return found
        return 1


def load(text: str, file: str, first_line: int = 1) -> Loaded:
    """Read one YAML document; an empty one gives None.

    `file` and `first_line` (where `text` begins in it) are for messages. Raises `ContentError`.
    """
    return _Builder(text, file, first_line).build()


class _Builder:
    """Builds the data from libyaml's events, so that nothing is ever expanded or constructed."""

    def __init__(self, text: str, file: str, first_line: int) -> None:
        self._text = text
        self._file = file
        self._first = first_line
        self._lines: dict[Path, int] = {}
        self._entries = 0

    def build(self) -> Loaded:
        try:
            events = iter(yaml.parse(self._text, Loader=yaml.CSafeLoader))
            value: object = None
            for event in events:
                if isinstance(event, yaml.DocumentStartEvent):
                    if () in self._lines:
                        raise self._fault(event, "a file holds one document: remove this `---`")
                    value = self._value(next(events), events, ())
        except yaml.YAMLError as error:
            raise self._explain(error) from None
        digest = hashlib.sha256(self._text.encode(errors="surrogatepass")).hexdigest()
        return Loaded(value, self._lines, digest)

    def _value(self, event: yaml.Event, events: Iterator[yaml.Event], path: Path) -> object:
        self._entries += 1
        if self._entries > MAX_ENTRIES:
            raise self._fault(event, f"more than {MAX_ENTRIES} entries: split the file")
        if len(path) > MAX_DEPTH:
            raise self._fault(event, f"nested deeper than {MAX_DEPTH} levels: flatten it")
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise self._fault(event, "anchors and aliases (`&x`, `*x`) are refused: write it out")
        if getattr(event, "tag", None):
            raise self._fault(event, "tags (`!x`) are refused: remove it, or quote the text")
        if path not in self._lines:
            self._lines[path] = self._line(event)
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(events, path)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(events, path)
        return _scalar(event)

    def _mapping(self, events: Iterator[yaml.Event], path: Path) -> dict[str, object]:
        found: dict[str, object] = {}
        while not isinstance(event := next(events), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent) or event.anchor or event.tag:
                raise self._fault(
                    event, "a key must be plain text; quote text that begins with `{` or `[`"
                )
            key = str(event.value)
            place = (*path, key)
            if key in found:
                first = self._lines[place]
                raise self._fault(event, f"`{key}` stands here twice, first on line {first}")
            self._lines[place] = self._line(event)
            found[key] = self._value(next(events), events, place)
        return found

    def _sequence(self, events: Iterator[yaml.Event], path: Path) -> list[object]:
        found: list[object] = []
        while not isinstance(event := next(events), yaml.SequenceEndEvent):
            found.append(self._value(event, events, (*path, len(found))))
        return found

    def _line(self, event: yaml.Event) -> int:
        return self._first + (event.start_mark.line if event.start_mark else 0)

    def _fault(self, event: yaml.Event, message: str) -> ContentError:
        return self._error(self._line(event), message)

    def _error(self, line: int, message: str) -> ContentError:
        return ContentError([Problem(self._file, line, "yaml", message)])

    def _explain(self, error: yaml.YAMLError) -> ContentError:
        if isinstance(error, yaml.reader.ReaderError):
            line = self._text.count("\n", 0, error.position)
            return self._error(self._first + line, "a control character stands here: remove it")
        mark = getattr(error, "problem_mark", None)
        line = min(mark.line if mark else 0, self._text.count("\n"))
        rows = self._text.split("\n")
        if rows[line].lstrip(" ").startswith("\t"):
            return self._error(self._first + line, "indented with a tab: use two spaces")
        what = getattr(error, "problem", None) or "this cannot be read as YAML"
        hint = (
            "check the indentation and quote text that holds `: `, `#`, `{` or begins with `*&!%@`"
        )
        return self._error(self._first + line, f"{what}; {hint}")


def _scalar(event: yaml.Event) -> object:
    text = str(getattr(event, "value", ""))
    if getattr(event, "style", None):
        return text
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if _INTEGER.match(text):
        return int(text) if len(text) <= MAX_DIGITS else text
    return float(text) if _FLOAT.match(text) else text
