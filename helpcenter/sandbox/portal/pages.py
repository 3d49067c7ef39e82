"""The portal's routes, and what is done with subscriptions and the address."""

import re

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from helpcenter.sandbox import lifecycle, shapes, wallet
from helpcenter.sandbox.pages import fields
from helpcenter.sandbox.portal import cards
from helpcenter.sandbox.portal.overview import overview
from helpcenter.sandbox.portal.rows import card_rows, subscription_row
from helpcenter.sandbox.portal.visit import PageHandler, Visit, visited
from helpcenter.sandbox.shapes_portal import CANCEL_REASONS
from helpcenter.sandbox.state import Obj, State

_COUNTRY = re.compile(r"[A-Za-z]{2}")
_ADDRESS = ("line1", "line2", "city", "postal_code", "country")


def routes(state: State) -> list[Route]:
    """Return the routes of every portal page."""
    subscription = "/subscriptions/{subscription}"
    pages: list[tuple[str, str, PageHandler]] = [
        ("GET", "", first),
        ("GET", "/address", address_form),
        ("POST", "/address", address_save),
        ("GET", "/cards/add", cards.add_form),
        ("POST", "/cards/add", cards.add),
        ("GET", "/authenticate/{intent}", cards.authenticate_form),
        ("POST", "/authenticate/{intent}", cards.authenticate),
        ("POST", "/cards/{card}/default", cards.make_default),
        ("POST", "/cards/{card}/delete", cards.delete),
        ("GET", f"{subscription}/cancel", cancel_form),
        ("POST", f"{subscription}/cancel", cancel),
        ("POST", f"{subscription}/keep", keep),
        ("GET", f"{subscription}/card", choose_form),
        ("POST", f"{subscription}/card", choose),
    ]
    return [
        Route(f"/p/session/{{secret}}{path}", visited(state, page), methods=[method])
        for method, path, page in pages
    ]


async def first(visit: Visit, request: Request) -> Response:
    """Show the flow the session is for, else the portal's home."""
    if visit.flow == "payment_method_update":
        return await cards.add_form(visit, request)
    if visit.flow == "subscription_cancel":
        wanted = visit.session["flow"]["subscription_cancel"]["subscription"]
        return _cancel_page(visit, visit.state.get("subscription", wanted))
    return overview(visit, note="flow_home" if visit.flow else None)


def _subscription(visit: Visit, request: Request, feature: str) -> Obj | None:
    """Return the subscription the path names if it is theirs, open, and may be touched."""
    row = visit.mine("subscription", request.path_params["subscription"])
    ended = row is None or row["status"] in {"canceled", "incomplete_expired"}
    return None if ended or not visit.features[feature] else row


async def cancel_form(visit: Visit, request: Request) -> Response:
    """Ask before cancelling."""
    row = _subscription(visit, request, "subscription_cancel")
    return _cancel_page(visit, row) if row else visit.not_offered()


def _cancel_page(visit: Visit, row: Obj) -> Response:
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


async def address_form(visit: Visit, _request: Request) -> Response:
    """Show the billing address for editing."""
    if not visit.features["customer_update"]:
        return visit.not_offered()
    return visit.page("address.html", values=visit.owner["address"] or shapes.address())


async def address_save(visit: Visit, request: Request) -> Response:
    """Save the billing address."""
    if not visit.features["customer_update"]:
        return visit.not_offered()
    typed = await fields(request)
    values = {name: typed.get(name, "").strip() or None for name in _ADDRESS}
    if not _COUNTRY.fullmatch(values["country"] or ""):
        return visit.page("address.html", 422, values=values, wrong="country")
    values["country"] = str(values["country"]).upper()
    patch: Obj = {"address": shapes.address(**values)}
    visit.state.change("customer", visit.owner["id"], patch, "customer.updated")
    return visit.home()
