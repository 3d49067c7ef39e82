"""A person becomes another customer of Stripe's, as happens when a host app makes them anew."""

import copy

from helpcenter.sandbox import lifecycle, shapes
from helpcenter.sandbox.making import bill_now
from helpcenter.sandbox.state import Obj, State, new_id

_KEPT = ("address", "currency", "email", "metadata", "name", "preferred_locales")


def move(state: State, name: str) -> Obj:
    """Bill somebody as a new customer from now on; return it. The host app names it at once.

    Plans and the default card go along as copies, and the running period is billed to it. The old
    customer stays, with its cards, its invoices and the portal pages that are open; its plans end.
    Raises KeyError for nobody, ValueError for a customer who is deleted.
    """
    with state.lock:
        old = state.customer(name)
        if old.get("deleted"):
            raise ValueError(f"{name} is deleted")
        kept = {field: copy.deepcopy(old[field]) for field in _KEPT}
        new = state.add(shapes.customer(new_id("cus"), state.now(), **kept), "customer.created")
        for key, id_ in state.names.items():
            if id_ == old["id"] and key != id_.casefold():
                state.names[key] = new["id"]
        card = old["invoice_settings"]["default_payment_method"]
        if card is not None:
            card = new["invoice_settings"]["default_payment_method"] = _copied(state, card, new)
        for row in list(state.open_subscriptions(old["id"])):
            item = row["items"]["data"][0]
            period = (item["current_period_start"], item["current_period_end"])
            again = shapes.subscription(new_id("sub"), new["id"], item["price"], period)
            state.add(again, "customer.subscription.created")
            if card is not None:
                bill_now(state, again, card, (state.now(),))
            lifecycle.end_subscription(state, row)
        return new


def _copied(state: State, id_: str, owner: Obj) -> str:
    method = copy.deepcopy(state.get("payment_method", id_))
    method.update(id=new_id("pm"), customer=owner["id"], created=state.now())
    state.behaviours[method["id"]] = state.behaviours[id_]
    state.add(method, "payment_method.attached")
    return str(method["id"])
