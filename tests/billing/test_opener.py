"""Clicks at the same moment, clicks given up, and what the operator hears."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
import structlog

from helpcenter.billing.connect import Billing
from helpcenter.billing.facts import Facts
from helpcenter.billing.keeper import LinkKeeper
from helpcenter.billing.links import PortalLink, Wish
from helpcenter.billing.opener import Opened, Opener, Unopened
from helpcenter.billing.tables import portal_clicks
from helpcenter.billing.tokens import make_seal
from helpcenter.content.flows import Flow
from helpcenter.db.database import Database
from helpcenter.errors import HelpcenterError
from helpcenter.i18n.locale import Locale
from helpcenter.identity.announce import Listeners
from helpcenter.identity.caller import Caller
from helpcenter.identity.keys import Keys
from helpcenter.identity.service import Identity
from helpcenter.sandbox.faults import Fault
from tests.billing.conftest import Stage
from tests.billing.test_links import customer, rows

pytestmark = pytest.mark.anyio

EN = Locale("en")


@pytest.fixture
def keeper(database: Database, stage: Stage) -> LinkKeeper:
    return LinkKeeper(database, stage.clock, make_seal(Keys(b"k" * 32)), timedelta(hours=24))


@pytest.fixture
def opener(keeper: LinkKeeper, billing: Billing) -> Opener:
    return Opener(keeper, billing, lambda locale: f"https://help.example.com/{locale}/account")


@dataclass
class Listening:
    """Hears of clicks, or fails to."""

    error: Exception | None = None
    heard: list[Facts] = field(default_factory=list)

    async def began(self, link: PortalLink, facts: Facts) -> None:
        if self.error is not None:
            raise self.error
        self.heard.append(facts)


def with_visits(keeper: LinkKeeper, billing: Billing, visits: Listening) -> Opener:
    return Opener(keeper, billing, lambda _: "https://help.example.com/en/account", visits)


async def sunny(keeper: LinkKeeper) -> Caller:
    identity = Identity(keeper.database, keeper.clock, Keys(b"k" * 32), None, Listeners())
    return await customer(identity, stripe_customer="cus_sandboxSunny")


async def token_of(
    keeper: LinkKeeper, who: Caller, talk: int | None = None, flow: Flow = Flow.PORTAL_HOME
) -> str:
    wish = Wish(flow, EN, conversation=talk)
    return keeper.token(await keeper.make(who, wish)).reveal()


async def test_clicks_at_the_same_moment_share_one_page_and_later_ones_do_not(
    stage: Stage, keeper: LinkKeeper, opener: Opener
) -> None:
    who = await sunny(keeper)
    token = await token_of(keeper, who)
    found = await asyncio.gather(*(opener.open(who, token) for _ in range(20)))
    urls = {each.url.reveal() for each in found if isinstance(each, Opened)}
    assert len(urls) == len(stage.sandbox.state.where("billing_portal.session")) == 1
    assert await rows(keeper, portal_clicks) == 1
    later = await opener.open(who, token)
    assert isinstance(later, Opened)
    assert later.url.reveal() not in urls
    assert "/p/session/" not in repr(found)


async def test_different_links_and_different_people_share_nothing(
    stage: Stage, keeper: LinkKeeper, opener: Opener
) -> None:
    who = await sunny(keeper)
    one, two = await token_of(keeper, who), await token_of(keeper, who)
    stranger = Caller(who.role, (who.id or 0) + 1)
    tries = [
        opener.open(who, one),
        opener.open(who, two),
        opener.open(who, one, front=True),
        opener.open(stranger, one),
    ]
    *found, refused = await asyncio.gather(*tries, return_exceptions=True)
    assert len({each.url.reveal() for each in found if isinstance(each, Opened)}) == 3
    assert isinstance(refused, HelpcenterError)
    assert refused.code == "link_not_found"


async def test_who_gives_up_does_not_take_it_from_the_others(
    stage: Stage, keeper: LinkKeeper, opener: Opener
) -> None:
    who = await sunny(keeper)
    token = await token_of(keeper, who)
    stage.sandbox.faults.add(Fault("hang", seconds=0.3))
    hasty = asyncio.create_task(opener.open(who, token))
    patient = asyncio.create_task(opener.open(who, token))
    await asyncio.sleep(0.05)
    hasty.cancel()
    assert isinstance(await patient, Opened)
    assert len(stage.sandbox.state.where("billing_portal.session")) == 1


async def test_a_click_given_up_by_all_is_forgotten_quietly(
    stage: Stage, keeper: LinkKeeper, opener: Opener
) -> None:
    who = await sunny(keeper)
    wrong = asyncio.create_task(opener.open(who, "nonsense"))
    await asyncio.sleep(0)
    (flight,) = opener._flights.values()
    wrong.cancel()
    with pytest.raises(asyncio.CancelledError):
        await wrong
    await asyncio.wait([flight])
    await asyncio.sleep(0)
    assert opener._flights == {}


async def test_a_failure_is_shared_as_well_and_not_kept(
    stage: Stage, keeper: LinkKeeper, opener: Opener
) -> None:
    who = await sunny(keeper)
    token = await token_of(keeper, who)
    stage.sandbox.faults.add(Fault("error", times=2))
    found = await asyncio.gather(*(opener.open(who, token) for _ in range(5)))
    errors = {each.error.code for each in found if isinstance(each, Unopened)}
    assert errors == {"stripe_unavailable"}
    assert isinstance(await opener.open(who, token), Opened)
    assert await rows(keeper, portal_clicks) == 2


@pytest.mark.parametrize(
    ("times", "late", "known"), [(4, 20, ["pm_sandboxSunnyVisa"]), (100, 0.5, [])]
)
async def test_a_page_opens_before_all_is_known_of_its_customer_which_is_asked_again(
    stage: Stage,
    keeper: LinkKeeper,
    billing: Billing,
    monkeypatch: pytest.MonkeyPatch,
    times: int,
    late: float,
    known: list[str],
) -> None:
    monkeypatch.setattr("helpcenter.billing.opener.HOLD", 0)
    monkeypatch.setattr("helpcenter.billing.opener.PAUSE", 0.01)
    monkeypatch.setattr("helpcenter.billing.opener.LATE", late)
    visits = Listening()
    who = await sunny(keeper)
    token = await token_of(keeper, who, talk=1)
    stage.sandbox.faults.add(Fault("error", times=times, path="/v1/customers"))
    opener = with_visits(keeper, billing, visits)
    assert isinstance(await opener.open(who, token), Opened)
    assert visits.heard == []
    (noting,) = opener._noting
    await noting
    assert [facts.default_card_id for facts in visits.heard] == known
    assert opener._noting == set()


async def test_a_page_opens_even_if_nobody_can_note_it(
    stage: Stage, keeper: LinkKeeper, billing: Billing
) -> None:
    who = await sunny(keeper)
    token = await token_of(keeper, who, talk=1)
    opener = with_visits(keeper, billing, Listening(OSError("the disk is full")))
    with structlog.testing.capture_logs() as lines:
        assert isinstance(await opener.open(who, token), Opened)
        await asyncio.sleep(0)
    assert [line["event"] for line in lines] == ["visit_not_noted"]


async def test_a_page_that_does_not_open_is_no_visit(
    stage: Stage, keeper: LinkKeeper, billing: Billing
) -> None:
    visits = Listening()
    who = await sunny(keeper)
    token = await token_of(keeper, who, talk=1)
    stage.sandbox.faults.add(Fault("error", times=2, path="/v1/billing_portal"))
    opener = with_visits(keeper, billing, visits)
    assert isinstance(await opener.open(who, token), Unopened)
    assert (visits.heard, opener._noting) == ([], set())


async def test_where_the_front_page_has_to_do_the_visit_is_still_to_come(
    stage: Stage, keeper: LinkKeeper, billing: Billing
) -> None:
    config = stage.sandbox.state.where("billing_portal.configuration")[0]
    config["features"]["payment_method_update"]["enabled"] = False
    visits = Listening()
    who = await sunny(keeper)
    token = await token_of(keeper, who, talk=1, flow=Flow.PAYMENT_METHOD_UPDATE)
    opened = await with_visits(keeper, billing, visits).open(who, token)
    assert isinstance(opened, Opened)
    assert (opened.fell_back, visits.heard) == (True, [])
