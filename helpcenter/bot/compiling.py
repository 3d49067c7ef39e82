"""From files to a `Playbook`: rules gathered, terms compiled, everything checked."""

import gc
import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from helpcenter.articles.library import Library
from helpcenter.bot.files import TopicFile, VocabularyFile, read_topics, read_vocabulary
from helpcenter.bot.lexicon import LAST4, Lexicon, Name
from helpcenter.bot.lint import check_topic, check_vocabulary, references
from helpcenter.bot.normal import Normaliser, Terms
from helpcenter.bot.patterns import GAP, Rule, parse, weight
from helpcenter.bot.playbook import Playbook, Reference
from helpcenter.bot.terms import MARKER, gather
from helpcenter.bot.topics import ANY, OUT_OF_SCOPE, Pattern
from helpcenter.content.problems import Report
from helpcenter.content.roots import Root
from helpcenter.content.schema import did_you_mean
from helpcenter.content.yaml import Path
from helpcenter.conversations.parts import ArticleCard
from helpcenter.i18n.locale import Locale
from helpcenter.language.fold import Folder
from helpcenter.language.scripts import HAN, has_han

_LITERAL = "="
_PIECE = re.compile(rf"[{HAN}]|[^\s{HAN}]+")


@contextmanager
def _uncollected() -> Iterator[None]:
    """Hold the garbage collector off: loading makes many objects and no garbage to speak of."""
    held = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if held:
            gc.enable()


@_uncollected()
def compile_playbook(
    roots: Sequence[Root],
    library: Library,
    folder: Folder,
    variables: Mapping[Locale, Mapping[str, str]],
    report: Report,
) -> Playbook:
    """Compile `bot/topics` and `bot/vocabulary` of all roots for the locales of `variables`.

    Faults go to `report`; with errors in it the playbook must not be used. Whether the articles
    exist that topics name is for the caller to check, by `Playbook.references`.
    """
    locales = tuple(variables)
    topics = read_topics(roots, report)
    found = [read_vocabulary(roots, locale, report) for locale in locales]
    words = [vocabulary for vocabulary in found if vocabulary is not None]
    for vocabulary in words:
        check_vocabulary(vocabulary, report)
    for topic in topics:
        check_topic(topic, [t.id for t in topics], locales, report)
    normaliser = Normaliser(
        folder,
        [word for v in words for word in v.vocabulary.skipped],
        [word for v in words for word in v.vocabulary.whole],
        {brief: word for v in words for brief, word in v.vocabulary.short.items()},
        {han: spellings for v in words for han, spellings in v.vocabulary.spelt.items()},
    )
    terms = {LAST4: [], **gather(words, normaliser, report)}
    known = normaliser.terms([word for v in words for word in v.vocabulary.known])
    spoken = frozenset({ANY, *(v.locale.folder for v in words)})
    gathering = _Gathering(terms, normaliser, spoken, report)
    rules = [rule for topic in topics for rule in gathering.rules(topic)]
    rules += [rule for vocabulary in words for rule in gathering.beyond(vocabulary)]
    answers = [rule for topic in topics for rule in gathering.answers(topic)]
    pointers = [found for topic in topics for found in references(topic, report)]
    return Playbook(
        hash=_digest(topics, words, variables),
        locales=locales,
        topics={topic.id: topic.topic for topic in topics},
        lexicon=Lexicon(terms, normaliser, known.words),
        rules=_by_rarest(rules),
        answer_rules=_by_rarest(answers),
        says={v.locale: v.vocabulary.says for v in words},
        names={v.locale: v.vocabulary.names for v in words},
        variables=variables,
        cards=_cards(pointers, library, locales),
        references=tuple(pointers),
    )


def with_library(playbook: Playbook, library: Library) -> Playbook:
    """Return a playbook whose files are as they were, with the cards of another library."""
    return replace(playbook, cards=_cards(playbook.references, library, playbook.locales))


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


def _by_rarest(rules: Sequence[Rule]) -> dict[str, tuple[Rule, ...]]:
    """File each rule under the element that the fewest rules share, so that few are tried."""
    uses = Counter(name for rule in rules for element in rule.elements for name in element)
    filed: dict[str, list[Rule]] = {}
    for rule in rules:
        rarest = min(rule.elements, key=lambda element: sum(uses[name] for name in element))
        for name in rarest:
            filed.setdefault(name, []).append(rule)
    return {name: tuple(found) for name, found in filed.items()}


def _cards(
    references: Sequence[Reference], library: Library, locales: Sequence[Locale]
) -> dict[tuple[Locale, str], ArticleCard]:
    """Make the card of every article that a topic names and the library has."""
    cards = {}
    for locale in locales:
        for reference in references:
            found = library.find(reference.slug, locale)
            if found is None:
                continue
            titles = {section.id: section.title for section in found.article.sections}
            if reference.section is not None and reference.section not in titles:
                continue
            title = titles[reference.section] if reference.section else found.article.title
            fragment = f"#{reference.section}" if reference.section else ""
            url = f"/{locale.tag}/articles/{reference.slug}{fragment}"
            cards[locale, reference.text] = ArticleCard(
                reference.slug, reference.section, title, url
            )
    return cards


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
