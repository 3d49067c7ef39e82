"""Writing down, in a translation's front matter, which source it translates."""

import json
import re
from collections.abc import Mapping

from helpcenter.articles.markup.place import Place
from helpcenter.articles.markup.renderer import Renderer
from helpcenter.articles.markup.sections import hash_sections
from helpcenter.content import matter
from helpcenter.content.problems import Report

_BLOCK = re.compile(r"^translates:[^\n]*\n(?:[ \t][^\n]*\n|\n(?=[ \t]))*", re.MULTILINE)
_PLAIN = re.compile(r"[a-z][a-z0-9-]*\Z")
_YAML_WORDS = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})


def hashes_of(text: str) -> dict[str, str]:
    """Return the hash of every section of an article by id, given all of its file.

    Raises `ContentError` when it has no front matter that can be read.
    """
    document = matter.split(text, "")
    parsed = Renderer().read(document.body, Place("", document.body_line, Report()))
    given = document.matter.value
    found = given if isinstance(given, dict) else {}
    lead = f"{found.get('title')}\n{found.get('summary')}"
    return hash_sections(lead, document.body, parsed.headings)


def record(text: str, hashes: Mapping[str, str]) -> str:
    """Return an article's text with `translates` holding exactly these hashes, all else kept.

    The text must have front matter between two `---` lines.
    """
    lines = text.split("\n")
    end = next(n for n, line in enumerate(lines[1:], 1) if line.rstrip() == "---")
    head, tail = "\n".join(lines[:end]) + "\n", "\n".join(lines[end:])
    block = "".join(f"  {_key(id_)}: {_value(hash_)}\n" for id_, hash_ in hashes.items())
    written = f"translates:\n{block}" if block else ""
    if _BLOCK.search(head):
        return _BLOCK.sub(lambda _: written, head, count=1) + tail
    return head + written + tail


def _key(id_: str) -> str:
    plain = _PLAIN.match(id_) and id_ not in _YAML_WORDS
    return id_ if plain else json.dumps(id_, ensure_ascii=False)


def _value(hash_: str) -> str:
    """Quote a hash that YAML would take for a number (`12345678`, `1e234567`)."""
    return f'"{hash_}"' if re.fullmatch(r"\d+(?:e\d+)?", hash_) else hash_
