"""The regulars among the sandbox's customers: each has a card, and most of them trouble with it."""

from helpcenter.sandbox import shapes_card, wallet
from helpcenter.sandbox.cards import AUTHENTICATE
from helpcenter.sandbox.making import (
    DAY,
    PLUS,
    STUDIO,
    Person,
    bill_now,
    card,
    default,
    join,
    paid_before,
    save,
)
from helpcenter.sandbox.state import State


def _pip(state: State, person: Person, now: int) -> None:
    """Not enough money on the card; two tries so far, the next in two days."""
    subscription = join(state, person, now, PLUS, 4)
    visa = card(now, "visa", "9995", 20, "debit")
    method = save(state, person.customer, visa, "PipVisa", now - 150 * DAY, "insufficient_funds")
    default(state, person.customer, method)
    paid_before(state, subscription, method)
    bill_now(state, subscription, method, (now - 4 * DAY, now - DAY))


def _marigold(state: State, person: Person, now: int) -> None:
    """The only card expired last month."""
    subscription = join(state, person, now, STUDIO, 2)
    expired = card(now, "mastercard", "4444", -1)
    method = save(
        state, person.customer, expired, "MarigoldMastercard", now - 190 * DAY, "expired_card"
    )
    default(state, person.customer, method)
    paid_before(state, subscription, method)
    bill_now(state, subscription, method, (now - 2 * DAY,))


def _juniper(state: State, person: Person, now: int) -> None:
    """Added a good card yesterday; the expired one is still the default."""
    subscription = join(state, person, now, PLUS, 5)
    old = card(now, "visa", "1881", -2)
    method = save(state, person.customer, old, "JuniperOld", now - 190 * DAY, "expired_card")
    default(state, person.customer, method)
    paid_before(state, subscription, method)
    bill_now(state, subscription, method, (now - 5 * DAY, now - 2 * DAY))
    save(state, person.customer, card(now, "visa", "4242", 30), "JuniperNew", now - DAY)


def _barnaby(state: State, person: Person, now: int) -> None:
    """The default card is new and good, but the subscription charges an old one of its own."""
    subscription = join(state, person, now, PLUS, 6)
    old = card(now, "mastercard", "5100", -1)
    method = save(state, person.customer, old, "BarnabyOld", now - 190 * DAY, "expired_card")
    default(state, person.customer, method)
    subscription["default_payment_method"] = method
    paid_before(state, subscription, method)
    bill_now(state, subscription, method, (now - 6 * DAY, now - 3 * DAY))
    new = save(state, person.customer, card(now, "visa", "4242", 40), "BarnabyNew", now - DAY)
    default(state, person.customer, new)


def _wren(state: State, person: Person, now: int) -> None:
    """The bank wants 3-D Secure: the invoice waits for it, and so does a second card."""
    subscription = join(state, person, now, PLUS, 3)
    visa = card(now, "visa", "3184", 25)
    method = save(state, person.customer, visa, "WrenVisa", now - 150 * DAY, AUTHENTICATE)
    default(state, person.customer, method)
    paid_before(state, subscription, method)
    bill_now(state, subscription, method, (now - 3 * DAY,))
    second = shapes_card.payment_method(
        "pm_sandboxWrenSecond", card(now, "visa", "3155", 36), now - DAY
    )
    state.add(second)
    intent = wallet.begin_setup(state, person.customer, second["id"], now - DAY)
    wallet.confirm_setup(state, intent, AUTHENTICATE)


def _sunny(state: State, person: Person, now: int) -> None:
    """All is well."""
    subscription = join(state, person, now, STUDIO, 10)
    visa = card(now, "visa", "4242", 28)
    method = save(state, person.customer, visa, "SunnyVisa", now - 150 * DAY)
    default(state, person.customer, method)
    paid_before(state, subscription, method, months=2)
    bill_now(state, subscription, method, (now - 10 * DAY,))


MAKERS = (_pip, _marigold, _juniper, _barnaby, _wren, _sunny)
"""In the order of `people.PEOPLE`."""
