"""Time passing at Stripe: tries again, periods that end, pauses and trials that are over.

As with Stripe's own test clocks, its world moves ahead and the rest of the world stays: links,
tokens and signatures go by the real clock.
"""

from collections.abc import Callable, Iterator
from functools import partial

from helpcenter.sandbox import billing, lifecycle
from helpcenter.sandbox.making import MONTH
from helpcenter.sandbox.state import Obj, State

Due = tuple[int, Callable[[], object]]
_RENEWED = frozenset({"active", "past_due", "trialing"})


def advance(state: State, seconds: int) -> int:
    """Move Stripe's world ahead, doing what falls due on the way, in order; return its new now.

    Raises ValueError for a step back.
    """
    if seconds < 0:
        raise ValueError("time does not go back")
    with state.lock:
        target = state.now() + seconds
        while True:
            due = [each for each in _all_due(state) if each[0] <= target]
            if not due:
                break
            moment, act = min(due, key=lambda each: each[0])
            state.ahead += max(0, moment - state.now())
            act()
        state.ahead += max(0, target - state.now())
        return state.now()


def _all_due(state: State) -> Iterator[Due]:
    for bill in state.where("invoice", status="open"):
        if bill["next_payment_attempt"] is not None and not _over(state, bill):
            yield bill["next_payment_attempt"], partial(billing.retry, state, bill)
    for row in state.where("subscription"):
        if row["status"] not in {"canceled", "incomplete_expired"}:
            yield from _turns(state, row)


def _over(state: State, bill: Obj) -> bool:
    status: str = billing.subscription_of(state, bill)["status"]
    return status == "canceled"


def _turns(state: State, row: Obj) -> Iterator[Due]:
    """Yield what a subscription's own dates bring."""
    pause = row["pause_collection"]
    if pause is not None:
        if pause["resumes_at"] is not None:
            yield pause["resumes_at"], partial(lifecycle.resume_subscription, state, row)
        return
    end = row["items"]["data"][0]["current_period_end"]
    if row["cancel_at"] is not None:
        yield row["cancel_at"], partial(lifecycle.end_subscription, state, row)
    elif row["status"] in _RENEWED:
        yield end, partial(_renew, state, row)


def _renew(state: State, row: Obj) -> None:
    """Begin the next period: bill it, and try the card, if there is one."""
    (item,) = row["items"]["data"]
    begin = item["current_period_end"]
    period = {"current_period_start": begin, "current_period_end": begin + MONTH}
    patch: Obj = {"items": row["items"] | {"data": [item | period]}}
    if row["status"] == "trialing":
        patch["status"] = "active"
    state.change("subscription", row["id"], patch, "customer.subscription.updated")
    bill = billing.open_cycle(state, row, (begin, begin + MONTH))
    billing.retry(state, bill)
