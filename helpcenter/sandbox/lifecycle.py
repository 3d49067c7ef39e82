"""Turns in a subscription's life: its end, a pause, another plan; and a customer deleted."""

from helpcenter.sandbox.state import Obj, State

_UPDATED = "customer.subscription.updated"


def delete_customer(state: State, id_: str) -> Obj:
    """Delete a customer: subscriptions end at once, cards go, a stump stays under the id."""
    with state.lock:
        whole = state.get("customer", id_)
        for row in list(state.open_subscriptions(id_)):
            end_subscription(state, row)
        for card in state.where("payment_method", customer=id_):
            state.change("payment_method", card["id"], {"customer": None})
        stump: Obj = {"id": id_, "object": "customer", "deleted": True}
        state.tables["customer"][id_] = stump
        state.emit("customer.deleted", whole)
        return stump


def schedule_cancel(state: State, row: Obj, *, cancel: bool, feedback: str | None = None) -> Obj:
    """Have a subscription end with its paid period, or take that back."""
    item = row["items"]["data"][0]
    patch: Obj = {
        "cancel_at": item["current_period_end"] if cancel else None,
        "cancel_at_period_end": cancel,
        "canceled_at": state.now() if cancel else None,
        "cancellation_details": {
            "comment": None,
            "feedback": feedback,
            "reason": "cancellation_requested" if cancel else None,
        },
    }
    return state.change("subscription", row["id"], patch, _UPDATED)


def end_subscription(state: State, row: Obj, why: str = "cancellation_requested") -> Obj:
    """End a subscription now; `why` is Stripe's reason of a cancellation."""
    now = state.now()
    patch: Obj = {
        "cancellation_details": {
            "comment": None,
            "feedback": None,
            "reason": why,
        },
        "canceled_at": row["canceled_at"] or now,
        "ended_at": now,
        "status": "canceled",
    }
    ended = state.change("subscription", row["id"], patch)
    state.emit("customer.subscription.deleted", ended)
    return ended


def pause_subscription(state: State, row: Obj) -> Obj:
    """Pause a subscription now, as the portal does, until it is resumed."""
    why: Obj = {"paused": {"subscription": {"type": "pause_requested"}, "type": "subscription"}}
    paused = state.change("subscription", row["id"], {"status": "paused", "status_details": why})
    state.emit("customer.subscription.paused", paused)
    return paused


def resume_subscription(state: State, row: Obj) -> Obj:
    """Let a subscription go on, whichever way it was paused."""
    if row["pause_collection"] is not None:
        return state.change("subscription", row["id"], {"pause_collection": None}, _UPDATED)
    patch: Obj = {"status": "active", "status_details": None}
    resumed = state.change("subscription", row["id"], patch)
    state.emit("customer.subscription.resumed", resumed)
    return resumed


def change_plan(state: State, row: Obj, price: str) -> Obj:
    """Put a subscription on another price from now on; nothing is prorated here."""
    (item,) = row["items"]["data"]
    plan = state.get("price", price)
    items = row["items"] | {"data": [item | {"price": plan}]}
    patch: Obj = {"currency": plan["currency"], "items": items}
    return state.change("subscription", row["id"], patch, _UPDATED)
