"""Invoices and the payments behind them, shaped as Stripe answers them."""

import copy

from helpcenter.sandbox import blanks
from helpcenter.sandbox.cards import BLOCKED, decline
from helpcenter.sandbox.shapes import line_item, listing
from helpcenter.sandbox.state import Obj, new_id


def invoice(id_: str, owner: Obj, subscription: Obj, period: tuple[int, int], number: int) -> Obj:
    """Return an open, unpaid invoice of one period of a subscription."""
    plan = subscription["items"]["data"][0]["price"]
    amount, start = plan["unit_amount"], period[0]
    lines = [line_item(id_, plan, period)]
    return copy.deepcopy(blanks.INVOICE) | {
        "id": id_,
        "amount_due": amount,
        "amount_remaining": amount,
        "created": start,
        "currency": plan["currency"],
        "customer": owner["id"],
        "customer_address": owner["address"],
        "customer_email": owner["email"],
        "customer_name": owner["name"],
        "effective_at": start,
        "lines": listing(f"/v1/invoices/{id_}/lines", lines),
        "number": f"{owner['invoice_prefix']}-{number:04d}",
        "parent": {
            "quote_details": None,
            "subscription_details": {"metadata": {}, "subscription": subscription["id"]},
            "type": "subscription_details",
        },
        "period_end": period[1],
        "period_start": start,
        "status_transitions": {
            "finalized_at": start,
            "marked_uncollectible_at": None,
            "paid_at": None,
            "voided_at": None,
        },
        "subtotal": amount,
        "subtotal_excluding_tax": amount,
        "total": amount,
        "total_excluding_tax": amount,
        "webhooks_delivered_at": start,
    }


def invoice_payment(bill: Obj, intent: str, created: int) -> Obj:
    """Return the link between an invoice and the payment intent that pays it."""
    return {
        "id": new_id("inpay"),
        "object": "invoice_payment",
        "amount_paid": None,
        "amount_requested": bill["amount_due"],
        "created": created,
        "currency": bill["currency"],
        "invoice": bill["id"],
        "is_default": True,
        "livemode": False,
        "payment": {"payment_intent": intent, "type": "payment_intent"},
        "status": "open",
        "status_transitions": {"canceled_at": None, "paid_at": None},
    }


def payment_intent(bill: Obj, created: int) -> Obj:
    """Return the payment intent of an invoice before anything was tried."""
    id_ = new_id("pi")
    return copy.deepcopy(blanks.PAYMENT_INTENT) | {
        "id": id_,
        "amount": bill["amount_due"],
        "created": created,
        "currency": bill["currency"],
        "customer": bill["customer"],
    }


def charge_card(method: Obj) -> Obj:
    """Return `payment_method_details` of a charge on a saved card."""
    card = method["card"]
    return {
        "type": "card",
        "card": {
            "amount_authorized": None,
            "authorization_code": None,
            "brand": card["brand"],
            "checks": dict(card["checks"]),
            "country": card["country"],
            "exp_month": card["exp_month"],
            "exp_year": card["exp_year"],
            "fingerprint": card["fingerprint"],
            "funding": card["funding"],
            "installments": None,
            "last4": card["last4"],
            "mandate": None,
            "network": card["brand"],
            "network_token": {"used": False},
            "network_transaction_id": None,
            "regulated_status": "unregulated",
            "three_d_secure": None,
            "wallet": None,
        },
    }


def outcome(code: str) -> Obj:
    """Return a charge's outcome: paid for "", blocked, or declined by the issuer with `code`."""
    if not code:
        return {
            "advice_code": None,
            "network_advice_code": None,
            "network_decline_code": None,
            "network_status": "approved_by_network",
            "reason": None,
            "risk_level": "normal",
            "risk_score": 12,
            "seller_message": "Payment complete.",
            "type": "authorized",
        }
    words = decline(code)
    if code == BLOCKED:
        return {
            "advice_code": None,
            "network_advice_code": None,
            "network_decline_code": None,
            "network_status": "not_sent_to_network",
            "reason": code,
            "risk_level": "highest",
            "risk_score": 92,
            "seller_message": "Stripe blocked this payment as too risky.",
            "type": "blocked",
        }
    return {
        "advice_code": words.advice,
        "network_advice_code": None,
        "network_decline_code": words.network,
        "network_status": "declined_by_network",
        "reason": code,
        "risk_level": "normal",
        "risk_score": 24,
        "seller_message": f"The bank returned the decline code `{code}`.",
        "type": "issuer_declined",
    }


def charge(intent: Obj, method: Obj, code: str, created: int) -> Obj:
    """Return one try of a payment intent on a card: succeeded for code "", else failed."""
    paid = not code
    words = decline(code)
    return copy.deepcopy(blanks.CHARGE) | {
        "id": new_id("ch"),
        "amount": intent["amount"],
        "amount_captured": intent["amount"] if paid else 0,
        "billing_details": method["billing_details"],
        "captured": paid,
        "created": created,
        "currency": intent["currency"],
        "customer": intent["customer"],
        "description": intent["description"],
        "failure_code": None if paid else words.code,
        "failure_message": None if paid else words.message,
        "outcome": outcome(code),
        "paid": paid,
        "payment_intent": intent["id"],
        "payment_method": method["id"],
        "payment_method_details": charge_card(method),
        "status": "succeeded" if paid else "failed",
    }


def card_error(code: str, method: Obj, charge_id: str | None = None) -> Obj:
    """Return the `api_errors` hash left on an intent by a decline; absent fields are left out."""
    words = decline(code)
    error: Obj = {
        "type": "card_error",
        "code": words.code,
        "decline_code": "fraudulent" if code == BLOCKED else code,
        "message": words.message,
        "payment_method": method,
    }
    optional = {
        "advice_code": words.advice,
        "param": words.param,
        "network_decline_code": words.network,
        "charge": charge_id,
    }
    return error | {key: value for key, value in optional.items() if value}
