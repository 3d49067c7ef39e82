"""The calls that write: what a host app or a test needs to set a scene."""

import re

from helpcenter.sandbox import lifecycle, shapes, shapes_card, wallet
from helpcenter.sandbox.api.call import Call, Endpoint, names
from helpcenter.sandbox.api.failure import StripeFailure, missing, no_such
from helpcenter.sandbox.cards import READY_MADE, TEST_CARDS
from helpcenter.sandbox.state import Obj, new_id

_PLAIN = ("description", "email", "name", "phone")
_EXPIRY = re.compile(r"\d{1,4}")


def _customer_fields(call: Call) -> Obj:
    patch: Obj = {name: call.text(name) or None for name in _PLAIN if name in call.params}
    if "address" in call.params:
        # An empty string is how a form says "none".
        cleared = call.params["address"] == ""
        patch["address"] = None if cleared else shapes.address(**(call.hash("address") or {}))
    if "metadata" in call.params:
        patch["metadata"] = call.hash("metadata") or {}
    if "preferred_locales" in call.params:
        patch["preferred_locales"] = list(call.params["preferred_locales"])
    if "invoice_settings" in call.params:
        settings = call.hash("invoice_settings") or {}
        card = settings.get("default_payment_method")
        if card:
            _own_card(call, call.path["id"], card, "invoice_settings[default_payment_method]")
        patch["invoice_settings"] = {"default_payment_method": card or None}
    return patch


def _own_card(call: Call, owner: str, id_: str, param: str) -> Obj:
    """Return a card of this customer's; refuse anybody else's."""
    card = call.fetch("payment_method", id_, param)
    if card["customer"] != owner:
        message = (
            f"The customer does not have a payment method with the ID {id_}. The payment method "
            "must be attached to the customer."
        )
        raise StripeFailure(400, message, "resource_missing", param)
    return card


def _create_customer(call: Call) -> Obj:
    made = shapes.customer(new_id("cus"), call.state.now())
    return call.state.add(made | _customer_fields(call), "customer.created")


def _update_customer(call: Call) -> Obj:
    owner = call.fetch("customer", call.path["id"])
    if owner.get("deleted"):
        raise no_such("customer", owner["id"], status=404)
    return call.state.change("customer", owner["id"], _customer_fields(call), "customer.updated")


def _delete_customer(call: Call) -> Obj:
    return lifecycle.delete_customer(call.state, call.fetch("customer", call.path["id"])["id"])


def _create_payment_method(call: Call) -> Obj:
    if call.need("type") != "card":
        raise StripeFailure(400, "This sandbox knows cards only.", None, "type")
    typed = call.hash("card") or {}
    for name in ("number", "exp_month", "exp_year"):
        if not typed.get(name):
            raise missing(f"card[{name}]")
    if not all(_EXPIRY.fullmatch(str(typed[name])) for name in ("exp_month", "exp_year")):
        message = "Your card's expiration date is invalid."
        raise StripeFailure(402, message, "invalid_expiry_year", "exp_year", "card_error")
    if typed["number"] not in TEST_CARDS:
        message = "Your card number is incorrect."
        raise StripeFailure(402, message, "incorrect_number", "number", "card_error")
    card = wallet.CardInput(typed["number"], int(typed["exp_month"]), int(typed["exp_year"]))
    return wallet.new_method(call.state, card)[0]


def _attach(call: Call) -> Obj:
    owner = call.fetch("customer", call.need("customer"), "customer")
    return wallet.attach(call.state, _card_to_save(call, call.path["id"])["id"], owner["id"])


def _card_to_save(call: Call, id_: str) -> Obj:
    """Return the payment method named, made anew if it is one of the ready-made names."""
    if id_ in READY_MADE:
        card = wallet.CardInput(READY_MADE[id_], 12, call.state.config.clock().year + 3)
        return wallet.new_method(call.state, card)[0]
    return call.fetch("payment_method", id_)


def _detach(call: Call) -> Obj:
    card = call.fetch("payment_method", call.path["id"])
    if card["customer"] is None:
        message = "The payment method you provided is not attached to a customer so detachment is "
        raise StripeFailure(400, f"{message}impossible.")
    return wallet.detach(call.state, card["id"])


def _update_subscription(call: Call) -> Obj:
    row = call.fetch("subscription", call.path["id"])
    patch: Obj = {}
    if "default_payment_method" in call.params:
        card = call.text("default_payment_method")
        if card:
            _own_card(call, row["customer"], card, "default_payment_method")
        patch["default_payment_method"] = card or None
    cancel = call.flag("cancel_at_period_end")
    if cancel is not None:
        lifecycle.schedule_cancel(call.state, row, cancel=cancel)
    if "metadata" in call.params:
        patch["metadata"] = call.hash("metadata") or {}
    return call.state.change("subscription", row["id"], patch, "customer.subscription.updated")


def _cancel_subscription(call: Call) -> Obj:
    return lifecycle.end_subscription(call.state, call.fetch("subscription", call.path["id"]))


def _create_setup_intent(call: Call) -> Obj:
    owner = call.text("customer")
    if owner:
        call.fetch("customer", owner, "customer")
    method = call.text("payment_method")
    card = _card_to_save(call, method)["id"] if method else None
    intent = shapes_card.setup_intent(owner, card, call.state.now())
    return call.state.add(intent, "setup_intent.created")


_SUBSCRIPTION_PARAMS = names("cancel_at_period_end default_payment_method metadata")
_CUSTOMER_PARAMS = names("address description email metadata name phone preferred_locales")

WRITES = (
    Endpoint(
        "POST", "/v1/customers", "customer_write", "customer", _create_customer, _CUSTOMER_PARAMS
    ),
    Endpoint(
        "POST",
        "/v1/customers/{id}",
        "customer_write",
        "customer",
        _update_customer,
        _CUSTOMER_PARAMS | names("invoice_settings"),
    ),
    Endpoint("DELETE", "/v1/customers/{id}", "customer_write", "customer", _delete_customer),
    Endpoint(
        "POST",
        "/v1/payment_methods",
        "payment_method_write",
        "payment_method",
        _create_payment_method,
        names("card type"),
    ),
    Endpoint(
        "POST",
        "/v1/payment_methods/{id}/attach",
        "payment_method_write",
        "payment_method",
        _attach,
        names("customer"),
    ),
    Endpoint(
        "POST",
        "/v1/payment_methods/{id}/detach",
        "payment_method_write",
        "payment_method",
        _detach,
    ),
    Endpoint(
        "POST",
        "/v1/subscriptions/{id}",
        "subscription_write",
        "subscription",
        _update_subscription,
        _SUBSCRIPTION_PARAMS,
    ),
    Endpoint(
        "DELETE",
        "/v1/subscriptions/{id}",
        "subscription_write",
        "subscription",
        _cancel_subscription,
    ),
    Endpoint(
        "POST",
        "/v1/setup_intents",
        "setup_intent_write",
        "setup_intent",
        _create_setup_intent,
        names("customer payment_method"),
    ),
)
