"""Conversation tests: what customers say and what must come back, in the writer's own words.

`bot/conversations/*.yaml` are read from every root and run through the very engine that serves
customers; nothing is stored and nothing outside is asked. All are held at one moment, `HELD_AT`,
so that the dates in them stay true.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Annotated

from pydantic import BeforeValidator, Field, model_validator

from helpcenter.bot.engine import Looking, answer, start
from helpcenter.bot.facts import FactView, Reads, Sight
from helpcenter.bot.given import faults_of, with_given
from helpcenter.bot.lint import MAX_CHARACTERS, MAX_WORDS
from helpcenter.bot.playbook import Playbook
from helpcenter.bot.route import Route
from helpcenter.bot.state import Decision, Said, SaidChoice, SaidText, State
from helpcenter.bot.topics import HandOff
from helpcenter.content import yaml
from helpcenter.content.problems import Report
from helpcenter.content.roots import Root, listing, read_text
from helpcenter.content.schema import Schema, validate
from helpcenter.conversations.parts import Choices, Text
from helpcenter.i18n.locale import Locale
from helpcenter.language.redact import keep

HELD_AT = datetime(2026, 11, 22, 4, tzinfo=UTC)
"""When conversations are held: noon in Hong Kong."""


def _as_text(value: object) -> object:
    return value.isoformat() if isinstance(value, date) else value


Given = dict[str, Annotated[str | None, BeforeValidator(_as_text)]]
"""Facts by name, as a writer gives them."""


class Turn(Schema):
    """One line or button of the customer, and what must hold of the reply.

    `says` and `never` are parts of its text, `step` a `topic/step` said, `offers` flows or
    articles (`slug#section`), `buttons` ids of choices, `language` the tag of its locale.
    """

    line: str | None = None
    choice: str | None = None
    topic: str | None = None
    step: str | None = None
    route: Route | None = None
    says: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    offers: tuple[str, ...] = ()
    buttons: tuple[str, ...] = ()
    language: str | None = None
    hand_off: HandOff | None = None

    @model_validator(mode="after")
    def _is_said(self) -> "Turn":
        if (self.line is None) == (self.choice is None):
            raise ValueError("a turn has either a `line` or a `choice`")
        return self


class Conversation(Schema):
    """A conversation from its beginning.

    `customer` is a sandbox customer, or `nobody` for somebody who is signed in and never paid;
    without one nobody is signed in. `decline` is a code with which that customer's next payment is
    refused before the talk begins; `without` says why there are no facts. `facts` stand in the
    place of what is known about the customer, or make one up.
    """

    name: str
    locale: str
    customer: str | None = None
    decline: str | None = None
    without: Sight | None = None
    facts: Given = Field(default_factory=dict)
    turns: tuple[Turn, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _has_somebody_to_refuse(self) -> "Conversation":
        if self.decline is not None and self.customer is None:
            raise ValueError("`decline` needs a `customer`")
        for fault in faults_of(self.facts):
            raise ValueError(fault)
        return self


class ConversationFile(Schema):
    """One file of conversations, each with a name of its own."""

    conversations: tuple[Conversation, ...]

    @model_validator(mode="after")
    def _has_no_name_twice(self) -> "ConversationFile":
        for name, times in Counter(each.name for each in self.conversations).items():
            if times > 1:
                raise ValueError(f"{times} conversations are named `{name}`")
        return self


@dataclass(frozen=True, slots=True)
class Case:
    """A conversation and where it is written."""

    conversation: Conversation
    file: str
    lines: tuple[int, ...]

    @property
    def name(self) -> str:
        """What the case is called, for people and for pytest."""
        return f"{self.file}: {self.conversation.name}"


@dataclass(frozen=True, slots=True)
class Failure:
    """An expectation that does not hold: where it is written, what was said, what is wrong."""

    file: str
    line: int
    said: str
    what: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.said!r}: {self.what}"


def read_cases(roots: Sequence[Root], report: Report) -> list[Case]:
    """Read the conversations of all roots; faults go to `report`."""
    cases = []
    for root in roots:
        for source in listing(root, "bot/conversations", report):
            with report.gather():
                loaded = yaml.load(read_text(source), source.name)
                found = validate(ConversationFile, loaded, source.name)
                for at, conversation in enumerate(found.conversations):
                    turns = range(len(conversation.turns))
                    lines = [loaded.line(("conversations", at, "turns", turn)) for turn in turns]
                    cases.append(Case(conversation, source.name, tuple(lines)))
    return cases


@dataclass(frozen=True, slots=True)
class Held:
    """How a conversation went: its failures, and the steps and ways it took."""

    failures: tuple[Failure, ...]
    steps: tuple[str, ...]
    ways: tuple[str, ...]


def run(case: Case, playbook: Playbook, facts_for: Callable[[Conversation], Looking]) -> Held:
    """Hold a conversation."""
    conversation = case.conversation
    state = start(Locale.from_tag(conversation.locale))
    look = _given_too(conversation, facts_for(conversation))
    failures: list[Failure] = []
    steps: list[str] = []
    ways: list[str] = []
    kept: list[str] = []
    for turn, line in zip(conversation.turns, case.lines, strict=True):
        # Stored and read back between turns, as in a real conversation.
        state = State.from_json(state.to_json())
        if turn.line is None:
            spoken: Said = SaidChoice(turn.choice or "")
        else:
            spoken = SaidText(keep(turn.line, kept))
        decision = answer(playbook, state, spoken, look, HELD_AT)
        words = turn.line if turn.line is not None else f"[{turn.choice}]"
        failures += [Failure(case.file, line, words, what) for what in _faults(turn, decision)]
        steps += decision.trace.steps
        ways += decision.trace.ways
        state = decision.state
    return Held(tuple(failures), tuple(steps), tuple(ways))


def _given_too(conversation: Conversation, look: Looking) -> Looking:
    def seen(reads: Reads) -> FactView:
        return with_given(look(reads), conversation.facts, HELD_AT.date())

    return seen


@dataclass(frozen=True, slots=True)
class Coverage:
    """What of the shipped steps, and of the branches and answers between them, was met."""

    steps: int
    ways: int
    missed_steps: tuple[str, ...]
    missed_ways: tuple[str, ...]

    @property
    def share_of_steps(self) -> float:
        """The share of the steps that were said, 1 where there is none."""
        return 1 - len(self.missed_steps) / self.steps if self.steps else 1

    @property
    def share_of_ways(self) -> float:
        """The share of the branches and answers that were taken, 1 where there is none."""
        return 1 - len(self.missed_ways) / self.ways if self.ways else 1


def coverage(playbook: Playbook, held: Iterable[Held]) -> Coverage:
    """Return how much of a playbook conversations have been through."""
    met = list(held)
    said = {step for each in met for step in each.steps}
    walked = {way for each in met for way in each.ways}
    steps = dict.fromkeys(
        f"{at}/{step.id}" for at, topic in playbook.topics.items() for step in topic.steps
    )
    ways = dict.fromkeys(_ways(playbook))
    return Coverage(
        len(steps),
        len(ways),
        tuple(step for step in steps if step not in said),
        tuple(way for way in ways if way not in walked),
    )


def _ways(playbook: Playbook) -> Iterator[str]:
    """Yield every branch and answer, named as in a trace."""
    for topic_id, topic in playbook.topics.items():
        for step in topic.steps:
            place = f"{topic_id}/{step.id}"
            yield from (f"{place} > {branch.go}" for branch in step.branch)
            yield from (f"{place}/{answer.id}" for answer in step.answers)


def text_of(decision: Decision) -> str:
    """Return the text of a reply, a paragraph a line."""
    return "\n".join(part.text for part in decision.parts if isinstance(part, Text))


def _faults(turn: Turn, decision: Decision) -> Iterator[str]:
    text, steps = text_of(decision), decision.trace.steps
    yield from _too_long(text, decision)
    yield from _unlike("topic", turn.topic, decision.topic)
    yield from _unlike("route", turn.route, decision.trace.route)
    yield from _unlike("language", turn.language, decision.locale.tag)
    if turn.hand_off != decision.hand_off:
        yield f"hand_off is {decision.hand_off or 'none'}, not {turn.hand_off or 'none'}"
    if turn.step is not None and turn.step not in steps:
        yield f"says {', '.join(steps) or 'no step'}, not {turn.step}"
    yield from (f"does not say {words!r} but {text!r}" for words in turn.says if words not in text)
    yield from (f"says {words!r}" for words in turn.never if words in text)
    offered = _offered(decision)
    yield from (f"does not offer {wanted}" for wanted in turn.offers if wanted not in offered)
    shown = [c.id for part in decision.parts if isinstance(part, Choices) for c in part.choices]
    yield from (f"has no button {wanted}" for wanted in turn.buttons if wanted not in shown)


def _too_long(text: str, decision: Decision) -> Iterator[str]:
    """Hold whole replies to the length of one; an answer to two questions is two."""
    han = decision.locale.is_han
    size, most = (len(text), MAX_CHARACTERS) if han else (len(text.split()), MAX_WORDS)
    most *= max(1, len(decision.trace.steps))
    if size > most:
        yield f"says {size} {'characters' if han else 'words'}, at most {most}: {text!r}"


def _unlike(name: str, wanted: str | None, got: str) -> Iterator[str]:
    if wanted is not None and wanted != got:
        yield f"{name} is {got}, not {wanted}"


def _offered(decision: Decision) -> set[str]:
    return {str(offer.flow) for offer in decision.offers} | set(decision.trace.articles)
