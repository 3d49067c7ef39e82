"""Pages that say why something cannot be had now, and what to do instead."""

from typing import TYPE_CHECKING

from helpcenter.billing.port import Refusal, StripeRefusedError
from helpcenter.content.flows import Flow
from helpcenter.errors import HelpcenterError, Kind
from helpcenter.i18n.error_words import words
from helpcenter.web import urls
from helpcenter.web.account import answers
from helpcenter.web.deps import site_of, tools_of
from helpcenter.web.errors import status_of
from helpcenter.web.site.frame import Link
from helpcenter.web.site.wording import flow_label

if TYPE_CHECKING:
    from starlette.requests import Request
    from starlette.responses import Response

    from helpcenter.i18n.locale import Locale


def refused(
    request: "Request", error: HelpcenterError, locale: "Locale", again: str | None = None
) -> "Response":
    """Return the page about a refusal of this customer's own; `again` is where to try again."""
    _ = tools_of(request).templates.speech(site_of(request), locale).gettext
    said = words(error, _)
    ways = [Link(_("Contact us"), urls.page(locale, "contact"))]
    known = Link(_("Your account"), urls.page(locale, "account"))
    if error.retry_after is not None and again:
        ways = [Link(_("Try again"), again), *ways]
    elif isinstance(error, StripeRefusedError):
        ways = [known] if error.refusal is Refusal.NOTHING_TO_PAY else [*ways, known]
    elif error.code.startswith("subscription_"):
        front = Link(flow_label(Flow.PORTAL_HOME, _), urls.manage(locale, Flow.PORTAL_HOME))
        ways = [front, known]
    response = answers.page(
        request,
        "account/told.html",
        locale,
        said.title,
        said.detail,
        status=status_of(error),
        here="account",
        ways=ways,
        by_hand=error.code == "links_not_set_up",
    )
    if error.retry_after is not None:
        response.headers["retry-after"] = str(error.retry_after)
    return response


def not_set_up() -> HelpcenterError:
    """Return the refusal of a site that cannot make portal links."""
    return HelpcenterError("links_not_set_up", Kind.UNAVAILABLE)
