"""The words of an article as a page shows them: outline, links, the button to the portal."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from helpcenter.articles.feedback import Reason
from helpcenter.articles.model import Article
from helpcenter.content.flows import Flow
from helpcenter.i18n.locale import Locale
from helpcenter.i18n.mark import N_
from helpcenter.web import urls
from helpcenter.web.site.frame import Link

_PORTAL_LINK = re.compile(r'<a href="[^"]*" class="portal">(.*?)</a>', re.DOTALL)
"""As the renderer writes it."""

_LABELS = {
    Flow.PAYMENT_METHOD_UPDATE: N_("Update your payment method"),
    Flow.SUBSCRIPTION_CANCEL: N_("Cancel your subscription"),
    Flow.SUBSCRIPTION_PAUSE: N_("Pause your subscription"),
    Flow.SUBSCRIPTION_UPDATE: N_("Change your plan"),
    Flow.CUSTOMER_UPDATE: N_("Update your billing details"),
    Flow.PORTAL_HOME: N_("Open the billing portal"),
    Flow.PAY_INVOICE: N_("Pay your open invoice"),
}

_REASONS = {
    Reason.OTHER_PROBLEM: N_("It is not about my problem"),
    Reason.DID_NOT_WORK: N_("I followed it, and it did not work"),
    Reason.UNCLEAR: N_("It is hard to follow"),
    Reason.WRONG: N_("It is wrong or out of date"),
    Reason.OTHER: N_("Something else"),
}


@dataclass(frozen=True, slots=True)
class ReasonShown:
    """A reason why an article did not help, as the page offers it."""

    id: Reason
    label: str


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the table of contents."""

    id: str
    title: str


def outline(article: Article) -> tuple[Entry, ...]:
    """Return the main sections; what stands under them would drown the page's shape."""
    tops = [s for s in article.sections if s.id]
    highest = min((s.level for s in tops), default=0)
    return tuple(Entry(s.id, s.title) for s in tops if s.level == highest)


def body(article: Article, reader: Locale, *, links: bool) -> str:
    """Return the article's HTML; what it links to stays in the reader's language.

    Where portal links cannot be made (`links` False) their words stand alone.
    """
    html = article.html
    if not links:
        html = _PORTAL_LINK.sub(r"\1", html)
    if article.locale != reader:
        html = html.replace(f'href="/{article.locale.tag}/', f'href="/{reader.tag}/')
    return html


def reasons(gettext: Callable[[str], str]) -> tuple[ReasonShown, ...]:
    """Return the reasons in the order they are offered."""
    return tuple(ReasonShown(reason, gettext(label)) for reason, label in _REASONS.items())


def portal_button(article: Article, reader: Locale, gettext: Callable[[str], str]) -> Link | None:
    """Return the button to the portal page that the article declares."""
    if article.portal is None:
        return None
    return Link(flow_label(article.portal, gettext), urls.manage(reader, article.portal))


def flow_label(flow: Flow, gettext: Callable[[str], str]) -> str:
    """Return what a button to a page of the portal says."""
    return gettext(_LABELS[flow])
