"""Words that belong to another place's way of writing: `i18n/<locale>/wording.yaml`.

The list (word: better word) is the writers' own. Keywords and what the bot recognises are left
alone, since people may well search for the very words we would not write.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

from pydantic import RootModel

from helpcenter.articles.matter import Words
from helpcenter.articles.shelf import FOLDER
from helpcenter.content.problems import Edit, Report
from helpcenter.content.roots import Root, Source, layers, listing, read_text
from helpcenter.content.schema import validate
from helpcenter.content.yaml import load
from helpcenter.i18n.locale import Locale

_ADVICE = re.compile(r"[（(「]")
"""In a better word that says when it is better, and so is a person's to choose."""
_KEYWORDS = re.compile(r"^keywords:.*(?:\n[ \t-].*)*", re.MULTILINE)
_MSGID = re.compile(r'^(?:msgid|msgctxt|#).*(?:\n".*)*', re.MULTILINE)


class WordingFile(RootModel[dict[Words, Words]]):
    """`wording.yaml`: word to better word."""


def check_wording(
    roots: Sequence[Root], home: Root, locales: Sequence[Locale], report: Report
) -> None:
    """Warn of every word of a locale's list in its articles (below `home`) and catalogues."""
    for locale in locales:
        better = _read(roots, locale, report)
        if not better:
            continue
        longest_first = sorted(better, key=len, reverse=True)
        pattern = re.compile("|".join(map(re.escape, longest_first)))
        for source, hidden in _texts(roots, home, locale):
            with report.gather():
                _check(read_text(source), source.name, hidden, (pattern, better), report)


def _read(roots: Sequence[Root], locale: Locale, report: Report) -> dict[str, str]:
    better: dict[str, str] = {}
    for source in layers(roots, f"i18n/{locale.folder}/wording.yaml"):
        with report.gather():
            loaded = load(read_text(source), source.name)
            better |= validate(WordingFile, loaded, source.name).root
    return better


def _texts(
    roots: Sequence[Root], home: Root, locale: Locale
) -> Iterator[tuple[Source, re.Pattern[str]]]:
    for source in listing(home, f"{FOLDER}/{locale.folder}", Report()):
        yield source, _KEYWORDS
    for source in layers(roots, f"i18n/{locale.folder}/LC_MESSAGES/messages.po"):
        yield source, _MSGID


def _check(
    text: str,
    file: str,
    hidden: re.Pattern[str],
    words: tuple[re.Pattern[str], Mapping[str, str]],
    report: Report,
) -> None:
    pattern, better = words
    seen = hidden.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)
    for found in pattern.finditer(seen):
        line = text.count("\n", 0, found.start()) + 1
        message = f"`{found[0]}` is written elsewhere: here it is `{better[found[0]]}`"
        plain = not _ADVICE.search(better[found[0]])
        edit = Edit(found[0], better[found[0]]) if plain else None
        report.warning(file, line, "wording", message, edit)
