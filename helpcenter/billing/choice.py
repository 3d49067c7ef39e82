"""Which subscription a portal link is about, where the page needs one."""

from helpcenter.billing.facts import CustomerState, Facts, FactsUnavailable, Reason, Subscription
from helpcenter.billing.port import Refusal, StripeRefusedError
from helpcenter.billing.reader import FactsReader
from helpcenter.content.flows import Flow
from helpcenter.errors import FieldError, HelpcenterError, Kind

ABOUT_ONE = frozenset({Flow.SUBSCRIPTION_CANCEL, Flow.SUBSCRIPTION_PAUSE, Flow.SUBSCRIPTION_UPDATE})
"""The pages that are about one subscription."""

_REFUSALS = {
    Reason.NO_KEY: Refusal.NO_KEY,
    Reason.STRIPE_DOWN: Refusal.UNAVAILABLE,
    Reason.REFUSED: Refusal.NOT_PERMITTED,
}


class SubscriptionNeededError(HelpcenterError):
    """Several would do, and the customer has to say which of the `choices` in their `facts`."""

    def __init__(self, facts: Facts, choices: tuple[Subscription, ...]) -> None:
        super().__init__(
            code="subscription_needed",
            kind=Kind.INVALID,
            errors=(FieldError("subscription", "missing"),),
        )
        self.facts = facts
        self.choices = choices


async def choose(
    reader: FactsReader, customer: str | None, flow: Flow, wanted: str | None
) -> str | None:
    """Return the subscription that a link for `flow` is about; None if it is about none.

    `wanted` is what the customer named, if anything. Raises `SubscriptionNeededError` where
    several would do, as `check` where none does, and `StripeRefusedError` without facts.
    """
    if flow not in ABOUT_ONE and (wanted is None or flow is not Flow.PAY_INVOICE):
        return None
    facts = await present(reader, customer)
    if wanted is not None:
        check(facts, flow, wanted)
        return wanted
    fitting = tuple(sub for sub in facts.open_subscriptions if not _settled(sub, flow))
    if len(fitting) > 1:
        raise SubscriptionNeededError(facts, fitting)
    # With nothing that fits, what does not says why.
    for sub in fitting or facts.open_subscriptions:
        check(facts, flow, sub.id)
        return sub.id
    raise _gone()


def check(facts: Facts, flow: Flow, subscription: str) -> None:
    """Raise `subscription_gone` or `subscription_ending` unless `flow` suits the subscription."""
    found = facts.subscription(subscription)
    # An invoice outlives the subscription it is for.
    if found is None or (found.over and flow is not Flow.PAY_INVOICE):
        raise _gone()
    if _settled(found, flow):
        raise HelpcenterError("subscription_ending", Kind.CONFLICT)


async def present(reader: FactsReader, customer: str | None) -> Facts:
    """Return the facts of a customer whom Stripe knows; raises `StripeRefusedError`."""
    facts = await reader.facts_for(customer)
    if isinstance(facts, FactsUnavailable):
        raise StripeRefusedError(_REFUSALS.get(facts.reason, Refusal.UNAVAILABLE))
    if facts.state is not CustomerState.PRESENT:
        raise StripeRefusedError(Refusal.CUSTOMER_MISSING)
    return facts


def _settled(sub: Subscription, flow: Flow) -> bool:
    return flow is Flow.SUBSCRIPTION_CANCEL and sub.ending


def _gone() -> HelpcenterError:
    return HelpcenterError("subscription_gone", Kind.NOT_FOUND)
