"""Putting a reply together: words, cards, offers and buttons of what one turn says."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from helpcenter.billing.offers import Offer
from helpcenter.bot.facts import FactUsed, FactView, Sight
from helpcenter.bot.playbook import Playbook
from helpcenter.bot.topics import HUMAN, TO_TOPIC, Condition, HandOff, Step, Topic
from helpcenter.bot.topics import Words as LocalWords
from helpcenter.bot.wording import Words, fill
from helpcenter.conversations.parts import ArticleCard, Choice, Choices, Part, Text
from helpcenter.i18n.locale import Locale

SOLVED = "solved"
STILL = "still"
PERSON = TO_TOPIC + HUMAN

_MAX_HOPS = 20
_MOST = 3
"""Buttons under a question that asks back."""


@dataclass
class Reply:
    """A reply in the making; `parts()` has the texts first, then cards, then one row of buttons.

    One that answers `several` questions at once asks none of its steps' own.
    """

    playbook: Playbook
    locale: Locale
    view: FactView
    texts: list[str] = field(default_factory=list)
    cards: list[ArticleCard] = field(default_factory=list)
    offers: list[Offer] = field(default_factory=list)
    buttons: list[Choice] = field(default_factory=list)
    steps: list[tuple[str, Step]] = field(default_factory=list)
    facts_used: dict[str, str | None] = field(default_factory=dict)
    topics: dict[str, None] = field(default_factory=dict)
    ways: dict[str, None] = field(default_factory=dict)
    hand_off: HandOff | None = None
    several: bool = False

    def say(self, name: str) -> None:
        """Add one of the bot's own sentences."""
        self.texts.append(self.playbook.say(name, self.locale))

    def preface(self, name: str) -> None:
        """Put one of the bot's own sentences before all others."""
        self.texts.insert(0, self.playbook.say(name, self.locale))

    def button(self, choice_id: str, name: str) -> None:
        """Add a button labelled with one of the bot's own sentences."""
        self.add_button(choice_id, self.playbook.say(name, self.locale))

    def offer_topics(self, topics: Sequence[str]) -> None:
        """Add a button for each topic."""
        for topic_id in topics:
            label = self.playbook.words(self.playbook.topics[topic_id].name, self.locale)
            self.add_button(TO_TOPIC + topic_id, label)

    def offer_person(self, *, instead: bool = False) -> None:
        """Add the button that leads to a person, where the site has such a topic.

        `instead` puts it in the place of the last where there would be too many.
        """
        if self.playbook.step_at(PERSON) is not None:
            if instead:
                del self.buttons[_MOST - 1 :]
            self.button(PERSON, "person")

    def ask_which(self, topics: Sequence[str]) -> None:
        """Ask which of several answers to go on with, instead of whether each helped."""
        helped = self.playbook.say("helped", self.locale)
        self.texts = [text for text in self.texts if text != helped]
        self.say("helped_both")
        self.buttons = []
        self.button(SOLVED, "solved")
        self.offer_topics(topics)

    def mark(self, topic_id: str, step: Step) -> str:
        """Return `topic/step` of where a place leads as the facts are."""
        found, step = self.resolve(topic_id, step)
        return f"{found}/{step.id}"

    def speak(self, topic_id: str, step: Step, *, first: bool) -> None:
        """Add a step; `first` says that the topic was not spoken of before."""
        topic = self.playbook.topics[topic_id]
        asked = None if self.several and step.say else step.ask
        texts = [self._told(words) for words in (step.say, asked) if words]
        if first:
            self._excuse(topic, texts)
        self.texts.append("\n".join(texts))
        self.show(topic_id, step)
        for answer in step.answers if asked else ():
            if answer.label is not None and self.playbook.leads(answer.go):
                label = self.playbook.words(answer.label, self.locale)
                self.add_button(f"{topic_id}/{step.id}/{answer.id}", label)
        self.hand_off = step.hand_off or self.hand_off
        self.steps.append((topic_id, step))

    def show(self, topic_id: str, step: Step) -> None:
        """Add the articles and pages of a step, without its words."""
        self.topics[topic_id] = None
        self.read(step)
        for entry in step.offers:
            offer = Offer(entry.flow, self.playbook.words(entry.label, self.locale))
            fresh = all(offer.flow is not known.flow for known in self.offers)
            if self._holds(entry.when) and fresh:
                self.offers.append(offer)

    def read(self, step: Step) -> None:
        """Add the articles of a step."""
        for reference in step.articles:
            card = self.playbook.cards.get((self.locale, reference))
            if card is not None and card not in self.cards:
                self.cards.append(card)

    def resolve(self, topic_id: str, step: Step, *, firmly: bool = False) -> tuple[str, Step]:
        """Follow the branches whose facts hold; returns where they end.

        `firmly` leaves out those that yield to an answer the customer has given.
        """
        for _ in range(_MAX_HOPS):
            self.topics[topic_id] = None
            for branch in step.branch:
                open_ = self.playbook.leads(branch.go) and not (firmly and branch.yields)
                if open_ and self._holds(branch.when):
                    break
            else:
                return topic_id, step
            self.ways[f"{topic_id}/{step.id} > {branch.go}"] = None
            topic_id, step = self.playbook.target(topic_id, branch.go)
        return topic_id, step

    def facts(self) -> tuple[FactUsed, ...]:
        """Return the facts that were asked for, without their age."""
        return tuple(FactUsed(name, value) for name, value in self.facts_used.items())

    def parts(self) -> tuple[Part, ...]:
        """Return the reply's parts, each button once."""
        parts: list[Part] = [Text(text) for text in dict.fromkeys(self.texts)]
        parts.extend(self.cards)
        if self.buttons:
            parts.append(Choices(tuple(self.buttons)))
        return tuple(parts)

    def add_button(self, choice_id: str, label: str) -> None:
        """Add a button unless it is there already."""
        if all(choice_id != known.id for known in self.buttons):
            self.buttons.append(Choice(choice_id, label))

    def _told(self, words: LocalWords) -> str:
        word = Words(self.view, self.playbook.names[self.locale], self.locale)
        text = fill(self.playbook.words(words, self.locale), word)
        self.facts_used |= word.used
        return text

    def _excuse(self, topic: Topic, texts: list[str]) -> None:
        """Say why the advice is general, where facts would have made it better."""
        if self.view.sight == Sight.SIGNED_OUT and topic.signed_out:
            texts.insert(1, self.playbook.words(topic.signed_out, self.locale))
            self.facts_used["facts"] = self.view.sight
        elif self.view.sight == Sight.STRIPE_DOWN and topic.reads:
            texts.insert(0, self.playbook.say("facts_down", self.locale))
            self.facts_used["facts"] = self.view.sight

    def _holds(self, when: Condition) -> bool:
        self.facts_used |= {name: self.view.known.get(name) for name in when}
        return self.view.holds(when)
