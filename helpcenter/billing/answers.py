"""Stripe's answers, as plain dicts, made into `Facts`. Tolerant: what is odd is left out."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from hashlib import sha256
from typing import TypeVar

from helpcenter.billing.facts import (
    Attempt,
    Card,
    Checks,
    CustomerState,
    Facts,
    Invoice,
    Read,
    SetupAttempt,
    Subscription,
)
from helpcenter.billing.node import Node
from helpcenter.i18n.money import Money

_T = TypeVar("_T")

# How Stripe words a line of a subscription's invoice: "1 × Plus plan (at HK$128.00 / month)", and
# of the first one in a trial: "Trial period for Plus plan".
_LINE = re.compile(r"(?:\d+ × (?P<charged>.+) \(at [^()]*\)|Trial period for (?P<tried>.+))")
_YEARS = range(2000, 9999)
_MONTHS = range(1, 13)


def from_stripe(
    answers: Mapping[Read, object], fetched_at: datetime, behind: Iterable[object] = ()
) -> Facts:
    """Join the answers to the reads into facts; an absent answer is a read that was not made.

    The lists may be list objects or bare lists. `behind` are answers about single invoices, with
    payments too old to be among the customer's last. Never raises on the content of an answer.
    """
    nodes = {read: Node(answer) for read, answer in answers.items()}
    customer = nodes.get(Read.CUSTOMER, Node(None))
    state = _state(customer)
    if state is not CustomerState.PRESENT:
        return Facts(fetched_at, state, _livemode(customer), reads=frozenset({Read.CUSTOMER}))
    subscriptions = nodes.get(Read.SUBSCRIPTIONS, Node(None)).items()
    default = customer.at("invoice_settings", "default_payment_method")
    methods = (
        *nodes.get(Read.CARDS, Node(None)).items(),
        default,
        *(sub.at("default_payment_method") for sub in subscriptions),
    )
    cards = _cards(methods)
    return Facts(
        fetched_at=fetched_at,
        state=state,
        livemode=_livemode(customer),
        reads=frozenset(answers),
        cards=cards,
        default_card_id=default.id(),
        default_source_id=customer.at("default_source").id(),
        address_mark=_mark(customer.id(), customer.at("address")),
        subscriptions=_made(map(_subscription, subscriptions)),
        invoices=_made(map(_invoice, nodes.get(Read.INVOICES, Node(None)).items())),
        attempts=_made(_attempt(intent, cards) for intent in _intents(nodes, behind)),
        setups=_made(map(_setup, nodes.get(Read.SETUPS, Node(None)).items())),
    )


def _intents(nodes: Mapping[Read, Node], behind: Iterable[object]) -> Iterator[Node]:
    yield from nodes.get(Read.PAYMENTS, Node(None)).items()
    for answer in behind:
        for payment in reversed(Node(answer).items()):
            yield payment.at("payment", "payment_intent")


def _made(found: Iterable[_T | None]) -> tuple[_T, ...]:
    return tuple(each for each in found if each is not None)


def _state(customer: Node) -> CustomerState:
    if customer.at("deleted").flag():
        return CustomerState.DELETED
    return CustomerState.PRESENT if customer.id() else CustomerState.MISSING


def _mark(customer: str | None, address: Node) -> str:
    """Return a digest of an address; the customer's id keeps two neighbours' apart."""
    fields = ("line1", "line2", "city", "state", "postal_code", "country")
    lines = [customer, *(address.at(field).name() for field in fields)]
    return sha256(json.dumps(lines).encode()).hexdigest()[:16]


def _livemode(customer: Node) -> bool | None:
    return customer.at("livemode").boolean()


def _cards(methods: Iterable[Node]) -> tuple[Card, ...]:
    """Return each saved card once, in the order given."""
    found: dict[str, Card] = {}
    for method in methods:
        id_ = method.id()
        if id_ is not None and method.is_object:
            found.setdefault(id_, _card(method))
    return tuple(found.values())


def _card(method: Node) -> Card:
    """Read a payment method object."""
    return _details(method.at("card"), method.id(), method.at("type"), method.at("created"))


def _details(card: Node, id_: str | None, type_: Node, created: Node) -> Card:
    month, year = card.at("exp_month").count(), card.at("exp_year").count()
    dated = month in _MONTHS and year in _YEARS
    return Card(
        id=id_,
        type=type_.code(),
        brand=card.at("display_brand").code() or card.at("brand").code(),
        last4=card.at("last4").last4(),
        exp_month=month if dated else None,
        exp_year=year if dated else None,
        funding=card.at("funding").code(),
        wallet=card.at("wallet", "type").code(),
        created=created.when(),
        checks=_checks(card.at("checks")),
    )


def _checks(checks: Node) -> Checks:
    return Checks(
        line1=checks.at("address_line1_check").code(),
        postal_code=checks.at("address_postal_code_check").code(),
        cvc=checks.at("cvc_check").code(),
    )


def _subscription(sub: Node) -> Subscription | None:
    id_ = sub.id()
    if id_ is None:
        return None
    items = sub.at("items").items()
    first = items[0] if items else Node(None)
    pause = sub.at("pause_collection")
    own = sub.at("default_payment_method")
    return Subscription(
        id=id_,
        status=sub.at("status").code(),
        plan=_plan(sub, first),
        price=_price(items),
        interval=first.at("price", "recurring", "interval").code(),
        interval_count=first.at("price", "recurring", "interval_count").count(),
        current_period_end=first.at("current_period_end").when(),
        trial_end=sub.at("trial_end").when(),
        cancel_at_period_end=sub.at("cancel_at_period_end").flag(),
        cancel_at=sub.at("cancel_at").when(),
        ended_at=sub.at("ended_at").when(),
        end_reason=sub.at("cancellation_details", "reason").code(),
        collection_paused=pause.is_object,
        resumes_at=pause.at("resumes_at").when(),
        pause_reason=sub.at("status_details", "paused", "subscription", "type").code(),
        charges_automatically=sub.at("collection_method").code() != "send_invoice",
        own_card_id=own.id(),
        own_source_id=sub.at("default_source").id(),
        latest_invoice=_invoice(sub.at("latest_invoice")),
        pending_setup=_setup(sub.at("pending_setup_intent")),
    )


def _plan(sub: Node, item: Node) -> str | None:
    """Return the name customers know the plan by; a price's nickname is not for them.

    The product's own name would cost one more level of expansion than Stripe allows in a list.
    """
    named = item.at("price", "product", "name").name() or sub.at("description").name()
    lines = sub.at("latest_invoice", "lines").items()
    if named is not None or not lines:
        return named
    line = lines[0].at("description").name()
    worded = _LINE.fullmatch(line) if line else None
    return worded["charged"] or worded["tried"] if worded else line


def _price(items: tuple[Node, ...]) -> Money | None:
    """Return what one period costs, or None if a price depends on use or tiers."""
    total: Money | None = None
    for item in items:
        price = item.at("price")
        unit = price.at("unit_amount").money(price.at("currency"))
        quantity = item.at("quantity").count()
        if unit is None or quantity is None:
            return None
        if total is not None and total.currency != unit.currency:
            return None
        total = Money((total.minor if total else 0) + unit.minor * quantity, unit.currency)
    return total


def _invoice(bill: Node) -> Invoice | None:
    id_ = bill.id()
    if id_ is None:
        return None
    currency = bill.at("currency")
    links = (link.at("payment", "payment_intent").id() for link in bill.at("payments").items())
    return Invoice(
        id=id_,
        status=bill.at("status").code(),
        amount_due=bill.at("amount_due").money(currency),
        amount_remaining=bill.at("amount_remaining").money(currency),
        attempt_count=bill.at("attempt_count").count() or 0,
        next_attempt=bill.at("next_payment_attempt").when(),
        due_date=bill.at("due_date").when(),
        created=bill.at("created").when(),
        has_hosted_page=bill.at("hosted_invoice_url").is_given,
        subscription=bill.at("parent", "subscription_details", "subscription").id(),
        payments=_made(links),
    )


def _attempt(intent: Node, cards: tuple[Card, ...]) -> Attempt | None:
    id_ = intent.id()
    if id_ is None:
        return None
    error, charge = intent.at("last_payment_error"), intent.at("latest_charge")
    outcome = charge.at("outcome")
    tried = charge.at("created") if charge.is_object else intent.at("created")
    return Attempt(
        id=id_,
        status=intent.at("status").code(),
        at=tried.when(),
        amount=intent.at("amount").money(intent.at("currency")),
        card=_tried_card(intent, error, charge, cards),
        error_code=error.at("code").code(),
        decline_code=error.at("decline_code").code(),
        advice_code=error.at("advice_code").code() or outcome.at("advice_code").code(),
        next_action=intent.at("next_action", "type").code(),
        failure=charge.at("failure_code").code(),
        outcome_type=outcome.at("type").code(),
        outcome_reason=outcome.at("reason").code(),
        checks=_checks(charge.at("payment_method_details", "card", "checks")),
    )


def _tried_card(intent: Node, error: Node, charge: Node, cards: tuple[Card, ...]) -> Card | None:
    """Return the card that was tried, from whoever still remembers it."""
    blamed = error.at("payment_method")
    if blamed.is_object:
        return _card(blamed)
    details = charge.at("payment_method_details")
    if details.is_object and intent.at("status").code() != "requires_action":
        nothing = Node(None)
        id_ = charge.at("payment_method").id()
        return _details(details.at("card"), id_, details.at("type"), nothing)
    waiting = intent.at("payment_method")
    if waiting.is_object:
        return _card(waiting)
    return next((card for card in cards if card.id == waiting.id()), None)


def _setup(intent: Node) -> SetupAttempt | None:
    id_ = intent.id()
    if id_ is None:
        return None
    latest = intent.at("latest_attempt")
    last, tried = intent.at("last_setup_error"), latest.at("setup_error")
    error = last if last.is_object else tried
    blamed = error.at("payment_method")
    at = latest.at("created").when() or intent.at("created").when()
    return SetupAttempt(
        id=id_,
        status=intent.at("status").code(),
        at=at,
        card=_card(blamed) if blamed.is_object else None,
        attempt_status=latest.at("status").code(),
        error_code=error.at("code").code(),
        decline_code=error.at("decline_code").code(),
        advice_code=error.at("advice_code").code(),
        next_action=intent.at("next_action", "type").code(),
        cancellation_reason=intent.at("cancellation_reason").code(),
    )
