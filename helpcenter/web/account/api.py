"""Identity for programs: a JWT for a token, who am I, and signing somebody out from outside."""

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from helpcenter.identity.access_tokens import LIFETIME
from helpcenter.identity.api_tokens import Scope
from helpcenter.identity.caller import Role
from helpcenter.web.account.caller import IdentityNow, NeedsScope, Who, bearer
from helpcenter.web.account.sso import counted


class Presented(BaseModel):
    """What a page of the host app knows about its user."""

    model_config = ConfigDict(hide_input_in_errors=True)

    jwt: Annotated[str, Field(min_length=1, repr=False)]


class AccessGranted(BaseModel):
    """A bearer token, and the seconds it lives."""

    access_token: Annotated[str, Field(repr=False)]
    expires_in: int = int(LIFETIME.total_seconds())


class Me(BaseModel):
    """Who the cookie or token is."""

    signed_in: bool
    name: str | None = None
    locale: str | None = None


def router(refusals: dict[int | str, dict[str, Any]]) -> APIRouter:
    """Return the identity part of the API; `refusals` document how it refuses."""
    api = APIRouter(prefix="/api/v1", tags=["identity"], responses=refusals)

    @api.post("/identify")
    async def identify(
        request: Request, response: Response, presented: Presented, identity: IdentityNow
    ) -> AccessGranted:
        """Exchange the host app's JWT for an access token."""
        response.headers["cache-control"] = "no-store"
        with counted(request):
            return AccessGranted(access_token=await identity.identify(presented.jwt))

    @api.get("/me", response_model_exclude_none=True)
    async def me(response: Response, who: Who, identity: IdentityNow) -> Me:
        """Tell who the cookie or token is; anonymous visitors are told so."""
        response.headers["cache-control"] = "no-store"
        if who.caller.role is not Role.CUSTOMER:
            return Me(signed_in=False)
        customer = await identity.customer(who.caller)
        return Me(signed_in=True, name=customer.name, locale=customer.locale)

    @api.post("/signout", status_code=204)
    async def give_back(request: Request, identity: IdentityNow) -> None:
        """Revoke the access token it is asked with; nothing else changes hands or ends."""
        token = bearer(request)
        if token is not None:
            await identity.give_back(token)

    @api.post(
        "/customers/{sub:path}/signout",
        status_code=204,
        dependencies=[Depends(NeedsScope(Scope.CUSTOMERS_SIGNOUT))],
    )
    async def signout(sub: str, identity: IdentityNow) -> None:
        """End every session and access token of a customer; an unknown one has none."""
        await identity.sign_out_everywhere(sub)

    return api
