"""The addresses of public pages, built in one place; all are paths of ours."""

from urllib.parse import quote, urlencode

from helpcenter.content.flows import Flow
from helpcenter.i18n.locale import Locale


def home(locale: Locale) -> str:
    """Return `/en/`."""
    return f"/{locale.tag}/"


def category(locale: Locale, slug: str) -> str:
    """Return `/en/categories/payments`."""
    return f"/{locale.tag}/categories/{quote(slug)}"


def article(locale: Locale, slug: str, section: str = "") -> str:
    """Return `/en/articles/card-declined`, with a fragment when a section is named."""
    fragment = f"#{quote(section)}" if section else ""
    return f"/{locale.tag}/articles/{quote(slug)}{fragment}"


def feedback(slug: str) -> str:
    """Return where votes on an article go."""
    return f"/api/v1/articles/{quote(slug)}/feedback"


def search(locale: Locale, text: str = "", offset: int = 0, *, exact: bool = False) -> str:
    """Return `/en/search?q=…`, at a page of results when `offset` is given.

    With `exact` no spelling is repaired.
    """
    more = {"offset": str(offset)} if offset else {}
    query = {"q": text, **more, **({"exact": "1"} if exact else {})}
    return f"/{locale.tag}/search" + (f"?{urlencode(query)}" if text else "")


def manage(locale: Locale, flow: Flow, subscription: str | None = None) -> str:
    """Return where a customer gets a portal link of their own for a flow."""
    query = f"?{urlencode({'subscription': subscription})}" if subscription else ""
    return f"/{locale.tag}/account/manage/{flow}{query}"


def go(token: str) -> str:
    """Return what opens a portal link; for its customer's eyes only."""
    return f"/go/{token}"


def returned(locale: Locale) -> str:
    """Return the account page as one comes back to it from the portal."""
    return f"/{locale.tag}/account?from=portal"


def page(locale: Locale, name: str) -> str:
    """Return the address of a single page: `/en/contact`."""
    return f"/{locale.tag}/{name}"


def quoted(path: str) -> str:
    """Return a decoded path as it may stand in an address."""
    return quote(path)
