"""`Playbook`: all topics, vocabulary and words of the bot, compiled and ready to decide with."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from helpcenter.bot.lexicon import Lexicon
from helpcenter.bot.patterns import Rule
from helpcenter.bot.topics import TO_TOPIC, Answer, Step, Topic, Words
from helpcenter.bot.vocabulary import HEARS
from helpcenter.content import variables
from helpcenter.content.yaml import Path
from helpcenter.conversations.parts import ArticleCard
from helpcenter.i18n.locale import SOURCE, Locale

FILLER = "#filler"
NEGATION = "#negation"
DENIAL = "#denial"
ROMANISED = "#romanised"
WISH = "@wish"
QUESTION = "@question"


def heard(name: str, locale: Locale | None = None) -> str:
    """Return the lexicon's name for an entry of `vocabulary.HEARS` (a wish is one by locale)."""
    return f"#{name}:{locale.folder}" if locale else f"#{name}"


@dataclass(frozen=True, slots=True)
class Reference:
    """A topic's pointer to an article or one of its sections; `path` is its entry in the file."""

    file: str
    path: Path
    slug: str
    section: str | None

    @property
    def text(self) -> str:
        """Return it as the topic writes it, which is what cards are found by."""
        return f"{self.slug}#{self.section}" if self.section else self.slug


@dataclass(frozen=True)
class Playbook:
    """Everything the bot knows; immutable, and the same content always makes the same one.

    `rules` and `answer_rules` are found by the rarest element they need. `cards` are the articles
    that exist, by locale and reference; a reference without one is left out of replies. `hash` is
    a hex digest of the files and variables it was made of.
    """

    hash: str
    locales: tuple[Locale, ...]
    topics: Mapping[str, Topic]
    lexicon: Lexicon
    rules: Mapping[str, tuple[Rule, ...]]
    answer_rules: Mapping[str, tuple[Rule, ...]]
    says: Mapping[Locale, Mapping[str, str]]
    names: Mapping[Locale, Mapping[str, str]]
    variables: Mapping[Locale, Mapping[str, str]] = field(default_factory=dict)
    cards: Mapping[tuple[Locale, str], ArticleCard] = field(default_factory=dict)
    references: tuple[Reference, ...] = ()

    @property
    def heard(self) -> tuple[str, ...]:
        """The lexicon's names for what is heard beside topics, wishes left out."""
        return tuple(heard(name) for name in HEARS if name != "wish")

    @property
    def menu(self) -> tuple[str, ...]:
        """The topics the bot names when asked what it can do, in order."""
        placed = [(t.menu, topic_id) for topic_id, t in self.topics.items() if t.menu is not None]
        return tuple(topic_id for _, topic_id in sorted(placed))

    @cached_property
    def everywhere(self) -> Mapping[str, tuple[str, Step]]:
        """Where the answers lead that are heard in every topic, by choice id."""
        return {
            f"{topic_id}/{step.id}/{aside.id}": self.target(topic_id, aside.go)
            for topic_id, topic in self.topics.items()
            for step, aside in topic.asides
            if aside.everywhere and self.leads(aside.go)
        }

    def step(self, topic_id: str | None, step_id: str | None) -> Step | None:
        """Return a step, None if this playbook lacks it."""
        topic = self.topics.get(topic_id or "")
        return topic.step(step_id) if topic and step_id else None

    def leads(self, go: str) -> bool:
        """Tell whether a way ends somewhere: not where the site does without that topic."""
        return not go.startswith(TO_TOPIC) or go.removeprefix(TO_TOPIC) in self.topics

    def target(self, topic_id: str, go: str) -> tuple[str, Step]:
        """Return where `go` leads from a topic: one of its steps, or `topic:<id>`."""
        if go.startswith(TO_TOPIC):
            topic_id = go.removeprefix(TO_TOPIC)
            return topic_id, self.topics[topic_id].steps[0]
        step = self.topics[topic_id].step(go)
        if step is None:
            raise LookupError(f"{topic_id} has no step {go}")
        return topic_id, step

    def step_at(self, choice_id: str) -> tuple[str, Step] | None:
        """Return where a button leads: `topic:<id>` or `topic/step/answer`; None if nowhere."""
        if choice_id.startswith(TO_TOPIC):
            return self.target("", choice_id) if self.leads(choice_id) else None
        found = self._answer(choice_id)
        leads = found is not None and self.leads(found.go)
        return self.target(choice_id.partition("/")[0], found.go) if found and leads else None

    def label(self, choice_id: str) -> Words | None:
        """Return the words on a topic's or an answer's button; None for any other."""
        topic = self.topics.get(choice_id.removeprefix(TO_TOPIC))
        found = self._answer(choice_id)
        return topic.name if topic else found.label if found else None

    def _answer(self, choice_id: str) -> Answer | None:
        topic_id, _, rest = choice_id.partition("/")
        step_id, _, answer_id = rest.partition("/")
        step = self.step(topic_id, step_id)
        return step.answer(answer_id) if step else None

    def words(self, words: Words, locale: Locale) -> str:
        """Return words in a locale, variables filled in."""
        return self._filled(words.get(locale.folder) or words[SOURCE.folder], locale)

    def say(self, name: str, locale: Locale) -> str:
        """Return one of the bot's own sentences (`vocabulary.SAYS`)."""
        return self._filled(self.says[locale][name], locale)

    def _filled(self, text: str, locale: Locale) -> str:
        return variables.fill(text, self.variables.get(locale, {}))
