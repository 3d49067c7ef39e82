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
    fitting = tuple(sub for sub in facts.open_subscriptions if _settled(sub, flow) is None)
    if len(fitting) > 1:
        raise SubscriptionNeededError(facts, fitting)
    # With nothing that fits, what does not says why.
    for sub in fitting or facts.open_subscriptions:
        check(facts, flow, sub.id)
        return sub.id
    raise _gone()


def offered(facts: Facts, flow: Flow, allowed: frozenset[Flow] | None) -> bool:
    """Tell whether a page may be proposed to a customer; `allowed` None allows all.

    Never where Stripe would refuse it or show nothing to do: for a plan that is ending or over, or
    without a bill that can be paid.
    """
    if facts.state is not CustomerState.PRESENT or (allowed is not None and flow not in allowed):
        return False
    if flow is Flow.PAY_INVOICE:
        return any(bill.has_hosted_page for bill in facts.open_invoices)
    if flow in ABOUT_ONE:
        return any(_settled(sub, flow) is None for sub in facts.open_subscriptions)
    return True


def check(facts: Facts, flow: Flow, subscription: str) -> None:
    """Raise `subscription_gone` or why `flow` does not suit the subscription (`_settled`)."""
    found = facts.subscription(subscription)
    # An invoice outlives the subscription it is for.
    if found is None or (found.over and flow is not Flow.PAY_INVOICE):
        raise _gone()
    why = _settled(found, flow)
    if why is not None:
        raise HelpcenterError(why, Kind.CONFLICT)


async def present(reader: FactsReader, customer: str | None) -> Facts:
    """Return the facts of a customer whom Stripe knows; raises `StripeRefusedError`."""
    facts = await reader.facts_for(customer)
    if isinstance(facts, FactsUnavailable):
        raise StripeRefusedError(_REFUSALS.get(facts.reason, Refusal.UNAVAILABLE))
    if facts.state is CustomerState.OTHER_MODE:
        raise StripeRefusedError(Refusal.OTHER_MODE)
    if facts.state is not CustomerState.PRESENT:
        raise StripeRefusedError(Refusal.CUSTOMER_MISSING)
    return facts


def _settled(sub: Subscription, flow: Flow) -> str | None:
    """Return the code that says why a page about a subscription has nothing to do, if so."""
    if flow is Flow.PAY_INVOICE:
        return None
    if sub.ending:
        return "subscription_ending"
    if sub.status == "incomplete" and flow is not Flow.SUBSCRIPTION_CANCEL:
        return "subscription_incomplete"
    if sub.paused and flow is Flow.SUBSCRIPTION_PAUSE:
        return "subscription_paused"
    # What is billed by invoice can be cancelled there, but not changed.
    if not sub.charges_automatically and flow is Flow.SUBSCRIPTION_UPDATE:
        return "subscription_by_invoice"
    return None


def _gone() -> HelpcenterError:
    return HelpcenterError("subscription_gone", Kind.NOT_FOUND)
