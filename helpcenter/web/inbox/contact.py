"""`POST /{locale}/contact`: the contact form, which needs no JavaScript and no account."""

from typing import TYPE_CHECKING

from sqlalchemy.exc import IntegrityError
from starlette.responses import HTMLResponse

from helpcenter.conversations import tokens
from helpcenter.errors import HelpcenterError
from helpcenter.i18n.error_words import words
from helpcenter.identity.caller import ANONYMOUS
from helpcenter.tickets import form
from helpcenter.tickets.form import Sender
from helpcenter.web import urls
from helpcenter.web.account import answers
from helpcenter.web.account.caller import identity_of
from helpcenter.web.account.visits import session_of
from helpcenter.web.deps import preferred_locale, site_of, tools_of
from helpcenter.web.errors import status_of
from helpcenter.web.forms import read_form
from helpcenter.web.inbox.asking import FORM_BYTES
from helpcenter.web.inbox.office import office_of
from helpcenter.web.origins import require_ours
from helpcenter.web.site import pages, views
from helpcenter.web.site.views import Asker

if TYPE_CHECKING:
    from sqlalchemy import Connection
    from starlette.requests import Request
    from starlette.responses import Response

    from helpcenter.i18n.locale import Locale
    from helpcenter.tickets.model import Ticket

SENT = "contact/sent"
_FIELDS = ("name", "email", "text")


async def posted(request: "Request") -> "Response":
    """Make a ticket of what was written, or show the form again with it."""
    require_ours(request)
    locale = pages.reader_locale(request) or preferred_locale(request)
    fields = await read_form(request, FORM_BYTES)
    written = {name: fields.get(name, "") for name in _FIELDS}
    try:
        message = form.message(**written, locale=locale)
        office_of(request).by_letter.begin(request.client.host if request.client else "")
        await _receive(request, message)
    except HelpcenterError as error:
        return _again(request, locale, written, error)
    return answers.redirect(urls.page(locale, SENT))


async def sent(request: "Request") -> "Response":
    """`GET /{locale}/contact/sent`: say that it has arrived, and what happens next."""
    locale = pages.reader_locale(request)
    if locale is None:
        return pages.canonical(request)
    _ = tools_of(request).templates.speech(site_of(request), locale).gettext
    return answers.page(
        request,
        "site/contact_sent.html",
        locale,
        _("Your message has arrived"),
        _("A person will read it and answer to the e-mail address you gave."),
        here="contact",
    )


async def _receive(request: "Request", message: form.Message) -> None:
    identity, desk = identity_of(request), office_of(request).desk
    session = await session_of(request)
    digest = tokens.digest(identity.keys, tokens.new_token())
    caller = session.caller if session else ANONYMOUS
    team, now = site_of(request).teams.first, desk.clock.now()
    ids = form.public_ids(identity.keys, caller, message, now)
    sender = Sender(caller, ids, digest)

    def write(conn: "Connection") -> "Ticket":
        return form.receive(conn, sender, message, team, now)

    try:
        ticket = await desk.database.write(write)
    except IntegrityError:
        # The button was pressed twice and another node was quicker; now it can be found.
        ticket = await desk.database.write(write)
    desk.tell(ticket.conversation_id)


def _again(
    request: "Request", locale: "Locale", written: dict[str, str], error: HelpcenterError
) -> "Response":
    site, tools = site_of(request), tools_of(request)
    view = views.contact(Asker(site, locale, tools))
    gettext = tools.templates.speech(site, locale).gettext
    shows = {**view.shows, "written": written, "refused": words(error, gettext)}
    wrong = [one.field for one in error.errors]
    body = tools.templates.render(
        view.template, locale, site, frame=view.frame, **{**shows, "wrong": wrong}
    )
    headers = {"cache-control": "no-store", "content-language": locale.tag}
    if error.retry_after is not None:
        headers["retry-after"] = str(error.retry_after)
    return HTMLResponse(body, status_of(error), headers)
