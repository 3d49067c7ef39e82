"""The kettle shop with a host app beside it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit

import pytest
from httpx2 import Response
from pydantic import SecretStr
from starlette.testclient import TestClient

from helpcenter.app import HelpCenter, create_app
from helpcenter.clock import ManualClock
from helpcenter.db.database import Database
from helpcenter.identity import api_tokens
from helpcenter.identity.api_tokens import Scope
from helpcenter.identity.service import Identity
from helpcenter.settings import Settings
from helpcenter.site.model import Site
from tests.identity import host
from tests.identity.host import ISSUER, SECRET, START, HostApp
from tests.web.conftest import BASE, client_of

ORIGIN = "https://app.example.com"
LOGIN = f"{ORIGIN}/help-login?from=help"
COOKIE = "__Host-hc_customer"
BOUNCE = "__Host-hc_bounce"


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(START)


@pytest.fixture
def with_host(settings: Settings) -> Settings:
    """Settings of a site whose host app signs by HS256."""
    return settings.model_copy(
        update={
            "secret": SecretStr("the help centre's own secret, 32+"),
            "host_jwt_secret": SecretStr(SECRET),
            "host_jwt_issuer": ISSUER,
            "host_origins": (ORIGIN,),
            "login_url": LOGIN,
        }
    )


@pytest.fixture
def app(with_host: Settings, site: Site, database: Database, clock: ManualClock) -> HelpCenter:
    return create_app(with_host, database=database, site=site, clock=clock, log_requests=False)


@dataclass
class Browser:
    """A person's browser and the host app they use."""

    client: TestClient
    clock: ManualClock

    def jwt(self, **changes: Any) -> str:
        """Return what the host app says of its user now."""
        return HostApp().sign(host.claims(self.clock.now(), **{"aud": BASE, **changes}))

    def post_sso(self, fields: dict[str, str] | bytes, origin: str | None = ORIGIN) -> Response:
        """Send the host page's form."""
        headers = {"content-type": "application/x-www-form-urlencoded"}
        if origin is not None:
            headers["origin"] = origin
        if isinstance(fields, bytes):
            return self.client.post("/sso", content=fields, headers=headers)
        return self.client.post("/sso", data=fields, headers=headers)

    def sign_in(self, **changes: Any) -> Response:
        """Come from the host app by its form."""
        answer = self.post_sso({"jwt": self.jwt(**changes), "return_to": "/en/"})
        assert answer.status_code == 303, answer.text
        return answer

    def bounce(self, path: str = "/en/signin") -> str:
        """Go to the login page; return the state it is given."""
        answer = self.client.get(path)
        assert answer.status_code == 303, answer.text
        return parse_qs(urlsplit(answer.headers["location"]).query)["state"][0]

    def me(self) -> dict[str, Any]:
        """Ask as a page of ours does."""
        answer = self.client.get("/api/v1/me", headers={"sec-fetch-site": "same-origin"})
        assert answer.status_code == 200
        found: dict[str, Any] = answer.json()
        return found

    def token(self) -> str:
        """Get an access token as the widget does."""
        answer = self.client.post("/api/v1/identify", json={"jwt": self.jwt()})
        assert answer.status_code == 200, answer.text
        found: str = answer.json()["access_token"]
        return found

    def wait(self, **by: float) -> None:
        self.clock.advance(timedelta(**by))


@pytest.fixture
def browser(app: HelpCenter, clock: ManualClock) -> Browser:
    return Browser(client_of(app), clock)


@pytest.fixture
def new_browser(app: HelpCenter, clock: ManualClock) -> Callable[[], Browser]:
    """Make another browser of the same site."""
    return lambda: Browser(client_of(app), clock)


def identity_of(app: HelpCenter) -> Identity:
    """Return the app's identity service."""
    return cast("Identity", app.state.identity)


@pytest.fixture
def api_token(app: HelpCenter, clock: ManualClock) -> str:
    """A token that may sign customers out."""
    identity = identity_of(app)
    token = api_tokens.new_token()
    digest = api_tokens.digest(identity.keys, token)
    identity.database.write_sync(
        lambda conn: api_tokens.add(conn, "host", [Scope.CUSTOMERS_SIGNOUT], digest, clock.now())
    )
    return token
