"""Saving, choosing and removing cards: what the portal's pages and the API's writes share."""

from dataclasses import dataclass

from helpcenter.sandbox import shapes_card, shapes_payment
from helpcenter.sandbox.cards import AUTHENTICATE, SUCCEEDS, TEST_CARDS, Card
from helpcenter.sandbox.state import Obj, State, new_id


@dataclass(frozen=True, slots=True)
class CardInput:
    """A card as typed. Lives for one request; only what `Card` holds is kept."""

    number: str
    exp_month: int
    exp_year: int


def new_method(state: State, typed: CardInput) -> tuple[Obj, str]:
    """Return a detached payment method for a test number, and what happens when it is saved.

    Raises KeyError if the number is not one of the test cards.
    """
    known = TEST_CARDS[typed.number]
    card = Card(known.brand, typed.number[-4:], typed.exp_month, typed.exp_year, known.funding)
    method = shapes_card.payment_method(new_id("pm"), card, state.now())
    method["card"]["checks"].update({f"{check}_check": "fail" for check in known.failing})
    state.behaviours[method["id"]] = known.on_charge
    return state.add(method), known.on_setup


def attach(state: State, method_id: str, customer_id: str) -> Obj:
    """Attach a saved card to a customer."""
    owner = state.get("customer", customer_id)
    details: Obj = {"address": owner["address"] or {}, "email": owner["email"]}
    known = state.get("payment_method", method_id)["billing_details"]
    patch: Obj = {
        "billing_details": known | {k: v for k, v in details.items() if v},
        "customer": customer_id,
    }
    state.change("payment_method", method_id, patch)
    method = state.get("payment_method", method_id)
    state.emit("payment_method.attached", method)
    return method


def detach(state: State, method_id: str) -> Obj:
    """Remove a card from its customer and from everything that would charge it."""
    with state.lock:
        method = state.get("payment_method", method_id)
        owner = method["customer"]
        state.change("payment_method", method_id, {"customer": None})
        state.emit("payment_method.detached", method, {"customer": owner})
        for row in state.where("subscription", customer=owner, default_payment_method=method_id):
            use_for_subscription(state, row, None)
        if state.get("customer", owner)["invoice_settings"]["default_payment_method"] == method_id:
            _set_default(state, owner, None)
        return method


def make_default(state: State, customer_id: str, method_id: str) -> None:
    """Make a card the customer's default, as the portal does.

    Whether Stripe's portal also rewrites the card a subscription has of its own is not certain;
    `state.rewrites_subscription_card` chooses.
    """
    with state.lock:
        _set_default(state, customer_id, method_id)
        if state.rewrites_subscription_card:
            for row in list(state.open_subscriptions(customer_id)):
                if row["default_payment_method"]:
                    use_for_subscription(state, row, method_id)


def _set_default(state: State, customer_id: str, method_id: str | None) -> None:
    patch: Obj = {"invoice_settings": {"default_payment_method": method_id}}
    state.change("customer", customer_id, patch, "customer.updated")


def use_for_subscription(state: State, subscription: Obj, method_id: str | None) -> None:
    """Set the card a subscription charges instead of the customer's default."""
    patch: Obj = {"default_payment_method": method_id}
    state.change("subscription", subscription["id"], patch, "customer.subscription.updated")


def begin_setup(state: State, customer_id: str, method_id: str, at: int | None = None) -> Obj:
    """Store a setup intent that is about to try a card."""
    moment = state.now() if at is None else at
    intent = shapes_card.setup_intent(customer_id, method_id, moment)
    return state.add(intent, "setup_intent.created")


def confirm_setup(state: State, intent: Obj, on_setup: str, page: str | None = None) -> Obj:
    """Try a setup intent: saved, refused with a decline code, or waiting for authentication.

    `on_setup` is a decline code, AUTHENTICATE or SUCCEEDS; `page` is where the customer would
    authenticate, if there is one.
    """
    with state.lock:
        if on_setup == SUCCEEDS:
            return finish_setup(state, intent)
        if on_setup == AUTHENTICATE:
            _attempt(state, intent, "requires_action")
            next_action: Obj = {"type": "use_stripe_sdk", "use_stripe_sdk": {}}
            if page:
                next_action = {
                    "redirect_to_url": {"return_url": None, "url": page},
                    "type": "redirect_to_url",
                }
            patch: Obj = {"next_action": next_action, "status": "requires_action"}
            state.change("setup_intent", intent["id"], patch)
            state.emit("setup_intent.requires_action", intent)
            return intent
        method = state.get("payment_method", intent["payment_method"])
        return fail_setup(state, intent, shapes_payment.card_error(on_setup, dict(method)))


def finish_setup(state: State, intent: Obj) -> Obj:
    """Succeed: the card is attached to the intent's customer."""
    with state.lock:
        _attempt(state, intent, "succeeded")
        patch: Obj = {"last_setup_error": None, "next_action": None, "status": "succeeded"}
        state.change("setup_intent", intent["id"], patch)
        attach(state, intent["payment_method"], intent["customer"])
        state.emit("setup_intent.succeeded", intent)
        return intent


def fail_setup(state: State, intent: Obj, error: Obj | None = None) -> Obj:
    """Refuse the card with `error`, by default that authentication failed."""
    with state.lock:
        method = state.get("payment_method", intent["payment_method"])
        error = error or {
            "type": "card_error",
            "code": "setup_intent_authentication_failure",
            "message": "The latest attempt to set up the payment method has failed.",
            "payment_method": dict(method),
        }
        _attempt(state, intent, "failed", error)
        patch: Obj = {
            "last_setup_error": error,
            "next_action": None,
            "payment_method": None,
            "status": "requires_payment_method",
        }
        state.change("setup_intent", intent["id"], patch)
        state.emit("setup_intent.setup_failed", intent)
        return intent


def _attempt(state: State, intent: Obj, status: str, error: Obj | None = None) -> None:
    made = shapes_card.setup_attempt(
        intent, intent["payment_method"], status, intent["created"], error
    )
    state.add(made)
    state.change("setup_intent", intent["id"], {"latest_attempt": made["id"]})
