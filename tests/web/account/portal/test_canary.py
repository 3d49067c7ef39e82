"""After a day of clicking, neither the database nor any log holds what lets anybody in."""

import contextlib
import io
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from sqlalchemy import Connection, select

from helpcenter.app import HelpCenter, create_app
from helpcenter.db.database import Database
from helpcenter.db.types import metadata
from helpcenter.sandbox.faults import Fault
from helpcenter.settings import Settings
from helpcenter.site.model import Site
from helpcenter.web.ops.log import configure_logging
from tests.billing.conftest import Stage
from tests.databases import Place
from tests.web.account.portal.conftest import Customer, Signed, till_of


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What the app logs when it is run: every request, as JSON."""
    before, stream = structlog.get_config(), io.StringIO()
    handlers = logging.getLogger().handlers[:]
    configure_logging("json", stream)
    yield stream
    structlog.configure(**before)
    logging.basicConfig(handlers=handlers, force=True)


@pytest.fixture
def app(
    written: io.StringIO, with_host: Settings, site: Site, database: Database, stage: Stage
) -> HelpCenter:
    return create_app(with_host, database=database, site=site, clock=stage.clock)


def live_a_day(stage: Stage, signed_in: Signed) -> list[str]:
    """Click everything there is, well and badly; return what must be found nowhere."""
    secrets = [stage.sandbox.config.restricted_key, stage.sandbox.config.secret_key]
    pip, sunny = signed_in("pip"), signed_in("sunny")
    flows = ("payment_method_update", "portal_home", "pay_invoice", "subscription_cancel")
    for flow in flows:
        link = pip.link(f"/zh-HK/account/manage/{flow}")
        secrets += [link.removeprefix("/go/"), pip.go(link).headers["location"]]
        assert sunny.go(link).status_code == 404
    access = pip.token()
    made = pip.client.post(
        "/api/v1/portal-links",
        json={"flow": "portal_home"},
        headers={"authorization": f"Bearer {access}"},
    ).json()
    secrets += [access, made["url"], made["url"].rpartition("/")[2]]
    pip.wait(hours=1)
    pip.client.get("/sso", params={"jwt": (jwt := pip.jwt()), "state": "x"})
    secrets += [jwt, *pip.client.cookies.values()]
    pip.sign_in()
    pip.go("/en/account?from=portal")
    go_wrong(stage, pip, pip.link())
    return secrets


def go_wrong(stage: Stage, pip: Customer, link: str) -> None:
    """Meet every refusal there is."""
    stage.sandbox.faults.add(Fault("garbage", times=3))
    pip.go(link)
    stage.sandbox.faults.clear()
    stage.sandbox.state.rights.discard("customer_portal_write")
    pip.go(link)
    stage.sandbox.state.tables["billing_portal.configuration"].clear()
    pip.go(link)


def test_no_token_url_or_key_is_kept_or_logged(
    app: HelpCenter,
    place: Place,
    stage: Stage,
    signed_in: Signed,
    written: io.StringIO,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    # The test's own browser, which tells where it goes.
    caplog.set_level(logging.WARNING, logger="httpx2")
    database = till_of(app).keeper.database
    secrets = live_a_day(stage, signed_in)
    told = capfd.readouterr()
    logged = written.getvalue() + told.out + told.err + caplog.text
    assert logged.count('"route": "/go/{token}"') >= 8
    assert "portal_link_refused" in logged
    assert "stripe_refused" in logged
    stored = kept(database) + "".join(map(content, place.folder.rglob("*")))
    assert "cus_sandboxPip" in stored
    ids = database.read_sync(
        lambda conn: conn.execute(select(metadata.tables["portal_links"].c.id)).scalars().all()
    )
    assert len(ids) == 6
    assert all(link_id in stored for link_id in ids)
    assert len(secrets) == 15
    scraped = till_of(app).clicks.collect()
    for secret in [*secrets, "/p/session/", "/i/test_", "rk_test_", "sk_test_", "hca_"]:
        for place_name, text in (("stored", stored), ("logged", logged), ("counted", str(scraped))):
            assert secret not in text, f"a secret was {place_name}"


def kept(database: Database) -> str:
    """Return every row of every table as text."""

    def everything(conn: Connection) -> str:
        return "".join(repr(conn.execute(select(t)).all()) for t in metadata.sorted_tables)

    return database.read_sync(everything)


def content(path: Path) -> str:
    """Return what a file holds, database and write-ahead log alike."""
    with contextlib.suppress(IsADirectoryError):
        return path.read_bytes().decode("latin-1")
    return ""
