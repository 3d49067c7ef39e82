"""The portal's home: everything at a glance."""

from starlette.responses import Response

from helpcenter.sandbox.portal.rows import address_line, card_rows, subscription_row
from helpcenter.sandbox.portal.visit import Visit


def overview(visit: Visit, *, status: int = 200, **context: str | None) -> Response:
    """Show plan, cards, billing details and invoices."""
    state, owner = visit.state, visit.owner
    plans = [subscription_row(state, row) for row in state.open_subscriptions(owner["id"])]
    return visit.page(
        "home.html",
        status,
        address=address_line(owner),
        cards=card_rows(state, owner),
        customer=owner,
        features=visit.features,
        invoices=state.where("invoice", customer=owner["id"]),
        subscriptions=plans,
        **context,
    )
