"""The reader: one read for all who ask, kept for seconds, and never anybody held up for long."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from helpcenter.billing.breaker import FAILURES, PAUSE, Breaker
from helpcenter.billing.connect import Billing, connect
from helpcenter.billing.facts import Card, CustomerState, Facts, FactsUnavailable, Read, Reason
from helpcenter.billing.line import Line
from helpcenter.billing.port import PortalRequest, Refusal, StripeRefusedError
from helpcenter.billing.reader import FactsReader, Scope, _joined
from helpcenter.content.flows import Flow
from helpcenter.i18n.locale import Locale
from helpcenter.sandbox.faults import Fault
from helpcenter.sandbox.faults import Kind as FaultKind
from helpcenter.settings import read
from tests.billing.conftest import Stage

pytestmark = pytest.mark.anyio

PIP, SUNNY = "cus_sandboxPip", "cus_sandboxSunny"
DOWN = FactsUnavailable(Reason.STRIPE_DOWN)
KEEP = timedelta(seconds=45)


@pytest.fixture
def hasty(stage: Stage) -> Iterator[FactsReader]:
    """Return a reader that gives up after a moment, so that tests of hanging do not hang."""
    line = Line(Breaker(stage.clock), patience=0.5)
    yield FactsReader(stage.door(), line, stage.clock, keep=KEEP)
    line.close()


async def facts_of(reader: FactsReader, customer: str | None, scope: Scope = Scope.BASIC) -> Facts:
    found = await reader.facts_for(customer, scope)
    assert isinstance(found, Facts)
    return found


async def test_facts_are_kept_for_some_seconds_only(stage: Stage, billing: Billing) -> None:
    first = await facts_of(billing.facts, PIP)
    stage.clock.advance(KEEP - timedelta(seconds=1))
    assert await billing.facts.facts_for(PIP) is first
    stage.clock.advance(timedelta(seconds=1))
    again = await facts_of(billing.facts, PIP)
    assert again.fetched_at == stage.clock.now()
    assert len(stage.tape.calls) == 2 * len(Scope.BASIC.value)


async def test_a_wider_read_serves_a_narrower_question_but_not_the_other_way(
    stage: Stage, billing: Billing
) -> None:
    wide = await facts_of(billing.facts, PIP, Scope.SAVING)
    assert await billing.facts.facts_for(PIP, Scope.BASIC) is wide
    assert (await facts_of(billing.facts, PIP, Scope.ACCOUNT)).reads == Scope.ACCOUNT.value


async def test_one_read_for_all_who_ask_at_once(stage: Stage, billing: Billing) -> None:
    found = await asyncio.gather(*(billing.facts.facts_for(PIP) for _ in range(20)))
    assert all(each is found[0] for each in found)
    assert len(stage.tape.calls) == len(Scope.BASIC.value)


async def test_forgetting_reads_anew(stage: Stage, billing: Billing) -> None:
    await billing.facts.facts_for(PIP)
    new = stage.sandbox.state.where("payment_method", customer=SUNNY)[0]
    default = {"default_payment_method": new["id"]}
    stage.sandbox.state.change("customer", PIP, {"invoice_settings": default})
    assert (await facts_of(billing.facts, PIP)).default_card_id == "pm_sandboxPipVisa"
    billing.facts.clear(PIP)
    assert (await facts_of(billing.facts, PIP)).default_card_id == new["id"]


async def test_what_was_asked_before_forgetting_is_not_kept_after_it(
    stage: Stage, billing: Billing
) -> None:
    stage.sandbox.faults.add(Fault("hang", seconds=0.3, path="/v1/customers"))
    early = asyncio.create_task(billing.facts.facts_for(PIP))
    assert await asyncio.to_thread(stage.tape.begun.wait, 5)
    billing.facts.clear(PIP)
    late = await billing.facts.facts_for(PIP)
    assert await early is not late
    assert await billing.facts.facts_for(PIP) is late


async def test_one_who_stops_waiting_does_not_spoil_it_for_others(
    stage: Stage, billing: Billing
) -> None:
    stage.sandbox.faults.add(Fault("hang", seconds=0.3, path="/v1/customers"))
    gone, waits = (asyncio.create_task(billing.facts.facts_for(PIP)) for _ in range(2))
    assert await asyncio.to_thread(stage.tape.begun.wait, 5)
    gone.cancel()
    assert isinstance(await waits, Facts)
    with pytest.raises(asyncio.CancelledError):
        await gone


@pytest.mark.full
async def test_a_hanging_customer_does_not_hold_up_another(
    stage: Stage, hasty: FactsReader
) -> None:
    stage.sandbox.faults.add(Fault("hang", seconds=1.5, times=9, path=f"/v1/customers/{PIP}"))
    hanging = asyncio.create_task(hasty.facts_for(PIP))
    assert isinstance(await hasty.facts_for(SUNNY), Facts)
    assert not hanging.done()
    assert await hanging == DOWN


@pytest.mark.parametrize("kind", ["reset", "error", "garbage"])
async def test_a_stripe_that_fails_gives_no_facts(
    stage: Stage, billing: Billing, kind: FaultKind
) -> None:
    stage.sandbox.faults.add(Fault(kind, times=2, path="/v1/subscriptions"))
    assert await billing.facts.facts_for(PIP) == DOWN
    assert isinstance(await billing.facts.facts_for(PIP), Facts), "an outage was kept"


async def test_a_stripe_that_is_not_there_gives_no_facts(stage: Stage) -> None:
    nowhere = connect(stage.settings(stripe_api_base="http://127.0.0.1:9"), stage.clock)
    assert await nowhere.facts.facts_for(PIP) == DOWN
    nowhere.close()


async def test_facts_without_a_read_they_can_do_without(stage: Stage, billing: Billing) -> None:
    stage.sandbox.faults.add(Fault("error", times=2, path=f"/v1/customers/{PIP}/payment_methods"))
    partial = await facts_of(billing.facts, PIP, Scope.SAVING)
    assert partial.reads == Scope.SAVING.value - {Read.CARDS}
    whole = await facts_of(billing.facts, PIP, Scope.SAVING)
    assert whole.reads == Scope.SAVING.value


async def test_a_permission_that_is_missing_is_no_outage(stage: Stage, billing: Billing) -> None:
    stage.sandbox.state.rights.discard("setup_intent_read")
    assert Read.SETUPS not in (await facts_of(billing.facts, PIP, Scope.SAVING)).reads
    stage.sandbox.state.rights.discard("charge_read")
    billing.facts.clear(PIP)
    assert await billing.facts.facts_for(PIP) == FactsUnavailable(Reason.REFUSED)


def test_an_answer_that_names_no_customer_is_no_fact(stage: Stage) -> None:
    outcome = {key: {"object": "customer"} for key in Scope.BASIC.value}
    assert _joined(outcome, stage.clock.now(), livemode=False) == DOWN


async def test_without_a_key_nothing_is_asked(stage: Stage) -> None:
    keyless = connect(read({}), stage.clock)
    assert await keyless.facts.facts_for(PIP) == FactsUnavailable(Reason.NO_KEY)
    assert await keyless.facts.facts_for(None) == FactsUnavailable(Reason.NO_KEY)
    with pytest.raises(StripeRefusedError) as caught:
        await keyless.portal.hosted_invoice(PIP)
    assert caught.value.refusal is Refusal.NO_KEY
    keyless.close()


async def test_somebody_who_never_paid_is_nobody_to_ask_about(
    stage: Stage, billing: Billing
) -> None:
    nobody = await facts_of(billing.facts, None)
    assert (nobody.state, nobody.livemode) == (CustomerState.MISSING, False)
    assert stage.tape.calls == []


@pytest.mark.full
async def test_the_breaker_opens_spares_stripe_and_closes_after_a_good_probe(
    stage: Stage, billing: Billing
) -> None:
    stage.sandbox.faults.add(Fault("error", times=10_000))
    for _ in range(FAILURES):
        assert await billing.facts.facts_for(PIP) == DOWN
    asked = len(stage.tape.calls)
    assert await billing.facts.facts_for(SUNNY) == DOWN
    with pytest.raises(StripeRefusedError):
        await billing.portal.hosted_invoice(PIP)
    assert len(stage.tape.calls) == asked
    stage.clock.advance(PAUSE)
    assert await billing.facts.facts_for(PIP) == DOWN, "the probe should have been made"
    probed = len(stage.tape.calls)
    assert probed > asked
    assert await billing.facts.facts_for(PIP) == DOWN
    assert len(stage.tape.calls) == probed, "a failed probe opens it again"
    stage.clock.advance(PAUSE)
    stage.sandbox.faults.clear()
    assert isinstance(await billing.facts.facts_for(PIP), Facts)
    assert isinstance(await billing.facts.facts_for(SUNNY), Facts)


async def test_a_page_is_opened_from_the_loop(stage: Stage, billing: Billing) -> None:
    request = PortalRequest(PIP, Flow.PORTAL_HOME, Locale("en"), "https://help.example.com/")
    session = await billing.portal.open(request)
    assert "/p/session/" in session.url.reveal()
    assert "/i/" in (await billing.portal.hosted_invoice(PIP)).reveal()
    with pytest.raises(StripeRefusedError) as caught:
        await billing.portal.hosted_invoice(SUNNY)
    assert caught.value.code == "stripe_nothing_to_pay"


async def test_more_customers_than_are_kept_push_out_the_oldest(
    stage: Stage, billing: Billing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("helpcenter.billing.reader.KEPT", 1)
    first = await billing.facts.facts_for(PIP)
    await billing.facts.facts_for(SUNNY)
    assert await billing.facts.facts_for(PIP) is not first


async def test_a_fault_of_ours_is_not_taken_for_an_outage(stage: Stage) -> None:
    line = Line(Breaker(stage.clock))

    def broken(until: float) -> Card:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await line.one(broken)
    line.close()


async def test_a_bill_whose_try_is_long_past_is_asked_after(stage: Stage, billing: Billing) -> None:
    state = stage.sandbox.state
    since = state.where("payment_intent", customer=PIP)[0]["created"]
    for number in range(10):
        state.add(
            {
                **state.where("payment_intent", customer=PIP)[0],
                "id": f"pi_later{number}",
                "created": since + number + 1,
                "status": "succeeded",
            }
        )
    found = await facts_of(billing.facts, PIP)
    (bill,) = found.open_invoices
    tried = found.attempt_on(bill)
    assert tried is not None
    assert tried.decline_code == "insufficient_funds"
    assert [call[1] for call in stage.tape.calls].count("/v1/invoice_payments") == 1


async def test_a_bill_that_cannot_be_asked_after_leaves_the_other_facts(
    stage: Stage, billing: Billing
) -> None:
    state = stage.sandbox.state
    for intent in state.where("payment_intent", customer=PIP):
        intent["customer"] = SUNNY
    stage.sandbox.faults.add(Fault("error", path="/v1/invoice_payments", times=9))
    found = await facts_of(billing.facts, PIP)
    assert found.open_invoices
    assert found.attempts == ()


def test_a_customer_of_the_other_mode_is_nobody_to_speak_of(stage: Stage) -> None:
    outcome: dict[Read, Any] = {read: {"object": "list"} for read in Scope.BASIC.value}
    outcome[Read.CUSTOMER] = StripeRefusedError(Refusal.OTHER_MODE)
    found = _joined(outcome, stage.clock.now(), livemode=True)
    assert isinstance(found, Facts)
    assert found.state is CustomerState.OTHER_MODE
