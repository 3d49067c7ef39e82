"""Facts that a conversation test gives by hand: customers as the sandbox has none."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date

from helpcenter.billing.codes import Detail
from helpcenter.billing.facts import Card
from helpcenter.bot.facts import FACTS, SHOWN, FactView, Shown, Sight
from helpcenter.content.schema import did_you_mean
from helpcenter.i18n.money import Money

_CARD = re.compile(r"([a-z_]+) (\d{4})")
_MONEY = re.compile(r"([A-Z]{3}) (-?\d{1,12})")


def with_given(view: FactView, given: Mapping[str, str | None], today: date) -> FactView:
    """Return a view with facts put in the place of its own; None takes one away.

    A view that knows nothing of the customer knows these alone: they are signed in.
    """
    if not given:
        return view
    if view.sight != Sight.KNOWN:
        view = FactView({"facts": str(Sight.KNOWN)}, today=today)
    known, shown = dict(view.known), dict(view.shown)
    for name, text in given.items():
        known.pop(name, None)
        shown.pop(name, None)
        # `card` is both: a state of the charged card, and the words for one.
        if text is not None and text in FACTS.get(name, ()):
            known[name] = text
        elif text is not None:
            shown[name] = _shown(name, text)
    return replace(view, known=known, shown=shown)


def faults_of(given: Mapping[str, str | None]) -> Iterator[str]:
    """Yield what is wrong with given facts, each with how to mend it."""
    for name, text in given.items():
        if name not in FACTS and name not in SHOWN:
            yield f"`{name}` is no fact{did_you_mean(name, {*FACTS, *SHOWN})}"
        elif text is not None and text not in FACTS.get(name, ()):
            if name not in SHOWN:
                yield f"`{name}` is never `{text}`{did_you_mean(text, FACTS[name])}"
                continue
            try:
                _shown(name, text)
            except ValueError:
                yield f"`{name}: {text}`: write `visa 4242`, `HKD 12800` (in cents) or `2026-12-01`"


def _shown(name: str, text: str) -> Shown:
    """Return what words show; raises `ValueError` for text of another shape."""
    if name.endswith("card"):
        found = _CARD.fullmatch(text)
        if found is None:
            raise ValueError(text)
        return Card(id=f"pm_{name}", brand=found[1], last4=found[2])
    if name in {"amount", "price"}:
        found = _MONEY.fullmatch(text)
        if found is None:
            raise ValueError(text)
        return Money(int(found[2]), found[1])
    if name == "detail":
        return Detail(text)
    if name in {"plan", "plans", "expires"}:
        return text
    return date.fromisoformat(text)
