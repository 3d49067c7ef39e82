"""A customer's saved cards in words, and what each of them is charged for."""

from collections.abc import Iterator
from dataclasses import dataclass

from helpcenter.billing.facts import Card, Facts
from helpcenter.i18n.mark import N_
from helpcenter.web.account.plan import expiry, plan_name
from helpcenter.web.account.speaker import Speaker


@dataclass(frozen=True, slots=True)
class CardRow:
    """A saved card; `warns` where it has expired or soon will."""

    name: str
    expiry: str
    warns: bool
    uses: tuple[str, ...]


def cards_of(facts: Facts, speaker: Speaker) -> tuple[CardRow, ...]:
    """Return each saved card, those that are charged first."""
    rows = [_row(facts, card, speaker) for card in facts.cards]
    return tuple(sorted(rows, key=lambda row: not row.uses))


def _row(facts: Facts, card: Card, speaker: Speaker) -> CardRow:
    until, warns = expiry(card, speaker)
    return CardRow(speaker.card(card), until, warns, tuple(_uses(facts, card, speaker)))


def _uses(facts: Facts, card: Card, speaker: Speaker) -> Iterator[str]:
    for sub in facts.open_subscriptions:
        charged = facts.charged_for(sub)
        if sub.charges_automatically and charged is not None and charged.id == card.id:
            yield speaker.say(N_("Charged for: %(plan)s"), plan=plan_name(sub, speaker))
    if card.id == facts.default_card_id:
        yield speaker.gettext("Your default")
