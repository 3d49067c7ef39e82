"""Customers, plans and subscriptions, shaped as Stripe answers them."""

import copy
from collections.abc import Sequence
from typing import Any

from helpcenter.sandbox import blanks
from helpcenter.sandbox.state import Obj, new_id


def listing(url: str, data: Sequence[Obj], *, has_more: bool = False) -> Obj:
    """Return Stripe's list object around `data`."""
    return {"object": "list", "data": list(data), "has_more": has_more, "url": url}


def address(**fields: str | None) -> Obj:
    """Return an address with every field Stripe has; those not given are null."""
    names = ("city", "country", "line1", "line2", "postal_code", "state")
    return {name: fields.get(name) for name in names}


def customer(id_: str, created: int, **fields: Any) -> Obj:  # noqa: ANN401 — fields of the API
    """Return a customer; `fields` override the empty defaults."""
    obj: Obj = {
        "id": id_,
        "object": "customer",
        "address": None,
        "balance": 0,
        "created": created,
        "currency": None,
        "customer_account": None,
        "default_source": None,
        "delinquent": False,
        "description": None,
        "discount": None,
        "email": None,
        "invoice_prefix": id_[-8:].upper(),
        "invoice_settings": {
            "custom_fields": None,
            "default_payment_method": None,
            "footer": None,
            "rendering_options": None,
        },
        "livemode": False,
        "metadata": {},
        "name": None,
        "next_invoice_sequence": 1,
        "phone": None,
        "preferred_locales": [],
        "shipping": None,
        "tax_exempt": "none",
        "test_clock": None,
    }
    return obj | fields


def product(id_: str, name: str, created: int) -> Obj:
    """Return a product."""
    return copy.deepcopy(blanks.PRODUCT) | {
        "id": id_,
        "created": created,
        "name": name,
        "updated": created,
    }


def price(id_: str, product_id: str, amount: int, currency: str, created: int) -> Obj:
    """Return a monthly price of `amount` minor units."""
    return copy.deepcopy(blanks.PRICE) | {
        "id": id_,
        "created": created,
        "currency": currency,
        "product": product_id,
        "unit_amount": amount,
        "unit_amount_decimal": str(amount),
    }


def subscription_item(subscription_id: str, plan: Obj, start: int, end: int) -> Obj:
    """Return one item; since 2025 the paid period lives here, not on the subscription."""
    return {
        "id": f"si_{subscription_id.removeprefix('sub_')}",
        "object": "subscription_item",
        "billing_thresholds": None,
        "created": start,
        "current_period_end": end,
        "current_period_start": start,
        "discounts": [],
        "metadata": {},
        "price": plan,
        "quantity": 1,
        "subscription": subscription_id,
        "tax_rates": [],
    }


def subscription(id_: str, customer_id: str, plan: Obj, period: tuple[int, int]) -> Obj:
    """Return an active subscription to `plan` whose paid period is `period` (unix seconds)."""
    start, end = period
    items = [subscription_item(id_, plan, start, end)]
    return copy.deepcopy(blanks.SUBSCRIPTION) | {
        "id": id_,
        "billing_cycle_anchor": start,
        "created": start,
        "currency": plan["currency"],
        "customer": customer_id,
        "items": listing(f"/v1/subscription_items?subscription={id_}", items),
        "start_date": start,
    }


def line_item(invoice_id: str, plan: Obj, period: tuple[int, int]) -> Obj:
    """Return the one line of a subscription's invoice."""
    return {
        "id": new_id("il"),
        "object": "line_item",
        "amount": plan["unit_amount"],
        "currency": plan["currency"],
        "description": None,
        "discount_amounts": [],
        "discountable": True,
        "discounts": [],
        "invoice": invoice_id,
        "livemode": False,
        "metadata": {},
        "parent": None,
        "period": {"start": period[0], "end": period[1]},
        "pretax_credit_amounts": [],
        "pricing": None,
        "quantity": 1,
        "subtotal": plan["unit_amount"],
        "taxes": [],
    }
