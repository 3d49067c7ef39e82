"""`/go` over HTTP: a hundred customers at once, and two who share a link, in all weathers."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from socket import socket

import pytest
from pydantic import SecretStr

from helpcenter.app import HelpCenter
from helpcenter.billing.changes import JOB as CUSTOMER_CHANGED
from helpcenter.billing.intake import SETTLE
from helpcenter.bot.tables import waits
from helpcenter.jobs.tables import jobs
from helpcenter.sandbox import shapes, wallet
from helpcenter.sandbox.faults import Fault
from helpcenter.sandbox.faults import Kind as FaultKind
from helpcenter.sandbox.serving import bind, start_in_thread
from helpcenter.settings import Settings
from tests.billing.conftest import Stage
from tests.web.account.portal.conftest import rows
from tests.web.account.portal.crowd import Clicker, browsers, unwatched

pytestmark = [pytest.mark.full, pytest.mark.anyio]

PEOPLE = 100
KINDS: tuple[FaultKind, ...] = ("hang", "rate_limit", "error", "garbage", "reset")


@pytest.fixture
def stage() -> Iterator[Stage]:
    with unwatched() as stage:
        yield stage


@pytest.fixture
def sock() -> Iterator[socket]:
    with bind() as bound:
        yield bound


@pytest.fixture
def with_host(with_host: Settings, sock: socket, stage: Stage) -> Settings:
    """Settings of a site that is where the socket is, and hears of Stripe's events."""
    base = f"http://127.0.0.1:{sock.getsockname()[1]}"
    stage.sandbox.connect(webhook_url=f"{base}/webhooks/stripe")
    secret = SecretStr(stage.sandbox.config.webhook_secret)
    return with_host.model_copy(update={"base_url": base, "stripe_webhook_secrets": (secret,)})


async def until(so: Callable[[], Awaitable[bool]]) -> None:
    """Wait for what nobody announces."""
    async with asyncio.timeout(30):
        while not await so():  # noqa: ASYNC110 - so its name says
            await asyncio.sleep(0.05)


@pytest.mark.parametrize(
    ("by_chat", "seconds"), [(False, 0), (True, 0.3)], ids=["quick", "slow and by chat"]
)
async def test_everybody_lands_on_a_page_of_their_own(
    app: HelpCenter,
    stage: Stage,
    with_host: Settings,
    sock: socket,
    *,
    by_chat: bool,
    seconds: float,
) -> None:
    crowd = [f"cus_crowd{number:03}" for number in range(PEOPLE)]
    for customer in crowd:
        stage.sandbox.state.add(shapes.customer(customer, stage.sandbox.state.now()))
    with start_in_thread(app, sock=sock):
        async with browsers(stage, with_host.base_url, crowd) as people:
            await asyncio.gather(*(each.arrive(by_chat=by_chat) for each in people))
            if seconds:
                stage.sandbox.faults.add(Fault("hang", times=10_000, seconds=seconds))
            # While Stripe takes its time, everybody clicks twice.
            times = 2 if seconds else 1
            clicks = [each.click() for each in people for _ in range(times)]
            pages = await asyncio.gather(*clicks)
            stage.sandbox.faults.clear()
            assert len(set(pages[::times])) == PEOPLE
            # Both halves of a double click share a page, unless this machine kept them apart.
            assert len(set(pages)) < 1.1 * PEOPLE
            await until(lambda: all_noted(app, PEOPLE if by_chat else 0))


async def all_noted(app: HelpCenter, count: int) -> bool:
    """Tell whether so many conversations wait for what their customers do."""
    return len(await asyncio.to_thread(rows, app, waits)) == count


async def test_two_people_and_one_link_in_all_weathers(
    app: HelpCenter, stage: Stage, with_host: Settings, sock: socket
) -> None:
    with start_in_thread(app, sock=sock):
        async with browsers(
            stage, with_host.base_url, ["cus_sandboxSunny", "cus_sandboxMarigold"]
        ) as (sunny, stranger):
            for kind in KINDS:
                await arrive(sunny, stranger)
                await share_a_link(stage, sunny, stranger, kind)
            await arrive(sunny, stranger)
            await sunny.click()
            await until(lambda: all_noted(app, 1))
            await tell_in_any_order(app, stage, sunny)
            await stranger.arrive(by_chat=True)
            assert await stranger.heard() == []


async def arrive(*people: Clicker) -> None:
    """Sign in anew, a while after what was before: nobody clicks too often, Stripe is asked."""
    people[0].stage.clock.advance(timedelta(minutes=2))
    for each in people:
        await each.arrive(by_chat=True)


async def share_a_link(stage: Stage, owner: Clicker, stranger: Clicker, kind: FaultKind) -> None:
    """Let both click the owner's link while Stripe is in trouble, and after that."""
    sessions = len(stage.sandbox.state.where("billing_portal.session"))
    stage.sandbox.faults.add(Fault(kind, times=400, seconds=0.2))
    clicks = [owner.go(owner.link), stranger.go(owner.link)] * 3
    found = await asyncio.gather(*clicks)
    stage.sandbox.faults.clear()
    for mine, theirs in zip(found[::2], found[1::2], strict=True):
        assert theirs.status_code == 404
        assert "location" not in theirs.headers
        assert owner.customer not in theirs.text
        if kind == "hang":
            owner.landed(mine)
        else:
            assert (mine.status_code, "location" in mine.headers) == (503, False)
            assert "/p/session/" not in mine.text
    made = stage.sandbox.state.where("billing_portal.session")[sessions:]
    assert {session["customer"] for session in made} <= {owner.customer}


async def tell_in_any_order(app: HelpCenter, stage: Stage, owner: Clicker) -> None:
    """Add a card; let Stripe tell of it backwards, many times over, and days late."""
    state, deliverer = stage.sandbox.state, stage.sandbox.webhooks
    deliverer.paused = True
    method, _ = wallet.new_method(state, wallet.CardInput("5555555555554444", 12, 2030))
    wallet.attach(state, method["id"], owner.customer)
    wallet.make_default(state, owner.customer, method["id"])
    # The first who looks meets a Stripe in trouble.
    stage.sandbox.faults.add(Fault("error", times=2))
    deliverer.release(backwards=True)
    again = [event["id"] for event in state.events()[-2:]]
    for event in again:
        deliverer.redeliver(event, times=20)
    assert await asyncio.to_thread(deliverer.drain)

    async def worked() -> bool:
        stage.clock.advance(SETTLE)
        left = await asyncio.to_thread(rows, app, jobs)
        return all(job["name"] != CUSTOMER_CHANGED for job in left)

    await until(worked)
    stage.clock.advance(timedelta(days=3))
    for event in reversed(again):
        deliverer.redeliver(event, times=5)
    assert await asyncio.to_thread(deliverer.drain)
    await until(worked)
    assert {each.status for each in deliverer.log} == {200}
    await owner.arrive(by_chat=True)
    news = [text for text in await owner.heard() if "ending 4444" in text]
    assert len(news) == 1, news
