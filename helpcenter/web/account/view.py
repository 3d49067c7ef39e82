"""What the account page shows, put together from a customer's facts."""

from collections.abc import Iterator
from dataclasses import dataclass

from helpcenter.billing.choice import offered
from helpcenter.billing.diagnosis import diagnose, shown_next_attempt
from helpcenter.billing.facts import (
    CustomerState,
    Facts,
    FactsUnavailable,
    Invoice,
    Read,
    Reason,
)
from helpcenter.content.flows import Flow
from helpcenter.i18n.mark import N_
from helpcenter.web import urls
from helpcenter.web.account.plan import Plan, plan_of
from helpcenter.web.account.speaker import Speaker
from helpcenter.web.account.trouble import Trouble, trouble_of
from helpcenter.web.account.wallet import CardRow, cards_of
from helpcenter.web.site.frame import Link
from helpcenter.web.site.wording import flow_label


@dataclass(frozen=True, slots=True)
class Absent:
    """Why there is nothing to show; `again` if it is worth asking again."""

    title: str
    text: str
    again: bool = False


@dataclass(frozen=True, slots=True)
class Bill:
    """An open invoice."""

    amount: str
    about: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class View:
    """The page's parts; without facts only `absent` and what can be done all the same."""

    absent: Absent | None = None
    trouble: Trouble | None = None
    well: bool = False
    plans: tuple[Plan, ...] = ()
    cards: tuple[CardRow, ...] = ()
    cards_read: bool = True
    bills: tuple[Bill, ...] = ()
    bills_read: bool = True
    buttons: tuple[Link, ...] = ()
    as_of: str = ""


_ABSENT = {
    Reason.NO_KEY: (
        N_("Your payments are not shown here"),
        N_("This help centre is not connected with Stripe."),
    ),
    Reason.REFUSED: (
        N_("Your payments cannot be shown now"),
        N_("This is ours to mend, not yours. If your payment cannot wait, contact us."),
    ),
    Reason.STRIPE_DOWN: (
        N_("Your payments cannot be shown now"),
        N_("Stripe does not answer at the moment. Nothing has changed; try again in a minute."),
    ),
}
_NOBODY = (
    N_("No payments yet"),
    N_("No payments belong to the account you signed in with. If you do pay, contact us."),
)
_ORDER = (
    Flow.PAYMENT_METHOD_UPDATE,
    Flow.PAY_INVOICE,
    Flow.CUSTOMER_UPDATE,
    Flow.SUBSCRIPTION_UPDATE,
    Flow.PORTAL_HOME,
    Flow.SUBSCRIPTION_PAUSE,
    Flow.SUBSCRIPTION_CANCEL,
)
"""What is wanted often comes first, what cannot be meant lightly last."""


def view_of(
    facts: Facts | FactsUnavailable,
    speaker: Speaker,
    *,
    links: bool,
    allowed: frozenset[Flow] | None = None,
) -> View:
    """Return what to show; without `links` there are no buttons to the portal.

    `allowed` are the flows that the portal's configuration has; None for all.
    """
    if isinstance(facts, FactsUnavailable):
        down = facts.reason is Reason.STRIPE_DOWN
        usual = (Flow.PAYMENT_METHOD_UPDATE, Flow.PORTAL_HOME) if down and links else ()
        title, text = _ABSENT.get(facts.reason, _ABSENT[Reason.STRIPE_DOWN])
        absent = Absent(speaker.gettext(title), speaker.gettext(text), again=down)
        return View(absent, buttons=_buttons(usual, speaker))
    if facts.state is not CustomerState.PRESENT:
        title, text = _NOBODY
        return View(Absent(speaker.gettext(title), speaker.gettext(text)))
    found = [trouble_of(each, speaker, links=links) for each in diagnose(facts, speaker.now)]
    bills = tuple(_bill(facts, each, speaker) for each in facts.open_invoices)
    bills_read, cards_read = Read.INVOICES in facts.reads, Read.CARDS in facts.reads
    return View(
        trouble=next((each for each in found if each), None),
        well=bills_read and not bills and not found and bool(facts.open_subscriptions),
        plans=tuple(plan_of(facts, sub, speaker) for sub in facts.open_subscriptions),
        cards=cards_of(facts, speaker) if cards_read else (),
        cards_read=cards_read,
        bills=bills,
        bills_read=bills_read,
        buttons=_buttons(_useful(facts, allowed), speaker) if links else (),
        as_of=speaker.as_of(facts.fetched_at),
    )


def _useful(facts: Facts, allowed: frozenset[Flow] | None) -> tuple[Flow, ...]:
    return tuple(flow for flow in _ORDER if offered(facts, flow, allowed))


def _buttons(flows: tuple[Flow, ...], speaker: Speaker) -> tuple[Link, ...]:
    label, locale = speaker.gettext, speaker.locale
    return tuple(Link(flow_label(flow, label), urls.manage(locale, flow)) for flow in flows)


def _bill(facts: Facts, bill: Invoice, speaker: Speaker) -> Bill:
    amount = bill.amount_remaining or bill.amount_due
    return Bill(
        speaker.money(amount) if amount else speaker.gettext("Invoice"),
        tuple(_about(facts, bill, speaker)),
    )


def _about(facts: Facts, bill: Invoice, speaker: Speaker) -> Iterator[str]:
    if bill.created is not None:
        yield speaker.say(N_("Invoice of %(day)s"), day=speaker.day(bill.created))
    if bill.due_date is not None:
        yield speaker.say(N_("Due on %(day)s"), day=speaker.day(bill.due_date))
    again = shown_next_attempt(facts, bill, speaker.now)
    if again is not None:
        yield speaker.say(N_("Next try on %(day)s"), day=speaker.day(again))
