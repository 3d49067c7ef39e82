"""What is done with a subscription in the portal: cancelled, kept, paused, resumed, changed."""

from starlette.requests import Request
from starlette.responses import Response

from helpcenter.sandbox import lifecycle, wallet
from helpcenter.sandbox.pages import fields
from helpcenter.sandbox.portal.rows import card_rows, is_paused, plan_rows, subscription_row
from helpcenter.sandbox.portal.visit import Visit
from helpcenter.sandbox.shapes_portal import CANCEL_REASONS
from helpcenter.sandbox.state import Obj


def _subscription(visit: Visit, request: Request, feature: str) -> Obj | None:
    """Return the subscription the path names if it is theirs, open, and may be touched."""
    row = visit.mine("subscription", request.path_params["subscription"])
    ended = row is None or row["status"] in {"canceled", "incomplete_expired"}
    return None if ended or not visit.features[feature] else row


async def cancel_form(visit: Visit, request: Request) -> Response:
    """Ask before cancelling."""
    row = _subscription(visit, request, "subscription_cancel")
    return cancel_page(visit, row) if row else visit.not_offered()


def cancel_page(visit: Visit, row: Obj) -> Response:
    """Return the page that asks before cancelling."""
    return visit.page("cancel.html", row=subscription_row(visit.state, row))


async def cancel(visit: Visit, request: Request) -> Response:
    """Cancel as the configuration says: with the paid period, or at once."""
    row = _subscription(visit, request, "subscription_cancel")
    if row is None:
        return visit.not_offered()
    feedback = (await fields(request)).get("feedback")
    config = visit.state.get("billing_portal.configuration", visit.session["configuration"])
    if config["features"]["subscription_cancel"]["mode"] == "immediately":
        lifecycle.end_subscription(visit.state, row)
    else:
        known = feedback if feedback in CANCEL_REASONS else None
        lifecycle.schedule_cancel(visit.state, row, cancel=True, feedback=known)
    return visit.finish()


async def keep(visit: Visit, request: Request) -> Response:
    """Take a scheduled cancellation back."""
    row = _subscription(visit, request, "subscription_cancel")
    if row is None:
        return visit.not_offered()
    lifecycle.schedule_cancel(visit.state, row, cancel=False)
    return visit.home()


async def pause_form(visit: Visit, request: Request) -> Response:
    """Ask before pausing."""
    row = _subscription(visit, request, "subscription_pause")
    return visit.not_offered() if row is None or is_paused(row) else pause_page(visit, row)


def pause_page(visit: Visit, row: Obj) -> Response:
    """Return the page that asks before pausing."""
    return visit.page("pause.html", row=subscription_row(visit.state, row))


async def pause(visit: Visit, request: Request) -> Response:
    """Pause until it is resumed."""
    row = _subscription(visit, request, "subscription_pause")
    if row is None or is_paused(row):
        return visit.not_offered()
    lifecycle.pause_subscription(visit.state, row)
    return visit.finish()


async def resume(visit: Visit, request: Request) -> Response:
    """Let a paused subscription go on."""
    row = _subscription(visit, request, "subscription_pause")
    if row is None or not is_paused(row):
        return visit.not_offered()
    lifecycle.resume_subscription(visit.state, row)
    return visit.home()


async def change_form(visit: Visit, request: Request) -> Response:
    """Ask which plan it shall be."""
    row = _subscription(visit, request, "subscription_update")
    return change_page(visit, row) if row else visit.not_offered()


def change_page(visit: Visit, row: Obj) -> Response:
    """Return the page that asks which plan it shall be."""
    plans = plan_rows(visit.state, visit.session["configuration"], row)
    return visit.page("change.html", row=subscription_row(visit.state, row), plans=plans)


async def change(visit: Visit, request: Request) -> Response:
    """Put a subscription on another of the plans that are offered."""
    row = _subscription(visit, request, "subscription_update")
    wanted = (await fields(request)).get("price")
    if row is None:
        return visit.not_offered()
    offered = plan_rows(visit.state, visit.session["configuration"], row)
    if wanted not in {plan["id"] for plan in offered if not plan["current"]}:
        return change_page(visit, row)
    lifecycle.change_plan(visit.state, row, str(wanted))
    return visit.finish()


async def choose_form(visit: Visit, request: Request) -> Response:
    """Ask which card one subscription shall charge."""
    row = _subscription(visit, request, "payment_method_update")
    if row is None:
        return visit.not_offered()
    return visit.page(
        "choose_card.html",
        cards=card_rows(visit.state, visit.owner),
        chosen=visit.state.charged_card(row),
    )


async def choose(visit: Visit, request: Request) -> Response:
    """Have one subscription charge the chosen card."""
    row = _subscription(visit, request, "payment_method_update")
    card = visit.mine("payment_method", (await fields(request)).get("card", ""))
    if row is None or card is None:
        return visit.not_offered()
    wallet.use_for_subscription(visit.state, row, card["id"])
    return visit.home()
