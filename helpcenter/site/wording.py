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
_HONG_KONG = Locale("zh_HK")
_HAN = re.compile(r"[\u4e00-\u9fff]+")
_BLANKED = re.compile(r"[^\n]")
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
        longest_first = sorted(better, key=len, reverse=True)
        # `(?!)` is found nowhere, as is fitting for an empty list.
        pattern = re.compile("|".join(map(re.escape, longest_first)) or "(?!)")
        for source, hidden in _texts(roots, home, locale):
            with report.gather():
                # A space for each character, so that lines stay where they are.
                text = hidden.sub(lambda found: _BLANKED.sub(" ", found[0]), read_text(source))
                _check(text, source.name, (pattern, better), report)
                if locale == _HONG_KONG:
                    _check_script(text, source.name, report)


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
    words: tuple[re.Pattern[str], Mapping[str, str]],
    report: Report,
) -> None:
    pattern, better = words
    for found in pattern.finditer(text):
        line = text.count("\n", 0, found.start()) + 1
        message = f"`{found[0]}` is written elsewhere: here it is `{better[found[0]]}`"
        plain = not _ADVICE.search(better[found[0]])
        edit = Edit(found[0], better[found[0]]) if plain else None
        report.warning(file, line, "wording", message, edit)


def _check_script(text: str, file: str, report: Report) -> None:
    """Warn of lines with characters that no computer of Hong Kong's could write: Simplified."""
    for number, line in enumerate(text.split("\n"), 1):
        strange = [c for run in _HAN.findall(line) for c in run if not _is_ours(c)]
        if strange:
            told = "".join(dict.fromkeys(strange))
            message = f"`{told}`: no characters of Hong Kong’s, probably Simplified: write 繁體中文"
            report.warning(file, number, "simplified", message)


def _is_ours(character: str) -> bool:
    try:
        character.encode("big5hkscs")
    except UnicodeEncodeError:
        return False
    return True
