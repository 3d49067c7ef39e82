"""Words that stand twice in one list: every spelling that is read alike counts once."""

from collections.abc import Iterator, Mapping, Sequence

from helpcenter.bot.files import read_vocabulary
from helpcenter.bot.lexicon import Lexicon
from helpcenter.bot.playbook import Playbook
from helpcenter.content.problems import Report
from helpcenter.content.roots import Root
from helpcenter.content.yaml import Path

_NAMED = 6
"""Words that one warning names; the rest are counted."""


def check_repeats(playbook: Playbook, roots: Sequence[Root], report: Report) -> None:
    """Warn of words in a vocabulary list that are read as another one of the list."""
    for locale in playbook.locales:
        file = read_vocabulary(roots, locale, Report())
        if file is None:
            continue
        vocabulary = file.vocabulary
        tables = {
            "concepts": vocabulary.concepts,
            "markers": vocabulary.markers,
            "hears": vocabulary.hears,
        }
        for path, words in _lists(tables):
            found = repeated(words, playbook.lexicon)
            if found:
                shown = ", ".join(f"`{word}`" for word in found[:_NAMED])
                more = f" and {len(found) - _NAMED} more" if len(found) > _NAMED else ""
                message = f"{shown}{more}: read as another word of the list; remove what is twice"
                report.warning(*file.place(path), "repeated_term", message)


def repeated(words: Sequence[str], lexicon: Lexicon) -> tuple[str, ...]:
    """Return the words that are read as an earlier one of the list, in order."""
    seen: set[str] = set()
    found = []
    for word in words:
        read = _read(word, lexicon)
        if read in seen:
            found.append(word)
        seen.add(read)
    return tuple(found)


def _read(word: str, lexicon: Lexicon) -> str:
    normal = lexicon.normal(word)
    # A single character stands for itself and what was passed over beside it (`normal.Bound`).
    alone = len(normal.text) == 1 and bool(normal.passed)
    return word if alone or "<" in word else normal.text


def _lists(
    tables: Mapping[str, Mapping[str, Sequence[str]]],
) -> Iterator[tuple[Path, Sequence[str]]]:
    for table, lists in tables.items():
        for name, words in lists.items():
            yield (table, name), words
