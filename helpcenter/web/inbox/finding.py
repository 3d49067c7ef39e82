"""What the bot went by, in words: the facts of its topics and why it answered as it did."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from helpcenter.billing.codes import Detail, Kind
from helpcenter.bot.facts import Sight
from helpcenter.bot.route import Route
from helpcenter.i18n.mark import N_
from helpcenter.tickets.packet import Found
from helpcenter.web.account.speaker import Speaker

_KINDS = {
    "none": N_("Nothing wrong"),
    Kind.NO_CUSTOMER: N_("Unknown to Stripe"),
    Kind.CUSTOMER_DELETED: N_("Deleted at Stripe"),
    Kind.OTHER_MODE: N_("Known to Stripe’s other mode only (test or live)"),
    Kind.AUTHENTICATION_NEEDED: N_("The bank wants a confirmation (3D Secure)"),
    Kind.SUBSCRIPTION_OWN_CARD: N_("The subscription charges a card of its own"),
    Kind.NEW_CARD_NOT_DEFAULT: N_("The new card is not the default"),
    Kind.NEW_CARD_NOT_TRIED: N_("The new card has not been charged yet"),
    Kind.OTHER_CUSTOMER: N_("The new card is saved for an earlier Stripe customer of theirs"),
    Kind.INSUFFICIENT_FUNDS: N_("Insufficient funds"),
    Kind.LIMIT_EXCEEDED: N_("A limit was exceeded"),
    Kind.CARD_EXPIRED: N_("The card has expired"),
    Kind.WRONG_DETAILS: N_("Card details did not match"),
    Kind.NOT_SUPPORTED: N_("Not supported by the card"),
    Kind.DUPLICATE: N_("Taken for a duplicate"),
    Kind.STOPPED: N_("The customer stopped payments at the bank"),
    Kind.TEMPORARY: N_("A passing fault at the bank"),
    Kind.GENERIC: N_("Declined; the bank gave no reason"),
    Kind.UNPAID: N_("Unpaid, and not tried again"),
    Kind.PAUSED: N_("The subscription is paused"),
    Kind.ENDED: N_("The subscription has ended"),
    Kind.NO_CARD: N_("No card saved"),
    Kind.CARD_EXPIRING: N_("The card expires soon"),
}
_DETAILS = {
    Detail.NUMBER: N_("card number"),
    Detail.CVC: N_("security code"),
    Detail.EXPIRY: N_("expiry date"),
    Detail.POSTAL_CODE: N_("postal code"),
    Detail.ADDRESS: N_("billing address"),
}
_NAMES = {
    "facts": N_("Billing facts"),
    "diagnosis": N_("What was wrong"),
    "moment": N_("It happened while"),
    "saving": N_("When saving a card"),
    "card": N_("Card"),
    "new_card": N_("Newer card"),
    "charged_card": N_("Card used"),
    "saving_card": N_("Card being saved"),
    "charged_by": N_("Card charged"),
    "invoice": N_("Invoice"),
    "detail": N_("Detail at fault"),
    "amount": N_("Amount"),
    "declined_on": N_("Declined on"),
    "next_try": N_("Next try"),
    "pay_by": N_("To be paid by"),
    "renews_on": N_("Next charge"),
    "price": N_("Price of a period"),
    "ends_on": N_("Ends on"),
    "ended_on": N_("Ended on"),
    "resumes_on": N_("Resumes on"),
    "funding": N_("Kind of card"),
    "subscription": N_("Subscription"),
    "subscriptions": N_("Subscriptions"),
    "can_cancel": N_("May be cancelled"),
    "can_pause": N_("May be paused"),
    "can_change": N_("Plan may be changed"),
    "can_edit": N_("Details may be changed"),
    "expires": N_("Card expires"),
    "plan": N_("Plan"),
    "plans": N_("Plans"),
}
_YES_NO = {"yes": N_("yes"), "no": N_("no")}
_VALUES: dict[str, dict[str, str]] = {
    "facts": {
        Sight.KNOWN: N_("read from Stripe"),
        Sight.SIGNED_OUT: N_("not known: not signed in"),
        Sight.STRIPE_DOWN: N_("not known: Stripe did not answer"),
        Sight.NO_KEY: N_("not known: Stripe is not connected"),
    },
    "diagnosis": {str(kind): words for kind, words in _KINDS.items()},
    "saving": {str(kind): words for kind, words in _KINDS.items()},
    "moment": {"paying": N_("paying"), "saving": N_("saving a card")},
    "card": {
        "none": N_("none"),
        "valid": N_("valid"),
        "expiring": N_("expires soon"),
        "expired": N_("expired"),
    },
    "charged_by": {
        "none": N_("none"),
        "customer": N_("the customer’s default"),
        "subscription": N_("the subscription’s own"),
    },
    "invoice": {
        "none": N_("nothing open"),
        "open": N_("open"),
        "payable": N_("open, can be paid online"),
    },
    "funding": {
        "credit": N_("credit card"),
        "debit": N_("debit card"),
        "prepaid": N_("prepaid card"),
    },
    "subscription": {
        "none": N_("none"),
        "active": N_("running"),
        "trialing": N_("in trial"),
        "past_due": N_("payment overdue"),
        "unpaid": N_("unpaid"),
        "incomplete": N_("waits for its first payment"),
        "paused": N_("paused"),
        "ending": N_("set to end"),
        "ended": N_("ended"),
    },
    "subscriptions": {"none": N_("none"), "one": N_("one"), "several": N_("several")},
    "can_cancel": _YES_NO,
    "can_pause": _YES_NO,
    "can_change": _YES_NO,
    "can_edit": _YES_NO,
    "detail": {str(detail): words for detail, words in _DETAILS.items()},
}
_ROUTES: dict[str, str] = {
    Route.TOPIC: N_("recognised"),
    Route.TOPICS: N_("several topics fit"),
    Route.CHOICE: N_("a button was pressed"),
    Route.UNKNOWN_CHOICE: N_("a button that is gone was pressed"),
    Route.ANSWER: N_("the answer was understood"),
    Route.FOLLOW_UP: N_("a question about what was open"),
    Route.EVERYWHERE: N_("a question about the account"),
    Route.FACTS: N_("several topics fit, and the facts decided"),
    Route.HINT: N_("a weak hint at what was open"),
    Route.WHERE: N_("asked where the page is"),
    Route.UNCLEAR: N_("did not understand the advice"),
    Route.STILL: N_("the last advice did not help"),
    Route.MORE: N_("asked for more"),
    Route.DONE: N_("did what was advised"),
    Route.YES: N_("yes"),
    Route.NO: N_("no"),
    Route.LANGUAGE: N_("another language was wished"),
    Route.RESTART: N_("began afresh"),
    Route.ABOUT: N_("asked who is speaking"),
    Route.CARD_DATA: N_("a card’s details were written"),
    Route.CRISIS: N_("may be in danger"),
    Route.ABUSE: N_("is angry"),
    Route.DISTRESS: N_("is in distress"),
    Route.PUZZLE: N_("no answer to what was written"),
    Route.ASK_BACK: N_("not sure, asked back"),
    Route.MISS: N_("not understood"),
    Route.NEWS: N_("told by itself what changed"),
    Route.NOTHING_CHANGED: N_("asked why nothing changed"),
}


@dataclass(frozen=True, slots=True)
class Known:
    """A fact as a person reads it."""

    label: str
    value: str


def in_words(found: Iterable[Found], speaker: Speaker) -> Iterator[Known]:
    """Yield what was known, in words; what the bot looked for in vain is left out.

    A fact that this version does not know keeps its own name.
    """
    for fact in found:
        if fact.value is None or (fact.name == "moment" and fact.value == "none"):
            continue
        value = _VALUES.get(fact.name, {}).get(fact.value)
        name = _NAMES.get(fact.name)
        yield Known(
            speaker.gettext(name) if name else fact.name,
            speaker.gettext(value) if value else fact.value,
        )


def route_in_words(route: str, speaker: Speaker) -> str:
    """Return how the bot came to its answer; a way this version does not know by its own name."""
    known = _ROUTES.get(route)
    return route if known is None else speaker.gettext(known)
