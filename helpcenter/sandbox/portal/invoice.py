"""The hosted page of an invoice: see it, pay it."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from helpcenter.sandbox import billing
from helpcenter.sandbox.pages import accepted, fields, harden, page_locale, render
from helpcenter.sandbox.portal.rows import card_rows, subscription_row
from helpcenter.sandbox.portal.visit import gone
from helpcenter.sandbox.portal.words import WORDS
from helpcenter.sandbox.state import Obj, State

Page = Callable[[State, Obj, Request], Awaitable[Response]]


def routes(state: State) -> list[Route]:
    """Return the routes of hosted invoices."""
    pages: list[tuple[str, str, Page]] = [
        ("", "GET", show),
        ("", "POST", pay),
        ("/authenticate", "GET", authenticate_form),
        ("/authenticate", "POST", authenticate),
    ]
    return [
        Route(f"/i/{{secret}}{path}", _known(state, page), methods=[method])
        for path, method, page in pages
    ]


def _known(state: State, page: Page) -> Callable[[Request], Awaitable[Response]]:
    """Return a route handler that finds the invoice of the link first."""

    async def handler(request: Request) -> Response:
        url = f"{state.wiring.stripe_url}/i/{request.path_params['secret']}"
        bills = state.where("invoice", hosted_invoice_url=url)
        if not bills or _owner(state, bills[0]).get("deleted"):
            return harden(gone(request))
        return harden(await page(state, bills[0], request))

    return handler


def _owner(state: State, bill: Obj) -> Obj:
    return state.get("customer", bill["customer"])


def _locale(state: State, bill: Obj, request: Request) -> str:
    return page_locale(*_owner(state, bill)["preferred_locales"], accepted(request))


def _page(
    state: State, bill: Obj, request: Request, problem: str | None = None, status: int = 200
) -> Response:
    subscription = billing.subscription_of(state, bill)
    return render(
        "portal/invoice.html",
        WORDS,
        _locale(state, bill, request),
        status,
        cards=card_rows(state, _owner(state, bill)),
        chosen=state.charged_card(subscription),
        invoice=bill,
        plan=subscription_row(state, subscription)["plan"],
        problem=problem,
    )


async def show(state: State, bill: Obj, request: Request) -> Response:
    """Show the invoice, and a way to pay it while it is open."""
    return _page(state, bill, request)


async def pay(state: State, bill: Obj, request: Request) -> Response:
    """Pay with the chosen card; by default the one Stripe would charge."""
    if bill["status"] != "open":
        return _page(state, bill, request)
    chosen = (await fields(request)).get("card")
    known = {row["id"] for row in card_rows(state, _owner(state, bill))}
    method = chosen if chosen in known else None
    method = method or state.charged_card(billing.subscription_of(state, bill))
    if method is None:
        return _page(state, bill, request, "invoice_no_card", 422)
    outcome = billing.attempt(state, bill, method, on_session=True)
    if outcome == "requires_action":
        return RedirectResponse(f"{request.url.path}/authenticate", 303)
    if outcome == "failed":
        name = f"error_{state.behaviours[method]}"
        problem = name if name in WORDS else "error_declined"
        return _page(state, bill, request, problem, 422)
    return RedirectResponse(request.url.path, 303)


def _waits(state: State, bill: Obj) -> bool:
    status: str = billing.intent_of(state, bill)["status"]
    return status == "requires_action"


async def authenticate_form(state: State, bill: Obj, request: Request) -> Response:
    """Show the bank's 3-D Secure page for this payment."""
    if not _waits(state, bill):
        return RedirectResponse(bill["hosted_invoice_url"], 303)
    locale = _locale(state, bill, request)
    return render("portal/authenticate.html", WORDS, locale, problem=None)


async def authenticate(state: State, bill: Obj, request: Request) -> Response:
    """Finish 3-D Secure with the chosen result."""
    if _waits(state, bill):
        succeeded = (await fields(request)).get("result") == "complete"
        if billing.authenticate_invoice(state, bill, succeeded=succeeded) == "failed":
            return _page(state, bill, request, "error_authentication", 422)
    return RedirectResponse(bill["hosted_invoice_url"], 303)
