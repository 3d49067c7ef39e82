"""Topics as writers make them: the schema of `bot/topics/<id>.yaml` and how a file is read.

One file holds all about one trouble. What refers to something else (steps, facts, locales,
articles) is checked when the playbook is compiled, where all of it can be seen.
"""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Annotated

from pydantic import BeforeValidator, Field, model_validator

from helpcenter.bot.facts import Reads
from helpcenter.bot.wording import names_in
from helpcenter.content.flows import Flow
from helpcenter.content.schema import Schema
from helpcenter.content.yaml import Path

HUMAN = "talk_to_human"
OUT_OF_SCOPE = "out_of_scope"
"""What a line is about when no topic is recognised."""

TO_TOPIC = "topic:"
"""What `go` and a button's id begin with when they lead to a topic."""

ANY = "any"
"""The part of `recognise` whose patterns hold in every language: those made of concepts only."""

TOPIC_IDS = (
    "card_declined",
    "update_not_saving",
    "cannot_access_portal",
    "update_payment_method",
    "add_payment_method",
    "set_default_card",
    "remove_old_card",
    "accepted_payment_methods",
    "card_expiring",
    "compromised_card",
    "payment_failed",
    "billing_address",
    "3d_secure",
    "payment_security",
    "cancel_subscription",
    "pause_subscription",
    "invoice",
    "default_method_usage",
    "refund",
    "change_plan",
    "talk_to_human",
    "greeting",
    "thanks",
)
"""The closed list; reports, hand-offs and agents' views rely on these names."""

_ID = r"^[a-z0-9][a-z0-9_]*$"

Words = Annotated[dict[str, Annotated[str, Field(min_length=1)]], Field(min_length=1)]
"""The same words in every locale, by locale folder."""


class HandOff(StrEnum):
    """Why the bot passes a conversation to a person."""

    ASKED = "asked"
    NOT_SOLVED = "not_solved"
    NOT_UNDERSTOOD = "not_understood"


def _as_pattern(value: object) -> object:
    return {"match": value} if isinstance(value, str) else value


def _as_values(value: object) -> object:
    return (value,) if isinstance(value, str) else value


class Pattern(Schema):
    """Something to recognise: `[card] … [declined]` (see `bot.patterns`).

    `gap` is the distance allowed between neighbours, in half words (a Chinese character is one);
    `weight` replaces the weight that follows from the number of elements. `telling` is for a lone
    element that tells enough by itself: what else the line says costs it no more than a longer one.
    """

    match: str = Field(min_length=1, max_length=200)
    gap: int | None = Field(default=None, ge=0, le=60)
    weight: float | None = Field(default=None, gt=0, le=1)
    telling: bool = False


PatternEntry = Annotated[Pattern, BeforeValidator(_as_pattern)]


class Recognition(Schema):
    """How customers writing one language say it; a `not` near a match rules the match out.

    All of it is tried on every line: people mix languages, whatever the interface speaks.
    """

    phrases: tuple[PatternEntry, ...] = ()
    patterns: tuple[PatternEntry, ...] = ()
    ruled_out_by: tuple[PatternEntry, ...] = Field(default=(), alias="not")

    @property
    def telling(self) -> Iterator[tuple[str, tuple[Pattern, ...]]]:
        """Yield (key, patterns) of the lists that speak for the topic."""
        yield "phrases", self.phrases
        yield "patterns", self.patterns


class Answer(Schema):
    """A button under a question, and the words that mean the same when typed.

    Without a label it is no button: its words lead on from the line that brings the topic up, and
    later for as long as the topic is open; if heard `everywhere`, also while another topic is open
    that has no answer to them.
    """

    id: str = Field(pattern=_ID)
    label: Words | None = None
    hears: tuple[PatternEntry, ...] = ()
    go: str
    everywhere: bool = False


Condition = dict[str, Annotated[tuple[str, ...], BeforeValidator(_as_values)]]
"""Facts and the values of which each must have one (`bot.facts.FACTS`)."""


class OfferEntry(Schema):
    """A portal page the step proposes, if it has conditions only where they are known to hold."""

    flow: Flow
    label: Words
    when: Condition = Field(default_factory=dict)


class Branch(Schema):
    """Go elsewhere at once when the facts say so.

    A branch that `yields` gives way to an answer which the customer's line already holds.
    """

    when: Condition = Field(min_length=1)
    go: str
    yields: bool = False


class Step(Schema):
    """One thing the bot says. Without `ask` or `hand_off` it is advice: it asks if it helped.

    `next` is where "it still does not work" leads; without it a person is offered.
    """

    id: str = Field(pattern=_ID)
    branch: tuple[Branch, ...] = ()
    say: Words | None = None
    ask: Words | None = None
    answers: tuple[Answer, ...] = ()
    articles: tuple[str, ...] = ()
    offers: tuple[OfferEntry, ...] = ()
    next: str | None = None
    hand_off: HandOff | None = None
    closes: bool = False

    @model_validator(mode="after")
    def _says_something(self) -> "Step":
        if self.say is None and self.ask is None:
            raise ValueError(f"step `{self.id}` says nothing: give it `say` or `ask`")
        if any(answer.label for answer in self.answers) and self.ask is None:
            raise ValueError(f"step `{self.id}` has answers but no `ask`")
        silent = [answer.id for answer in self.answers if not (answer.label or answer.hears)]
        if silent:
            raise ValueError(f"answer `{silent[0]}` needs a `label` or words that it `hears`")
        buttons = [answer.id for answer in self.answers if answer.everywhere and answer.label]
        if buttons:
            raise ValueError(f"answer `{buttons[0]}` has a `label`: no button is heard everywhere")
        return self

    @property
    def shows_facts(self) -> bool:
        """Whether its words rest on a customer's own facts."""
        return any(
            names_in(text) for words in (self.say, self.ask) if words for text in words.values()
        )

    @property
    def conditions(self) -> Iterator[tuple[tuple[str | int, ...], Condition]]:
        """Yield (path in the step, condition) of all branches and offers."""
        for key in ("branch", "offers"):
            for index, entry in enumerate(getattr(self, key)):
                yield (key, index, "when"), entry.when

    @property
    def advises(self) -> bool:
        """Whether the customer is to try something and tell whether it helped."""
        return not (self.hand_off or self.closes or self.ask)

    def answer(self, answer_id: str) -> Answer | None:
        """Return the answer with that id."""
        return next((answer for answer in self.answers if answer.id == answer_id), None)


class Topic(Schema):
    """All about one trouble. A conversation about it begins with the first of `steps`.

    A `social` topic (hello, thanks) gives way to any other. One that `explains` leaves the trouble
    open that was spoken of before: "still not working" means that. `reads` is how much the topic
    must know of the customer; nothing without it. `signed_out` is said once where facts would help
    but nobody is signed in. `menu` is the place among what the bot says it can do.
    """

    name: Words
    social: bool = False
    explains: bool = False
    menu: int | None = None
    reads: Reads | None = None
    signed_out: Words | None = None
    recognise: dict[str, Recognition]
    steps: tuple[Step, ...] = Field(min_length=1)

    def step(self, step_id: str) -> Step | None:
        """Return the step with that id."""
        return next((step for step in self.steps if step.id == step_id), None)

    @property
    def asides(self) -> Iterator[tuple[Step, Answer]]:
        """Yield (step, answer) of the answers that are heard while the topic is open."""
        for step in self.steps:
            yield from ((step, answer) for answer in step.answers if answer.label is None)


class Off(Schema):
    """A site's way to do without a topic of the wheel."""

    off: bool


def is_off(value: object) -> bool:
    """Tell whether a loaded topic file only says `off: true`."""
    return isinstance(value, Mapping) and value.get("off") is True


def localised(topic: Topic) -> Iterator[tuple[Path, Words]]:
    """Yield (path in the file, words) of all that a topic says and calls things."""
    yield ("name",), topic.name
    if topic.signed_out:
        yield ("signed_out",), topic.signed_out
    for at, step in enumerate(topic.steps):
        for key, words in (("say", step.say), ("ask", step.ask)):
            if words:
                yield ("steps", at, key), words
        for index, answer in enumerate(step.answers):
            if answer.label:
                yield ("steps", at, "answers", index, "label"), answer.label
        for index, offer in enumerate(step.offers):
            yield ("steps", at, "offers", index, "label"), offer.label
