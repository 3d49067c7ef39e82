"""The named customers of the sandbox, each in one kind of trouble."""

from helpcenter.sandbox import billing, newcomers, regulars, shapes, shapes_portal, wallet
from helpcenter.sandbox.making import DAY, PLUS, SKETCH, STUDIO, Person, bill_now, month_after
from helpcenter.sandbox.state import Obj, State

REGULARS = (
    Person("Pip", "zh-HK", "insufficient_funds"),
    Person("Marigold", "en", "expired_card"),
    Person("Juniper", "zh-HK", "new_card_not_default"),
    Person("Barnaby", "en", "subscription_own_card"),
    Person("Wren", "zh-HK", "authentication_unfinished"),
    Person("Sunny", "en", "all_well"),
)
"""Those of whom the conversation tests tell every story."""

NEWCOMERS = (
    Person("Clementine", "en", "prepaid_card"),
    Person("Bramble", "zh-HK", "wrong_cvc"),
    Person("Thistle", "en", "lost_card"),
    Person("Poppy", "zh-HK", "card_expiring"),
    Person("Linnet", "en", "paused"),
    Person("Fern", "zh-HK", "ended"),
    Person("Ivy", "en", "unpaid"),
    Person("Acorn", "zh-HK", "trial_without_card"),
    Person("Saffron", "en", "several_subscriptions"),
    Person("Moss", "zh-HK", "deleted"),
)

PEOPLE = REGULARS + NEWCOMERS

_MAKERS = regulars.MAKERS + newcomers.MAKERS

PLANS = (
    (PLUS, "Plus plan", 12800, "hkd"),
    (STUDIO, "Studio plan", 1900, "usd"),
    (SKETCH, "Sketch plan", 4800, "hkd"),
)
"""Price, name of its product, minor units a month, currency."""


def seed(state: State) -> None:
    """Fill an empty state with plans, a portal configuration and the customers, as of now."""
    now = state.now()
    long_ago = now - 400 * DAY
    for price, name, amount, currency in PLANS:
        product = state.add(shapes.product(price.replace("price_", "prod_"), name, long_ago))
        state.add(shapes.price(price, product["id"], amount, currency, long_ago))
    prices = [state.get("price", price) for price, *_ in PLANS]
    state.add(shapes_portal.configuration("bpc_sandboxDefault", long_ago, prices))
    for person, make in zip(PEOPLE, _MAKERS, strict=True):
        for name in (person.key, person.sub, person.customer):
            state.names[name.casefold()] = person.customer
        make(state, person, now)
    # What happened before the curtain rose is history, not news.
    state.tables["event"].clear()


def person_named(name: str) -> Person:
    """Return a person by name, `sub` or customer id. Raises KeyError."""
    wanted = name.casefold()
    for person in PEOPLE:
        if wanted in {person.key, person.sub, person.customer.casefold()}:
            return person
    raise KeyError(name)


def fail_next_payment(state: State, name: str, code: str) -> Obj:
    """Have the card that pays declined with `code` once more; return the open invoice.

    Works for every decline code. If no invoice is open, the running period is billed again.
    """
    with state.lock:
        owner = state.customer(name)
        subscription = next(state.open_subscriptions(owner["id"]))
        method = state.charged_card(subscription)
        if method is None:
            raise ValueError(f"{name} has no card to decline")
        bills = state.where("invoice", customer=owner["id"], status="open")
        state.behaviours[method] = code
        if not bills:
            return bill_now(state, subscription, method, (state.now(),))
        billing.attempt(state, bills[0], method, on_session=False)
        return bills[0]


def use_card(state: State, name: str, number: str) -> Obj:
    """Give a customer one of Stripe's test cards as their default, and charge what is due to it.

    Returns the invoice that was tried: the open one, else one for the running period again. Raises
    KeyError for a number that is no test card, ValueError for who has nothing to pay for.
    """
    with state.lock:
        owner = state.customer(name)
        subscription = next(state.open_subscriptions(owner["id"]), None)
        if subscription is None:
            raise ValueError(f"{name} has no subscription")
        month, year = month_after(state.now(), 24)
        method, _ = wallet.new_method(state, wallet.CardInput(number, month, year))
        wallet.attach(state, method["id"], owner["id"])
        wallet.make_default(state, owner["id"], method["id"])
        wallet.use_for_subscription(state, subscription, None)
        bills = state.where("invoice", customer=owner["id"], status="open")
        if not bills:
            return bill_now(state, subscription, method["id"], (state.now(),))
        billing.attempt(state, bills[0], method["id"], on_session=False)
        return bills[0]
