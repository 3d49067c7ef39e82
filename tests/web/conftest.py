"""The kettle shop over HTTP: a client of the real app, on a real database, with a real index."""

import pytest
from starlette.testclient import TestClient

from helpcenter.app import HelpCenter, create_app
from helpcenter.content.roots import find_roots
from helpcenter.db.database import Database
from helpcenter.settings import Settings
from helpcenter.site.build import build
from helpcenter.site.indexing import index_builder
from helpcenter.site.model import Site
from tests.factories import CONTENT, SETTINGS

BASE = "https://help.example.com"


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """The kettle shop's settings: its own articles over the starter's catalogues."""
    return SETTINGS.model_copy(
        update={"content": CONTENT, "base_url": BASE, "data": tmp_path_factory.mktemp("data")}
    )


@pytest.fixture(scope="session")
def site(settings: Settings) -> Site:
    """The kettle shop with its search index."""
    bare = build(settings, find_roots(settings.content))
    index = index_builder(settings)(bare.library.articles.values(), bare.hash)
    return bare.with_index(index)


@pytest.fixture
def app(settings: Settings, site: Site, database: Database) -> HelpCenter:
    """The whole app; its lifespan has not begun."""
    return create_app(settings, database=database, site=site, log_requests=False)


@pytest.fixture
def client(app: HelpCenter) -> TestClient:
    """A client that follows no redirects and sees faults as readers do."""
    return client_of(app)


def client_of(app: HelpCenter) -> TestClient:
    """Return such a client for another app."""
    return TestClient(app, base_url=BASE, follow_redirects=False, raise_server_exceptions=False)
