"""From files to what a playbook is made of: rules gathered, terms compiled, everything checked."""

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from helpcenter.bot.compiled import Compiled
from helpcenter.bot.files import TopicFile, VocabularyFile, read_topics, read_vocabulary
from helpcenter.bot.lexicon import LAST4, Name, words_of
from helpcenter.bot.lint import check_topic, check_vocabulary, references
from helpcenter.bot.normal import Normaliser, Terms
from helpcenter.bot.patterns import GAP, Rule, parse, weight
from helpcenter.bot.terms import MARKER, gather, habits_of
from helpcenter.bot.topics import ANY, OUT_OF_SCOPE, Pattern
from helpcenter.content.problems import Report
from helpcenter.content.roots import Root
from helpcenter.content.schema import did_you_mean
from helpcenter.content.yaml import Path
from helpcenter.i18n.locale import Locale
from helpcenter.language.fold import Folder
from helpcenter.language.scripts import HAN, has_han

_LITERAL = "="
_PIECE = re.compile(rf"[{HAN}]|[^\s{HAN}]+")


def compile_topics(
    roots: Sequence[Root],
    folder: Folder,
    variables: Mapping[Locale, Mapping[str, str]],
    report: Report,
) -> Compiled:
    """Compile `bot/topics` and `bot/vocabulary` of all roots for the locales of `variables`.

    Faults go to `report`; with errors in it the result must not be used. Whether the articles
    exist that topics name is for the caller to check, by its `references`.
    """
    locales = tuple(variables)
    topics = read_topics(roots, report)
    found = [read_vocabulary(roots, locale, report) for locale in locales]
    words = [vocabulary for vocabulary in found if vocabulary is not None]
    for vocabulary in words:
        check_vocabulary(vocabulary, report)
    for topic in topics:
        check_topic(topic, [t.id for t in topics], locales, report)
    habits = habits_of(v.vocabulary for v in words)
    normaliser = Normaliser(folder, habits)
    terms = {LAST4: [], **gather(words, normaliser, report)}
    known = normaliser.terms([word for v in words for word in v.vocabulary.known])
    spoken = frozenset({ANY, *(v.locale.folder for v in words)})
    gathering = _Gathering(terms, normaliser, spoken, report)
    rules = [rule for topic in topics for rule in gathering.rules(topic)]
    rules += [rule for vocabulary in words for rule in gathering.beyond(vocabulary)]
    answers = [rule for topic in topics for rule in gathering.answers(topic)]
    return Compiled(
        hash=_digest(topics, words, variables),
        topics={topic.id: topic.topic for topic in topics},
        habits=habits,
        words=words_of(terms, normaliser, known.words),
        rules=tuple(rules),
        answer_rules=tuple(answers),
        says={v.locale.folder: v.vocabulary.says for v in words},
        names={v.locale.folder: v.vocabulary.names for v in words},
        references=tuple(found for topic in topics for found in references(topic, report)),
    )


@dataclass(frozen=True, slots=True)
class _List:
    """A list of patterns: where it stands, and what its rules are for."""

    file: TopicFile | VocabularyFile
    path: Path
    name: str
    vetoes: bool = False
    answer: str | None = None


@dataclass(frozen=True, slots=True)
class _Gathering:
    """Turns patterns into rules, adding the words that stand in them to `terms`.

    `spoken` are the folders of the locales that have a vocabulary, and ANY: rules of another
    locale rest on concepts that this site lacks.
    """

    terms: dict[Name, list[Terms]]
    normaliser: Normaliser
    spoken: frozenset[str]
    report: Report

    def rules(self, file: TopicFile) -> Iterator[Rule]:
        """Yield the recognition rules of a topic."""
        for folder, recognition in file.topic.recognise.items():
            if folder not in self.spoken:
                continue
            for key, patterns in recognition.telling:
                yield from self._listed(_List(file, ("recognise", folder, key), file.id), patterns)
            ruled_out = _List(file, ("recognise", folder, "not"), file.id, vetoes=True)
            yield from self._listed(ruled_out, recognition.ruled_out_by)

    def beyond(self, file: VocabularyFile) -> Iterator[Rule]:
        """Yield the rules for what is near our topics and still out of scope."""
        beyond = _List(file, ("beyond",), f"{OUT_OF_SCOPE}.{file.locale.folder}")
        yield from self._listed(beyond, file.vocabulary.beyond)

    def answers(self, file: TopicFile) -> Iterator[Rule]:
        """Yield the rules for the answers under a topic's questions."""
        for at, step in enumerate(file.topic.steps):
            for number, answer in enumerate(step.answers):
                path: Path = ("steps", at, "answers", number, "hears")
                meant = f"{file.id}/{step.id}/{answer.id}"
                heard = _List(file, path, file.id, answer=meant)
                yield from self._listed(heard, answer.hears)

    def _listed(self, where: "_List", patterns: Sequence[Pattern]) -> Iterator[Rule]:
        name = ".".join(map(str, (where.name, *where.path)))
        owner = where.name.partition(".")[0]
        for index, pattern in enumerate(patterns):
            try:
                elements, size = self._elements(pattern)
            except ValueError as error:
                place = where.file.place((*where.path, index))
                self.report.error(*place, "bad_pattern", str(error))
                continue
            yield Rule(
                id=f"{name}.{index}",
                owner=owner,
                elements=elements,
                weight=pattern.weight or weight(size),
                gap=GAP if pattern.gap is None else pattern.gap,
                telling=pattern.telling,
                vetoes=where.vetoes,
                answer=where.answer,
            )

    def _elements(self, pattern: Pattern) -> tuple[tuple[tuple[str, ...], ...], int]:
        """Return the names that fill each element, and how many elements or words there are."""
        parsed = parse(pattern.match)
        elements = tuple(
            tuple(map(self._concept, element.names))
            if element.names
            else (self._literal(element.words),)
            for element in parsed
        )
        phrase = len(parsed) == 1 and bool(parsed[0].words)
        return elements, _size(elements[0][0]) if phrase else len(elements)

    def _concept(self, name: str) -> str:
        for known in (name, MARKER + name, "#" + name):
            if known in self.terms:
                return known
        names = {
            term.lstrip(MARKER)
            for term in self.terms
            if isinstance(term, str) and term[0] not in "#="
        }
        raise ValueError(f"`[{name}]` is no concept{did_you_mean(name, names)}")

    def _literal(self, words: str) -> str:
        term = self.normaliser.term(words)
        if not term.text:
            raise ValueError(f"`{words}` holds no word")
        # A bound term keeps its whole spelling, so that 邊張 and 邊 are two names.
        name = _LITERAL + (term.bound[0].spelling if term.bound else term.text)
        self.terms.setdefault(name, [term])
        return name


def _size(literal: str) -> int:
    """Return how many words a phrase has; two Han characters count as one."""
    pieces = _PIECE.findall(literal.removeprefix(_LITERAL))
    half_words = sum(1 if has_han(piece) else 2 for piece in pieces)
    return max(1, (half_words + 1) // 2)


def _digest(
    topics: Sequence[TopicFile],
    words: Sequence[VocabularyFile],
    variables: Mapping[Locale, Mapping[str, str]],
) -> str:
    content = {
        "topics": {topic.id: topic.loaded.digest for topic in topics},
        "words": {v.locale.folder: [loaded.digest for _, loaded in v.files] for v in words},
        "variables": {locale.folder: dict(given) for locale, given in variables.items()},
    }
    text = json.dumps(content, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
