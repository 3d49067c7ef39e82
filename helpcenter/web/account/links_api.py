"""`POST /api/v1/portal-links`: a portal link for the customer who asks."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from helpcenter.billing.choice import choose
from helpcenter.billing.links import Wish
from helpcenter.content.flows import Flow
from helpcenter.conversations import store
from helpcenter.identity.caller import Caller
from helpcenter.identity.service import Identity
from helpcenter.web import urls
from helpcenter.web.account.caller import CallerNow, IdentityNow
from helpcenter.web.account.manage import SUBSCRIPTION
from helpcenter.web.account.till import till_of
from helpcenter.web.account.told import not_set_up
from helpcenter.web.deps import QueryLocale, tools_of


class Wanted(BaseModel):
    """A page of the portal; `subscription` where it is about one and the customer has several.

    `conversation` is one of the customer's own, which is told what they change there.
    """

    model_config = ConfigDict(hide_input_in_errors=True)

    flow: Flow
    subscription: Annotated[str | None, Field(pattern=f"^{SUBSCRIPTION.pattern}$")] = None
    conversation: Annotated[str | None, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")] = None


class LinkMade(BaseModel):
    """A link that opens for this customer only; `url` is to be shown to nobody else."""

    link_id: str
    url: Annotated[str, Field(repr=False)]
    expires_at: datetime


def router(refusals: dict[int | str, dict[str, Any]]) -> APIRouter:
    """Return the portal links' part of the API; `refusals` document how it refuses."""
    api = APIRouter(prefix="/api/v1", tags=["billing"], responses=refusals)

    @api.post("/portal-links", status_code=201)
    async def make(
        request: Request,
        response: Response,
        wanted: Wanted,
        caller: CallerNow,
        identity: IdentityNow,
        locale: QueryLocale,
    ) -> LinkMade:
        """Make a portal link for the signed-in customer, in the language of the request."""
        response.headers["cache-control"] = "no-store"
        customer, tools, till = await identity.customer(caller), tools_of(request), till_of(request)
        if not tools.links_enabled:
            raise not_set_up()
        talk = await _talk(identity, caller, wanted.conversation)
        about = await choose(
            till.billing.facts, customer.stripe_customer, wanted.flow, wanted.subscription
        )
        link = await till.keeper.make(caller, Wish(wanted.flow, locale, about, talk))
        url = tools.settings.base_url + urls.go(till.keeper.token(link).reveal())
        return LinkMade(link_id=link.id, url=url, expires_at=link.expires)

    return api


async def _talk(identity: Identity, caller: Caller, public_id: str | None) -> int | None:
    """Return the row of the caller's conversation; raises `conversation_not_found`."""
    if public_id is None:
        return None
    found = await identity.database.read(lambda conn: store.find(conn, caller, public_id))
    return found.id
