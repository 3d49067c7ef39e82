"""`/{locale}/account`: a customer's own page."""

import asyncio
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from helpcenter.billing import looks
from helpcenter.billing.earlier import OwnFacts
from helpcenter.billing.facts import Facts, FactsUnavailable
from helpcenter.billing.links import history
from helpcenter.billing.reader import Scope
from helpcenter.content.flows import Flow
from helpcenter.web import urls
from helpcenter.web.account import answers, told
from helpcenter.web.account.caller import identity_of
from helpcenter.web.account.fresh import news_of
from helpcenter.web.account.signin import bounce
from helpcenter.web.account.speaker import speaker_for
from helpcenter.web.account.talks import Talk, read_talks, rows_of
from helpcenter.web.account.till import till_of
from helpcenter.web.account.used import MOST, used_of
from helpcenter.web.account.view import view_of
from helpcenter.web.account.visits import looks_ahead, session_of
from helpcenter.web.deps import tools_of
from helpcenter.web.site import pages

if TYPE_CHECKING:
    from sqlalchemy import Connection
    from starlette.requests import Request
    from starlette.responses import Response

    from helpcenter.identity.caller import Caller


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
    facts, allowed = await asyncio.gather(
        _facts(request, session.caller, customer.stripe_customer, returned=returned),
        till_of(request).billing.flows.allowed(),
    )
    speaker = speaker_for(request, locale, customer)
    before = await _before(request, session.caller, facts, returned=returned)
    talks, clicks = await _past(request, session.caller)
    response = answers.page(
        request,
        "account/account.html",
        locale,
        speaker.gettext("Your account"),
        speaker.gettext("Your plan, your card and your invoices."),
        here="account",
        who=customer.email or customer.name,
        talks=rows_of(talks, speaker),
        used=used_of(clicks, speaker),
        news=news_of(before, facts, speaker) if isinstance(facts, Facts) else (),
        view=view_of(facts, speaker, links=tools_of(request).links_enabled, allowed=allowed),
    )
    response.headers["cache-control"] = "private, no-store"
    return response


async def _past(
    request: "Request", caller: "Caller"
) -> tuple[list[Talk], list[tuple[Flow, datetime]]]:
    """Return the customer's conversations and clicks."""

    def read(conn: "Connection") -> tuple[list[Talk], list[tuple[Flow, datetime]]]:
        return read_talks(conn, caller), history(conn, caller, MOST)

    return await identity_of(request).database.read(read)


async def _facts(
    request: "Request", caller: "Caller", stripe_customer: str | None, *, returned: bool
) -> Facts | FactsUnavailable:
    reader = till_of(request).billing.facts
    own = OwnFacts(identity_of(request).database, reader)
    facts = await own.facts_for(caller, stripe_customer, Scope.ACCOUNT)
    if not returned or stripe_customer is None or isinstance(facts, FactsUnavailable):
        return facts
    if tools_of(request).clock.now() - facts.fetched_at < NEWS:
        return facts
    reader.clear(stripe_customer)
    return await own.facts_for(caller, stripe_customer, Scope.ACCOUNT)


async def _before(
    request: "Request", caller: "Caller", facts: Facts | FactsUnavailable, *, returned: bool
) -> Facts | None:
    """Return what the customer saw before they left for the portal, if they are back from there.

    Else what they see now is noted, for when they will have been away.
    """
    database, now = identity_of(request).database, tools_of(request).clock.now()
    if returned:
        return await database.read(lambda conn: looks.last(conn, caller, now))
    if isinstance(facts, Facts):
        await database.write(lambda conn: looks.note(conn, caller, facts, now))
    return None
