"""Money moving: invoices of a cycle, tries to pay them, and what each try leaves behind."""

from datetime import timedelta
from typing import Literal

from helpcenter.sandbox import lifecycle, shapes_payment
from helpcenter.sandbox.cards import AUTHENTICATE
from helpcenter.sandbox.state import Obj, State, new_id

Outcome = Literal["paid", "requires_action", "failed"]

RETRY_AFTER = timedelta(days=3)
MOST_TRIES = 8
"""Stripe's own default: no more after two weeks or so."""

HARD = frozenset(
    {
        "authentication_required",
        "highest_risk_level",
        "incorrect_number",
        "lost_card",
        "pickup_card",
        "revocation_of_all_authorizations",
        "revocation_of_authorization",
        "stolen_card",
        "transaction_not_allowed",
    }
)
"""Declines after which Stripe tries no more until there is another card; the count goes on."""


def open_cycle(state: State, subscription: Obj, period: tuple[int, int]) -> Obj:
    """Bill one period: an open invoice with its payment intent, not tried yet."""
    owner = state.get("customer", subscription["customer"])
    number = owner["next_invoice_sequence"]
    bill = shapes_payment.invoice(new_id("in"), owner, subscription, period, number)
    bill["lines"]["data"][0]["description"] = _line(state, subscription)
    bill["hosted_invoice_url"] = f"{state.wiring.stripe_url}/i/{new_id('test')}"
    intent = shapes_payment.payment_intent(bill, period[0])
    state.change("customer", owner["id"], {"next_invoice_sequence": number + 1})
    state.add(intent)
    state.add(shapes_payment.invoice_payment(bill, intent["id"], period[0]))
    state.change("subscription", subscription["id"], {"latest_invoice": bill["id"]})
    return state.add(bill)


def _line(state: State, subscription: Obj) -> str:
    """Return how Stripe words a line: the only place where a list tells the plan's name."""
    price = subscription["items"]["data"][0]["price"]
    amount = f"{price['unit_amount'] / 100:.2f}"
    name = state.get("product", price["product"])["name"]
    return f"1 × {name} (at {price['currency'].upper()} {amount} / month)"


def intent_of(state: State, bill: Obj) -> Obj:
    """Return the payment intent behind an invoice."""
    link = state.where("invoice_payment", invoice=bill["id"])[0]
    return state.get("payment_intent", link["payment"]["payment_intent"])


def subscription_of(state: State, bill: Obj) -> Obj:
    """Return the subscription an invoice bills."""
    return state.get("subscription", bill["parent"]["subscription_details"]["subscription"])


def attempt(
    state: State, bill: Obj, method_id: str, *, on_session: bool, at: int | None = None
) -> Outcome:
    """Try to pay an open invoice with a saved card at unix time `at` (default: now).

    `on_session` means the customer is there and may authenticate; it does not count as one of
    Stripe's own tries. The card's behaviour decides.
    """
    at = state.now() if at is None else at
    code = state.behaviours.get(method_id, "")
    with state.lock:
        if not on_session:
            bill["attempt_count"] += 1
        bill["attempted"] = True
        if not code:
            settle(state, bill, method_id, at)
            return "paid"
        if code == AUTHENTICATE:
            _ask_for_authentication(state, bill, method_id)
            return "requires_action"
        _fail(state, bill, method_id, code, at)
        return "failed"


def settle(state: State, bill: Obj, method_id: str, at: int) -> None:
    """Mark an invoice paid by a card, and bring subscription and customer back to good standing."""
    intent = intent_of(state, bill)
    method = state.get("payment_method", method_id)
    charge = state.add(shapes_payment.charge(intent, method, "", at), "charge.succeeded")
    done: Obj = {
        "amount_received": intent["amount"],
        "last_payment_error": None,
        "latest_charge": charge["id"],
        "next_action": None,
        "payment_method": method_id,
        "status": "succeeded",
    }
    state.change("payment_intent", intent["id"], done)
    state.emit("payment_intent.succeeded", intent)
    link = state.where("invoice_payment", invoice=bill["id"])[0]
    paid: Obj = {"amount_paid": bill["amount_due"], "status": "paid"}
    state.change("invoice_payment", link["id"], paid | {"status_transitions": {"paid_at": at}})
    patch: Obj = {
        "amount_paid": bill["amount_due"],
        "amount_remaining": 0,
        "attempted": True,
        "next_payment_attempt": None,
        "status": "paid",
        "status_transitions": {"paid_at": at},
    }
    state.change("invoice", bill["id"], patch, "invoice.updated")
    state.emit("invoice.paid", bill)
    state.emit("invoice.payment_succeeded", bill)
    _restore(state, bill)


def _restore(state: State, bill: Obj) -> None:
    subscription = subscription_of(state, bill)
    if subscription["status"] in {"past_due", "unpaid", "incomplete"}:
        patch: Obj = {"status": "active"}
        state.change("subscription", subscription["id"], patch, "customer.subscription.updated")
    owner = bill["customer"]
    if not state.where("invoice", customer=owner, status="open"):
        state.change("customer", owner, {"delinquent": False}, "customer.updated")


def _ask_for_authentication(state: State, bill: Obj, method_id: str) -> None:
    intent = intent_of(state, bill)
    page = f"{bill['hosted_invoice_url']}/authenticate"
    patch: Obj = {
        "last_payment_error": None,
        "next_action": {
            "redirect_to_url": {"return_url": bill["hosted_invoice_url"], "url": page},
            "type": "redirect_to_url",
        },
        "payment_method": method_id,
        "status": "requires_action",
    }
    state.change("payment_intent", intent["id"], patch)
    state.emit("payment_intent.requires_action", intent)
    state.emit("invoice.payment_action_required", bill)
    _owe(state, bill)


def _fail(state: State, bill: Obj, method_id: str, code: str, at: int) -> None:
    intent = intent_of(state, bill)
    method = state.get("payment_method", method_id)
    charge = state.add(shapes_payment.charge(intent, method, code, at), "charge.failed")
    patch: Obj = {
        "last_payment_error": shapes_payment.card_error(code, dict(method), charge["id"]),
        "latest_charge": charge["id"],
        "next_action": None,
        "payment_method": None,
        "status": "requires_payment_method",
    }
    state.change("payment_intent", intent["id"], patch)
    state.emit("payment_intent.payment_failed", intent)
    _plan_retry(state, bill, at)
    state.emit("invoice.payment_failed", bill)
    _owe(state, bill)


def _plan_retry(state: State, bill: Obj, at: int) -> None:
    patch: Obj = {"next_payment_attempt": at + int(RETRY_AFTER.total_seconds())}
    state.change("invoice", bill["id"], patch, "invoice.updated")


def retry(state: State, bill: Obj) -> None:
    """Do what Smart Retries do when the time has come: try the card that is charged now.

    A card that was refused for good is not tried again. After the last try Stripe gives up.
    """
    with state.lock:
        now, subscription = state.now(), subscription_of(state, bill)
        method = state.charged_card(subscription)
        charge = state.find("charge", intent_of(state, bill)["latest_charge"] or "")
        refused = charge is not None and charge["payment_method"] == method
        if method is None or (refused and state.behaviours.get(method) in HARD):
            bill["attempt_count"] += 1
            _plan_retry(state, bill, now)
        elif attempt(state, bill, method, on_session=False) == "requires_action":
            _plan_retry(state, bill, now)
        if bill["status"] == "open" and bill["attempt_count"] >= MOST_TRIES:
            _give_up(state, bill, subscription)


def _give_up(state: State, bill: Obj, subscription: Obj) -> None:
    state.change("invoice", bill["id"], {"next_payment_attempt": None}, "invoice.updated")
    end = state.config.after_last_try
    if end == "canceled":
        lifecycle.end_subscription(state, subscription, "payment_failed")
    elif end == "unpaid":
        patch: Obj = {"status": "unpaid"}
        state.change("subscription", subscription["id"], patch, "customer.subscription.updated")


def _owe(state: State, bill: Obj) -> None:
    subscription = subscription_of(state, bill)
    if subscription["status"] == "active":
        patch: Obj = {"status": "past_due"}
        state.change("subscription", subscription["id"], patch, "customer.subscription.updated")
    state.change("customer", bill["customer"], {"delinquent": True}, "customer.updated")


def authenticate_invoice(state: State, bill: Obj, *, succeeded: bool) -> Outcome:
    """Finish the 3-D Secure step an invoice waits for."""
    intent = intent_of(state, bill)
    method_id: str = intent["payment_method"]
    if succeeded:
        settle(state, bill, method_id, state.now())
        return "paid"
    error: Obj = {
        "type": "card_error",
        "code": "payment_intent_authentication_failure",
        "message": "The provided payment method has failed authentication.",
        "payment_method": dict(state.get("payment_method", method_id)),
    }
    patch: Obj = {
        "last_payment_error": error,
        "next_action": None,
        "payment_method": None,
        "status": "requires_payment_method",
    }
    state.change("payment_intent", intent["id"], patch)
    state.emit("payment_intent.payment_failed", intent)
    state.emit("invoice.payment_failed", bill)
    return "failed"
