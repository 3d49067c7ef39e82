"""Ten more customers of the sandbox: the troubles that are not about a card alone."""

from helpcenter.sandbox import lifecycle
from helpcenter.sandbox.making import (
    DAY,
    MONTH,
    PLUS,
    SKETCH,
    STUDIO,
    Person,
    bill_now,
    card,
    default,
    join,
    paid_before,
    save,
    subscribe,
)
from helpcenter.sandbox.state import State


def _clementine(state: State, person: Person, now: int) -> None:
    """A prepaid card, which its bank does not let pay again and again."""
    subscription = join(state, person, now, STUDIO, 3)
    prepaid = card(now, "mastercard", "5100", 16, "prepaid")
    at = now - 150 * DAY
    method = save(
        state, person.customer, prepaid, "ClementinePrepaid", at, "transaction_not_allowed"
    )
    default(state, person.customer, method)
    paid_before(state, subscription, method)
    bill_now(state, subscription, method, (now - 3 * DAY,))


def _bramble(state: State, person: Person, now: int) -> None:
    """The security code was typed wrongly, and the bank noticed."""
    subscription = join(state, person, now, PLUS, 2)
    visa = card(now, "visa", "0127", 22)
    method = save(state, person.customer, visa, "BrambleVisa", now - 2 * DAY, "incorrect_cvc")
    state.get("payment_method", method)["card"]["checks"]["cvc_check"] = "fail"
    default(state, person.customer, method)
    bill_now(state, subscription, method, (now - 2 * DAY,))


def _thistle(state: State, person: Person, now: int) -> None:
    """The card was reported lost, which nobody may tell whoever holds it."""
    subscription = join(state, person, now, PLUS, 4)
    visa = card(now, "visa", "9987", 19)
    method = save(state, person.customer, visa, "ThistleVisa", now - 150 * DAY, "lost_card")
    default(state, person.customer, method)
    paid_before(state, subscription, method)
    bill_now(state, subscription, method, (now - 4 * DAY, now - DAY))


def _poppy(state: State, person: Person, now: int) -> None:
    """All is paid, and the card ends with this month."""
    subscription = join(state, person, now, PLUS, 12)
    visa = card(now, "visa", "1111", 0)
    method = save(state, person.customer, visa, "PoppyVisa", now - 190 * DAY)
    default(state, person.customer, method)
    paid_before(state, subscription, method)
    bill_now(state, subscription, method, (now - 12 * DAY,))


def _linnet(state: State, person: Person, now: int) -> None:
    """Nothing is collected for a while; it goes on in three weeks."""
    subscription = join(state, person, now, STUDIO, 9)
    visa = card(now, "visa", "4242", 27)
    method = save(state, person.customer, visa, "LinnetVisa", now - 150 * DAY)
    default(state, person.customer, method)
    paid_before(state, subscription, method)
    subscription["pause_collection"] = {"behavior": "void", "resumes_at": now + 21 * DAY}


def _fern(state: State, person: Person, now: int) -> None:
    """Cancelled, and over since last week."""
    subscription = join(state, person, now, PLUS, 38)
    visa = card(now, "visa", "4242", 24)
    method = save(state, person.customer, visa, "FernVisa", now - 150 * DAY)
    default(state, person.customer, method)
    paid_before(state, subscription, method)
    bill_now(state, subscription, method, (now - 38 * DAY,))
    ended = lifecycle.end_subscription(state, subscription)
    ended["canceled_at"], ended["ended_at"] = now - 20 * DAY, now - 8 * DAY


def _ivy(state: State, person: Person, now: int) -> None:
    """Every try was refused; Stripe has given up, and the plan does not go on."""
    subscription = join(state, person, now, STUDIO, 25)
    amex = card(now, "amex", "0005", 18)
    method = save(state, person.customer, amex, "IvyAmex", now - 150 * DAY, "do_not_honor")
    default(state, person.customer, method)
    paid_before(state, subscription, method)
    bill = bill_now(state, subscription, method, tuple(now - day * DAY for day in (25, 22, 19, 16)))
    bill["next_payment_attempt"] = None
    subscription["status"] = "unpaid"


def _acorn(state: State, person: Person, now: int) -> None:
    """A free trial with six days left, and no card for what comes after."""
    subscription = join(state, person, now, PLUS, 8)
    begin, end = now - 8 * DAY, now + 6 * DAY
    trial = {"trial_start": begin, "trial_end": end, "status": "trialing", "created": begin}
    subscription.update(trial, start_date=begin, billing_cycle_anchor=end)
    subscription["items"]["data"][0]["current_period_end"] = end


def _saffron(state: State, person: Person, now: int) -> None:
    """Two plans, both paid: whoever wants to cancel has to say which."""
    subscription = join(state, person, now, PLUS, 10)
    visa = card(now, "visa", "4242", 31)
    method = save(state, person.customer, visa, "SaffronVisa", now - 150 * DAY)
    default(state, person.customer, method)
    paid_before(state, subscription, method)
    bill_now(state, subscription, method, (now - 10 * DAY,))
    begin, plan = now - 5 * DAY, state.get("price", SKETCH)
    second = subscribe(state, person, plan, (begin, begin + MONTH), now - 65 * DAY, "Sketch")
    paid_before(state, second, method)
    bill_now(state, second, method, (begin,))


def _moss(state: State, person: Person, now: int) -> None:
    """Deleted at Stripe; the host app has not noticed."""
    join(state, person, now, PLUS, 7)
    lifecycle.delete_customer(state, person.customer)


MAKERS = (
    _clementine,
    _bramble,
    _thistle,
    _poppy,
    _linnet,
    _fern,
    _ivy,
    _acorn,
    _saffron,
    _moss,
)
"""In the order of `people.NEWCOMERS`."""
