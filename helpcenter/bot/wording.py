"""Facts in words: `{{ fact.card }}` in what topics say, `[[ … ]]` around what may be missing."""

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date

from helpcenter.billing.brands import brand_name
from helpcenter.billing.codes import Detail
from helpcenter.billing.facts import Card
from helpcenter.bot.facts import CALLED, SHOWN, FactView, PlanShown, Shown
from helpcenter.content import variables
from helpcenter.i18n.dates import day, day_and_month
from helpcenter.i18n.lists import listed
from helpcenter.i18n.locale import Locale
from helpcenter.i18n.money import Money, format_money
from helpcenter.language.scripts import has_han

PREFIX = "fact."

NAMES = (
    *("card", "plain", "unknown", "details", "plan_price", "plan_renews"),
    *(f"detail_{detail}" for detail in Detail),
)
"""How a locale names cards, details and several plans: `vocabulary.names`. `card` is filled in with
`brand` and `last4`; `plain` stands for a brand, `unknown` for a way to pay, `details` for a detail,
that we do not know; `plan_price` has `plan` and `price`, `plan_renews` also `day`."""

VARIABLES = frozenset(PREFIX + name for name in SHOWN)

_GROUP = re.compile(r"\[\[(.*?)\]\]", re.DOTALL)
_FACT = re.compile(r"\{\{ *fact\.(\w+) *\}\}")


def names_in(text: str) -> tuple[str, ...]:
    """Return the facts that words show."""
    return tuple(_FACT.findall(text))


def fill(text: str, word: Callable[[str], str | None]) -> str:
    """Put facts in; a `[[ … ]]` goes if it shows a fact for which `word` has none."""

    def group(found: re.Match[str]) -> str:
        return found[1] if all(word(name) is not None for name in names_in(found[1])) else ""

    def put(found: re.Match[str]) -> str:
        value = word(found[1]) or ""
        # Chinese keeps Latin words apart from its own characters.
        apart = has_han(kept[found.start() - 1 : found.start()]) and value[:1].isascii()
        return " " + value if apart and value[:1].isalpha() else value

    kept = _GROUP.sub(group, text)
    return _FACT.sub(put, kept)


def faults(text: str) -> Iterator[str]:
    """Yield what is wrong with the facts in words, each with how to mend it."""
    outside = _GROUP.sub("", text)
    if "[[" in outside or "]]" in outside:
        yield "`[[` and `]]` belong together: one pair around what may be left out"
    for name in names_in(outside):
        if name in SHOWN and name not in CALLED:
            yield f"`fact.{name}` may be unknown: put the words around it in `[[ … ]]`"
    for inside in _GROUP.findall(text):
        if not set(names_in(inside)) - CALLED:
            yield "`[[ … ]]` is left out where a fact is unknown, but shows none that may be"


class Words:
    """The words for a customer's facts in one locale; notes which were asked for in `used`."""

    def __init__(self, view: FactView, names: Mapping[str, str], locale: Locale) -> None:
        self._view = view
        self._names = names
        self._locale = locale
        self.used: dict[str, str | None] = {}

    def __call__(self, name: str) -> str | None:
        """Return the words for a fact, None if there are none."""
        value = self._view.shown.get(name)
        word = None if value is None else self._word(value)
        self.used[name] = word
        if word is None and name in CALLED:
            return self._names["details" if name == "detail" else "unknown"]
        return word

    def _word(self, value: Shown) -> str | None:
        match value:
            case Card():
                return self._card(value)
            case Money():
                return format_money(value, self._locale)
            case date():
                return self._day(value)
            case Detail():
                return self._names[f"detail_{value}"]
            case str():
                return value
            case tuple():
                return listed([self._plan(plan) for plan in value], self._locale)

    def _card(self, card: Card) -> str | None:
        if card.last4 is None:
            return None
        brand = brand_name(card.brand) or self._names["plain"]
        return variables.fill(self._names["card"], {"brand": brand, "last4": card.last4})

    def _plan(self, plan: PlanShown) -> str:
        if plan.price is None:
            return plan.name
        words = {"plan": plan.name, "price": format_money(plan.price, self._locale)}
        if plan.renews_on is None:
            return variables.fill(self._names["plan_price"], words)
        words["day"] = self._day(plan.renews_on)
        return variables.fill(self._names["plan_renews"], words)

    def _day(self, value: date) -> str:
        today = self._view.today
        same = today is not None and today.year == value.year
        return day_and_month(value, self._locale) if same else day(value, self._locale)
