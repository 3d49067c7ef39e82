"""Portal links as rows: whose they are, until when, how often they may be clicked."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, func, select

from helpcenter.billing import links
from helpcenter.billing.keeper import LinkKeeper, make_keeper
from helpcenter.billing.links import PortalLink, Revoker, Wish
from helpcenter.billing.port import Refusal, StripeRefusedError
from helpcenter.billing.tables import portal_clicks, portal_links
from helpcenter.clock import ManualClock
from helpcenter.content.flows import Flow
from helpcenter.db.database import Database
from helpcenter.errors import HelpcenterError
from helpcenter.i18n.locale import Locale
from helpcenter.identity.announce import Listeners
from helpcenter.identity.caller import ANONYMOUS, SYSTEM, Caller, Role
from helpcenter.identity.claims import HostClaims
from helpcenter.identity.keys import Keys
from helpcenter.identity.service import Identity
from helpcenter.settings import Settings

pytestmark = pytest.mark.anyio

START = datetime(2026, 11, 22, 9, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
EN, ZH = Locale("en"), Locale("zh_HK")
CARD = Wish(Flow.PAYMENT_METHOD_UPDATE, EN)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(START)


@pytest.fixture
def keys() -> Keys:
    return Keys(b"k" * 32)


@pytest.fixture
def keeper(database: Database, clock: ManualClock, keys: Keys) -> LinkKeeper:
    return make_keeper(Settings(), database, clock, keys)


@pytest.fixture
def identity(database: Database, clock: ManualClock, keys: Keys) -> Identity:
    return Identity(database, clock, keys, None, Listeners((Revoker(clock),)))


async def customer(identity: Identity, sub: str = "one", **said: Any) -> Caller:
    now = identity.clock.now()
    claims = HostClaims(
        sub=sub,
        issued_at=now,
        expires=now + MINUTE,
        jti=f"{sub}{now.timestamp()}",
        **({"stripe_customer": f"cus_{sub}"} | said),
    )
    session = await identity.sign_in(claims, once=False)
    return Caller(Role.CUSTOMER, session.customer.id)


def opened(keeper: LinkKeeper, link: PortalLink) -> str:
    return keeper.token(link).reveal()


async def refusal(awaitable: Any) -> str:
    with pytest.raises(HelpcenterError) as caught:
        await awaitable
    return caught.value.code


async def rows(keeper: LinkKeeper, table: Any) -> int:
    query = select(func.count()).select_from(table)
    return await keeper.database.read(lambda conn: conn.execute(query).scalar_one())


async def test_a_link_opens_for_its_customer_and_notes_the_click(
    keeper: LinkKeeper, identity: Identity, clock: ManualClock
) -> None:
    who = await customer(identity)
    wish = Wish(Flow.SUBSCRIPTION_CANCEL, ZH, "sub_1")
    link = await keeper.make(who, wish)
    assert (link.wish, link.stripe_customer) == (wish, "cus_one")
    assert link.expires == START + timedelta(hours=24)
    clock.advance(MINUTE)
    assert await keeper.click(who, opened(keeper, link)) == link
    times = await keeper.database.read(
        lambda conn: conn.execute(select(portal_clicks.c.link_id, portal_clicks.c.at)).all()
    )
    assert [tuple(row) for row in times] == [(link.id, START + MINUTE)]


async def test_a_stranger_gets_the_answer_of_a_link_that_never_was(
    keeper: LinkKeeper, identity: Identity
) -> None:
    link = await keeper.make(await customer(identity), CARD)
    stranger = await customer(identity, "two")
    # Even somebody who is billed as the same customer: the link is a person's.
    colleague = await customer(identity, "three", stripe_customer="cus_one")
    for other in (stranger, colleague, ANONYMOUS, SYSTEM, Caller(Role.AGENT, 1)):
        assert await refusal(keeper.click(other, opened(keeper, link))) == "link_not_found"
    unknown = keeper.seal.token("00" * 16).reveal()
    assert await refusal(keeper.click(stranger, unknown)) == "link_not_found"
    assert await refusal(keeper.click(stranger, "nonsense")) == "link_not_found"
    assert await rows(keeper, portal_clicks) == 0


async def test_a_link_lives_as_long_as_the_words_say(
    database: Database, identity: Identity, clock: ManualClock, keys: Keys
) -> None:
    keeper = make_keeper(Settings(link_hours=2), database, clock, keys)
    who = await customer(identity)
    link = await keeper.make(who, CARD)
    clock.advance(timedelta(hours=2, seconds=-1))
    assert (await keeper.click(who, opened(keeper, link))).id
    clock.advance(timedelta(seconds=1))
    assert await refusal(keeper.click(who, opened(keeper, link))) == "link_not_found"


async def test_becoming_somebody_else_at_stripe_revokes(
    keeper: LinkKeeper, identity: Identity, clock: ManualClock
) -> None:
    who = await customer(identity)
    link = await keeper.make(who, CARD)
    clock.advance(MINUTE)
    await customer(identity, stripe_customer="cus_new")
    assert await refusal(keeper.click(who, opened(keeper, link))) == "link_not_found"
    fresh = await keeper.make_or_reuse(who, CARD)
    assert (fresh.id != link.id, fresh.stripe_customer) == (True, "cus_new")
    clock.advance(MINUTE)
    await customer(identity, stripe_customer="cus_one")
    assert await refusal(keeper.click(who, opened(keeper, link))) == "link_not_found"


async def test_signing_out_everywhere_revokes_ones_own_links_only(
    keeper: LinkKeeper, identity: Identity
) -> None:
    who, other = await customer(identity), await customer(identity, "two")
    link, others = await keeper.make(who, CARD), await keeper.make(other, CARD)
    await identity.sign_out_everywhere("one")
    assert await refusal(keeper.click(who, opened(keeper, link))) == "link_not_found"
    assert (await keeper.click(other, opened(keeper, others))).id


async def test_a_link_to_who_the_customer_was_is_no_link_even_if_nobody_told(
    database: Database, keeper: LinkKeeper, clock: ManualClock, keys: Keys
) -> None:
    deaf = Identity(database, clock, keys, None, Listeners())
    who = await customer(deaf)
    link = await keeper.make(who, CARD)
    clock.advance(MINUTE)
    await customer(deaf, stripe_customer="cus_new")
    assert await refusal(keeper.click(who, opened(keeper, link))) == "link_not_found"


async def test_the_same_wish_gets_the_same_link_while_that_is_good(
    keeper: LinkKeeper, identity: Identity, clock: ManualClock
) -> None:
    who, other = await customer(identity), await customer(identity, "two")
    link = await keeper.make_or_reuse(who, CARD)
    clock.advance(timedelta(hours=23))
    assert await keeper.make_or_reuse(who, CARD) == link
    for else_ in (
        Wish(Flow.PORTAL_HOME, EN),
        Wish(Flow.PAYMENT_METHOD_UPDATE, ZH),
        Wish(Flow.PAYMENT_METHOD_UPDATE, EN, "sub_1"),
    ):
        assert (await keeper.make_or_reuse(who, else_)).id != link.id
    assert (await keeper.make_or_reuse(other, CARD)).id != link.id
    assert (await keeper.make(who, CARD)).expires == clock.now() + timedelta(hours=24)
    clock.advance(timedelta(hours=25))
    assert (await keeper.make_or_reuse(who, CARD)).id != link.id


@pytest.mark.parametrize("flow", Flow)
async def test_the_table_takes_every_flow(
    keeper: LinkKeeper, identity: Identity, flow: Flow
) -> None:
    who = await customer(identity)
    link = await keeper.make(who, Wish(flow, EN))
    assert (await keeper.click(who, opened(keeper, link))).wish.flow is flow


async def test_only_customers_whom_stripe_bills_have_links(
    keeper: LinkKeeper, identity: Identity
) -> None:
    for nobody in (ANONYMOUS, SYSTEM, Caller(Role.AGENT, 1), Caller(Role.CUSTOMER, 999)):
        assert await refusal(keeper.make(nobody, CARD)) == "sign_in_needed"
    free = await customer(identity, stripe_customer=None)
    with pytest.raises(StripeRefusedError) as caught:
        await keeper.make_or_reuse(free, CARD)
    assert caught.value.refusal is Refusal.CUSTOMER_MISSING
    assert await rows(keeper, portal_links) == 0


async def test_ten_clicks_a_minute_over_all_links_and_no_more(
    keeper: LinkKeeper, identity: Identity, clock: ManualClock
) -> None:
    who, other = await customer(identity), await customer(identity, "two")
    one, two = await keeper.make(who, CARD), await keeper.make(who, CARD)
    others = await keeper.make(other, CARD)
    for _ in range(5):
        await keeper.click(who, opened(keeper, one))
        await keeper.click(who, opened(keeper, two))
        clock.advance(timedelta(seconds=2))
    with pytest.raises(HelpcenterError) as caught:
        await keeper.click(who, opened(keeper, one))
    assert (caught.value.code, caught.value.retry_after) == ("too_many", 51)
    assert (await keeper.click(other, opened(keeper, others))).id
    assert await rows(keeper, portal_clicks) == 11
    clock.advance(timedelta(seconds=51))
    assert (await keeper.click(who, opened(keeper, one))).id


async def test_ten_links_made_a_minute_and_no_more(
    keeper: LinkKeeper, identity: Identity, clock: ManualClock
) -> None:
    who = await customer(identity)
    for _ in range(10):
        await keeper.make(who, CARD)
    assert await refusal(keeper.make(who, CARD)) == "too_many"
    assert (await keeper.make_or_reuse(who, CARD)).id
    clock.advance(MINUTE)
    assert (await keeper.make(who, CARD)).id


async def test_a_link_does_not_show_whom_it_is_for(keeper: LinkKeeper, identity: Identity) -> None:
    link = await keeper.make(await customer(identity), CARD)
    assert "cus_" not in repr(link)
    token = opened(keeper, link)

    def stored(conn: Connection) -> str:
        return repr(conn.execute(select(portal_links)).all())

    assert link.id in await keeper.database.read(stored)
    assert token not in await keeper.database.read(stored)
    assert links.link_not_found().params == {}
