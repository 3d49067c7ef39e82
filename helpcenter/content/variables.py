r"""`{{ product }}` and its kin: words that settings fill in, wherever writers may use them.

Two braces that are meant as they are, even in code, are written `{\{`.
"""

import re
from collections.abc import Collection, Iterator, Mapping

from helpcenter.content.problems import Report
from helpcenter.content.schema import did_you_mean

NAMES = ("product", "credits", "grace_days", "link_hours", "manage_path")
"""What may stand between the braces; `Settings.words` gives the values for a locale."""

UNKNOWN = "unknown_variable"
"""The code of such a fault."""

_ESCAPED = re.compile(r"\{\\(?=\{)")
_BRACES = re.compile(r"\{(?=\{)")

_VARIABLE = re.compile(r"\{\{([^{}\n]*)\}\}")


def fill(text: str, words: Mapping[str, str]) -> str:
    r"""Put the words in; what is not a known variable stays as it is, and `{\{` becomes `{{`."""
    if "{" not in text:
        return text
    filled = _VARIABLE.sub(lambda found: words.get(found[1].strip(), found[0]), text)
    return _ESCAPED.sub("{", filled)


def escape(text: str) -> str:
    """Write `text` so that `fill` gives it back and `check` finds nothing in it."""
    return _BRACES.sub(r"{\\", text)


def check(text: str, file: str, line: int, report: Report, names: Collection[str] = NAMES) -> None:
    """Note every variable in `text`, which begins on `line`, that nothing would fill in."""
    for row, message in faults(text, names):
        report.error(file, line + row, UNKNOWN, message)


def faults(text: str, names: Collection[str] = NAMES) -> Iterator[tuple[int, str]]:
    """Yield (row of `text` from 0, what is wrong) for every variable that nothing would fill in."""
    if "{{" not in text:
        return
    for number, row in enumerate(text.split("\n")):
        for found in _VARIABLE.finditer(row):
            name = found[1].strip()
            if name not in names:
                yield number, f"`{{{{ {name} }}}}` is not a variable{did_you_mean(name, names)}"
        if "{{" in _VARIABLE.sub("", row):
            yield number, "`{{` without a `}}` on the same line: close it"
