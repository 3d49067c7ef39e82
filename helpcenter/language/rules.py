"""The two files of rules about words: variants to fold together, and synonyms in Solr's format.

Both are parsed from text; reading files is the caller's. Faults go to the report as file and line.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from helpcenter.content.problems import Report

_COMMENT = re.compile(r"(?<!\\)#.*")
_COMMA = re.compile(r"(?<!\\),")
_ARROW = re.compile(r"(?<!\\)=>")
_ESCAPE = re.compile(r"\\(.)")
_MAX_PHRASE = 60


@dataclass(frozen=True, slots=True)
class Synonym:
    """A phrase, and all that it is looked for as; the phrase itself only if it is among them."""

    phrase: str
    alternatives: tuple[str, ...]


def parse_variants(text: str, file: str, report: Report) -> dict[str, str]:
    """Parse a folding file: one `咭 => 卡` a line, one character on each side, `#` for comments."""
    variants: dict[str, str] = {}
    for number, line in _lines(text):
        sides = [side.strip() for side in _ARROW.split(line)]
        if [len(side) for side in sides] != [1, 1]:
            report.error(file, number, "bad_variant", f"write `咭 => 卡`, not `{line}`")
            continue
        old, new = sides
        if old in variants:
            report.error(file, number, "repeated_variant", f"`{old}` stands above: keep one line")
        elif _leads_back(old, new, variants):
            report.error(file, number, "variant_loop", f"`{old}` leads back to itself: remove it")
        else:
            variants[old] = new
    return variants


def parse_synonyms(text: str, file: str, report: Report) -> list[Synonym]:
    r"""Parse synonyms in Solr's format: `a, b, c` (each finds all) or `a, b => c` (a, b find c).

    `#` begins a comment; `\,` and `\#` are the characters themselves. Phrases may be several words.
    """
    synonyms: list[Synonym] = []
    for number, line in _lines(text):
        sides = [_phrases(side) for side in _ARROW.split(line)]
        if len(sides) > 2 or not all(sides):  # noqa: PLR2004 - left and right
            report.error(file, number, "bad_synonym", "write `a, b, c` or `a, b => c`")
        elif any(len(phrase) > _MAX_PHRASE for side in sides for phrase in side):
            limit = f"keep phrases under {_MAX_PHRASE} characters"
            report.error(file, number, "long_synonym", limit)
        elif len(sides) == 1 and len(set(sides[0])) == 1:
            message = "one word alone is no synonym: add another after a comma"
            report.error(file, number, "lone_synonym", message)
        else:
            synonyms.extend(Synonym(phrase, tuple(sides[-1])) for phrase in sides[0])
    return synonyms


def _lines(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.split("\n"), start=1):
        if bare := _COMMENT.sub("", line).strip():
            yield number, bare


def _phrases(side: str) -> list[str]:
    parts = (_ESCAPE.sub(r"\1", part).strip() for part in _COMMA.split(side))
    return [part for part in parts if part]


def _leads_back(old: str, new: str, variants: dict[str, str]) -> bool:
    while new != old and new in variants:
        new = variants[new]
    return new == old
