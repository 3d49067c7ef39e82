"""`diagnose`: what is wrong with a customer's payments, from the facts alone. Pure and total."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from helpcenter.billing.codes import GENERIC, Detail, Kind, Meaning, meaning
from helpcenter.billing.facts import (
    Attempt,
    Card,
    Charged,
    ChargedBy,
    Checks,
    CustomerState,
    Facts,
    Invoice,
    SetupAttempt,
    Subscription,
)
from helpcenter.content.flows import Flow
from helpcenter.i18n.money import Money

RECENT = timedelta(days=14)
"""How long a failure without an open invoice stays worth mentioning."""

EXPIRING = timedelta(days=30)
"""How long before its end a card counts as expiring."""

_SETTLED = frozenset({"succeeded", "processing", "canceled", "requires_capture"})
_CHARGING = frozenset({"active", "trialing", "past_due"})


class Moment(StrEnum):
    """What the customer, or Stripe on their behalf, was doing when it went wrong."""

    PAYING = "paying"
    SAVING = "saving"


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """One thing that is wrong, the flow that helps (None: a person must), and data for the words.

    `card` is the one in trouble or, for the kinds about a new card, the one still charged;
    `new_card` the one that should be or will be. `attempts`, `next_attempt` and `since` (when the
    bill fell due) are never set where the cause is generic, and `next_attempt` only when Stripe
    will really try again. `until` is when a pause ends, or when a subscription ended.
    """

    kind: Kind
    flow: Flow | None = Flow.PAYMENT_METHOD_UPDATE
    moment: Moment | None = None
    card: Card | None = None
    new_card: Card | None = None
    detail: Detail | None = None
    subscription: str | None = None
    plan: str | None = None
    invoice: str | None = None
    amount: Money | None = None
    attempts: int | None = None
    next_attempt: datetime | None = None
    since: datetime | None = None
    until: datetime | None = None


_NOBODY = {
    CustomerState.MISSING: Kind.NO_CUSTOMER,
    CustomerState.DELETED: Kind.CUSTOMER_DELETED,
    CustomerState.OTHER_MODE: Kind.OTHER_MODE,
}


def diagnose(facts: Facts, now: datetime) -> tuple[Diagnosis, ...]:
    """Return what is wrong, most relevant first; nothing if all is well."""
    if facts.state in _NOBODY:
        return (Diagnosis(_NOBODY[facts.state], flow=None),)
    found = [
        *_saved_elsewhere(facts, now),
        *_unpaid_invoices(facts, now),
        *_loose_payment(facts, now),
        *_setups(facts, now),
        *_standing(facts, now),
        *_quiet_cards(facts, now),
    ]
    return tuple(dict.fromkeys(found))


def shown_next_attempt(facts: Facts, invoice: Invoice, now: datetime) -> datetime | None:
    """Return when an open invoice will be tried again, if that may and need be said."""
    trouble = _trouble(facts, invoice)
    if trouble is None:
        return _ahead(invoice, now)
    return _retry(invoice, *trouble, now)


def _saved_elsewhere(facts: Facts, now: datetime) -> Iterator[Diagnosis]:
    """Say that the newest card is where the customer is not billed any more."""
    astray = facts.astray_card
    if astray is None or astray.expired(now):
        return
    about = Diagnosis(Kind.OTHER_CUSTOMER, new_card=astray)
    for sub in facts.open_subscriptions[:1]:
        charged = facts.charged_for(sub)
        card = charged.card if charged else None
        about = replace(about, card=card, subscription=sub.id, plan=sub.plan)
    yield about


def _unpaid_invoices(facts: Facts, now: datetime) -> Iterator[Diagnosis]:
    for bill in facts.open_invoices:
        trouble = _trouble(facts, bill)
        if trouble is not None:
            yield from _about_invoice(facts, bill, trouble, now)


def _trouble(facts: Facts, bill: Invoice) -> tuple[Meaning, Attempt | None] | None:
    """Return why an open invoice is not paid, or None if no try has failed."""
    attempt = facts.attempt_on(bill)
    if attempt is not None and attempt.status in _SETTLED:
        return None
    why = _why_unpaid(attempt) if attempt else None
    if why is None and bill.attempt_count > 0:
        # Tried and still open, though nobody remembers what the bank said.
        why = GENERIC
    return None if why is None else (why, attempt)


def _why_unpaid(attempt: Attempt) -> Meaning | None:
    if attempt.status in _SETTLED:
        return None
    if attempt.status == "requires_action":
        return Meaning(Kind.AUTHENTICATION_NEEDED, hard=True)
    signs = (attempt.error_code, attempt.decline_code, attempt.failure)
    if not any(signs) and attempt.outcome_type in {None, "authorized"}:
        return None
    return meaning(
        decline_code=attempt.decline_code,
        error_code=attempt.error_code,
        failure=attempt.failure,
        outcome_type=attempt.outcome_type,
        outcome_reason=attempt.outcome_reason,
    )


def _about_invoice(
    facts: Facts, bill: Invoice, trouble: tuple[Meaning, Attempt | None], now: datetime
) -> Iterator[Diagnosis]:
    why, attempt = trouble
    sub = _subscription_of(facts, bill)
    charged = facts.charged_for(sub) if sub else None
    tried = attempt.card if attempt else None
    base = Diagnosis(
        kind=why.kind,
        moment=Moment.PAYING,
        card=tried or (charged.card if charged else None),
        detail=why.detail,
        subscription=sub.id if sub else None,
        plan=sub.plan if sub else None,
        invoice=bill.id,
        amount=bill.amount_remaining or (attempt.amount if attempt else None),
    )
    cause = replace(
        base,
        flow=_flow(why.kind, bill),
        attempts=None if why.kind is Kind.GENERIC else bill.attempt_count or None,
        next_attempt=_retry(bill, why, attempt, now),
        since=None if why.kind is Kind.GENERIC else bill.created,
    )
    if why.kind is Kind.AUTHENTICATION_NEEDED:
        yield cause
        return
    if charged is not None:
        yield from _about_card_choice(facts, base, cause, charged, now)
    yield from _with_checks(cause, attempt)
    yield from _with_expiry(cause, base, now)


def _with_checks(cause: Diagnosis, attempt: Attempt | None) -> Iterator[Diagnosis]:
    """Say which typed detail the bank found wrong, where it gave no other reason.

    It is said for every generic code alike, so that it tells none from another.
    """
    detail = _failed_check(attempt.checks) if attempt else None
    if cause.kind is Kind.GENERIC and detail is not None:
        yield replace(cause, kind=Kind.WRONG_DETAILS, detail=detail)


def _failed_check(checks: Checks) -> Detail | None:
    results = (
        (checks.cvc, Detail.CVC),
        (checks.postal_code, Detail.POSTAL_CODE),
        (checks.line1, Detail.ADDRESS),
    )
    return next((detail for result, detail in results if result == "fail"), None)


def _with_expiry(cause: Diagnosis, base: Diagnosis, now: datetime) -> tuple[Diagnosis, ...]:
    """Add that the card is past its date; a reason the bank gave goes first."""
    if cause.kind is Kind.CARD_EXPIRED or base.card is None or not base.card.expired(now):
        return (cause,)
    expired = replace(base, kind=Kind.CARD_EXPIRED, detail=None)
    return (expired, cause) if cause.kind is Kind.GENERIC else (cause, expired)


def _about_card_choice(
    facts: Facts, base: Diagnosis, cause: Diagnosis, charged: Charged, now: datetime
) -> Iterator[Diagnosis]:
    """Say so if the trouble is a good card that is not, or not yet, the one charged."""
    tried = base.card.id if base.card else None
    if tried not in {None, charged.id} and charged.card and not charged.card.expired(now):
        waiting = replace(cause, kind=Kind.NEW_CARD_NOT_TRIED, new_card=charged.card, detail=None)
        flow = Flow.PAY_INVOICE if _hosted(facts, base.invoice) else Flow.PORTAL_HOME
        yield replace(waiting, flow=flow, attempts=None)
        return
    better = _better_card(facts, charged, now)
    if better is None:
        return
    about = replace(base, card=charged.card, new_card=better, detail=None)
    if charged.by is ChargedBy.SUBSCRIPTION:
        yield replace(about, kind=Kind.SUBSCRIPTION_OWN_CARD, flow=Flow.PORTAL_HOME)
    else:
        yield replace(about, kind=Kind.NEW_CARD_NOT_DEFAULT)


def _better_card(facts: Facts, charged: Charged, now: datetime) -> Card | None:
    """Return the card the customer probably means to pay with instead of the charged one.

    That is the default card if the subscription passes it over, else a card added later.
    """
    default = facts.card(facts.default_card_id)
    if default and default.id != charged.id and not default.expired(now):
        return default
    since = charged.card.created if charged.card else None
    if since is None:
        return None
    newer = [
        card
        for card in facts.cards
        if card.id != charged.id and card.created and card.created > since and not card.expired(now)
    ]
    return max(newer, key=lambda card: card.created or since, default=None)


def _loose_payment(facts: Facts, now: datetime) -> Iterator[Diagnosis]:
    """Speak of the newest payment if it belongs to no invoice we know, failed, and is recent."""
    billed = {id_ for bill in facts.known_invoices for id_ in bill.payments}
    attempt = facts.attempts[0] if facts.attempts else None
    if attempt is None or attempt.id in billed or not _recent(attempt.at, now):
        return
    why = _why_unpaid(attempt)
    if why is not None:
        cause = Diagnosis(
            kind=why.kind,
            moment=Moment.PAYING,
            card=attempt.card,
            detail=why.detail,
            amount=attempt.amount,
        )
        yield from _with_checks(cause, attempt)
        yield cause


def _setups(facts: Facts, now: datetime) -> Iterator[Diagnosis]:
    """Speak of saving a card: what a subscription still waits for, then the newest try."""
    told = set()
    for sub in facts.open_subscriptions:
        if sub.pending_setup is not None:
            told.add(sub.pending_setup.id)
            yield from _about_setup(sub.pending_setup, sub)
    setup = facts.setups[0] if facts.setups else None
    if setup is None or setup.id in told:
        return
    if _recent(setup.at, now) and not _saved_since(facts, setup):
        yield from _about_setup(setup, None)


def _saved_since(facts: Facts, setup: SetupAttempt) -> bool:
    return any(c.created and setup.at and c.created > setup.at for c in facts.cards)


def _about_setup(setup: SetupAttempt, sub: Subscription | None) -> Iterator[Diagnosis]:
    why = _why_unsaved(setup)
    if why is not None:
        yield Diagnosis(
            kind=why.kind,
            moment=Moment.SAVING,
            card=setup.card,
            detail=why.detail,
            subscription=sub.id if sub else None,
            plan=sub.plan if sub else None,
        )


def _why_unsaved(setup: SetupAttempt) -> Meaning | None:
    if setup.status in {"succeeded", "processing"}:
        return None
    waits = setup.status == "requires_action" or setup.attempt_status == "requires_action"
    left = "abandoned" in {setup.attempt_status, setup.cancellation_reason}
    if waits or left:
        return Meaning(Kind.AUTHENTICATION_NEEDED, hard=True)
    if setup.error_code is None and setup.decline_code is None:
        return None
    return meaning(decline_code=setup.decline_code, error_code=setup.error_code)


def _standing(facts: Facts, now: datetime) -> Iterator[Diagnosis]:
    """Speak of subscriptions that do not go on, whatever was or was not refused."""
    for sub in facts.open_subscriptions:
        about = Diagnosis(Kind.UNPAID, subscription=sub.id, plan=sub.plan)
        if sub.paused:
            ahead = sub.resumes_at if sub.resumes_at and sub.resumes_at > now else None
            missing = sub.pause_reason == "trial_end_without_payment_method"
            flow = Flow.PAYMENT_METHOD_UPDATE if missing else Flow.PORTAL_HOME
            yield replace(about, kind=Kind.PAUSED, flow=flow, until=ahead)
        elif sub.status == "unpaid":
            yield replace(about, flow=_flow_to_pay(facts, sub))
    ended = facts.subscriptions[0] if facts.subscriptions else None
    if ended is not None and not facts.open_subscriptions:
        about = Diagnosis(Kind.ENDED, Flow.PORTAL_HOME, subscription=ended.id, plan=ended.plan)
        yield replace(about, until=ended.ended_at)


def _flow_to_pay(facts: Facts, sub: Subscription) -> Flow:
    bills = (bill for bill in facts.open_invoices if _subscription_of(facts, bill) is sub)
    payable = any(bill.has_hosted_page for bill in bills)
    return Flow.PAY_INVOICE if payable else Flow.PAYMENT_METHOD_UPDATE


def _quiet_cards(facts: Facts, now: datetime) -> Iterator[Diagnosis]:
    """Warn about the card of a subscription that nobody has been refused yet."""
    unpaid = {bill.subscription for bill in facts.open_invoices if _trouble(facts, bill)}
    for sub in facts.subscriptions:
        if sub.id in unpaid or not _will_charge(sub):
            continue
        charged = facts.charged_for(sub)
        base = Diagnosis(Kind.NO_CARD, subscription=sub.id, plan=sub.plan)
        if charged is None:
            yield base
        elif charged.card is not None:
            yield from _about_expiry(facts, base, charged, charged.card, now)


def _about_expiry(
    facts: Facts, base: Diagnosis, charged: Charged, card: Card, now: datetime
) -> Iterator[Diagnosis]:
    over = card.expired(now)
    if not over and not card.expires_within(now, EXPIRING):
        return
    warning = replace(base, kind=Kind.CARD_EXPIRED if over else Kind.CARD_EXPIRING, card=card)
    yield from _about_card_choice(facts, warning, warning, charged, now)
    yield warning


def _will_charge(sub: Subscription) -> bool:
    """Tell whether a card will be asked for money by itself, as far as we know."""
    going_on = sub.status in _CHARGING and not sub.ending and not sub.paused
    return going_on and sub.charges_automatically and sub.price is not None and sub.price.minor > 0


def _subscription_of(facts: Facts, bill: Invoice) -> Subscription | None:
    if bill.subscription is not None:
        return facts.subscription(bill.subscription)
    owners = (s for s in facts.subscriptions if s.latest_invoice and s.latest_invoice.id == bill.id)
    return next(owners, None)


def _flow(kind: Kind, bill: Invoice) -> Flow:
    if kind is Kind.AUTHENTICATION_NEEDED and bill.has_hosted_page:
        # A new card would not help: the bank wants to see the customer pay this one.
        return Flow.PAY_INVOICE
    return Flow.PORTAL_HOME if kind is Kind.DUPLICATE else Flow.PAYMENT_METHOD_UPDATE


def _hosted(facts: Facts, invoice: str | None) -> bool:
    return any(bill.id == invoice and bill.has_hosted_page for bill in facts.open_invoices)


def _retry(bill: Invoice, why: Meaning, attempt: Attempt | None, now: datetime) -> datetime | None:
    """Return the next try, unless the cause is generic (never said) or Stripe will not try."""
    advice = attempt.advice_code if attempt else None
    if why.kind is Kind.GENERIC or why.hard or advice == "do_not_try_again":
        return None
    return _ahead(bill, now)


def _ahead(bill: Invoice, now: datetime) -> datetime | None:
    return bill.next_attempt if bill.next_attempt and bill.next_attempt > now else None


def _recent(at: datetime | None, now: datetime) -> bool:
    return at is not None and now - at <= RECENT
