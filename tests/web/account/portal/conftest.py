"""The kettle shop with its host app, and a sandbox Stripe that knows its customers."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

import pytest
from httpx2 import Response
from pydantic import SecretStr
from sqlalchemy import Table, select

from helpcenter.app import HelpCenter
from helpcenter.clock import ManualClock
from helpcenter.sandbox.people import person_named
from helpcenter.sandbox.state import Obj
from helpcenter.settings import Settings
from helpcenter.web.account.till import Till
from tests.billing.conftest import Stage, stage
from tests.web.account.conftest import LOGIN, Browser
from tests.web.conftest import BASE, client_of

__all__ = ["stage"]

MANAGE = "/en/account/manage/payment_method_update"
DOCUMENT = {"sec-fetch-dest": "document", "sec-fetch-mode": "navigate"}


@pytest.fixture
def clock(stage: Stage) -> ManualClock:
    return stage.clock


@pytest.fixture
def with_host(with_host: Settings, stage: Stage) -> Settings:
    host = stage.sandbox.wiring.stripe_url.removeprefix("http://")
    return with_host.model_copy(
        update={
            "stripe_key": SecretStr(stage.sandbox.config.restricted_key),
            "stripe_api_base": stage.sandbox.wiring.stripe_url,
            "stripe_portal_hosts": (host,),
            "stripe_invoice_hosts": (host,),
        }
    )


@dataclass
class Customer(Browser):
    """The browser of one of the sandbox's people, and what Stripe has seen of them."""

    stage: Stage
    name: str = "sunny"

    def jwt(self, **changes: Any) -> str:
        person = person_named(self.name)
        said = {
            "sub": person.sub,
            "stripe_customer": person.customer,
            "email": person.email,
            "zoneinfo": person.zoneinfo,
        }
        return super().jwt(**(said | changes))

    def go(self, path: str, **headers: str) -> Response:
        """Open a page as a person does."""
        return self.client.get(path, headers=DOCUMENT | headers)

    def link(self, path: str = MANAGE) -> str:
        """Get a link by a button; return its path."""
        answer = self.go(path)
        assert answer.status_code == 303, answer.text
        to: str = answer.headers["location"]
        assert re.fullmatch(r"/go/[A-Za-z0-9_-]{43}", to)
        return to

    def come_back(self, answer: Response) -> Response:
        """Sign in at the host app that an answer leads to, and return to where one was going."""
        asked = parse_qs(urlsplit(answer.headers["location"]).query)
        assert answer.headers["location"].startswith(LOGIN.partition("?")[0])
        assert asked["return_to"] == [f"{BASE}/sso"]
        back = self.client.get("/sso", params={"jwt": self.jwt(), "state": asked["state"][0]})
        assert back.status_code == 303, back.text
        return back

    @property
    def sessions(self) -> list[Obj]:
        """The portal pages that were made."""
        return list(self.stage.sandbox.state.where("billing_portal.session"))

    @property
    def stripe(self) -> Obj:
        """The customer as Stripe knows them."""
        return self.stage.sandbox.customer(self.name)


Signed = Callable[..., Customer]


@pytest.fixture
def signed_in(app: HelpCenter, stage: Stage) -> Signed:
    """Make a browser that is signed in as one of the sandbox's people."""

    def make(name: str = "sunny", **claims: Any) -> Customer:
        made = Customer(client_of(app), stage.clock, stage, name)
        made.sign_in(**claims)
        return made

    return make


@pytest.fixture
def sunny(signed_in: Signed) -> Customer:
    return signed_in("sunny")


@pytest.fixture
def pip(signed_in: Signed) -> Customer:
    return signed_in("pip")


def till_of(app: HelpCenter) -> Till:
    """Return the app's till."""
    return cast("Till", app.state.till)


def rows(app: HelpCenter, table: Table) -> list[dict[str, Any]]:
    """Return every row of a table."""
    found = till_of(app).keeper.database.read_sync(
        lambda conn: conn.execute(select(table)).mappings().all()
    )
    return [dict(row) for row in found]


def clicks(app: HelpCenter, flow: str, outcome: str) -> float:
    """Return how often the metrics have counted this."""
    count: float = till_of(app).clicks.labels(flow, outcome)._value.get()
    return count
