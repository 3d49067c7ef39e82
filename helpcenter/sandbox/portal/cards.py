"""Adding, authenticating, choosing and deleting cards in the portal."""

import re
from datetime import UTC, datetime

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from helpcenter.sandbox import wallet
from helpcenter.sandbox.cards import AUTHENTICATE, SUCCEEDS, TEST_CARDS
from helpcenter.sandbox.pages import fields
from helpcenter.sandbox.portal.overview import overview
from helpcenter.sandbox.portal.visit import Visit
from helpcenter.sandbox.portal.words import WORDS
from helpcenter.sandbox.state import Obj

_EXPIRY = re.compile(r"(\d{1,2})\s*/?\s*(?:20)?(\d{2})", re.ASCII)
_CVC = re.compile(r"\d{3,4}", re.ASCII)
_SPACING = re.compile(r"[\s-]")
_DECEMBER = 12


def read_card(typed: dict[str, str], now: int) -> wallet.CardInput | str:
    """Return the card typed into a form, or the name of the field that is wrong."""
    number = _SPACING.sub("", typed.get("card_number", ""))
    if number not in TEST_CARDS:
        return "card_number"
    match = _EXPIRY.fullmatch(typed.get("expiry", "").strip())
    today = datetime.fromtimestamp(now, UTC)
    month, year = (int(match[1]), 2000 + int(match[2])) if match else (0, 0)
    if not 1 <= month <= _DECEMBER or (year, month) < (today.year, today.month):
        return "expiry"
    if not _CVC.fullmatch(typed.get("cvc", "").strip()):
        return "cvc"
    return wallet.CardInput(number, month, year)


async def add_form(visit: Visit, _request: Request) -> Response:
    """Show the form for a new card."""
    if not visit.features["payment_method_update"]:
        return visit.not_offered()
    return visit.page("add_card.html")


async def add(visit: Visit, request: Request) -> Response:
    """Try to save a new card; ask for authentication if its bank wants that."""
    if not visit.features["payment_method_update"]:
        return visit.not_offered()
    state = visit.state
    typed = read_card(await fields(request), state.now())
    if isinstance(typed, str):
        return visit.page("add_card.html", 422, wrong=typed)
    method, on_setup = wallet.new_method(state, typed)
    intent = wallet.begin_setup(state, visit.owner["id"], method["id"])
    page = f"{visit.base}/authenticate/{intent['id']}"
    wallet.confirm_setup(state, intent, on_setup, state.wiring.stripe_url + page)
    if on_setup == AUTHENTICATE:
        return RedirectResponse(page, 303)
    if on_setup != SUCCEEDS:
        name = f"error_{on_setup}"
        return visit.page("add_card.html", 422, problem=name if name in WORDS else "error_declined")
    return _saved(visit, method["id"])


def _saved(visit: Visit, method: str) -> Response:
    """Go on after a card was saved: the update flow also makes it the default."""
    if visit.flow == "payment_method_update":
        wallet.make_default(visit.state, visit.owner["id"], method)
    return visit.finish()


def _waiting(visit: Visit, request: Request) -> Obj | None:
    intent = visit.mine("setup_intent", request.path_params["intent"])
    return intent if intent and intent["status"] == "requires_action" else None


async def authenticate_form(visit: Visit, request: Request) -> Response:
    """Show the bank's 3-D Secure page, as far as a sandbox has one."""
    return visit.page("authenticate.html") if _waiting(visit, request) else visit.home()


async def authenticate(visit: Visit, request: Request) -> Response:
    """Finish 3-D Secure with the chosen result."""
    intent = _waiting(visit, request)
    if intent is None:
        return visit.home()
    method = intent["payment_method"]
    if (await fields(request)).get("result") == "complete":
        wallet.finish_setup(visit.state, intent)
        return _saved(visit, method)
    wallet.fail_setup(visit.state, intent)
    return visit.page("add_card.html", 422, problem="error_authentication")


async def make_default(visit: Visit, request: Request) -> Response:
    """Make one of the customer's cards the default."""
    card = visit.mine("payment_method", request.path_params["card"])
    if card is None or not visit.features["payment_method_update"]:
        return visit.not_offered()
    wallet.make_default(visit.state, visit.owner["id"], card["id"])
    return visit.home()


async def delete(visit: Visit, request: Request) -> Response:
    """Delete a card, unless it is the one that is charged."""
    card = visit.mine("payment_method", request.path_params["card"])
    if card is None or not visit.features["payment_method_update"]:
        return visit.not_offered()
    plans = visit.state.open_subscriptions(visit.owner["id"])
    if card["id"] in {visit.state.charged_card(row) for row in plans}:
        return overview(visit, status=409, problem="error_default_card")
    wallet.detach(visit.state, card["id"])
    return visit.home()
