"""What a wait remembers of a customer's facts: enough to compare, and nothing to read.

Ids, states, prices and dates of expiry; no digits of a card, no name, no address. It lies in the
database for as long as a conversation waits.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from helpcenter.billing.facts import (
    Card,
    CustomerState,
    Facts,
    Invoice,
    Read,
    SetupAttempt,
    Subscription,
)
from helpcenter.billing.news import has_failed
from helpcenter.i18n.money import Money


def remembered(facts: Facts) -> dict[str, Any]:
    """Return what is worth comparing, as plain data for JSON."""
    return {
        "at": facts.fetched_at.isoformat(),
        "state": facts.state.value,
        "reads": sorted(facts.reads),
        "default": facts.default_card_id,
        "source": facts.default_source_id,
        "address": facts.address_mark,
        "cards": [[card.id, card.exp_month, card.exp_year] for card in facts.cards],
        "open": [bill.id for bill in facts.open_invoices],
        "failed": [setup.id for setup in facts.setups if has_failed(setup)],
        "subscriptions": [_kept(sub) for sub in facts.subscriptions],
    }


def recalled(kept: Mapping[str, Any]) -> Facts:
    """Return facts that compare as those that were remembered, and say nothing else."""
    return Facts(
        fetched_at=datetime.fromisoformat(kept["at"]),
        state=CustomerState(kept["state"]),
        reads=frozenset(map(Read, kept["reads"])),
        default_card_id=kept["default"],
        default_source_id=kept["source"],
        address_mark=kept["address"],
        cards=tuple(
            Card(id_, exp_month=month, exp_year=year) for id_, month, year in kept["cards"]
        ),
        invoices=tuple(Invoice(id_, status="open") for id_ in kept["open"]),
        setups=tuple(
            SetupAttempt(id_, status="requires_payment_method", attempt_status="failed")
            for id_ in kept["failed"]
        ),
        subscriptions=tuple(map(_subscription, kept["subscriptions"])),
    )


def _kept(sub: Subscription) -> dict[str, Any]:
    return {
        "id": sub.id,
        "status": sub.status,
        "ending": sub.ending,
        "paused": sub.paused,
        "price": [sub.price.minor, sub.price.currency] if sub.price else None,
        "interval": [sub.interval, sub.interval_count],
        "card": sub.own_card_id,
        "source": sub.own_source_id,
    }


def _subscription(kept: Mapping[str, Any]) -> Subscription:
    interval, count = kept["interval"]
    return Subscription(
        id=kept["id"],
        status=kept["status"],
        cancel_at_period_end=kept["ending"],
        collection_paused=kept["paused"],
        price=Money(*kept["price"]) if kept["price"] else None,
        interval=interval,
        interval_count=count,
        own_card_id=kept["card"],
        own_source_id=kept["source"],
    )
