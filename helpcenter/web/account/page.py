"""`/{locale}/account`: a customer's own page."""

from datetime import timedelta
from typing import TYPE_CHECKING

from helpcenter.billing.facts import Facts, FactsUnavailable
from helpcenter.billing.reader import Scope
from helpcenter.web import urls
from helpcenter.web.account import answers, told
from helpcenter.web.account.caller import identity_of
from helpcenter.web.account.signin import bounce
from helpcenter.web.account.speaker import speaker_for
from helpcenter.web.account.talks import read_talks, rows_of
from helpcenter.web.account.till import till_of
from helpcenter.web.account.view import view_of
from helpcenter.web.account.visits import looks_ahead, session_of
from helpcenter.web.deps import tools_of
from helpcenter.web.site import pages

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response


NEWS = timedelta(seconds=2)
"""What is older than this may be from before a visit to the portal, which takes longer."""


async def account(request: "Request") -> "Response":
    """Show the customer's plan, card and invoices; read anew after a visit to the portal."""
    if looks_ahead(request):
        return answers.nothing()
    locale = pages.reader_locale(request)
    if locale is None:
        return pages.canonical(request)
    if identity_of(request).verifier is None:
        return told.refused(request, told.not_set_up(), locale)
    session = await session_of(request)
    if session is None:
        return bounce(request, urls.page(locale, "account"), locale)
    customer = await identity_of(request).customer(session.caller)
    returned = request.query_params.get("from") == "portal"
    facts = await _facts(request, customer.stripe_customer, returned=returned)
    speaker = speaker_for(request, locale, customer)
    talks = await identity_of(request).database.read(lambda conn: read_talks(conn, session.caller))
    response = answers.page(
        request,
        "account/account.html",
        locale,
        speaker.gettext("Your account"),
        speaker.gettext("Your plan, your card and your invoices."),
        here="account",
        who=customer.email or customer.name,
        talks=rows_of(talks, speaker),
        view=view_of(facts, speaker, links=tools_of(request).links_enabled),
    )
    response.headers["cache-control"] = "private, no-store"
    return response


async def _facts(
    request: "Request", stripe_customer: str | None, *, returned: bool
) -> Facts | FactsUnavailable:
    reader = till_of(request).billing.facts
    facts = await reader.facts_for(stripe_customer, Scope.ACCOUNT)
    if not returned or stripe_customer is None or isinstance(facts, FactsUnavailable):
        return facts
    if tools_of(request).clock.now() - facts.fetched_at < NEWS:
        return facts
    reader.clear(stripe_customer)
    return await reader.facts_for(stripe_customer, Scope.ACCOUNT)
