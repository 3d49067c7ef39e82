"""A hundred customers click at once while Stripe hangs, fails, cuts off and answers rubbish."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta

import httpx2
import pytest

from helpcenter.app import HelpCenter
from helpcenter.sandbox import shapes
from helpcenter.sandbox.faults import Fault
from tests.billing.conftest import Stage
from tests.identity import host
from tests.identity.host import HostApp
from tests.web.account.conftest import ORIGIN
from tests.web.account.portal.conftest import DOCUMENT
from tests.web.conftest import BASE

pytestmark = [pytest.mark.full, pytest.mark.anyio]

PEOPLE = 100
SESSIONS = "/v1/billing_portal/sessions"


@dataclass
class Clicker:
    """One customer, with a browser and an address of their own."""

    client: httpx2.AsyncClient
    stage: Stage
    customer: str
    link: str = ""

    async def arrive(self) -> None:
        """Sign in and get a link."""
        said = {"aud": BASE, "sub": f"user-{self.customer}", "stripe_customer": self.customer}
        jwt = HostApp().sign(host.claims(self.stage.clock.now(), **said))
        form = {"jwt": jwt, "return_to": "/en/"}
        answer = await self.client.post("/sso", data=form, headers={"origin": ORIGIN})
        assert answer.status_code == 303, answer.text
        answer = await self.client.get("/en/account/manage/portal_home", headers=DOCUMENT)
        assert answer.status_code == 303, answer.text
        self.link = answer.headers["location"]

    async def click(self) -> bool:
        """Click; tell whether the portal opened, which must be one's own then."""
        answer = await self.client.get(self.link, headers=DOCUMENT)
        if answer.status_code != 303:
            assert answer.status_code == 503
            assert "Location" not in answer.headers
            assert "/p/session/" not in answer.text
            return False
        state = self.stage.sandbox.state
        visit = state.visits[answer.headers["location"].rpartition("/")[2]]
        assert state.get("billing_portal.session", visit.session)["customer"] == self.customer
        return True


def clicker(app: HelpCenter, stage: Stage, number: int) -> Clicker:
    customer = f"cus_crowd{number:03}"
    stage.sandbox.state.add(shapes.customer(customer, stage.sandbox.state.now()))
    door = httpx2.ASGITransport(app=app, client=(f"10.0.0.{number}", 1024))
    return Clicker(httpx2.AsyncClient(transport=door, base_url=BASE), stage, customer)


async def test_nobody_gets_somebody_elses_page_and_nobody_else_waits(
    app: HelpCenter, stage: Stage
) -> None:
    crowd = [clicker(app, stage, number) for number in range(PEOPLE)]
    await asyncio.gather(*(each.arrive() for each in crowd))
    for kind in ("hang", "rate_limit", "error", "garbage", "reset"):
        stage.sandbox.faults.add(Fault(kind, times=30, path=SESSIONS, seconds=3))
    storm = asyncio.gather(*(each.click() for each in crowd))
    await asyncio.sleep(0.2)
    reader = crowd[0].client
    for path in ("/en/", "/zh-HK/search?q=lid", "/healthz"):
        assert (await reader.get(path)).status_code == 200
    assert not storm.done()
    opened = await storm
    stage.sandbox.faults.clear()
    waiting = [each for each, done in zip(crowd, opened, strict=True) if not done]
    assert waiting
    for _ in range(12):
        # Until Stripe is asked again, and the minute in which ten clicks count is over.
        stage.clock.advance(timedelta(minutes=1))
        done = await asyncio.gather(*(each.click() for each in waiting))
        waiting = [each for each, well in zip(waiting, done, strict=True) if not well]
        if not waiting:
            break
    assert waiting == []
    for each in crowd:
        await each.client.aclose()
