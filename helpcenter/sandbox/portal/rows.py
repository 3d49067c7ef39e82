"""What portal pages show of cards and subscriptions."""

from datetime import UTC, datetime

from helpcenter.sandbox.state import Obj, State


def expired(state: State, card: Obj) -> bool:
    """Tell whether a card's last month is over."""
    now = datetime.fromtimestamp(state.now(), UTC)
    return (card["exp_year"], card["exp_month"]) < (now.year, now.month)


def card_rows(state: State, owner: Obj) -> list[Obj]:
    """Return a customer's cards, newest first, as templates show them."""
    default = owner["invoice_settings"]["default_payment_method"]
    return [
        {
            "id": row["id"],
            "card": row["card"],
            "expired": expired(state, row["card"]),
            "is_default": row["id"] == default,
        }
        for row in state.where("payment_method", customer=owner["id"])
    ]


def subscription_row(state: State, row: Obj) -> Obj:
    """Return a subscription as templates show it."""
    item = row["items"]["data"][0]
    plan = item["price"]
    method = state.charged_card(row)
    ending, paused = bool(row["cancel_at"]), is_paused(row)
    return {
        "id": row["id"],
        "amount": plan["unit_amount"],
        "badge": "paused" if paused else "ending" if ending else row["status"],
        "card": state.get("payment_method", method)["card"] if method else None,
        "currency": plan["currency"],
        "ending": ending,
        "paused": paused,
        "own_card": bool(row["default_payment_method"]),
        "period_end": item["current_period_end"],
        "plan": state.get("product", plan["product"])["name"],
    }


def is_paused(row: Obj) -> bool:
    """Tell whether nothing is collected for a subscription at present."""
    return row["status"] == "paused" or row["pause_collection"] is not None


def plan_rows(state: State, configuration: str, row: Obj) -> list[Obj]:
    """Return the plans that a subscription may change between, all in its own currency."""
    features = state.get("billing_portal.configuration", configuration)["features"]
    current = row["items"]["data"][0]["price"]
    offered = [
        state.get("price", price)
        for product in features["subscription_update"]["products"]
        for price in product["prices"]
    ]
    return [
        {
            "id": price["id"],
            "amount": price["unit_amount"],
            "currency": price["currency"],
            "current": price["id"] == current["id"],
            "plan": state.get("product", price["product"])["name"],
        }
        for price in offered
        if price["currency"] == current["currency"]
    ]


def address_line(owner: Obj) -> str:
    """Return a customer's address in one line, empty if there is none."""
    known = owner["address"] or {}
    names = ("line1", "line2", "city", "postal_code", "country")
    return ", ".join(known[name] for name in names if known.get(name))
