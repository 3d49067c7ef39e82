"""From what Stripe knows to what the bot may know: `view_of`. Pure and total.

Nothing in a view tells one generic decline from another: with a generic cause there are no dates,
whatever else was found.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

from helpcenter.billing.choice import offered
from helpcenter.billing.codes import Kind
from helpcenter.billing.diagnosis import EXPIRING, Diagnosis, Moment, diagnose
from helpcenter.billing.facts import (
    Card,
    CustomerState,
    Facts,
    FactsUnavailable,
    Invoice,
    Read,
    Reason,
    Subscription,
)
from helpcenter.bot.facts import FACTS, FactView, PlanShown, Shown, Sight, absent
from helpcenter.content.flows import Flow
from helpcenter.i18n.money import Money

_SIGHTS = {Reason.SIGNED_OUT: Sight.SIGNED_OUT, Reason.NO_KEY: Sight.NO_KEY}

# Reasons the bank has named, so that nothing is given away by saying when.
_NAMED = frozenset(
    {
        Kind.AUTHENTICATION_NEEDED,
        Kind.INSUFFICIENT_FUNDS,
        Kind.LIMIT_EXCEEDED,
        Kind.CARD_EXPIRED,
        Kind.WRONG_DETAILS,
        Kind.NOT_SUPPORTED,
        Kind.DUPLICATE,
        Kind.TEMPORARY,
        Kind.STOPPED,
    }
)
_AHEAD = frozenset({Kind.CARD_EXPIRING, Kind.NO_CARD})
"""Warnings of a charge that is still to come, so that its day may be said."""

_GOOD = frozenset({"active", "trialing"})
_FAR = datetime.max.replace(tzinfo=UTC)
_STATES = FACTS["subscription"] - {"paused", "ending"}
_UNDER_WAY = frozenset({"processing", "succeeded", "requires_capture"})
_LONGEST = 60


_ALLOWS = {
    "can_cancel": Flow.SUBSCRIPTION_CANCEL,
    "can_pause": Flow.SUBSCRIPTION_PAUSE,
    "can_change": Flow.SUBSCRIPTION_UPDATE,
    "can_edit": Flow.CUSTOMER_UPDATE,
}


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for every customer: how long an unpaid plan goes on, and the portal's pages.

    `flows` None means that nobody knows which pages there are.
    """

    grace: timedelta = timedelta(days=7)
    flows: frozenset[Flow] | None = None


def view_of(
    found: Facts | FactsUnavailable, now: datetime, zone: tzinfo, terms: Terms | None = None
) -> FactView:
    """Return what the bot may know; `zone` is where the customer's days begin."""
    if isinstance(found, FactsUnavailable):
        return absent(_SIGHTS.get(found.reason, Sight.STRIPE_DOWN))
    look = _Look(found, now, zone, terms or Terms())
    return FactView(
        known={"facts": str(Sight.KNOWN), **dict(look.known())},
        shown={name: value for name, value in look.shown() if value is not None},
        fetched_at=found.fetched_at,
        today=look.day(now),
    )


class _Look:
    """One customer, looked at once."""

    def __init__(self, facts: Facts, now: datetime, zone: tzinfo, terms: Terms) -> None:
        self.facts = facts
        self.now = now
        self.zone = zone
        self.terms = terms
        self.found = diagnose(facts, now)
        self.first = self.found[0] if self.found else None
        saving = (each for each in self.found if each.moment is Moment.SAVING)
        self.saving = next(saving, None)
        self.subscription = self._subscription()
        self.charged = self._charged()

    def known(self) -> Iterator[tuple[str, str]]:
        """Yield the facts for conditions; what cannot be told is not among them."""
        first, saving = self.first, self.saving
        yield "diagnosis", str(first.kind) if first else "none"
        yield "moment", str(first.moment) if first and first.moment else "none"
        if saving is not None:
            yield "saving", str(saving.kind)
        elif Read.SETUPS in self.facts.reads:
            yield "saving", "none"
        if self.facts.state is CustomerState.PRESENT:
            yield from self._about_card()
            yield from self._about_plan()
            invoice = self._about_invoice()
            if invoice is not None:
                yield "invoice", invoice

    def shown(self) -> Iterator[tuple[str, Shown | None]]:
        """Yield the values for words, None where there is none."""
        first, charged = self.first, self.charged
        yield "charged_card", charged
        yield "card", first.card if first else charged
        yield "plan", _short(self.subscription.plan if self.subscription else None)
        yield "price", _price(self.subscription)
        yield "plans", self._plans()
        yield from self._days_of_plan()
        if self.saving is not None:
            yield "saving_card", self.saving.card
        if charged is not None and charged.exp_month and charged.exp_year:
            yield "expires", f"{charged.exp_month:02}/{charged.exp_year}"
        yield "renews_on", self._renews_on(self.subscription)
        if first is None:
            bill = self._bill()
            if bill is not None:
                yield "amount", bill.amount_remaining
        else:
            yield "new_card", first.new_card
            yield "amount", first.amount
            yield "detail", first.detail
            yield "next_try", self.day(first.next_attempt)
            yield "pay_by", self._pay_by(first)
            yield "declined_on", self.day(self._declined_at(first))

    def day(self, moment: datetime | None) -> date | None:
        """Return the day a moment falls on where the customer is."""
        return None if moment is None else moment.astimezone(self.zone).date()

    def _plans(self) -> tuple[PlanShown, ...] | None:
        """Return the plans of who has several, if all of them have a name."""
        open_ = self.facts.open_subscriptions
        names = [_short(sub.plan) for sub in open_]
        if len(open_) == 1 or not all(names):
            return None
        return tuple(
            PlanShown(name or "", _price(sub), self._renews_on(sub))
            for name, sub in zip(names, open_, strict=True)
        )

    def _renews_on(self, sub: Subscription | None) -> date | None:
        """Return the day of the next charge, while nothing stands in the way of any."""
        if sub is None or not all(each.kind in _AHEAD for each in self.found):
            return None
        return self.day(self._renews_at(sub))

    def _renews_at(self, sub: Subscription) -> datetime | None:
        """Return when a subscription is charged next, if it goes on by itself."""
        if sub.status not in _GOOD or sub.ending or sub.collection_paused:
            return None
        at = sub.current_period_end
        automatic = sub.charges_automatically and sub.price is not None and sub.price.minor > 0
        return at if automatic and at and at > self.now else None

    def _declined_at(self, first: Diagnosis) -> datetime | None:
        """Return when the bank refused, where its reason is named and nothing generic is about."""
        if first.kind not in _NAMED or any(each.kind is Kind.GENERIC for each in self.found):
            return None
        if first.kind is Kind.AUTHENTICATION_NEEDED or first.moment is not Moment.PAYING:
            return None
        bill = self._bill()
        attempt = self.facts.attempt_on(bill) if bill else None
        if bill is None and self.facts.attempts:
            attempt = self.facts.attempts[0]
        return attempt.at if attempt else None

    def _bill(self) -> Invoice | None:
        """Return the open invoice that is spoken of."""
        wanted = self.first.invoice if self.first else None
        bills = self.facts.open_invoices
        if self.first is not None:
            return next((bill for bill in bills if bill.id == wanted), None)
        return bills[0] if bills else None

    def _subscription(self) -> Subscription | None:
        """Return the subscription in trouble, or else the one that is charged next."""
        named = self.first.subscription if self.first else None
        if named:
            return self.facts.subscription(named)
        open_ = self.facts.open_subscriptions
        return min(open_, key=lambda sub: self._renews_at(sub) or _FAR, default=None)

    def _charged(self) -> Card | None:
        """Return the card that is charged next, as far as we know it."""
        if self.subscription is None:
            return self.facts.card(self.facts.default_card_id)
        charged = self.facts.charged_for(self.subscription)
        return charged.card if charged else None

    def _about_card(self) -> Iterator[tuple[str, str]]:
        sub, facts = self.subscription, self.facts
        charged = facts.charged_for(sub) if sub else None
        if sub is not None:
            yield "charged_by", str(charged.by) if charged else "none"
        if self.charged is not None:
            yield "card", _state(self.charged, self.now)
            tried = self.first.card if self.first and self.first.card else self.charged
            if tried.funding in FACTS["funding"]:
                yield "funding", tried.funding
        elif charged is None and not (facts.default_card_id or facts.default_source_id):
            yield "card", "none"

    def _about_plan(self) -> Iterator[tuple[str, str]]:
        open_ = self.facts.open_subscriptions
        yield "subscriptions", "several" if len(open_) > 1 else "one" if open_ else "none"
        state = self._standing()
        if state is not None:
            yield "subscription", state
        for name, flow in _ALLOWS.items():
            yield name, "yes" if offered(self.facts, flow, self.terms.flows) else "no"

    def _standing(self) -> str | None:
        sub = self.subscription
        if sub is None or sub.over:
            return "ended" if self.facts.subscriptions else "none"
        if sub.paused:
            return "paused"
        return "ending" if sub.ending else sub.status if sub.status in _STATES else None

    def _days_of_plan(self) -> Iterator[tuple[str, Shown | None]]:
        sub = self.subscription
        if sub is None or sub.over:
            ended = self.facts.subscriptions[0].ended_at if self.facts.subscriptions else None
            yield "ended_on", self.day(ended)
        elif sub.paused:
            ahead = sub.resumes_at if sub.resumes_at and sub.resumes_at > self.now else None
            yield "resumes_on", self.day(ahead)
        elif sub.ending:
            yield "ends_on", self.day(sub.cancel_at or sub.current_period_end)

    def _pay_by(self, first: Diagnosis) -> date | None:
        """Return the last day on which an unpaid plan goes on, while it is ahead.

        Like every date it is left out where a generic decline is about.
        """
        if first.since is None or any(each.kind is Kind.GENERIC for each in self.found):
            return None
        last = first.since + self.terms.grace
        return self.day(last) if last > self.now else None

    def _about_invoice(self) -> str | None:
        """Tell whether a bill waits for money; None if nothing certain can be said."""
        bills = self.facts.open_invoices
        tries = (self.facts.attempt_on(bill) for bill in bills)
        if any(attempt and attempt.status in _UNDER_WAY for attempt in tries):
            return None
        if bills:
            spoken = self._bill() or bills[0]
            return "payable" if spoken.has_hosted_page else "open"
        good = all(sub.status in _GOOD for sub in self.facts.open_subscriptions)
        return "none" if good else None


def _price(sub: Subscription | None) -> Money | None:
    """Return what one period of a plan costs, before tax."""
    price = sub.price if sub and not sub.over else None
    return price if price is not None and price.minor > 0 else None


def _state(card: Card, now: datetime) -> str:
    if card.expired(now):
        return "expired"
    return "expiring" if card.expires_within(now, EXPIRING) else "valid"


def _short(text: str | None) -> str | None:
    """Return a name on one line that does not swamp a reply."""
    line = " ".join((text or "").split())
    return (line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…") or None
