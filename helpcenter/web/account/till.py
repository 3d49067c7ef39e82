"""What the pages around payments work with; one for the life of the app, at `app.state.till`."""

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, cast

from prometheus_client import CollectorRegistry, Counter
from starlette.requests import HTTPConnection

from helpcenter.billing.connect import Billing
from helpcenter.billing.keeper import LinkKeeper, make_keeper
from helpcenter.billing.opener import Opener, Visits
from helpcenter.web import urls

if TYPE_CHECKING:
    from helpcenter.i18n.locale import Locale
    from helpcenter.identity.service import Identity
    from helpcenter.settings import Settings


@dataclass(frozen=True)
class Till:
    """Links, what opens them, facts, and a count of clicks by page and outcome."""

    billing: Billing
    keeper: LinkKeeper
    opener: Opener
    clicks: Counter


def make_till(
    settings: "Settings",
    identity: "Identity",
    billing: Billing,
    visits: Visits,
    registry: CollectorRegistry,
) -> Till:
    """Return the till of an app; its count is scraped at `registry`, `visits` hears of clicks."""
    keeper = make_keeper(settings, identity.database, identity.clock, identity.keys)
    clicks = Counter(
        "helpcenter_portal_clicks",
        "Clicks on portal links, by page of the portal and by what became of them.",
        ("flow", "outcome"),
        registry=registry,
    )
    back = partial(_back, settings.base_url)
    return Till(billing, keeper, Opener(keeper, billing, back, visits), clicks)


def till_of(request: HTTPConnection) -> Till:
    """Return the app's till."""
    return cast("Till", request.app.state.till)


def links_possible(settings: "Settings", identity: "Identity") -> bool:
    """Tell whether portal links lead anywhere: somebody can sign in, and Stripe can be asked."""
    return settings.stripe_key is not None and identity.verifier is not None


def _back(base_url: str, locale: "Locale") -> str:
    return base_url + urls.returned(locale)
