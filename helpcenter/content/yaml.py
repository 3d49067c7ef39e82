"""Safe YAML for writers: plain data with the line of every entry, faults said in their words.

A narrow reading on purpose: aliases, tags, duplicate keys and second documents are refused, depth
and size are bounded, keys are always text (`off:` is a key, not a boolean) and only `true` and
`false` are booleans. Dates stay text; a schema parses them.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, TypeAlias

import yaml

from helpcenter.content.problems import ContentError, Problem

Path = tuple[str | int, ...]
"""The way to an entry: keys and list positions from the top."""

_Event: TypeAlias = Any
"""An event of libyaml; the types of its kinds share no field."""

MAX_DEPTH = 24
MAX_ENTRIES = 100_000
MAX_DIGITS = 15
"""Longer numbers (card numbers, references) stay text."""

_SIGNS_AND_DIGITS = frozenset("+-0123456789")
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


class Loaded:
    """Plain data (dict, list, str, int, float, bool, None) and where its entries stand."""

    def __init__(self, value: object, text: str = "", first_line: int = 1) -> None:
        """`text` is what `value` was read from; it begins on `first_line` of its file."""
        self.value = value
        self._text = text
        self._first = first_line

    @cached_property
    def digest(self) -> str:
        """A hex digest of the text that was read."""
        return hashlib.sha256(self._text.encode(errors="surrogatepass")).hexdigest()

    @cached_property
    def lines(self) -> Mapping[Path, int]:
        """The line (from 1) of every entry; read again when first asked, as few files are."""
        return dict(_places(self._text, self._first))

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
    return Loaded(_Builder(text, file, first_line).build(), text, first_line)


def _events(text: str) -> Iterator[_Event]:
    """Yield libyaml's events, from which nothing is ever expanded or constructed."""
    return iter(yaml.CSafeLoader(text).get_event, None)


class _Builder:
    """Builds the data in one pass over the events; content is read at every start."""

    def __init__(self, text: str, file: str, first_line: int) -> None:
        self._text = text
        self._file = file
        self._first = first_line
        self._entries = 0

    def build(self) -> object:
        value: object = None
        begun = False
        try:
            self._events = _events(self._text)
            for event in self._events:
                if isinstance(event, yaml.DocumentStartEvent):
                    if begun:
                        raise self._fault(event, "a file holds one document: remove this `---`")
                    value, begun = self._value(next(self._events), (), None), True
        except yaml.YAMLError as error:
            raise self._explain(error) from None
        return value

    def _value(self, event: _Event, path: Path, key: str | int | None) -> object:
        self._entries += 1
        if self._entries > MAX_ENTRIES:
            raise self._fault(event, f"more than {MAX_ENTRIES} entries: split the file")
        if isinstance(event, yaml.AliasEvent) or event.anchor:
            raise self._fault(event, "anchors and aliases (`&x`, `*x`) are refused: write it out")
        if event.tag:
            raise self._fault(event, "tags (`!x`) are refused: remove it, or quote the text")
        if isinstance(event, yaml.ScalarEvent):
            return _scalar(event)
        inside = path if key is None else (*path, key)
        if len(inside) >= MAX_DEPTH:
            raise self._fault(event, f"nested deeper than {MAX_DEPTH} levels: flatten it")
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(inside)
        return self._sequence(inside)

    def _mapping(self, path: Path) -> dict[str, object]:
        found: dict[str, object] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent) or event.anchor or event.tag:
                raise self._fault(
                    event, "a key must be plain text; quote text that begins with `{` or `[`"
                )
            key = event.value
            if key in found:
                first = self._first_line_of((*path, key))
                raise self._fault(event, f"`{key}` stands here twice, first on line {first}")
            found[key] = self._value(next(self._events), path, key)
        return found

    def _sequence(self, path: Path) -> list[object]:
        found: list[object] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            found.append(self._value(event, path, len(found)))
        return found

    def _first_line_of(self, path: Path) -> int:
        places = _places(self._text, self._first)
        return next(line for place, line in places if place == path)

    def _fault(self, event: _Event, message: str) -> ContentError:
        return self._error(self._first + event.start_mark.line, message)

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


def _scalar(event: yaml.ScalarEvent) -> object:
    text: str = event.value
    if event.style:
        return text
    if text in _CONSTANTS:
        return _CONSTANTS[text]
    if text[0] not in _SIGNS_AND_DIGITS:
        return text
    if _INTEGER.match(text):
        return int(text) if len(text) <= MAX_DIGITS else text
    return float(text) if _FLOAT.match(text) else text


def _places(text: str, first_line: int) -> Iterator[tuple[Path, int]]:
    """Yield path and line of every entry of a text that was read, a key for its value."""
    events = _events(text)
    for event in events:
        if isinstance(event, yaml.DocumentStartEvent):
            root = next(events)
            yield (), first_line + root.start_mark.line
            for path, line in _inside(root, events, ()):
                yield path, first_line + line


def _inside(holder: _Event, events: Iterator[_Event], path: Path) -> Iterator[tuple[Path, int]]:
    if isinstance(holder, yaml.ScalarEvent):
        return
    at = 0
    while not isinstance(event := next(events), yaml.CollectionEndEvent):
        place = (*path, at)
        if isinstance(holder, yaml.MappingStartEvent):
            place = (*path, event.value)
        yield place, event.start_mark.line
        if isinstance(holder, yaml.MappingStartEvent):
            event = next(events)
        yield from _inside(event, events, place)
        at += 1
