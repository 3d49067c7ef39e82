"""`/{locale}/signin` and `/{locale}/signout`."""

from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from helpcenter.identity.caller import Role
from helpcenter.web import urls
from helpcenter.web.account import answers
from helpcenter.web.account.caller import identity_of, session_cookie
from helpcenter.web.account.desk import desk_of
from helpcenter.web.account.return_to import checked
from helpcenter.web.deps import preferred_locale, site_of, tools_of
from helpcenter.web.origins import is_prefetch, require_ours
from helpcenter.web.site import pages

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from helpcenter.i18n.locale import Locale


async def signin(request: "Request") -> "Response":
    """`GET /{locale}/signin?return_to`: to the host app's login page and back."""
    locale = pages.reader_locale(request)
    if locale is None:
        return pages.canonical(request)
    wish = request.query_params.get("return_to")
    to = checked(wish, site_of(request).library.locales) if wish else urls.page(locale, "account")
    if is_prefetch(request):
        return answers.nothing()
    return bounce(request, to, locale)


def bounce(request: "Request", return_to: str, locale: "Locale") -> "Response":
    """Return the way to the login page, after which the customer arrives at `return_to`.

    `return_to` is a path of ours. Without a login URL this is a page that says how to get in.
    """
    settings = tools_of(request).settings
    if settings.login_url is None:
        return _no_login(request, locale)
    trip, cookie = desk_of(request).signed.new_bounce(return_to)
    query = {"return_to": f"{settings.base_url}/sso", "state": trip.state}
    response = answers.redirect(_with_query(settings.login_url, query))
    answers.keep_bounce(request, response, cookie)
    return response


async def signout(request: "Request") -> "Response":
    """`POST /{locale}/signout`: end this browser's session."""
    require_ours(request)
    locale = pages.reader_locale(request) or preferred_locale(request)
    token = session_cookie(request, Role.CUSTOMER)
    if token:
        await identity_of(request).sign_out(token)
    response = answers.redirect(urls.home(locale))
    answers.drop_session(request, response)
    return response


def _no_login(request: "Request", locale: "Locale") -> "Response":
    _ = tools_of(request).templates.speech(site_of(request), locale).gettext
    return answers.page(
        request,
        "account/signin.html",
        locale,
        _("Sign in"),
        _("Open the help centre from your account."),
    )


def _with_query(url: str, query: dict[str, str]) -> str:
    parts = urlsplit(url)
    pairs = [*parse_qsl(parts.query, keep_blank_values=True), *query.items()]
    return urlunsplit(parts._replace(query=urlencode(pairs)))
