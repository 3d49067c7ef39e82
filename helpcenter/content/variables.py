"""`{{ product }}` and its kin: words that settings fill in, wherever writers may use them."""

import re
from collections.abc import Collection, Mapping

from helpcenter.content.problems import Report
from helpcenter.content.schema import did_you_mean

NAMES = ("product", "credits", "grace_days", "link_hours", "manage_path")
"""What may stand between the braces; `Settings.words` gives the values for a locale."""

_VARIABLE = re.compile(r"\{\{([^{}\n]*)\}\}")


def fill(text: str, words: Mapping[str, str]) -> str:
    """Put the words in; what is not a known variable stays as it is."""
    if "{{" not in text:
        return text
    return _VARIABLE.sub(lambda found: words.get(found[1].strip(), found[0]), text)


def check(text: str, file: str, line: int, report: Report, names: Collection[str] = NAMES) -> None:
    """Note every variable in `text`, which begins on `line`, that nothing would fill in."""
    if "{{" not in text:
        return
    for number, row in enumerate(text.split("\n"), start=line):
        for found in _VARIABLE.finditer(row):
            name = found[1].strip()
            if name not in names:
                message = f"`{{{{ {name} }}}}` is not a variable{did_you_mean(name, names)}"
                report.error(file, number, "unknown_variable", message)
        if "{{" in _VARIABLE.sub("", row):
            message = "`{{` without a `}}` on the same line: close it"
            report.error(file, number, "unknown_variable", message)
