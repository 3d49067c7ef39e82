"""`Facts`: what Stripe knows about one customer at one moment, and nothing that must not be told.

No URL, client secret, raw message, address or risk score is in here. Codes and outcomes are, for
`diagnosis` to weigh; they are never shown as such. Times are aware UTC.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from helpcenter.i18n.money import Money


class Read(StrEnum):
    """One question put to Stripe; facts say which of them were answered."""

    CUSTOMER = "customer"
    SUBSCRIPTIONS = "subscriptions"
    PAYMENTS = "payments"
    SETUPS = "setups"
    CARDS = "cards"
    INVOICES = "invoices"


class CustomerState(StrEnum):
    """Whether there is a customer to speak about; MISSING is one Stripe does not know.

    OTHER_MODE is one whom only the other of Stripe's two worlds, test and live, knows.
    """

    PRESENT = "present"
    DELETED = "deleted"
    MISSING = "missing"
    OTHER_MODE = "other_mode"


class Reason(StrEnum):
    """Why there are no facts; REFUSED is a key that is wrong or lacks a permission."""

    SIGNED_OUT = "signed_out"
    NO_KEY = "no_key"
    STRIPE_DOWN = "stripe_down"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class FactsUnavailable:
    """No facts, and why: general advice only, never a guess."""

    reason: Reason


@dataclass(frozen=True, slots=True)
class Checks:
    """What the bank said about typed data: `pass fail unavailable unchecked`."""

    line1: str | None = None
    postal_code: str | None = None
    cvc: str | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """A way to pay; what is not a card has a `type` and no digits."""

    id: str | None
    type: str | None = None
    brand: str | None = None
    last4: str | None = None
    exp_month: int | None = None
    exp_year: int | None = None
    funding: str | None = None
    wallet: str | None = None
    created: datetime | None = None
    checks: Checks = Checks()

    @property
    def expires_at(self) -> datetime | None:
        """The first moment at which the month of expiry is over everywhere on Earth."""
        if self.exp_month is None or self.exp_year is None:
            return None
        year, month = divmod(self.exp_year * 12 + self.exp_month, 12)
        # The bank's time zone is unknown, so the last day counts as valid to the end (UTC-12).
        return datetime(year, month + 1, 1, 12, tzinfo=UTC)

    @property
    def face(self) -> tuple[object, ...]:
        """What a card shows: the same for one card saved twice."""
        return (self.type, self.brand, self.last4, self.exp_month, self.exp_year)

    def expired(self, now: datetime) -> bool:
        """Tell whether the card is certainly past its month of expiry."""
        return self.expires_at is not None and now >= self.expires_at

    def expires_within(self, now: datetime, span: timedelta) -> bool:
        """Tell whether the card is valid now and will not be after `span`."""
        return not self.expired(now) and self.expired(now + span)


@dataclass(frozen=True, slots=True)
class Invoice:
    """A bill; `payments` are ids of the payment intents behind it."""

    id: str
    status: str | None = None
    amount_due: Money | None = None
    amount_remaining: Money | None = None
    attempt_count: int = 0
    next_attempt: datetime | None = None
    due_date: datetime | None = None
    created: datetime | None = None
    has_hosted_page: bool = False
    subscription: str | None = None
    payments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Attempt:
    """The last try to take a payment; `failure` is the charge's, if the intent has forgotten."""

    id: str
    status: str | None = None
    at: datetime | None = None
    amount: Money | None = None
    card: Card | None = None
    error_code: str | None = None
    decline_code: str | None = None
    advice_code: str | None = None
    next_action: str | None = None
    failure: str | None = None
    outcome_type: str | None = None
    outcome_reason: str | None = None
    checks: Checks = Checks()


@dataclass(frozen=True, slots=True)
class SetupAttempt:
    """The last try to save a card without paying."""

    id: str
    status: str | None = None
    at: datetime | None = None
    card: Card | None = None
    attempt_status: str | None = None
    error_code: str | None = None
    decline_code: str | None = None
    advice_code: str | None = None
    next_action: str | None = None
    cancellation_reason: str | None = None


@dataclass(frozen=True, slots=True)
class Subscription:
    """What is paid for; `price` is one period of `interval_count` × `interval`, before tax."""

    id: str
    status: str | None = None
    plan: str | None = None
    price: Money | None = None
    interval: str | None = None
    interval_count: int | None = None
    current_period_end: datetime | None = None
    trial_end: datetime | None = None
    cancel_at_period_end: bool = False
    cancel_at: datetime | None = None
    ended_at: datetime | None = None
    end_reason: str | None = None
    collection_paused: bool = False
    resumes_at: datetime | None = None
    pause_reason: str | None = None
    charges_automatically: bool = True
    own_card_id: str | None = None
    own_source_id: str | None = None
    latest_invoice: Invoice | None = None
    pending_setup: SetupAttempt | None = None

    @property
    def over(self) -> bool:
        """Whether it has ended for good."""
        return self.status in {"canceled", "incomplete_expired"}

    @property
    def paused(self) -> bool:
        """Whether nothing is collected for it at present."""
        return self.status == "paused" or self.collection_paused

    @property
    def ending(self) -> bool:
        """Whether its end is already arranged."""
        return self.cancel_at_period_end or self.cancel_at is not None


class ChargedBy(StrEnum):
    """Whose choice the charged card is."""

    SUBSCRIPTION = "subscription"
    CUSTOMER = "customer"


@dataclass(frozen=True, slots=True)
class Charged:
    """What Stripe charges for a subscription; `card` is None for what is not a card we know."""

    id: str
    by: ChargedBy
    card: Card | None


@dataclass(frozen=True, slots=True)
class Facts:
    """What was true of one customer at `fetched_at`; `reads` says which questions were answered.

    Empty tuples mean "none" only for what was read. Newest first, as Stripe lists. `address_mark`
    tells one billing address from another and says nothing about it. `elsewhere` are cards that
    the caller who asks saved as whom they were at Stripe before (`earlier`).
    """

    fetched_at: datetime
    state: CustomerState
    livemode: bool | None = None
    reads: frozenset[Read] = frozenset()
    cards: tuple[Card, ...] = ()
    default_card_id: str | None = None
    default_source_id: str | None = None
    address_mark: str | None = None
    subscriptions: tuple[Subscription, ...] = ()
    invoices: tuple[Invoice, ...] = ()
    attempts: tuple[Attempt, ...] = ()
    setups: tuple[SetupAttempt, ...] = ()
    elsewhere: tuple[Card, ...] = ()

    def card(self, id_: str | None) -> Card | None:
        """Return a saved card by id."""
        return next((card for card in self.cards if id_ and card.id == id_), None)

    def subscription(self, id_: str) -> Subscription | None:
        """Return a subscription of this customer by id."""
        return next((sub for sub in self.subscriptions if sub.id == id_), None)

    @property
    def open_subscriptions(self) -> tuple[Subscription, ...]:
        """The subscriptions that have not ended."""
        return tuple(sub for sub in self.subscriptions if not sub.over)

    @property
    def open_invoices(self) -> tuple[Invoice, ...]:
        """Every bill that waits for money, each once."""
        return tuple(bill for bill in self.known_invoices if bill.status == "open")

    @property
    def known_invoices(self) -> tuple[Invoice, ...]:
        """Every bill that was read, each once, whatever its status."""
        latest = (sub.latest_invoice for sub in self.subscriptions)
        found = {bill.id: bill for bill in (*self.invoices, *latest) if bill is not None}
        return tuple(found.values())

    @property
    def astray_card(self) -> Card | None:
        """The newest card saved elsewhere, while nothing here is newer and it is not here as well.

        A try to save one here that failed is newer, too: it says more.
        """
        dated = {card.created: card for card in self.elsewhere if card.created}
        if not dated:
            return None
        saved, newest = max(dated.items())
        pending = tuple(sub.pending_setup for sub in self.open_subscriptions)
        tried = (each.at for each in (*self.setups, *pending) if each)
        here = (*(card.created for card in self.cards), *tried)
        later = any(at and at > saved for at in here)
        return None if later or newest.face in {card.face for card in self.cards} else newest

    def attempt_on(self, invoice: Invoice) -> Attempt | None:
        """Return the last try to collect `invoice`, if it was among those read."""
        return next((each for each in self.attempts if each.id in invoice.payments), None)

    def charged_for(self, subscription: Subscription) -> Charged | None:
        """Return what Stripe charges for a subscription: its own card before the customer's."""
        choices = (
            (subscription.own_card_id, ChargedBy.SUBSCRIPTION),
            (subscription.own_source_id, ChargedBy.SUBSCRIPTION),
            (self.default_card_id, ChargedBy.CUSTOMER),
            (self.default_source_id, ChargedBy.CUSTOMER),
        )
        for id_, by in choices:
            if id_ is not None:
                return Charged(id_, by, self.card(id_))
        return None
