"""What a ticket is made of."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

REOPENS = timedelta(days=7)
"""How long a solved ticket is the same ticket when its customer comes back."""


class State(StrEnum):
    """Where a ticket stands; `pending` waits for the customer, `on_hold` for somebody else."""

    NEW = "new"
    OPEN = "open"
    PENDING = "pending"
    ON_HOLD = "on_hold"
    SOLVED = "solved"
    CLOSED = "closed"


AT_WORK = frozenset({State.NEW, State.OPEN, State.PENDING, State.ON_HOLD})
"""States in which a person has the turn, or is to have it."""


class Cause(StrEnum):
    """Why there is a ticket: the bot's reasons to hand over, the customer's, or the form."""

    ASKED = "asked"
    NOT_SOLVED = "not_solved"
    NOT_UNDERSTOOD = "not_understood"
    NO_ACCOUNT = "no_account"
    FAILED = "failed"
    FORM = "form"


class Happened(StrEnum):
    """What may happen to a ticket; each is one audit row."""

    HANDED_OVER = "handed_over"
    TAKEN = "taken"
    REPLIED = "replied"
    HELD = "held"
    NOTED = "noted"
    RELEASED = "released"
    ESCALATED = "escalated"
    SOLVED = "solved"
    REOPENED = "reopened"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    SETTLED = "settled"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Contact:
    """Who wrote by the contact form."""

    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket as it stands; `team` is an id of `bot/teams.yaml`."""

    id: int
    conversation_id: int
    state: State
    version: int
    team: str
    tier: int
    agent_id: int | None
    cause: Cause
    contact: Contact | None
    created: datetime
    changed: datetime
    waiting_since: datetime | None
    solved_at: datetime | None

    def is_over(self, now: datetime) -> bool:
        """Tell whether nothing reopens it any more."""
        if self.state is State.SOLVED and self.solved_at is not None:
            return now - self.solved_at >= REOPENS
        return self.state is State.CLOSED


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a ticket; `agent_id` None if no agent did it."""

    seq: int
    kind: Happened
    agent_id: int | None
    at: datetime
    data: Mapping[str, str | int] = field(default_factory=dict, repr=False)
