"""The portal's routes: its first page, and the billing address."""

import re

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from helpcenter.sandbox import shapes
from helpcenter.sandbox.pages import fields
from helpcenter.sandbox.portal import cards, plans
from helpcenter.sandbox.portal.overview import overview
from helpcenter.sandbox.portal.visit import PageHandler, Visit, visited
from helpcenter.sandbox.state import Obj, State

_COUNTRY = re.compile(r"[A-Za-z]{2}")
_ADDRESS = ("line1", "line2", "city", "postal_code", "country")
_ABOUT_ONE = {
    "subscription_cancel": plans.cancel_page,
    "subscription_pause": plans.pause_page,
    "subscription_update": plans.change_page,
}


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
        ("GET", f"{subscription}/cancel", plans.cancel_form),
        ("POST", f"{subscription}/cancel", plans.cancel),
        ("POST", f"{subscription}/keep", plans.keep),
        ("GET", f"{subscription}/pause", plans.pause_form),
        ("POST", f"{subscription}/pause", plans.pause),
        ("POST", f"{subscription}/resume", plans.resume),
        ("GET", f"{subscription}/plan", plans.change_form),
        ("POST", f"{subscription}/plan", plans.change),
        ("GET", f"{subscription}/card", plans.choose_form),
        ("POST", f"{subscription}/card", plans.choose),
    ]
    return [
        Route(f"/p/session/{{secret}}{path}", visited(state, page), methods=[method])
        for method, path, page in pages
    ]


async def first(visit: Visit, request: Request) -> Response:
    """Show the flow the session is for, else the portal's home."""
    if visit.flow == "payment_method_update":
        return await cards.add_form(visit, request)
    if visit.flow == "customer_update":
        return await address_form(visit, request)
    page = _ABOUT_ONE.get(visit.flow or "")
    if page is not None:
        wanted = visit.session["flow"][visit.flow]["subscription"]
        return page(visit, visit.state.get("subscription", wanted))
    return overview(visit, note="flow_home" if visit.flow else None)


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
    return visit.finish()
