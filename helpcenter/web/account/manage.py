"""`/{locale}/account/manage/{flow}`: from any button to a portal link of the customer's own."""

import re
from typing import TYPE_CHECKING

from helpcenter.billing.choice import SubscriptionNeededError, choose
from helpcenter.billing.links import Wish
from helpcenter.content.flows import Flow
from helpcenter.errors import HelpcenterError, Kind
from helpcenter.web import urls
from helpcenter.web.account import answers, told
from helpcenter.web.account.caller import identity_of
from helpcenter.web.account.plan import plan_of
from helpcenter.web.account.signin import bounce
from helpcenter.web.account.speaker import Speaker, speaker_for
from helpcenter.web.account.till import till_of
from helpcenter.web.account.visits import looks_ahead, require_document, session_of
from helpcenter.web.deps import tools_of
from helpcenter.web.site import pages
from helpcenter.web.site.wording import flow_label

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from helpcenter.identity.sessions import Session

SUBSCRIPTION = re.compile(r"sub_[A-Za-z0-9_]{1,250}", re.ASCII)


async def manage(request: "Request") -> "Response":
    """Make or reuse the customer's link and go there, asking which subscription if need be."""
    if looks_ahead(request):
        return answers.nothing()
    require_document(request)
    locale = pages.reader_locale(request)
    if locale is None:
        return pages.canonical(request)
    flow, wanted = _flow(request), _wanted(request)
    if not tools_of(request).links_enabled:
        return told.refused(request, told.not_set_up(), locale)
    session = await session_of(request)
    if session is None:
        return bounce(request, urls.manage(locale, flow, wanted), locale)
    return await _go(request, session, Wish(flow, locale, wanted))


async def _go(request: "Request", session: "Session", wish: Wish) -> "Response":
    locale, flow, wanted = wish.locale, wish.flow, wish.subscription
    customer, till = await identity_of(request).customer(session.caller), till_of(request)
    try:
        about = await choose(till.billing.facts, customer.stripe_customer, flow, wanted)
        link = await till.keeper.make_or_reuse(session.caller, Wish(flow, locale, about))
    except SubscriptionNeededError as several:
        return _ask(request, flow, several, speaker_for(request, locale, customer))
    except HelpcenterError as error:
        return told.refused(request, error, locale, again=urls.manage(locale, flow, wanted))
    return answers.redirect(urls.go(till.keeper.token(link).reveal()))


def _flow(request: "Request") -> Flow:
    try:
        return Flow(request.path_params["flow"])
    except ValueError:
        raise HelpcenterError("not_found", Kind.NOT_FOUND) from None


def _wanted(request: "Request") -> str | None:
    """Return the subscription the address names; what cannot be one is as good as none."""
    value = request.query_params.get("subscription", "")
    return value if SUBSCRIPTION.fullmatch(value) else None


def _ask(
    request: "Request", flow: Flow, several: SubscriptionNeededError, speaker: Speaker
) -> "Response":
    locale, _ = speaker.locale, speaker.gettext
    choices = []
    for sub in several.choices:
        plan = plan_of(several.facts, sub, speaker)
        url = urls.manage(locale, flow, sub.id)
        choices.append({"name": plan.name, "rows": plan.rows, "url": url})
    return answers.page(
        request,
        "account/which.html",
        locale,
        _("Which subscription?"),
        flow_label(flow, _),
        here="account",
        choices=choices,
    )
