"""The kettle shop over HTTP: a client of the real app, on a real database, with a real index."""

import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
import structlog
from starlette.testclient import TestClient

from helpcenter.app import HelpCenter, create_app
from helpcenter.content.roots import find_roots
from helpcenter.db import engine
from helpcenter.db.database import Database
from helpcenter.db.engine import open_database
from helpcenter.settings import Settings
from helpcenter.site.build import build
from helpcenter.site.indexing import SiteIndexer
from helpcenter.site.model import Site
from tests.factories import CONTENT, SETTINGS

BASE = "https://help.example.com"


@pytest.fixture(scope="session", autouse=True)
def _plain_log() -> None:
    """Log as servers do: the default for terminals draws every local variable of a fault."""
    plain = structlog.processors.format_exc_info
    structlog.configure(processors=[plain, structlog.processors.JSONRenderer()])


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
    index = SiteIndexer(settings)(bare.library.articles.values(), bare.hash)
    return bare.with_index(index)


@pytest.fixture(scope="session")
def shop(settings: Settings, site: Site, _sqlite_template: Path) -> Iterator[HelpCenter]:
    """An app that all tests share who only read."""
    shutil.copy(_sqlite_template, settings.data / engine.FILE)
    with closing(open_database(None, settings.data)) as database:
        yield create_app(settings, database=database, site=site, log_requests=False)


@pytest.fixture
def client(shop: HelpCenter) -> TestClient:
    """A client of the shared app."""
    return client_of(shop)


@pytest.fixture
def app(settings: Settings, site: Site, database: Database) -> HelpCenter:
    """An app of this test's own, on a migrated database; its lifespan has not begun."""
    return create_app(settings, database=database, site=site, log_requests=False)


@pytest.fixture
def own(app: HelpCenter) -> TestClient:
    """A client of this test's own app."""
    return client_of(app)


def client_of(app: HelpCenter) -> TestClient:
    """Return a client that follows no redirects and sees faults as readers do."""
    return TestClient(app, base_url=BASE, follow_redirects=False, raise_server_exceptions=False)
