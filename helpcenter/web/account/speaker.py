"""`Speaker`: says amounts, days and cards to one reader, in their language and time zone."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING

from helpcenter.billing.brands import brand_name
from helpcenter.billing.facts import Card
from helpcenter.i18n import dates
from helpcenter.i18n.locale import Locale
from helpcenter.i18n.mark import N_
from helpcenter.i18n.money import Money, format_money
from helpcenter.web.deps import site_of, tools_of

if TYPE_CHECKING:
    from starlette.requests import Request

    from helpcenter.identity.customers import Customer

_NAMED = N_("%(brand)s ending %(last4)s")
_OWN = N_("your %(brand)s ending %(last4)s")


@dataclass(frozen=True, slots=True)
class Speaker:
    """`gettext` speaks the catalogue of `locale`; `place` is the reader's zone; `now` the time."""

    locale: Locale
    gettext: Callable[[str], str]
    place: tzinfo
    now: datetime

    def say(self, message: str, **values: str) -> str:
        """Return a sentence that is marked elsewhere, translated and filled in."""
        return self.gettext(message) % values

    def money(self, amount: Money) -> str:
        """Return an amount: `HK$128.00`."""
        return format_money(amount, self.locale)

    def day(self, moment: datetime) -> str:
        """Return the day a moment falls on where the reader is."""
        return dates.day(moment.astimezone(self.place).date(), self.locale)

    def minute(self, moment: datetime) -> str:
        """Return a day and a time of it where the reader is."""
        time = dates.clock_time(moment, self.locale, self.place)
        return self.say(N_("%(day)s, %(time)s"), day=self.day(moment), time=time)

    def as_of(self, moment: datetime) -> str:
        """Return how old facts are."""
        return self.say(
            N_("As of %(time)s on %(day)s (%(zone)s)."),
            time=dates.clock_time(moment, self.locale, self.place),
            day=self.day(moment),
            zone=dates.zone_name(moment, self.locale, self.place),
        )

    def card(self, card: Card | None) -> str:
        """Return what a card is called by itself: `Visa ending 4242`."""
        named = self._card(card, _NAMED) or self.gettext("A payment method saved with Stripe")
        return named[:1].upper() + named[1:]

    def own_card(self, card: Card | None) -> str:
        """Return what a card is called within a sentence: `your Visa ending 4242`."""
        return self._card(card, _OWN) or self.gettext("your payment method")

    def _card(self, card: Card | None, message: str) -> str:
        if card is None or card.last4 is None:
            return ""
        name = brand_name(card.brand) or self.gettext("card")
        return self.say(message, brand=name, last4=card.last4)


def speaker_for(request: "Request", locale: Locale, customer: "Customer") -> Speaker:
    """Return who speaks to this customer on a page in `locale`."""
    tools = tools_of(request)
    return Speaker(
        locale,
        tools.templates.speech(site_of(request), locale).gettext,
        dates.zone(customer.zoneinfo, tools.settings.timezone),
        tools.clock.now(),
    )
