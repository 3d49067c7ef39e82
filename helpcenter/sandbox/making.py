"""Making a customer of the sandbox: who they are, what they pay for, and with which card."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from helpcenter.sandbox import billing, shapes, shapes_card
from helpcenter.sandbox.cards import Card
from helpcenter.sandbox.state import Obj, State

DAY = int(timedelta(days=1).total_seconds())
MONTH = 30 * DAY

PLUS, STUDIO, SKETCH = "price_sandboxPlus", "price_sandboxStudio", "price_sandboxSketch"


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


def month_after(now: int, months: int) -> tuple[int, int]:
    """Return (month, year) some months before (negative) or after the month of `now`."""
    today = datetime.fromtimestamp(now, UTC)
    index = today.year * 12 + today.month - 1 + months
    return index % 12 + 1, index // 12


def card(now: int, brand: str, last4: str, months: int, funding: str = "credit") -> Card:
    """Return a card that expires `months` after the month of `now`."""
    month, year = month_after(now, months)
    return Card(brand, last4, month, year, funding)


def join(state: State, person: Person, now: int, price: str, started: int) -> Obj:
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
    return subscribe(state, person, plan, period, now - 200 * DAY)


def subscribe(
    state: State, person: Person, plan: Obj, period: tuple[int, int], since: int, name: str = ""
) -> Obj:
    """Store a subscription that has run since a unix time; `name` tells a second one apart."""
    id_ = f"sub_sandbox{person.name}{name}"
    subscription = shapes.subscription(id_, person.customer, plan, period)
    subscription["created"] = subscription["start_date"] = since
    return state.add(subscription)


def save(state: State, owner: str, kept: Card, name: str, at: int, behaviour: str = "") -> str:
    """Store an attached card; return its id."""
    method = shapes_card.payment_method(f"pm_sandbox{name}", kept, at, state.get("customer", owner))
    state.add(method)
    state.behaviours[method["id"]] = behaviour
    return f"pm_sandbox{name}"


def default(state: State, owner: str, method: str) -> None:
    """Make a card the one that its customer is charged with."""
    state.get("customer", owner)["invoice_settings"]["default_payment_method"] = method


def paid_before(state: State, subscription: Obj, method: str, months: int = 1) -> None:
    """Bill and pay the periods before the running one, oldest first."""
    start = subscription["items"]["data"][0]["current_period_start"]
    behaviour = state.behaviours[method]
    state.behaviours[method] = ""
    for back in range(months, 0, -1):
        begin = start - back * MONTH
        bill = billing.open_cycle(state, subscription, (begin, begin + MONTH))
        billing.attempt(state, bill, method, on_session=False, at=begin)
    state.behaviours[method] = behaviour


def bill_now(state: State, subscription: Obj, method: str, tries: tuple[int, ...]) -> Obj:
    """Bill the running period and try it at the given unix times."""
    item = subscription["items"]["data"][0]
    period = (item["current_period_start"], item["current_period_end"])
    bill = billing.open_cycle(state, subscription, period)
    for at in tries:
        billing.attempt(state, bill, method, on_session=False, at=at)
    return bill
