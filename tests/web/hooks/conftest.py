"""The kettle shop with Stripe's webhook set up."""

import pytest
from pydantic import SecretStr
from starlette.testclient import TestClient

from helpcenter.app import HelpCenter, create_app
from helpcenter.clock import ManualClock
from helpcenter.db.database import Database
from helpcenter.settings import Settings
from helpcenter.site.model import Site
from tests.billing.deliveries import SECRET
from tests.identity.host import START
from tests.web.conftest import client_of


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(START)


@pytest.fixture
def hooked(settings: Settings) -> Settings:
    """Settings with a key and the two secrets of a roll."""
    return settings.model_copy(
        update={
            "stripe_key": SecretStr("rk_test_1"),
            "stripe_webhook_secrets": (SecretStr("whsec_new"), SecretStr(SECRET)),
            "metrics_token": SecretStr("scrape"),
        }
    )


@pytest.fixture
def app(hooked: Settings, site: Site, database: Database, clock: ManualClock) -> HelpCenter:
    return create_app(hooked, database=database, site=site, clock=clock, log_requests=False)


@pytest.fixture
def client(app: HelpCenter) -> TestClient:
    return client_of(app)
