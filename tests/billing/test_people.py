"""The six named customers of the sandbox, through the real SDK: the true reason for each."""

import pytest

from helpcenter.billing.codes import CARD_DECLINES, Kind
from helpcenter.billing.connect import Billing
from helpcenter.billing.diagnosis import Diagnosis, Moment, diagnose
from helpcenter.billing.facts import CustomerState, Facts, Read
from helpcenter.billing.reader import Scope
from helpcenter.content.flows import Flow
from helpcenter.i18n.money import Money
from helpcenter.sandbox.lifecycle import delete_customer
from tests.billing.conftest import Stage

pytestmark = pytest.mark.anyio


async def diagnoses(
    billing: Billing, stage: Stage, name: str, scope: Scope = Scope.SAVING
) -> tuple[Diagnosis, ...]:
    facts = await billing.facts.facts_for(stage.sandbox.customer(name)["id"], scope)
    assert isinstance(facts, Facts)
    assert facts.reads == scope.value
    return diagnose(facts, stage.clock.now())


async def test_pip_has_not_enough_money_on_the_card(stage: Stage, billing: Billing) -> None:
    (found,) = await diagnoses(billing, stage, "pip")
    assert (found.kind, found.amount) == (Kind.INSUFFICIENT_FUNDS, Money(12800, "HKD"))
    assert found.card is not None
    assert (found.card.brand, found.card.last4, found.card.funding) == ("visa", "9995", "debit")
    assert (found.plan, found.attempts) == ("Plus plan", 2)
    assert found.next_attempt is not None
    assert found.next_attempt > stage.clock.now()
    assert found.flow is Flow.PAYMENT_METHOD_UPDATE


async def test_marigolds_only_card_has_expired(stage: Stage, billing: Billing) -> None:
    (found,) = await diagnoses(billing, stage, "marigold")
    assert (found.kind, found.amount) == (Kind.CARD_EXPIRED, Money(1900, "USD"))


async def test_junipers_new_card_is_not_the_default(stage: Stage, billing: Billing) -> None:
    first, second = await diagnoses(billing, stage, "juniper")
    assert (first.kind, second.kind) == (Kind.NEW_CARD_NOT_DEFAULT, Kind.CARD_EXPIRED)
    assert first.card is not None
    assert first.new_card is not None
    assert (first.card.last4, first.new_card.last4) == ("1881", "4242")


async def test_barnabys_subscription_has_an_old_card_of_its_own(
    stage: Stage, billing: Billing
) -> None:
    first, second = await diagnoses(billing, stage, "barnaby", Scope.BASIC)
    assert (first.kind, second.kind) == (Kind.SUBSCRIPTION_OWN_CARD, Kind.CARD_EXPIRED)
    assert first.card is not None
    assert first.new_card is not None
    assert (first.card.last4, first.new_card.last4) == ("5100", "4242")
    assert first.flow is Flow.PORTAL_HOME


async def test_wrens_bank_waits_twice(stage: Stage, billing: Billing) -> None:
    paying, saving = await diagnoses(billing, stage, "wren")
    assert paying.kind is saving.kind is Kind.AUTHENTICATION_NEEDED
    assert (paying.moment, paying.flow) == (Moment.PAYING, Flow.PAY_INVOICE)
    assert (saving.moment, saving.flow) == (Moment.SAVING, Flow.PAYMENT_METHOD_UPDATE)


async def test_with_sunny_all_is_well(stage: Stage, billing: Billing) -> None:
    assert await diagnoses(billing, stage, "sunny") == ()


@pytest.mark.full
async def test_every_decline_of_a_good_card_says_what_it_may(
    stage: Stage, billing: Billing
) -> None:
    customer = stage.sandbox.customer("sunny")["id"]
    for code, means in CARD_DECLINES.items():
        stage.sandbox.fail_payment("sunny", code)
        billing.facts.clear(customer)
        found = await diagnoses(billing, stage, "sunny", Scope.BASIC)
        assert found[0].kind is means.kind, code
        assert (found[0].next_attempt is None) is (means.kind is Kind.GENERIC or means.hard), code


async def test_the_account_page_sees_the_open_invoice(stage: Stage, billing: Billing) -> None:
    customer = stage.sandbox.customer("pip")["id"]
    facts = await billing.facts.facts_for(customer, Scope.ACCOUNT)
    assert isinstance(facts, Facts)
    assert [bill.has_hosted_page for bill in facts.invoices] == [True]
    assert Read.INVOICES in facts.reads


async def test_a_deleted_customer_and_one_who_never_was(stage: Stage, billing: Billing) -> None:
    customer = stage.sandbox.customer("pip")["id"]
    delete_customer(stage.sandbox.state, customer)
    deleted = await billing.facts.facts_for(customer)
    missing = await billing.facts.facts_for("cus_nobody")
    nobody = await billing.facts.facts_for(None)
    assert isinstance(deleted, Facts)
    assert deleted.state is CustomerState.DELETED
    for facts in (missing, nobody):
        assert isinstance(facts, Facts)
        assert facts.state is CustomerState.MISSING
