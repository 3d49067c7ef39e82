"""Which pages the portal has: asked rarely, and never in anybody's way."""

import pytest

from helpcenter.billing.allowed import KEPT, PATIENCE
from helpcenter.billing.connect import Billing, connect
from helpcenter.content.flows import Flow
from helpcenter.sandbox.faults import Fault
from helpcenter.settings import read
from tests.billing.conftest import Stage

pytestmark = pytest.mark.anyio

CONFIGURATIONS = "/v1/billing_portal/configurations"
ALL = frozenset(Flow)


def switch(stage: Stage, feature: str, *, on: bool) -> None:
    (config,) = stage.sandbox.state.where("billing_portal.configuration")
    config["features"][feature]["enabled"] = on


def asked(stage: Stage) -> int:
    return sum(path == CONFIGURATIONS for _, path, _ in stage.tape.calls)


async def test_an_answer_holds_for_some_minutes(stage: Stage, billing: Billing) -> None:
    switch(stage, "subscription_pause", on=False)
    assert await billing.flows.allowed() == ALL - {Flow.SUBSCRIPTION_PAUSE}
    switch(stage, "subscription_pause", on=True)
    assert await billing.flows.allowed() == ALL - {Flow.SUBSCRIPTION_PAUSE}
    stage.clock.advance(KEPT)
    assert Flow.SUBSCRIPTION_PAUSE in (await billing.flows.allowed() or ())
    assert asked(stage) == 2


async def test_without_a_configuration_nothing_is_known(stage: Stage, billing: Billing) -> None:
    stage.sandbox.state.tables["billing_portal.configuration"].clear()
    assert await billing.flows.allowed() is None


async def test_while_stripe_is_down_what_was_seen_before_holds(
    stage: Stage, billing: Billing
) -> None:
    switch(stage, "customer_update", on=False)
    seen = await billing.flows.allowed()
    stage.clock.advance(KEPT)
    stage.sandbox.faults.add(Fault("error", path=CONFIGURATIONS, times=2))
    assert await billing.flows.allowed() == seen
    calls = asked(stage)
    assert await billing.flows.allowed() == seen
    assert asked(stage) == calls
    stage.clock.advance(PATIENCE)
    await billing.flows.allowed()
    assert asked(stage) == calls + 1


async def test_without_a_key_nothing_is_known(stage: Stage) -> None:
    billing = connect(read({}), stage.clock)
    assert await billing.flows.allowed() is None
    billing.close()
