"""Ends and pauses: customers deleted, subscriptions cancelled or scheduled to be."""

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


def end_subscription(state: State, row: Obj) -> Obj:
    """End a subscription now."""
    now = state.now()
    patch: Obj = {
        "cancellation_details": {
            "comment": None,
            "feedback": None,
            "reason": "cancellation_requested",
        },
        "canceled_at": row["canceled_at"] or now,
        "ended_at": now,
        "status": "canceled",
    }
    ended = state.change("subscription", row["id"], patch)
    state.emit("customer.subscription.deleted", ended)
    return ended
