"""A query made known to search, as a keyword of an article or as a synonym: texts, for diffs."""

import json
import re

from helpcenter.content.problems import Report
from helpcenter.language.rules import Synonym, parse_synonyms

_KEYWORDS = re.compile(r"keywords:(?P<rest>.*)")
_ITEM = re.compile(r"(?P<margin>[ \t]*)- ")
_CLOSED = re.compile(r"(?P<head>.*?)(?P<end>\s*\]\s*(#.*)?)")


def with_keyword(text: str, query: str) -> str | None:
    """Return an article's file with one keyword more, None where only a person can put it in.

    The text must have front matter between two `---` lines.
    """
    lines = text.split("\n")
    end = next(n for n, line in enumerate(lines[1:], 1) if line.rstrip() == "---")
    written = json.dumps(query, ensure_ascii=False)
    at = next((n for n in range(1, end) if _KEYWORDS.fullmatch(lines[n])), None)
    if at is None:
        return "\n".join([*lines[:end], f"keywords: [{written}]", *lines[end:]])
    rest = lines[at].removeprefix("keywords:").strip()
    if not rest or rest.startswith("#"):
        return _in_block(lines, at, end, written)
    closed = _CLOSED.fullmatch(lines[at])
    if not rest.startswith("[") or closed is None:
        return None
    comma = "" if closed["head"].endswith("[") else ", "
    lines[at] = f"{closed['head']}{comma}{written}{closed['end']}"
    return "\n".join(lines)


def _in_block(lines: list[str], at: int, end: int, written: str) -> str | None:
    last = at
    while last + 1 < end and _ITEM.match(lines[last + 1]):
        last += 1
    item = _ITEM.match(lines[last])
    if item is None:
        return None
    return "\n".join([*lines[: last + 1], f"{item['margin']}- {written}", *lines[last + 1 :]])


def with_synonym(text: str, query: str, phrase: str) -> str | None:
    """Return a file of synonyms with a query that is looked for as a phrase, None if it cannot be.

    A query is no synonym that is too long, or the very words.
    """
    line = f"{_escaped(query)} => {_escaped(phrase)}"
    if query == phrase or parse_synonyms(line, "", Report()) != [Synonym(query, (phrase,))]:
        return None
    return f"{text}{'' if text.endswith(chr(10)) or not text else chr(10)}{line}\n"


def _escaped(phrase: str) -> str:
    return re.sub(r"([\\,#]|=>)", r"\\\1", phrase)
