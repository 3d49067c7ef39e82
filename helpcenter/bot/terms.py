"""From vocabulary files to terms: every word and phrase by the name under which it is met."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from helpcenter.bot.files import VocabularyFile
from helpcenter.bot.lexicon import HIDDEN, Beside, Name
from helpcenter.bot.normal import Habits, Normaliser, Terms
from helpcenter.bot.playbook import DENIAL, FILLER, NEGATION, ROMANISED, heard
from helpcenter.bot.vocabulary import Vocabulary
from helpcenter.content.problems import Report
from helpcenter.content.schema import did_you_mean
from helpcenter.content.yaml import Path

MARKER = "@"
"""What the names of markers begin with: words that carry no content."""


def habits_of(vocabularies: Iterable[Vocabulary]) -> Habits:
    """Return how the words of all locales are read together."""
    words = tuple(vocabularies)
    return Habits(
        skipped=tuple(word for one in words for word in one.skipped),
        whole=tuple(word for one in words for word in one.whole),
        short={brief: word for one in words for brief, word in one.short.items()},
        spelt={han: spellings for one in words for han, spellings in one.spelt.items()},
    )


def gather(
    words: Sequence[VocabularyFile], normaliser: Normaliser, report: Report
) -> dict[Name, list[Terms]]:
    """Return the terms of all locales by lexicon name; faults go to `report`."""
    terms: dict[Name, list[Terms]] = {}
    for file in words:
        vocabulary = file.vocabulary
        concepts = ((("concepts", name), name, own) for name, own in vocabulary.concepts.items())
        markers = (
            (("markers", name), MARKER + name, own) for name, own in vocabulary.markers.items()
        )
        for path, name, phrases in chain(concepts, markers):
            plain = [phrase for phrase in phrases if "<" not in phrase]
            terms.setdefault(name, []).append(normaliser.terms(plain))
            for phrase in phrases:
                if "<" in phrase:
                    for key, spelt in _named(name, phrase, file, path, report):
                        terms.setdefault(key, []).append(normaliser.term(spelt))
        for name, listed in chain(_heard(file), _silent(vocabulary)):
            terms.setdefault(name, []).append(normaliser.terms(listed))
    return terms


def _heard(file: VocabularyFile) -> Iterator[tuple[str, Sequence[str]]]:
    for name, phrases in file.vocabulary.hears.items():
        yield heard(name, file.locale if name == "wish" else None), phrases


def _silent(vocabulary: Vocabulary) -> Iterator[tuple[str, Sequence[str]]]:
    yield FILLER, vocabulary.filler
    yield NEGATION, vocabulary.negation
    yield DENIAL, vocabulary.denial
    yield ROMANISED, vocabulary.romanised
    yield HIDDEN, vocabulary.masks


def _named(
    name: str, phrase: str, file: VocabularyFile, path: Path, report: Report
) -> Iterator[tuple[Name, str]]:
    """Yield (lexicon name, words) of a phrase that holds a list: `<no_longer> work`."""
    before, _, rest = phrase.partition("<")
    listed, _, after = rest.partition(">")
    vocabulary = file.vocabulary
    if listed in vocabulary.concepts:
        of = listed
    elif listed in vocabulary.markers:
        of = MARKER + listed
    else:
        known = (*vocabulary.concepts, *vocabulary.markers)
        message = f"`<{listed}>` is no list of this file{did_you_mean(listed, known)}"
        report.error(*file.place(path), "bad_list", message)
        return
    if before.strip() and after.strip():
        for entry in vocabulary.concepts.get(listed) or vocabulary.markers[listed]:
            yield name, f"{before}{entry}{after}"
    else:
        yield Beside(name, of, behind=not before.strip()), before or after
