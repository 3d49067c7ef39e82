"""Agents sign in and out, and choose the language of their pages."""

import re
from typing import TYPE_CHECKING

from helpcenter.errors import HelpcenterError
from helpcenter.i18n.error_words import words
from helpcenter.i18n.negotiate import match
from helpcenter.identity.caller import Role
from helpcenter.web.account import answers
from helpcenter.web.account.caller import session_cookie
from helpcenter.web.deps import LOCALE_COOKIE, site_of, tools_of
from helpcenter.web.errors import status_of
from helpcenter.web.forms import read_form
from helpcenter.web.inbox.asking import Signed, signed
from helpcenter.web.inbox.office import office_of
from helpcenter.web.inbox.render import rendered, speaker_of
from helpcenter.web.origins import require_ours

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

HOME = "/agent/tickets"
_INSIDE = re.compile(r"/agent/(mail|tickets(/[0-9]{1,12})?)", re.ASCII)
_YEAR_SECONDS = 31_536_000


async def login(request: "Request") -> "Response":
    """`GET /agent/login`."""
    to = _inside(request.query_params.get("to"))
    if await signed(request) is not None:
        return answers.redirect(to)
    return _ask(request, to)


async def posted(request: "Request") -> "Response":
    """`POST /agent/login`: an address and a password."""
    require_ours(request)
    fields = await read_form(request)
    email, to = fields.get("email", ""), _inside(fields.get("to"))
    office = office_of(request)
    place = request.client.host if request.client else ""
    account = email.strip().lower()[:300]
    try:
        office.by_address.begin(place)
        office.by_account.begin(account)
        old = session_cookie(request, Role.AGENT)
        token = await office.counter.sign_in(email, fields.get("password", ""), replacing=old)
    except HelpcenterError as error:
        if error.retry_after is None:
            office.by_address.failed(place)
            office.by_account.failed(account)
        return _ask(request, to, email, error)
    response = answers.redirect(to)
    answers.keep_session(request, response, token, Role.AGENT)
    return response


async def logout(request: "Request", _who: Signed, _fields: dict[str, str]) -> "Response":
    """`POST /agent/logout`."""
    token = session_cookie(request, Role.AGENT)
    await office_of(request).counter.sign_out(token or "")
    response = answers.redirect("/agent/login")
    answers.drop_session(request, response, Role.AGENT)
    return response


async def language(request: "Request") -> "Response":
    """`POST /agent/language`: remember the language and go back to the page."""
    require_ours(request)
    fields = await read_form(request)
    known = match(fields.get("locale", ""), site_of(request).library.locales)
    to = fields.get("to", "")
    response = answers.redirect(to if to == "/agent/login" else _inside(to))
    if known is not None:
        loopback = tools_of(request).settings.is_on_loopback
        response.set_cookie(
            LOCALE_COOKIE, known.tag, _YEAR_SECONDS, path="/", secure=not loopback, samesite="lax"
        )
    return response


def _ask(
    request: "Request", to: str, email: str = "", error: HelpcenterError | None = None
) -> "Response":
    gettext = speaker_of(request).gettext
    response = rendered(
        request,
        "inbox/login.html",
        gettext("Sign in to the inbox"),
        None,
        status=200 if error is None else status_of(error),
        to=to,
        email=email[:300],
        refused=error and words(error, gettext),
    )
    if error is not None and error.retry_after is not None:
        response.headers["retry-after"] = str(error.retry_after)
    return response


def _inside(to: str | None) -> str:
    """Return a page of the inbox, whatever was asked for."""
    return to if to and _INSIDE.fullmatch(to) else HOME
