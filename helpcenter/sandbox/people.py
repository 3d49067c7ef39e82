"""The named customers of the sandbox, each in one kind of trouble."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from helpcenter.sandbox import billing, shapes, shapes_card, shapes_portal, wallet
from helpcenter.sandbox.cards import AUTHENTICATE, Card
from helpcenter.sandbox.state import Obj, State

DAY = int(timedelta(days=1).total_seconds())
MONTH = 30 * DAY


@dataclass(frozen=True, slots=True)
class Person:
    """Who a customer is to the host app; what is wrong lives in the state."""

    name: str
    locale: str
    trouble: str
    zoneinfo: str = "Asia/Hong_Kong"

    @property
    def key(self) -> str:
        """The name by which tests and commands look a customer up."""
        return self.name.casefold()

    @property
    def customer(self) -> str:
        """The customer's id at Stripe."""
        return f"cus_sandbox{self.name}"

    @property
    def sub(self) -> str:
        """The user's id in the host app."""
        return f"user-{self.key}"

    @property
    def email(self) -> str:
        """A mailbox nobody reads."""
        return f"{self.key}@example.com"


PEOPLE = (
    Person("Pip", "zh-HK", "insufficient_funds"),
    Person("Marigold", "en", "expired_card"),
    Person("Juniper", "zh-HK", "new_card_not_default"),
    Person("Barnaby", "en", "subscription_own_card"),
    Person("Wren", "zh-HK", "authentication_unfinished"),
    Person("Sunny", "en", "all_well"),
)


def _month(now: int, months: int) -> tuple[int, int]:
    """Return (month, year) some months before (negative) or after the month of `now`."""
    today = datetime.fromtimestamp(now, UTC)
    index = today.year * 12 + today.month - 1 + months
    return index % 12 + 1, index // 12


def _card(now: int, brand: str, last4: str, months: int, funding: str = "credit") -> Card:
    month, year = _month(now, months)
    return Card(brand, last4, month, year, funding)


def seed(state: State) -> None:
    """Fill an empty state with plans, a portal configuration and the six people, as of now."""
    now = state.now()
    plus = state.add(shapes.product("prod_sandboxPlus", "Plus plan", now - 400 * DAY))
    studio = state.add(shapes.product("prod_sandboxStudio", "Studio plan", now - 400 * DAY))
    for obj, amount, currency in ((plus, 12800, "hkd"), (studio, 1900, "usd")):
        price_id = obj["id"].replace("prod_", "price_")
        state.add(shapes.price(price_id, obj["id"], amount, currency, now - 400 * DAY))
    portal = shapes_portal.configuration(
        "bpc_sandboxDefault", now - 400 * DAY, studio, "price_sandboxStudio"
    )
    state.add(portal)
    makers = (_pip, _marigold, _juniper, _barnaby, _wren, _sunny)
    for person, make in zip(PEOPLE, makers, strict=True):
        for name in (person.key, person.sub, person.customer):
            state.names[name.casefold()] = person.customer
        make(state, person, now)
    # What happened before the curtain rose is history, not news.
    state.tables["event"].clear()


def _join(state: State, person: Person, now: int, price: str, started: int) -> Obj:
    """Store a customer and a subscription whose running period began `started` days ago."""
    owner = shapes.customer(
        person.customer,
        now - 200 * DAY,
        address=shapes.address(
            city="Hong Kong", country="HK", line1=f"{len(person.name)} Lantern Lane"
        ),
        email=person.email,
        name=person.name,
        invoice_prefix=person.name.upper(),
        preferred_locales=[person.locale],
        metadata={"host_user": person.sub},
    )
    state.add(owner)
    plan = state.get("price", price)
    owner["currency"] = plan["currency"]
    begin = now - started * DAY
    period = (begin, begin + MONTH)
    subscription = shapes.subscription(f"sub_sandbox{person.name}", person.customer, plan, period)
    subscription["created"] = subscription["start_date"] = now - 200 * DAY
    return state.add(subscription)


def _save(state: State, owner: str, card: Card, name: str, at: int, behaviour: str = "") -> str:
    """Store an attached card; return its id."""
    method = shapes_card.payment_method(f"pm_sandbox{name}", card, at, state.get("customer", owner))
    state.add(method)
    state.behaviours[method["id"]] = behaviour
    return f"pm_sandbox{name}"


def _default(state: State, owner: str, method: str) -> None:
    state.get("customer", owner)["invoice_settings"]["default_payment_method"] = method


def _paid_before(state: State, subscription: Obj, method: str, months: int = 1) -> None:
    """Bill and pay the periods before the running one, oldest first."""
    start = subscription["items"]["data"][0]["current_period_start"]
    behaviour = state.behaviours[method]
    state.behaviours[method] = ""
    for back in range(months, 0, -1):
        begin = start - back * MONTH
        bill = billing.open_cycle(state, subscription, (begin, begin + MONTH))
        billing.attempt(state, bill, method, on_session=False, at=begin)
    state.behaviours[method] = behaviour


def _bill_now(state: State, subscription: Obj, method: str, tries: tuple[int, ...]) -> Obj:
    """Bill the running period and try it at the given unix times."""
    item = subscription["items"]["data"][0]
    period = (item["current_period_start"], item["current_period_end"])
    bill = billing.open_cycle(state, subscription, period)
    for at in tries:
        billing.attempt(state, bill, method, on_session=False, at=at)
    return bill


def _pip(state: State, person: Person, now: int) -> None:
    """Not enough money on the card; two tries so far, the next in two days."""
    subscription = _join(state, person, now, "price_sandboxPlus", 4)
    card = _card(now, "visa", "9995", 20, "debit")
    method = _save(state, person.customer, card, "PipVisa", now - 150 * DAY, "insufficient_funds")
    _default(state, person.customer, method)
    _paid_before(state, subscription, method)
    _bill_now(state, subscription, method, (now - 4 * DAY, now - DAY))


def _marigold(state: State, person: Person, now: int) -> None:
    """The only card expired last month."""
    subscription = _join(state, person, now, "price_sandboxStudio", 2)
    card = _card(now, "mastercard", "4444", -1)
    method = _save(
        state, person.customer, card, "MarigoldMastercard", now - 190 * DAY, "expired_card"
    )
    _default(state, person.customer, method)
    _paid_before(state, subscription, method)
    _bill_now(state, subscription, method, (now - 2 * DAY,))


def _juniper(state: State, person: Person, now: int) -> None:
    """Added a good card yesterday; the expired one is still the default."""
    subscription = _join(state, person, now, "price_sandboxPlus", 5)
    old = _card(now, "visa", "1881", -2)
    method = _save(state, person.customer, old, "JuniperOld", now - 190 * DAY, "expired_card")
    _default(state, person.customer, method)
    _paid_before(state, subscription, method)
    _bill_now(state, subscription, method, (now - 5 * DAY, now - 2 * DAY))
    _save(state, person.customer, _card(now, "visa", "4242", 30), "JuniperNew", now - DAY)


def _barnaby(state: State, person: Person, now: int) -> None:
    """The default card is new and good, but the subscription charges an old one of its own."""
    subscription = _join(state, person, now, "price_sandboxPlus", 6)
    old = _card(now, "mastercard", "5100", -1)
    method = _save(state, person.customer, old, "BarnabyOld", now - 190 * DAY, "expired_card")
    _default(state, person.customer, method)
    subscription["default_payment_method"] = method
    _paid_before(state, subscription, method)
    _bill_now(state, subscription, method, (now - 6 * DAY, now - 3 * DAY))
    new = _save(state, person.customer, _card(now, "visa", "4242", 40), "BarnabyNew", now - DAY)
    _default(state, person.customer, new)


def _wren(state: State, person: Person, now: int) -> None:
    """The bank wants 3-D Secure: the invoice waits for it, and so does a second card."""
    subscription = _join(state, person, now, "price_sandboxPlus", 3)
    card = _card(now, "visa", "3184", 25)
    method = _save(state, person.customer, card, "WrenVisa", now - 150 * DAY, AUTHENTICATE)
    _default(state, person.customer, method)
    _paid_before(state, subscription, method)
    _bill_now(state, subscription, method, (now - 3 * DAY,))
    second = shapes_card.payment_method(
        "pm_sandboxWrenSecond", _card(now, "visa", "3155", 36), now - DAY
    )
    state.add(second)
    intent = wallet.begin_setup(state, person.customer, second["id"], now - DAY)
    wallet.confirm_setup(state, intent, AUTHENTICATE)


def _sunny(state: State, person: Person, now: int) -> None:
    """All is well."""
    subscription = _join(state, person, now, "price_sandboxStudio", 10)
    card = _card(now, "visa", "4242", 28)
    method = _save(state, person.customer, card, "SunnyVisa", now - 150 * DAY)
    _default(state, person.customer, method)
    _paid_before(state, subscription, method, months=2)
    _bill_now(state, subscription, method, (now - 10 * DAY,))


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
            return _bill_now(state, subscription, method, (state.now(),))
        billing.attempt(state, bills[0], method, on_session=False)
        return bills[0]
