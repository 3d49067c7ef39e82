"""A subscription in words: what it costs, when next, and which card pays for it."""

from collections.abc import Iterator
from dataclasses import dataclass

from helpcenter.billing.diagnosis import EXPIRING
from helpcenter.billing.facts import Card, Facts, Subscription
from helpcenter.i18n.mark import N_
from helpcenter.web.account.speaker import Speaker

_STATUS = {
    "active": N_("Active"),
    "trialing": N_("Free trial"),
    "past_due": N_("Payment overdue"),
    "unpaid": N_("Not paid"),
    "incomplete": N_("Waiting for the first payment"),
    "paused": N_("Paused"),
}
_CHARGED = frozenset({"active", "trialing", "past_due"})


@dataclass(frozen=True, slots=True)
class Row:
    """One thing about a subscription; `warns` where something should be done about it."""

    label: str
    value: str
    note: str = ""
    warns: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """A subscription as its customer sees it."""

    name: str
    rows: tuple[Row, ...]


def plan_of(facts: Facts, sub: Subscription, speaker: Speaker) -> Plan:
    """Return a subscription in words."""
    rows = (*_status(sub, speaker), *_next_charge(sub, speaker), *_card(facts, sub, speaker))
    return Plan(plan_name(sub, speaker), rows)


def plan_name(sub: Subscription, speaker: Speaker) -> str:
    """Return what a subscription is called."""
    return sub.plan or speaker.gettext("Subscription")


def _status(sub: Subscription, speaker: Speaker) -> Iterator[Row]:
    label, _ = speaker.gettext("Status"), speaker.gettext
    end = sub.cancel_at or sub.current_period_end
    if sub.ending and end is not None:
        until = speaker.say(N_("Ends on %(day)s"), day=speaker.day(end))
        yield Row(label, until, _("Nothing more is charged for it."))
    elif sub.collection_paused:
        yield Row(label, _("Charges are paused"))
    elif sub.status in _STATUS:
        warns = sub.status in {"past_due", "unpaid", "incomplete"}
        yield Row(label, _(_STATUS[sub.status]), warns=warns)


def _next_charge(sub: Subscription, speaker: Speaker) -> Iterator[Row]:
    when = sub.trial_end if sub.status == "trialing" else sub.current_period_end
    idle = sub.ending or sub.collection_paused or sub.status not in _CHARGED
    if idle or when is None or when <= speaker.now:
        return
    _, day = speaker.gettext, speaker.day(when)
    label = _("Next charge") if sub.charges_automatically else _("Next invoice")
    if sub.price is None:
        yield Row(label, day)
        return
    value = speaker.say(N_("%(amount)s on %(day)s"), amount=speaker.money(sub.price), day=day)
    yield Row(label, value, _("Before tax and discounts."))


def _card(facts: Facts, sub: Subscription, speaker: Speaker) -> Iterator[Row]:
    if not sub.charges_automatically:
        return
    label, charged = speaker.gettext("Card used"), facts.charged_for(sub)
    if charged is None:
        yield Row(label, speaker.gettext("No card is saved"), warns=True)
        return
    until, warns = expiry(charged.card, speaker)
    yield Row(label, speaker.card(charged.card), until, warns)


def expiry(card: Card | None, speaker: Speaker) -> tuple[str, bool]:
    """Return until when a card is valid, and whether that deserves a warning."""
    if card is None or card.exp_month is None or card.exp_year is None:
        return "", False
    date = f"{card.exp_month:02}/{card.exp_year}"
    if card.expired(speaker.now):
        return speaker.say(N_("Expired %(date)s"), date=date), True
    if card.expires_within(speaker.now, EXPIRING):
        return speaker.say(N_("Expires soon: %(date)s"), date=date), True
    return speaker.say(N_("Expires %(date)s"), date=date), False
