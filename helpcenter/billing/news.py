"""`what_changed`: what a customer did, seen from the facts before and after. Pure and total."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from helpcenter.billing.facts import (
    Card,
    CustomerState,
    Facts,
    Read,
    SetupAttempt,
    Subscription,
)
from helpcenter.i18n.money import Money

FULL = 10
"""Cards that Stripe lists at once: where there are so many, others may be out of sight."""


class News(StrEnum):
    """What can change. The first two are about a card that was not there before.

    CHARGED_CARD is another saved card that is charged from now on, DEFAULT_CARD one that is the
    default while something else is charged.
    """

    NEW_CHARGED_CARD = "new_charged_card"
    NEW_CARD = "new_card"
    CHARGED_CARD = "charged_card"
    DEFAULT_CARD = "default_card"
    CARD_RENEWED = "card_renewed"
    CARD_REMOVED = "card_removed"
    CARD_REFUSED = "card_refused"
    PAID = "paid"
    ENDING = "ending"
    ENDED = "ended"
    RESUMED = "resumed"
    PAUSED = "paused"
    PLAN_CHANGED = "plan_changed"
    ADDRESS = "address"


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is new; `about` is Stripe's id of it, the rest data for the words.

    `amount` is what was paid, or what the new plan costs; `until` when a subscription ends or,
    paused, goes on.
    """

    kind: News
    about: str | None = None
    card: Card | None = None
    amount: Money | None = None
    plan: str | None = None
    until: datetime | None = None


def what_changed(before: Facts, after: Facts) -> tuple[Change, ...]:
    """Return what is new since `before`, in the order to tell it; nothing if nothing is certain.

    Only what was read both times is compared.
    """
    if not before.state is after.state is CustomerState.PRESENT:
        return ()
    return (
        *_cards(before, after),
        *_refused(before, after),
        *_paid(before, after),
        *(change for sub in before.subscriptions for change in _subscription(sub, after)),
        *_address(before, after),
    )


def _cards(before: Facts, after: Facts) -> Iterator[Change]:
    charged = _newly_charged(before, after)
    default = after.default_card_id if after.default_card_id != before.default_card_id else None
    told = set()
    for card in _added(before, after):
        used = card.id in charged or (card.id == default and not after.open_subscriptions)
        yield Change(News.NEW_CHARGED_CARD if used else News.NEW_CARD, card.id, card)
        told.add(card.id)
    for id_, card in charged.items():
        if id_ not in told:
            yield Change(News.CHARGED_CARD, id_, card)
            told.add(id_)
    if default is not None and default not in told:
        yield Change(News.DEFAULT_CARD, default, after.card(default))
    yield from _kept(before, after)


def _added(before: Facts, after: Facts) -> Iterator[Card]:
    if not _sees_cards(before, after):
        return
    for card in after.cards:
        if before.card(card.id) is not None:
            continue
        if len(before.cards) < FULL or (card.created and card.created > before.fetched_at):
            yield card


def _kept(before: Facts, after: Facts) -> Iterator[Change]:
    """Compare the cards that were there before."""
    for old in before.cards:
        new = after.card(old.id)
        if new is None:
            if _sees_cards(before, after) and len(after.cards) < FULL:
                yield Change(News.CARD_REMOVED, old.id)
        elif new.expires_at and old.expires_at and new.expires_at > old.expires_at:
            yield Change(News.CARD_RENEWED, new.id, new)


def _sees_cards(before: Facts, after: Facts) -> bool:
    return Read.CARDS in before.reads and Read.CARDS in after.reads


def _newly_charged(before: Facts, after: Facts) -> dict[str, Card]:
    """Return the cards that a subscription is charged to and was not."""
    found: dict[str, Card] = {}
    for sub in after.open_subscriptions:
        earlier = before.subscription(sub.id)
        was = before.charged_for(earlier) if earlier else None
        charged = after.charged_for(sub)
        if earlier and charged and charged.card and (was is None or was.id != charged.id):
            found[charged.id] = charged.card
    return found


def _refused(before: Facts, after: Facts) -> Iterator[Change]:
    """Speak of the newest try to save a card if it has failed since, and nothing was saved."""
    if Read.SETUPS not in before.reads or Read.SETUPS not in after.reads or not after.setups:
        return
    newest = after.setups[0]
    known = any(each.id == newest.id and has_failed(each) for each in before.setups)
    if has_failed(newest) and not known and not any(_added(before, after)):
        yield Change(News.CARD_REFUSED, newest.id, newest.card)


def has_failed(setup: SetupAttempt) -> bool:
    """Tell whether a try to save a card is over and was refused; one under way has not failed."""
    return setup.status == "requires_payment_method" and (
        setup.attempt_status == "failed" or setup.error_code is not None
    )


def _paid(before: Facts, after: Facts) -> Iterator[Change]:
    now = {bill.id: bill for bill in after.known_invoices}
    for bill in before.open_invoices:
        paid = now.get(bill.id)
        if paid is not None and paid.status == "paid":
            yield Change(News.PAID, paid.id, amount=paid.amount_due)


def _subscription(old: Subscription, after: Facts) -> Iterator[Change]:
    new = after.subscription(old.id)
    if new is None or old.over:
        return
    if new.over:
        yield Change(News.ENDED, new.id, plan=new.plan)
        return
    if new.ending and not old.ending:
        until = new.cancel_at or new.current_period_end
        yield Change(News.ENDING, new.id, plan=new.plan, until=until)
    if new.paused and not old.paused:
        yield Change(News.PAUSED, new.id, plan=new.plan, until=new.resumes_at)
    if (old.ending and not new.ending) or (old.paused and not new.paused):
        yield Change(News.RESUMED, new.id, plan=new.plan)
    if (old.price, old.interval, old.interval_count) != (
        new.price,
        new.interval,
        new.interval_count,
    ):
        # Its name is an older invoice's, maybe: only the price is sure to be the new one.
        yield Change(News.PLAN_CHANGED, new.id, amount=new.price)


def _address(before: Facts, after: Facts) -> Iterator[Change]:
    marks = {before.address_mark, after.address_mark}
    if None not in marks and len(marks) > 1:
        yield Change(News.ADDRESS)
