"""`/go/{token}`: a click on a portal link (CONTRACTS §3). Nothing happens before its customer asks.

What Stripe gives out exists for the length of one redirect; where its front page has to do, the
page that says so opens another one by its button instead of carrying an address along.
"""

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from helpcenter.billing.choice import SubscriptionNeededError
from helpcenter.billing.opener import Opened, Unopened
from helpcenter.content.flows import Flow
from helpcenter.errors import HelpcenterError
from helpcenter.i18n.error_words import words
from helpcenter.i18n.mark import N_
from helpcenter.web import urls
from helpcenter.web.account import answers, told
from helpcenter.web.account.caller import identity_of
from helpcenter.web.account.signin import bounce
from helpcenter.web.account.till import till_of
from helpcenter.web.account.visits import looks_ahead, require_document, session_of
from helpcenter.web.deps import preferred_locale, site_of, tools_of
from helpcenter.web.errors import status_of
from helpcenter.web.origins import require_ours

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from helpcenter.billing.links import Wish
    from helpcenter.identity.sessions import Session

FRESH = timedelta(minutes=15)
"""How long ago the host app may have vouched for the customer: cards are behind this door."""

_PLAIN = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)

_TO_CLICK = {
    Flow.PAYMENT_METHOD_UPDATE: N_(
        "There, choose “Add payment method”, then make the new card your default."
    ),
    Flow.SUBSCRIPTION_CANCEL: N_(
        "There, choose “Cancel subscription” below your plan. If it is missing, contact us."
    ),
    Flow.SUBSCRIPTION_PAUSE: N_(
        "There, choose “Pause subscription” below your plan. If it is missing, contact us."
    ),
    Flow.SUBSCRIPTION_UPDATE: N_(
        "There, choose “Update subscription” below your plan. If it is missing, contact us."
    ),
    Flow.CUSTOMER_UPDATE: N_("There, choose “Update information” below your billing details."),
}


async def clicked(request: "Request") -> "Response":
    """`GET /go/{token}`: to the page of Stripe that the link names."""
    if looks_ahead(request):
        return answers.nothing()
    require_document(request)
    return await _open(request, front=False)


async def went_on(request: "Request") -> "Response":
    """`POST /go/{token}`: to the portal's front page, from our page that said so."""
    require_ours(request)
    return await _open(request, front=True)


async def _open(request: "Request", *, front: bool) -> "Response":
    token = request.path_params["token"]
    session = await session_of(request)
    if session is None or identity_of(request).clock.now() - session.signed_in_at > FRESH:
        # Before anything is known of the token: a stranger learns nothing from the way they go.
        return bounce(request, _here(token), preferred_locale(request))
    till = till_of(request)
    try:
        found = await till.opener.open(session.caller, token, front=front)
    except HelpcenterError as error:
        till.clicks.labels("", error.code).inc()
        if error.code != "link_not_found":
            raise
        return await _not_found(request, session, error)
    flow = Flow.PORTAL_HOME if front else found.wish.flow
    if isinstance(found, Unopened):
        till.clicks.labels(flow.value, found.error.code).inc()
        if isinstance(found.error, SubscriptionNeededError):
            # The page that asks makes a link for the one that the customer names.
            return answers.redirect(urls.manage(found.wish.locale, flow))
        return told.refused(request, found.error, found.wish.locale, again=_here(token))
    till.clicks.labels(flow.value, "fell_back" if found.fell_back else "opened").inc()
    return _front(request, found.wish) if found.fell_back else _away(found)


def _away(found: Opened) -> "Response":
    return answers.redirect(found.url.reveal())


def _front(request: "Request", wish: "Wish") -> "Response":
    _ = tools_of(request).templates.speech(site_of(request), wish.locale).gettext
    return answers.page(
        request,
        "account/front.html",
        wish.locale,
        _("One more click"),
        _("The billing portal does not open that page directly, so it opens at its start."),
        here="account",
        to_click=_(_TO_CLICK[wish.flow]),
    )


async def _not_found(request: "Request", session: "Session", error: HelpcenterError) -> "Response":
    """Return one and the same page, whoever's link it is or was; it helps either way."""
    locale = preferred_locale(request)
    customer = await identity_of(request).customer(session.caller)
    said = words(error, tools_of(request).templates.speech(site_of(request), locale).gettext)
    return answers.page(
        request,
        "account/link_gone.html",
        locale,
        said.title,
        said.detail,
        status=status_of(error),
        here="account",
        who=customer.email or customer.name,
    )


def _here(token: str) -> str:
    """Return the way back; what cannot be a token needs no way back to itself."""
    return urls.go(token if _PLAIN.fullmatch(token) else "-")
