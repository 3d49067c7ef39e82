"""Customers, plans and subscriptions, shaped as Stripe answers them."""

from collections.abc import Sequence
from typing import Any

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
    return {
        "id": id_,
        "object": "product",
        "active": True,
        "attributes": [],
        "created": created,
        "default_price": None,
        "description": None,
        "images": [],
        "livemode": False,
        "marketing_features": [],
        "metadata": {},
        "name": name,
        "package_dimensions": None,
        "shippable": None,
        "statement_descriptor": None,
        "tax_code": None,
        "type": "service",
        "unit_label": None,
        "updated": created,
        "url": None,
    }


def price(id_: str, product_id: str, amount: int, currency: str, created: int) -> Obj:
    """Return a monthly price of `amount` minor units."""
    return {
        "id": id_,
        "object": "price",
        "active": True,
        "billing_scheme": "per_unit",
        "created": created,
        "currency": currency,
        "custom_unit_amount": None,
        "livemode": False,
        "lookup_key": None,
        "metadata": {},
        "nickname": None,
        "product": product_id,
        "recurring": {
            "interval": "month",
            "interval_count": 1,
            "meter": None,
            "usage_type": "licensed",
        },
        "tax_behavior": "unspecified",
        "tiers_mode": None,
        "transform_quantity": None,
        "type": "recurring",
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
    return {
        "id": id_,
        "object": "subscription",
        "application": None,
        "application_fee_percent": None,
        "automatic_tax": {"disabled_reason": None, "enabled": False, "liability": None},
        "billing_cycle_anchor": start,
        "billing_cycle_anchor_config": None,
        "billing_mode": {"flexible": {"proration_discounts": "included"}, "type": "flexible"},
        "billing_schedules": [],
        "billing_thresholds": None,
        "cancel_at": None,
        "cancel_at_period_end": False,
        "canceled_at": None,
        "cancellation_details": {"comment": None, "feedback": None, "reason": None},
        "collection_method": "charge_automatically",
        "created": start,
        "currency": plan["currency"],
        "customer": customer_id,
        "customer_account": None,
        "days_until_due": None,
        "default_payment_method": None,
        "default_source": None,
        "default_tax_rates": [],
        "description": None,
        "discounts": [],
        "ended_at": None,
        "invoice_settings": {"account_tax_ids": None, "issuer": {"type": "self"}},
        "items": listing(f"/v1/subscription_items?subscription={id_}", items),
        "latest_invoice": None,
        "livemode": False,
        "managed_payments": None,
        "metadata": {},
        "next_pending_invoice_item_invoice": None,
        "on_behalf_of": None,
        "pause_collection": None,
        "payment_settings": {
            "payment_method_options": None,
            "payment_method_types": None,
            "save_default_payment_method": "off",
        },
        "pending_invoice_item_interval": None,
        "pending_setup_intent": None,
        "pending_update": None,
        "schedule": None,
        "start_date": start,
        "status": "active",
        "status_details": None,
        "test_clock": None,
        "transfer_data": None,
        "trial_end": None,
        "trial_settings": {"end_behavior": {"missing_payment_method": "create_invoice"}},
        "trial_start": None,
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
