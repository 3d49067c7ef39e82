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
    ending = bool(row["cancel_at"])
    return {
        "id": row["id"],
        "amount": plan["unit_amount"],
        "badge": "ending" if ending else row["status"],
        "card": state.get("payment_method", method)["card"] if method else None,
        "currency": plan["currency"],
        "ending": ending,
        "own_card": bool(row["default_payment_method"]),
        "period_end": item["current_period_end"],
        "plan": state.get("product", plan["product"])["name"],
    }


def address_line(owner: Obj) -> str:
    """Return a customer's address in one line, empty if there is none."""
    known = owner["address"] or {}
    names = ("line1", "line2", "city", "postal_code", "country")
    return ", ".join(known[name] for name in names if known.get(name))
