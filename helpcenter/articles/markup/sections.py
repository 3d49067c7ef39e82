"""Sections of an article: their plain text for search, their hash for translators."""

import hashlib
import re
from collections.abc import Mapping, Sequence

from markdown_it.token import Token

from helpcenter.articles.markup.headings import Heading
from helpcenter.articles.markup.tokens import plain
from helpcenter.articles.model import Section

_MARKS = re.compile(r"^[ \t]*:{3,}.*$|\{#[^{}]*\}", re.MULTILINE)
_HEADINGS = frozenset({"heading_open", "summary_open"})
_HASH_LENGTH = 8


def hash_source(source: str) -> str:
    """Digest a section's source: line breaks, spaces, ids and block marks do not count."""
    words = " ".join(_MARKS.sub("", source).split())
    return hashlib.sha256(words.encode()).hexdigest()[:_HASH_LENGTH]


def hash_sections(lead: str, body: str, headings: Sequence[Heading]) -> dict[str, str]:
    """Return the hash of every section by id; `lead` is what else counts to the first one.

    The lead's hash covers the title and the summary, so that a new title makes translations stale.
    """
    lines = body.split("\n")
    starts = [0, *(heading.line for heading in headings)]
    stops = [*starts[1:], len(lines)]
    sources = ["\n".join(lines[start:stop]) for start, stop in zip(starts, stops, strict=True)]
    sources[0] = f"{lead}\n{sources[0]}"
    ids = ["", *(heading.id for heading in headings)]
    return {id_: hash_source(source) for id_, source in zip(ids, sources, strict=True)}


def cut_sections(
    tokens: Sequence[Token], title: str, headings: Sequence[Heading], hashes: Mapping[str, str]
) -> tuple[Section, ...]:
    """Cut shaped tokens into sections with their words; `title` is the lead's."""
    levels = {heading.id: heading.level for heading in headings}
    parts: list[tuple[str, str, list[str]]] = [("", title, [])]
    for index, token in enumerate(tokens):
        if token.type in _HEADINGS:
            opener = token if token.type == "heading_open" else tokens[index - 1]
            parts.append((str(opener.attrs["id"]), plain(tokens[index + 1].children).strip(), []))
        elif words := _words(tokens, index):
            parts[-1][2].append(words)
    return tuple(
        Section(id_, heading, levels.get(id_, 1), "\n".join(words), hashes.get(id_, ""))
        for id_, heading, words in parts
    )


def _words(tokens: Sequence[Token], index: int) -> str:
    token, before = tokens[index], tokens[index - 1].type
    if token.type in {"fence", "code_block"}:
        return token.content.strip()
    if token.type != "inline" or before in _HEADINGS or before == "callout_title_open":
        return ""
    return plain(token.children).strip()
