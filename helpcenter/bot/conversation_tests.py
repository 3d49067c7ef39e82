"""Conversation tests: what customers say and what must come back, in the writer's own words.

`bot/conversations/*.yaml` are read from every root and run through the very engine that serves
customers; nothing is stored and nothing outside is asked. All are held at one moment, `HELD_AT`,
so that the dates in them stay true.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from pydantic import Field, model_validator

from helpcenter.bot.engine import Looking, answer, start
from helpcenter.bot.facts import Sight
from helpcenter.bot.playbook import Playbook
from helpcenter.bot.state import Decision, SaidChoice, SaidText, State
from helpcenter.bot.topics import HandOff
from helpcenter.content import yaml
from helpcenter.content.problems import Report
from helpcenter.content.roots import Root, listing, read_text
from helpcenter.content.schema import Schema, validate
from helpcenter.conversations.parts import Choices, Text
from helpcenter.i18n.locale import Locale

HELD_AT = datetime(2026, 11, 22, 4, tzinfo=UTC)
"""When conversations are held: noon in Hong Kong."""


class Turn(Schema):
    """One line or button of the customer, and what must hold of the reply.

    `says` and `never` are parts of its text, `step` a `topic/step` said, `offers` flows or
    articles (`slug#section`), `buttons` ids of choices, `language` the tag of its locale.
    """

    line: str | None = None
    choice: str | None = None
    topic: str | None = None
    step: str | None = None
    route: str | None = None
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
    refused before the talk begins; `without` says why there are no facts.
    """

    name: str
    locale: str
    customer: str | None = None
    decline: str | None = None
    without: Sight | None = None
    turns: tuple[Turn, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _has_somebody_to_refuse(self) -> "Conversation":
        if self.decline is not None and self.customer is None:
            raise ValueError("`decline` needs a `customer`")
        return self


class ConversationFile(Schema):
    """One file of conversations."""

    conversations: tuple[Conversation, ...]


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


def run(
    case: Case, playbook: Playbook, facts_for: Callable[[Conversation], Looking]
) -> tuple[list[Failure], list[str]]:
    """Hold a conversation; returns its failures and the `topic/step` said on the way."""
    state = start(Locale.from_tag(case.conversation.locale))
    look = facts_for(case.conversation)
    failures: list[Failure] = []
    said: list[str] = []
    for turn, line in zip(case.conversation.turns, case.lines, strict=True):
        # Stored and read back between turns, as in a real conversation.
        state = State.from_json(state.to_json())
        spoken = SaidText(turn.line) if turn.line is not None else SaidChoice(turn.choice or "")
        decision = answer(playbook, state, spoken, look, HELD_AT)
        words = turn.line if turn.line is not None else f"[{turn.choice}]"
        failures += [Failure(case.file, line, words, what) for what in _faults(turn, decision)]
        said += decision.trace.steps
        state = decision.state
    return failures, said


def coverage(playbook: Playbook, said: Iterable[str]) -> tuple[set[str], set[str]]:
    """Return the steps that were said and those that never were."""
    every = {f"{topic}/{step.id}" for topic, t in playbook.topics.items() for step in t.steps}
    walked = every & set(said)
    return walked, every - walked


def text_of(decision: Decision) -> str:
    """Return the text of a reply, a paragraph a line."""
    return "\n".join(part.text for part in decision.parts if isinstance(part, Text))


def _faults(turn: Turn, decision: Decision) -> Iterator[str]:
    text, steps = text_of(decision), decision.trace.steps
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


def _unlike(name: str, wanted: str | None, got: str) -> Iterator[str]:
    if wanted is not None and wanted != got:
        yield f"{name} is {got}, not {wanted}"


def _offered(decision: Decision) -> set[str]:
    return {str(offer.flow) for offer in decision.offers} | set(decision.trace.articles)
