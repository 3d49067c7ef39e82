"""What answers to a sign-in have in common: a clean address, no copy kept, the right cookies."""

from typing import TYPE_CHECKING

from starlette.responses import HTMLResponse, RedirectResponse, Response

from helpcenter.i18n.negotiate import match
from helpcenter.identity.caller import Role
from helpcenter.identity.sessions import LONGEST
from helpcenter.web import urls
from helpcenter.web.account.caller import cookie_name, host_cookie
from helpcenter.web.account.signed import LIFETIME
from helpcenter.web.deps import preferred_locale, site_of, tools_of
from helpcenter.web.site.frame import Frame, everywhere, languages

if TYPE_CHECKING:
    from starlette.requests import Request

    from helpcenter.i18n.locale import Locale

BOUNCE = "hc_bounce"
"""The cookie of a trip to the login page."""

_PRIVATE = {"cache-control": "no-store", "referrer-policy": "no-referrer"}


def redirect(to: str) -> Response:
    """Return 303 to an address that holds no secret, leaving no trace of the one before."""
    return RedirectResponse(to, 303, _PRIVATE)


def nothing() -> Response:
    """Return 204 to a browser that only looks ahead."""
    return Response(status_code=204, headers=_PRIVATE)


def page(
    request: "Request",
    template: str,
    locale: "Locale",
    title: str,
    text: str,
    *,
    here: str = "signin",
    status: int = 200,
    **shows: object,
) -> Response:
    """Render a page for one person; the site must be there.

    `here` is the page that the language switcher leads to.
    """
    site, tools = site_of(request), tools_of(request)
    frame = Frame(
        title,
        text,
        languages(locale, everywhere(site.library.locales, here)),
        findable=False,
    )
    name = tools.templates.name(site, locale)
    body = tools.templates.render(template, locale, site, frame=frame, name=name, **shows)
    # Just enough of a referrer that a form on the page still says that it is ours.
    headers = {**_PRIVATE, "referrer-policy": "strict-origin", "content-language": locale.tag}
    return HTMLResponse(body, status, headers)


def account(request: "Request", told: str | None = None) -> str:
    """Return the account page in the language the host app told, else the browser's."""
    known = match(told or "", site_of(request).library.locales)
    return urls.page(known or preferred_locale(request), "account")


def keep_session(
    request: "Request", response: Response, token: str, role: Role = Role.CUSTOMER
) -> None:
    """Give the browser its session."""
    _keep(request, response, _session(request, role), token, int(LONGEST.total_seconds()))


def drop_session(request: "Request", response: Response, role: Role = Role.CUSTOMER) -> None:
    """Take the session from the browser."""
    _keep(request, response, _session(request, role), "", 0)


def keep_bounce(request: "Request", response: Response, value: str) -> None:
    """Let the browser remember where it was going."""
    _keep(request, response, _bounce(request), value, int(LIFETIME.total_seconds()))


def drop_bounce(request: "Request", response: Response) -> None:
    """Let the browser forget where it was going: it has arrived."""
    if _bounce(request) in request.cookies:
        _keep(request, response, _bounce(request), "", 0)


def bounce_cookie(request: "Request") -> str | None:
    """Return what the browser remembers of a trip to the login page."""
    return request.cookies.get(_bounce(request))


def _keep(request: "Request", response: Response, name: str, value: str, seconds: int) -> None:
    response.set_cookie(
        name,
        value,
        max_age=seconds,
        path="/",
        secure=not tools_of(request).settings.is_on_loopback,
        httponly=True,
        samesite="lax",
    )


def _session(request: "Request", role: Role) -> str:
    return cookie_name(tools_of(request).settings, role)


def _bounce(request: "Request") -> str:
    return host_cookie(tools_of(request).settings, BOUNCE)
