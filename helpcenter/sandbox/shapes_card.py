"""Saved cards and the setup intents that save them, shaped as Stripe answers them."""

import copy

from helpcenter.sandbox import blanks
from helpcenter.sandbox.cards import Card
from helpcenter.sandbox.shapes import address
from helpcenter.sandbox.state import Obj, new_id


def payment_method(id_: str, card: Card, created: int, owner: Obj | None = None) -> Obj:
    """Return a saved card, attached to `owner` if given."""
    return {
        "id": id_,
        "object": "payment_method",
        "allow_redisplay": "always",
        "billing_details": {
            "address": (owner or {}).get("address") or address(),
            "email": (owner or {}).get("email"),
            "name": (owner or {}).get("name"),
            "phone": None,
            "tax_id": None,
        },
        "card": {
            "brand": card.brand,
            "checks": {
                "address_line1_check": None,
                "address_postal_code_check": None,
                "cvc_check": "pass",
            },
            "country": card.country,
            "display_brand": card.brand,
            "exp_month": card.exp_month,
            "exp_year": card.exp_year,
            "fingerprint": f"fp{card.brand}{card.last4}",
            "funding": card.funding,
            "generated_from": None,
            "last4": card.last4,
            "networks": {"available": [card.brand], "preferred": None},
            "regulated_status": "unregulated",
            "three_d_secure_usage": {"supported": True},
            "wallet": None,
        },
        "created": created,
        "customer": owner["id"] if owner else None,
        "customer_account": None,
        "livemode": False,
        "metadata": {},
        "type": "card",
    }


def setup_intent(customer_id: str | None, method: str | None, created: int) -> Obj:
    """Return a setup intent before anything was tried."""
    return copy.deepcopy(blanks.SETUP_INTENT) | {
        "id": new_id("seti"),
        "created": created,
        "customer": customer_id,
        "payment_method": method,
        "status": "requires_confirmation" if method else "requires_payment_method",
    }


def setup_attempt(intent: Obj, method: str, status: str, created: int, error: Obj | None) -> Obj:
    """Return one try of a setup intent: status failed, requires_action, abandoned or succeeded."""
    return {
        "id": new_id("setatt"),
        "object": "setup_attempt",
        "application": None,
        "created": created,
        "customer": intent["customer"],
        "customer_account": None,
        "flow_directions": None,
        "livemode": False,
        "on_behalf_of": None,
        "payment_method": method,
        "payment_method_details": {"card": {"three_d_secure": None}, "type": "card"},
        "setup_error": error,
        "setup_intent": intent["id"],
        "status": status,
        "usage": intent["usage"],
    }
