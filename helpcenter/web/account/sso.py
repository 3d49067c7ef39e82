"""`/sso`: how the host app's customers become ours, by one of two doors (CONTRACTS §2).

(a) a form posted by a page of the host app; (b) the answer to our own trip to its login page. A GET
that answers no trip of this browser signs nobody in before they say "yes, that is me": otherwise a
stranger could sign people in as himself and collect the card they add.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from helpcenter.errors import HelpcenterError, Kind
from helpcenter.identity.caller import Role
from helpcenter.identity.claims import LONGEST_IN_URL
from helpcenter.web.account import answers
from helpcenter.web.account.caller import identity_of, session_cookie
from helpcenter.web.account.desk import desk_of
from helpcenter.web.account.return_to import checked
from helpcenter.web.deps import preferred_locale, site_of, tools_of
from helpcenter.web.forms import read_fields, read_form
from helpcenter.web.origins import is_prefetch, require_ours

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from helpcenter.identity.claims import HostClaims
    from helpcenter.identity.service import NewSession


@contextmanager
def counted(request: "Request") -> Iterator[None]:
    """Count a try to sign in, and what is refused within; raises `too_many`."""
    attempts = desk_of(request).attempts
    address = request.client.host if request.client else ""
    attempts.begin(address)
    try:
        yield
    except HelpcenterError:
        attempts.failed(address)
        raise


async def posted(request: "Request") -> "Response":
    """`POST /sso`: a page of the host app, or our own page where somebody said who they are."""
    with counted(request):
        fields = await read_form(request)
        offered = [name for name in ("jwt", "access_token", "confirm") if fields.get(name)]
        if len(offered) != 1:
            raise HelpcenterError("credential_missing", Kind.INVALID)
        if offered == ["confirm"]:
            return await _confirmed(request, fields["confirm"])
        _require_host(request)
        locales = site_of(request).library.locales
        wish = fields.get("return_to")
        to = checked(wish, locales) if wish else None
        session = await _start(request, fields)
    return _signed_in(request, session, to)


async def answered(request: "Request") -> "Response":
    """`GET /sso?jwt&state`: back from the login page, or somebody else's idea."""
    if is_prefetch(request):
        return answers.nothing()
    with counted(request):
        query = read_fields(request.scope["query_string"])
        if not query.get("jwt"):
            raise HelpcenterError("credential_missing", Kind.INVALID)
        claims = await identity_of(request).verify(query["jwt"], LONGEST_IN_URL)
        bounce = desk_of(request).signed.bounce(answers.bounce_cookie(request), query.get("state"))
        if bounce is None:
            return _ask(request, claims)
        to = checked(bounce.return_to, site_of(request).library.locales)
        session = await _sign_in(request, claims, once=True)
    response = _signed_in(request, session, to)
    answers.drop_bounce(request, response)
    return response


def _require_host(request: "Request") -> None:
    if request.headers.get("origin") not in tools_of(request).settings.host_origins:
        raise HelpcenterError("origin_refused", Kind.FORBIDDEN)


async def _start(request: "Request", fields: dict[str, str]) -> "NewSession":
    identity = identity_of(request)
    if fields.get("jwt"):
        claims = await identity.verify(fields["jwt"])
        return await _sign_in(request, claims, once=False)
    return await identity.sign_in_with_access(
        fields["access_token"], replacing=session_cookie(request, Role.CUSTOMER)
    )


async def _sign_in(request: "Request", claims: "HostClaims", *, once: bool) -> "NewSession":
    return await identity_of(request).sign_in(
        claims, once=once, replacing=session_cookie(request, Role.CUSTOMER)
    )


def _ask(request: "Request", claims: "HostClaims") -> "Response":
    locale = preferred_locale(request)
    _ = tools_of(request).templates.speech(site_of(request), locale).gettext
    return answers.page(
        request,
        "account/confirm.html",
        locale,
        _("Is this you?"),
        _("Confirm the account before you go on."),
        who=claims.email or claims.name or claims.sub,
        confirm=desk_of(request).signed.unconfirmed(claims),
    )


async def _confirmed(request: "Request", value: str) -> "Response":
    require_ours(request)
    claims = desk_of(request).signed.confirmed(value)
    if claims is None:
        raise HelpcenterError("confirmation_expired", Kind.UNAUTHENTICATED)
    return _signed_in(request, await _sign_in(request, claims, once=True), None)


def _signed_in(request: "Request", session: "NewSession", to: str | None) -> "Response":
    response = answers.redirect(to or answers.account(request, session.customer.locale))
    answers.keep_session(request, response, session.token)
    return response
