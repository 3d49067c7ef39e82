"""Expanding ids into objects, with Stripe's limits."""

import copy
from collections.abc import Callable

from helpcenter.sandbox.api.failure import StripeFailure
from helpcenter.sandbox.shapes import listing
from helpcenter.sandbox.state import KINDS, Obj, State

DEEPEST = 4

# What may be expanded, and what is inside it. A `list:` is a list of that kind; names with a dot
# after a kind are hashes inside it; None is a field this sandbox knows but never fills.
_FIELDS: dict[str, dict[str, str | None]] = {
    "billing_portal.session": {"configuration": "billing_portal.configuration"},
    "charge": {
        "balance_transaction": None,
        "customer": "customer",
        "payment_intent": "payment_intent",
    },
    "customer": {
        "default_source": None,
        "invoice_settings": "customer.invoice_settings",
        "subscriptions": "list:subscription",
    },
    "customer.invoice_settings": {"default_payment_method": "payment_method"},
    "invoice": {
        "customer": "customer",
        "default_payment_method": "payment_method",
        "parent": "invoice.parent",
        "payments": "list:invoice_payment",
    },
    "invoice.parent": {"subscription_details": "invoice.parent.subscription_details"},
    "invoice.parent.subscription_details": {"subscription": "subscription"},
    "invoice_payment": {"invoice": "invoice", "payment": "invoice_payment.payment"},
    "invoice_payment.payment": {"charge": "charge", "payment_intent": "payment_intent"},
    "payment_intent": {
        "customer": "customer",
        "latest_charge": "charge",
        "payment_method": "payment_method",
        "review": None,
    },
    "payment_method": {"customer": "customer"},
    "price": {"product": "product"},
    "product": {"default_price": "price"},
    "setup_attempt": {
        "customer": "customer",
        "payment_method": "payment_method",
        "setup_intent": "setup_intent",
    },
    "setup_intent": {
        "customer": "customer",
        "latest_attempt": "setup_attempt",
        "mandate": None,
        "payment_method": "payment_method",
    },
    "subscription": {
        "customer": "customer",
        "default_payment_method": "payment_method",
        "default_source": None,
        "items": "list:subscription_item",
        "latest_invoice": "invoice",
        "pending_setup_intent": "setup_intent",
        "schedule": None,
    },
    "subscription_item": {"price": "price"},
}

# Lists that an object shows only when asked to.
_ON_DEMAND = {
    ("customer", "subscriptions"): ("subscription", "customer", "/v1/subscriptions?customer={}"),
    ("invoice", "payments"): ("invoice_payment", "invoice", "/v1/invoice_payments?invoice={}"),
}

Allow = Callable[[str], None]


def check(kind: str, path: str) -> None:
    """Refuse a path that is too deep or names what cannot be expanded. `kind` may be a `list:`."""
    steps = path.split(".")
    if len(steps) > DEEPEST:
        message = f"You cannot expand more than {DEEPEST} levels of a property. Property: {path}"
        raise StripeFailure(400, message, "property_expansion_max_depth", "expand")
    here: str | None = kind
    for step in steps:
        if here is not None and here.startswith("list:"):
            here = here.removeprefix("list:") if step == "data" else None
            known = step == "data"
        else:
            known = here is not None and step in _FIELDS.get(here, {})
            here = _FIELDS[here].get(step) if known and here is not None else None
        if not known:
            raise StripeFailure(400, f"This property cannot be expanded ({path}).", None, "expand")


def expand(state: State, kind: str, answer: Obj, paths: list[str], allow: Allow) -> Obj:
    """Return a copy of `answer` with every path expanded.

    `allow` is called with each kind that is read and may refuse it, since a restricted key needs a
    permission for every expanded object.
    """
    for path in paths:
        check(kind, path)
    result = copy.deepcopy(answer)
    for path in paths:
        _walk(state, kind, result, path.split("."), allow)
    return result


def _walk(state: State, kind: str, node: Obj, steps: list[str], allow: Allow) -> None:
    if not steps:
        return
    step, rest = steps[0], steps[1:]
    if kind.startswith("list:"):
        for item in node["data"]:
            _walk(state, kind.removeprefix("list:"), item, rest, allow)
        return
    inner = _FIELDS[kind][step]
    if (kind, step) in _ON_DEMAND and step not in node:
        node[step] = _on_demand(state, kind, step, node["id"], allow)
    value = node.get(step)
    if isinstance(value, str):
        value = node[step] = _fetch(state, value, allow)
    if isinstance(value, dict) and inner is not None:
        _walk(state, inner, value, rest, allow)


def _fetch(state: State, id_: str, allow: Allow) -> Obj:
    kind = KINDS[id_.split("_", 1)[0]]
    allow(kind)
    return copy.deepcopy(state.get(kind, id_))


def _on_demand(state: State, kind: str, step: str, id_: str, allow: Allow) -> Obj:
    member, field, url = _ON_DEMAND[kind, step]
    allow(member)
    rows = state.where(member, **{field: id_})
    return listing(url.format(id_), copy.deepcopy(rows))
