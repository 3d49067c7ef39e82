"""`Compiled`: all that a playbook is made of, as plain data that can be kept on disk."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from helpcenter.articles.library import Library
from helpcenter.bot.lexicon import Lexicon, Words
from helpcenter.bot.normal import Habits, Normaliser
from helpcenter.bot.patterns import Rule
from helpcenter.bot.playbook import Playbook, Reference
from helpcenter.bot.topics import Topic
from helpcenter.conversations.parts import ArticleCard
from helpcenter.i18n.locale import Locale
from helpcenter.language.fold import Folder


@dataclass(frozen=True, slots=True)
class Compiled:
    """What topics and vocabularies come to; the same files always make the same.

    `says` and `names` are by locale folder. `hash` is a hex digest of files and variables.
    """

    hash: str
    topics: dict[str, Topic]
    habits: Habits
    words: Words
    rules: tuple[Rule, ...]
    answer_rules: tuple[Rule, ...]
    says: dict[str, dict[str, str]]
    names: dict[str, dict[str, str]]
    references: tuple[Reference, ...]

    def playbook(
        self, library: Library, folder: Folder, variables: Mapping[Locale, Mapping[str, str]]
    ) -> Playbook:
        """Return the playbook; `folder` and `variables` are those it was all compiled with."""
        locales = tuple(variables)
        return Playbook(
            hash=self.hash,
            locales=locales,
            topics=self.topics,
            lexicon=Lexicon(self.words, Normaliser(folder, self.habits)),
            rules=by_rarest(self.rules),
            answer_rules=by_rarest(self.answer_rules),
            says={Locale(name): said for name, said in self.says.items()},
            names={Locale(name): called for name, called in self.names.items()},
            variables=variables,
            cards=_cards(self.references, library, locales),
            references=self.references,
        )


def with_library(playbook: Playbook, library: Library) -> Playbook:
    """Return a playbook as it was, with the cards of another library."""
    return replace(playbook, cards=_cards(playbook.references, library, playbook.locales))


def by_rarest(rules: Sequence[Rule]) -> dict[str, tuple[Rule, ...]]:
    """File each rule under the element that the fewest rules share, so that few are tried."""
    uses = Counter(name for rule in rules for element in rule.elements for name in element)

    def shared(element: tuple[str, ...]) -> int:
        return sum(map(uses.__getitem__, element))

    filed: dict[str, list[Rule]] = {}
    for rule in rules:
        elements = rule.elements
        for name in elements[0] if len(elements) == 1 else min(elements, key=shared):
            filed.setdefault(name, []).append(rule)
    return {name: tuple(found) for name, found in filed.items()}


def _cards(
    references: Sequence[Reference], library: Library, locales: Sequence[Locale]
) -> dict[tuple[Locale, str], ArticleCard]:
    """Make the card of every article that a topic names and the library has."""
    found = {}
    for locale in locales:
        for reference in references:
            shown = library.find(reference.slug, locale)
            if shown is None:
                continue
            titles = {section.id: section.title for section in shown.article.sections}
            if reference.section is not None and reference.section not in titles:
                continue
            title = titles[reference.section] if reference.section else shown.article.title
            fragment = f"#{reference.section}" if reference.section else ""
            url = f"/{locale.tag}/articles/{reference.slug}{fragment}"
            found[locale, reference.text] = ArticleCard(
                reference.slug, reference.section, title, url
            )
    return found
