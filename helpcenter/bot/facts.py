"""The closed list of facts a topic may ask about, and how a condition over them is decided.

A condition in a topic is `fact: value` or `fact: [values]`; there is no expression language. What
needs more logic becomes a new name here, decided in Python by `bot.view`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum

from helpcenter.billing.codes import Detail, Kind
from helpcenter.billing.facts import Card
from helpcenter.i18n.money import Money


class Reads(StrEnum):
    """How much of what Stripe knows a topic looks at; SAVING also sees saved cards and tries."""

    BASIC = "basic"
    SAVING = "saving"

    @property
    def depth(self) -> int:
        """The place among how much can be read, from 1; each includes those below."""
        return 2 if self is Reads.SAVING else 1


class Sight(StrEnum):
    """Whether there are facts, and if not, why; NO_KEY is a site that cannot have any."""

    KNOWN = "known"
    SIGNED_OUT = "signed_out"
    STRIPE_DOWN = "stripe_down"
    NO_KEY = "no_key"


_YES_NO = frozenset({"yes", "no"})
_KINDS = frozenset({"none", *map(str, Kind)})

FACTS: Mapping[str, frozenset[str]] = {
    "facts": frozenset(map(str, Sight)),
    "diagnosis": _KINDS,
    "saving": _KINDS,
    "moment": frozenset({"none", "paying", "saving"}),
    "card": frozenset({"none", "valid", "expiring", "expired"}),
    "charged_by": frozenset({"none", "customer", "subscription"}),
    "invoice": frozenset({"none", "open", "payable"}),
    "funding": frozenset({"credit", "debit", "prepaid"}),
    "subscription": frozenset(
        {
            "none",
            "active",
            "trialing",
            "past_due",
            "unpaid",
            "incomplete",
            "paused",
            "ending",
            "ended",
        }
    ),
    "subscriptions": frozenset({"none", "one", "several"}),
    "can_cancel": _YES_NO,
    "can_pause": _YES_NO,
    "can_change": _YES_NO,
    "can_edit": _YES_NO,
}

CALLED = frozenset({"card", "new_card", "charged_card", "detail"})
"""What words may always name: "payment method" stands in for a card we know nothing of."""

SHOWN = CALLED | {
    "saving_card",
    "amount",
    "declined_on",
    "next_try",
    "pay_by",
    "renews_on",
    "price",
    "ends_on",
    "ended_on",
    "resumes_on",
    "expires",
    "plan",
    "plans",
}
"""What words may show as `{{ fact.name }}`."""

SAVING_ONLY = frozenset({"saving", "saving_card"})
"""What only a topic that reads `saving` can know for certain."""


@dataclass(frozen=True, slots=True)
class PlanShown:
    """One of several plans: what a period costs, before tax, and the day of its next charge."""

    name: str
    price: Money | None = None
    renews_on: date | None = None


Shown = Card | Money | date | Detail | str | tuple[PlanShown, ...]


@dataclass(frozen=True, slots=True)
class FactView:
    """What a topic may know of the customer: `known` by the names of `FACTS`, `shown` of `SHOWN`.

    What is not known is left out of both. Dates are days where the customer is, and so is
    `today`; `fetched_at` is when Stripe was asked, None if it was not.
    """

    known: Mapping[str, str] = field(default_factory=dict)
    shown: Mapping[str, Shown] = field(default_factory=dict)
    fetched_at: datetime | None = None
    today: date | None = None

    @property
    def sight(self) -> str | None:
        """Whether there are facts and why not, None while nobody has looked."""
        return self.known.get("facts")

    def holds(self, when: Mapping[str, tuple[str, ...]]) -> bool:
        """Tell whether every condition is known to hold; what is not known never holds."""
        return all(self.known.get(name) in values for name, values in when.items())


@dataclass(frozen=True, slots=True)
class FactUsed:
    """A fact that a reply rests on, as told; `value` is None where it was not known."""

    name: str
    value: str | None
    fetched_at: datetime | None = None
    age: float | None = None


UNREAD = FactView()
"""Nobody has looked yet: nothing is known, not even that nobody is signed in."""


def absent(why: Sight) -> FactView:
    """Return the view in which nothing is known but why."""
    return FactView({"facts": str(why)})


def aged(used: Iterable[FactUsed], view: FactView, now: datetime) -> tuple[FactUsed, ...]:
    """Return facts with the moment Stripe was asked and the seconds since then."""
    if view.fetched_at is None:
        return tuple(used)
    age = max(0.0, round((now - view.fetched_at).total_seconds(), 3))
    return tuple(replace(each, fetched_at=view.fetched_at, age=age) for each in used)
