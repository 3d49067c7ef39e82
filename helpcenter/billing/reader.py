"""`FactsReader`: a customer's facts, read once for however many ask, and kept for some seconds."""

import asyncio
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from enum import Enum
from functools import partial

from helpcenter.billing.answers import from_stripe
from helpcenter.billing.facts import CustomerState, Facts, FactsUnavailable, Read, Reason
from helpcenter.billing.line import Line
from helpcenter.billing.port import Refusal, StripePort, StripeRefusedError
from helpcenter.clock import Clock

KEPT = 2000
"""Customers whose facts are kept at once."""

FORGOTTEN = 2
"""Open invoices for whose old payments Stripe is asked once more; two calls a read at most."""

_BASIC = frozenset({Read.CUSTOMER, Read.SUBSCRIPTIONS, Read.PAYMENTS})

_NOBODY = {
    Refusal.CUSTOMER_MISSING: CustomerState.MISSING,
    Refusal.OTHER_MODE: CustomerState.OTHER_MODE,
}

_REASONS = {Refusal.BAD_KEY: Reason.REFUSED, Refusal.NOT_PERMITTED: Reason.REFUSED}

Outcome = Mapping[Read, Mapping[str, object] | StripeRefusedError]


class Scope(Enum):
    """How much to ask; the reads beyond BASIC may be missing from the facts (`Facts.reads`).

    CARDS alone says what is saved, and nothing of what is paid for.
    """

    BASIC = _BASIC
    SAVING = _BASIC | {Read.SETUPS, Read.CARDS}
    ACCOUNT = _BASIC | {Read.CARDS, Read.INVOICES}
    CARDS = frozenset({Read.CUSTOMER, Read.CARDS})


class FactsReader:
    """Reads facts through a door, or says why there are none; belongs to one event loop.

    `keep` is how long facts are kept. Without a door every answer is NO_KEY.
    """

    def __init__(
        self, door: StripePort | None, line: Line, clock: Clock, *, keep: timedelta
    ) -> None:
        self._door = door
        self._line = line
        self._clock = clock
        self._keep = keep
        self._kept: OrderedDict[str, dict[Scope, Facts]] = OrderedDict()
        self._flights: dict[tuple[str, Scope], asyncio.Task[Facts | FactsUnavailable]] = {}

    async def facts_for(
        self, customer: str | None, scope: Scope = Scope.BASIC
    ) -> Facts | FactsUnavailable:
        """Return the facts of a `cus_…`; for None those of somebody who has never paid.

        At most a few seconds old, and at most a few seconds awaited. A caller that is cancelled
        leaves the read going for the others.
        """
        if self._door is None:
            return FactsUnavailable(Reason.NO_KEY)
        now = self._clock.now()
        if customer is None:
            return Facts(now, CustomerState.MISSING, self._door.livemode)
        kept = self._fresh(customer, scope, now)
        if kept is not None:
            return kept
        key = (customer, scope)
        flight = self._flights.get(key)
        if flight is None:
            flight = asyncio.create_task(self._fetch(self._door, customer, scope))
            self._flights[key] = flight
            flight.add_done_callback(partial(self._landed, key))
        return await asyncio.shield(flight)

    def clear(self, customer: str) -> None:
        """Forget a customer's facts; a read that is under way is not kept either."""
        self._kept.pop(customer, None)
        for scope in Scope:
            self._flights.pop((customer, scope), None)

    def _fresh(self, customer: str, scope: Scope, now: datetime) -> Facts | None:
        kept = self._kept.get(customer, {}).values()
        fitting = (
            facts
            for facts in kept
            if (scope.value <= facts.reads or facts.state is not CustomerState.PRESENT)
            and now - facts.fetched_at < self._keep
        )
        return next(fitting, None)

    def _landed(
        self, key: tuple[str, Scope], flight: asyncio.Task[Facts | FactsUnavailable]
    ) -> None:
        if self._flights.get(key) is not flight:
            return
        del self._flights[key]
        if flight.cancelled() or flight.exception() is not None:
            return
        facts = flight.result()
        if isinstance(facts, Facts):
            self._store(*key, facts)

    def _store(self, customer: str, scope: Scope, facts: Facts) -> None:
        self._kept.setdefault(customer, {})[scope] = facts
        self._kept.move_to_end(customer)
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)

    async def _fetch(
        self, door: StripePort, customer: str, scope: Scope
    ) -> Facts | FactsUnavailable:
        # Taken before asking: what changes while Stripe answers must count as later.
        asked = self._clock.now()
        calls = {read: partial(door.read, read, customer) for read in scope.value}
        until = self._line.patience_ends()
        outcome = await self._line.all(calls, until)
        found = _joined(outcome, asked, livemode=door.livemode)
        bills = _unexplained(found)
        if not bills:
            return found
        more = {bill: partial(door.payments_of, bill) for bill in bills}
        behind = await self._line.all(more, until)
        known = [each for each in behind.values() if not isinstance(each, StripeRefusedError)]
        return _joined(outcome, asked, livemode=door.livemode, behind=known)


def _unexplained(found: Facts | FactsUnavailable) -> tuple[str, ...]:
    """Return the open invoices whose last try is further back than what Stripe lists first."""
    if isinstance(found, FactsUnavailable):
        return ()
    bills = (bill for bill in found.open_invoices if bill.payments and bill.attempt_count)
    return tuple(bill.id for bill in bills if found.attempt_on(bill) is None)[:FORGOTTEN]


def _joined(
    outcome: Outcome,
    asked: datetime,
    *,
    livemode: bool,
    behind: Iterable[Mapping[str, object]] = (),
) -> Facts | FactsUnavailable:
    about = outcome[Read.CUSTOMER]
    if isinstance(about, StripeRefusedError) and about.refusal in _NOBODY:
        state = _NOBODY[about.refusal]
        return Facts(asked, state, livemode, reads=frozenset({Read.CUSTOMER}))
    answers = {
        read: answer
        for read, answer in outcome.items()
        if not isinstance(answer, StripeRefusedError)
    }
    facts = from_stripe(answers, asked, behind)
    if facts.state is CustomerState.DELETED:
        # A deleted customer's lists may be refused; they would say nothing.
        return facts
    missing = [outcome[read] for read in sorted(_BASIC & outcome.keys()) if read not in answers]
    for refused in missing:
        if isinstance(refused, StripeRefusedError):
            return FactsUnavailable(_REASONS.get(refused.refusal, Reason.STRIPE_DOWN))
    if facts.state is CustomerState.MISSING:
        # Stripe answered with something that is no customer.
        return FactsUnavailable(Reason.STRIPE_DOWN)
    return facts
