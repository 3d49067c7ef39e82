"""Stripe's published test card numbers and what each of them does.

A card is kept as brand, last four digits and expiry, like Stripe shows it. The number itself is
looked at once, to choose the behaviour, and forgotten.
"""

from dataclasses import dataclass

SUCCEEDS = ""
AUTHENTICATE = "authentication_required"
BLOCKED = "highest_risk_level"
"""Stopped by Stripe itself: the bank is not even asked."""


@dataclass(frozen=True, slots=True)
class TestCard:
    """A test number's brand and what happens when it is saved and when it is charged.

    `on_setup` and `on_charge` are a decline code, AUTHENTICATE, BLOCKED or SUCCEEDS. `failing` are
    the checks of typed data that its bank does not pass: cvc, address_line1, address_postal_code.
    """

    brand: str
    on_setup: str = SUCCEEDS
    on_charge: str = SUCCEEDS
    funding: str = "credit"
    failing: tuple[str, ...] = ()

    # Pytest would otherwise take the name for a class of tests.
    __test__ = False


@dataclass(frozen=True, slots=True)
class Card:
    """What is kept of a card."""

    brand: str
    last4: str
    exp_month: int
    exp_year: int
    funding: str = "credit"
    country: str = "HK"


@dataclass(frozen=True, slots=True)
class Decline:
    """How Stripe words one decline: error code, advice to the merchant, parameter at fault."""

    code: str
    message: str
    advice: str | None = None
    param: str | None = None
    network: str | None = None


TEST_CARDS = {
    "4242424242424242": TestCard("visa"),
    "4000056655665556": TestCard("visa", funding="debit"),
    "5555555555554444": TestCard("mastercard"),
    "378282246310005": TestCard("amex"),
    "5200828282828210": TestCard("mastercard", funding="debit"),
    "5105105105105100": TestCard("mastercard", funding="prepaid"),
    "4000000000000010": TestCard("visa", failing=("address_line1", "address_postal_code")),
    "4000000000000028": TestCard("visa", failing=("address_line1",)),
    "4000000000000036": TestCard("visa", failing=("address_postal_code",)),
    "4000000000000101": TestCard("visa", failing=("cvc",)),
    "4100000000000019": TestCard("visa", SUCCEEDS, BLOCKED),
    "4000000000006975": TestCard("visa", SUCCEEDS, "card_velocity_exceeded"),
    "4000002760003184": TestCard("visa", AUTHENTICATE, AUTHENTICATE),
    "4000002500003155": TestCard("visa", AUTHENTICATE, SUCCEEDS),
    "4000000000000341": TestCard("visa", SUCCEEDS, "generic_decline"),
    "4000000000000002": TestCard("visa", "generic_decline", "generic_decline"),
    "4000000000009995": TestCard("visa", "insufficient_funds", "insufficient_funds"),
    "4000000000009987": TestCard("visa", "lost_card", "lost_card"),
    "4000000000009979": TestCard("visa", "stolen_card", "stolen_card"),
    "4000000000000069": TestCard("visa", "expired_card", "expired_card"),
    "4000000000000127": TestCard("visa", "incorrect_cvc", "incorrect_cvc"),
    "4000000000000119": TestCard("visa", "processing_error", "processing_error"),
}

# Names that stand for a ready-made payment method in API calls.
READY_MADE = {
    "pm_card_visa": "4242424242424242",
    "pm_card_visa_debit": "4000056655665556",
    "pm_card_mastercard": "5555555555554444",
    "pm_card_amex": "378282246310005",
    "pm_card_authenticationRequired": "4000002760003184",
    "pm_card_chargeCustomerFail": "4000000000000341",
    "pm_card_visa_chargeDeclined": "4000000000000002",
    "pm_card_visa_chargeDeclinedInsufficientFunds": "4000000000009995",
    "pm_card_visa_chargeDeclinedLostCard": "4000000000009987",
    "pm_card_visa_chargeDeclinedStolenCard": "4000000000009979",
    "pm_card_chargeDeclinedExpiredCard": "4000000000000069",
    "pm_card_chargeDeclinedIncorrectCvc": "4000000000000127",
    "pm_card_chargeDeclinedProcessingError": "4000000000000119",
}

_DECLINED = "Your card was declined."

DECLINES = {
    "generic_decline": Decline("card_declined", _DECLINED, "try_again_later", network="01"),
    "insufficient_funds": Decline(
        "card_declined", "Your card has insufficient funds.", "try_again_later", network="51"
    ),
    "lost_card": Decline("card_declined", _DECLINED, "do_not_try_again", network="41"),
    "stolen_card": Decline("card_declined", _DECLINED, "do_not_try_again", network="43"),
    "expired_card": Decline(
        "expired_card", "Your card has expired.", "confirm_card_data", "exp_month", "54"
    ),
    "incorrect_cvc": Decline(
        "incorrect_cvc",
        "Your card's security code is incorrect.",
        "confirm_card_data",
        "cvc",
        "N7",
    ),
    "incorrect_number": Decline(
        "incorrect_number", "Your card number is incorrect.", "confirm_card_data", "number", "14"
    ),
    "processing_error": Decline(
        "processing_error",
        "An error occurred while processing your card. Try again in a little bit.",
        "try_again_later",
    ),
    "authentication_required": Decline(
        "authentication_required",
        "Your card was declined. This transaction requires authentication.",
    ),
}


def decline(code: str) -> Decline:
    """Return how `code` is worded; codes without words of their own are plain declines."""
    return DECLINES.get(code, Decline("card_declined", _DECLINED))
