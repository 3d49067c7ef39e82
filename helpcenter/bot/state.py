"""What the engine takes and gives: `State`, what was `Said`, the `Decision` and its `Trace`."""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from helpcenter.billing.offers import Offer
from helpcenter.bot.facts import FactUsed, Reads
from helpcenter.bot.route import Route
from helpcenter.bot.topics import HandOff
from helpcenter.bot.understand import Understanding
from helpcenter.conversations.parts import Part
from helpcenter.i18n.locale import Locale


@dataclass(frozen=True, slots=True)
class State:
    """Where a conversation with the bot stands; small, and stored as JSON.

    `locale` is the conversation's, `wish` the language the customer asked for, `spoken` that of the
    last reply (tags). `topic` and
    `step` are the last advice or question, None when nothing is open; `site` is the playbook's
    hash they belong to. `told` holds the `topic/step` already said, so that advice is not
    repeated; `buttons` the choices last shown, in order; `misses` the lines in a row that were
    not understood; `upset` whether calm words were said already; `at` when the bot last spoke
    (ISO 8601, UTC).
    """

    locale: str
    wish: str | None = None
    spoken: str | None = None
    site: str = ""
    topic: str | None = None
    step: str | None = None
    told: tuple[str, ...] = ()
    buttons: tuple[str, ...] = ()
    misses: int = 0
    upset: bool = False
    at: str | None = None

    def to_json(self) -> dict[str, Any]:
        """Return plain data for storage."""
        return dataclasses.asdict(self)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "State":
        """Rebuild a state; keys of older or newer versions are passed over.

        Raises `ValueError` if `locale` is missing.
        """
        if "locale" not in data:
            raise ValueError("a state needs its locale")
        names = {field.name for field in dataclasses.fields(cls)}
        known = {name: value for name, value in data.items() if name in names}
        for name in ("told", "buttons"):
            known[name] = tuple(known.get(name, ()))
        return cls(**known)


@dataclass(frozen=True, slots=True)
class SaidText:
    """The customer wrote a line."""

    text: str


@dataclass(frozen=True, slots=True)
class SaidChoice:
    """The customer pressed a button; `id` is that of a `Choice` shown earlier."""

    id: str


Said = SaidText | SaidChoice


@dataclass(frozen=True, slots=True)
class Trace:
    """Why the bot said what it said.

    `route` names the branch of the engine that answered, `steps` the `topic/step` said in this
    turn, `ways` the branches and answers that led there, `articles` the references in the steps
    (also those this site lacks), `facts` those that a condition asked for and those that the words
    show.
    """

    route: Route
    steps: tuple[str, ...] = ()
    articles: tuple[str, ...] = ()
    facts: tuple[FactUsed, ...] = ()
    understanding: Understanding | None = None
    ways: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return plain data, for storage, agents and `--json`."""
        plain: dict[str, Any] = {
            "route": self.route,
            "steps": list(self.steps),
            "ways": list(self.ways),
            "articles": list(self.articles),
            "facts": [_fact_json(fact) for fact in self.facts],
        }
        seen = self.understanding
        if seen is not None:
            plain |= {
                "locale": seen.why_locale,
                "candidates": [dataclasses.asdict(found) for found in seen.candidates],
                "hears": sorted(name.lstrip("#") for name in seen.hears),
                "answers": list(seen.answers),
                "repairs": [dataclasses.asdict(repair) for repair in seen.repairs],
                "truncated": seen.truncated,
            }
        return plain


@dataclass(frozen=True, slots=True)
class Decision:
    """What the bot says next.

    `topic` is the best-scored topic of the line, even where the bot asks back; `out_of_scope` if
    there is none. `locale` is the reply's. `hand_off` is set when a person shall take over.
    `reads` is how much the topics of the reply look at, None for those that need no facts.
    """

    state: State
    parts: tuple[Part, ...]
    offers: tuple[Offer, ...]
    topic: str
    locale: Locale
    hand_off: HandOff | None
    trace: Trace
    reads: Reads | None = None


def is_recent(state: State, now: datetime, seconds: float) -> bool:
    """Tell whether the bot last spoke within `seconds`; a broken or missing time is not recent."""
    try:
        then = datetime.fromisoformat(state.at or "")
        return abs((now - then).total_seconds()) <= seconds
    except (ValueError, TypeError):
        return False


def _fact_json(fact: FactUsed) -> dict[str, Any]:
    at = fact.fetched_at
    return {
        "name": fact.name,
        "value": fact.value,
        "fetched_at": at.isoformat() if at else None,
        "age": fact.age,
    }
