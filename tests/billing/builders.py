"""Facts made by hand: one customer, one subscription, one card, and what went wrong."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from helpcenter.billing.facts import (
    Attempt,
    Card,
    CustomerState,
    Facts,
    Invoice,
    Read,
    Subscription,
)
from helpcenter.i18n.money import Money

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY = timedelta(days=1)
PRICE = Money(12800, "HKD")


def card(name: str = "old", **changes: Any) -> Card:
    """Return a good Visa added 200 days ago."""
    base = Card(
        id=f"pm_{name}",
        type="card",
        brand="visa",
        last4="4242",
        exp_month=12,
        exp_year=2030,
        funding="credit",
        created=NOW - 200 * DAY,
    )
    return replace(base, **changes)


def expired(name: str = "old", **changes: Any) -> Card:
    """Return a card whose month of expiry ended weeks ago."""
    return card(name, exp_month=10, exp_year=2026, **changes)


def bill(**changes: Any) -> Invoice:
    """Return an open invoice, tried twice, to be tried again in two days."""
    base = Invoice(
        id="in_1",
        status="open",
        amount_due=PRICE,
        amount_remaining=PRICE,
        attempt_count=2,
        next_attempt=NOW + 2 * DAY,
        created=NOW - 4 * DAY,
        has_hosted_page=True,
        subscription="sub_1",
        payments=("pi_1",),
    )
    return replace(base, **changes)


def declined(code: str, **changes: Any) -> Attempt:
    """Return a payment the issuer declined yesterday, the way Stripe reports it."""
    base = Attempt(
        id="pi_1",
        status="requires_payment_method",
        at=NOW - DAY,
        amount=PRICE,
        card=card(),
        error_code="card_declined",
        decline_code=code,
        failure="card_declined",
        outcome_type="issuer_declined",
        outcome_reason=code,
    )
    return replace(base, **changes)


def subscription(**changes: Any) -> Subscription:
    """Return a monthly subscription that is behind."""
    base = Subscription(
        id="sub_1",
        status="past_due",
        plan="Plus plan",
        price=PRICE,
        current_period_end=NOW + 26 * DAY,
    )
    return replace(base, **changes)


def facts(**changes: Any) -> Facts:
    """Return a customer whose only card is the default and pays without trouble."""
    base = Facts(
        fetched_at=NOW,
        state=CustomerState.PRESENT,
        livemode=False,
        reads=frozenset(Read),
        cards=(card(),),
        default_card_id="pm_old",
        subscriptions=(subscription(status="active"),),
    )
    return replace(base, **changes)


def unpaid(attempt: Attempt, invoice: Invoice | None = None, **changes: Any) -> Facts:
    """Return the same customer with an open invoice that `attempt` failed to collect."""
    given: dict[str, Any] = {
        "subscriptions": (subscription(latest_invoice=invoice or bill()),),
        "attempts": (attempt,),
    }
    return facts(**(given | changes))
