"""After a day of clicking, chatting and failing, nothing that is kept or sent lets anybody in.

Looked through are the database and its write-ahead log, every line of log, the metrics, the mails
and the bot's traces, for portal URLs, tokens, card numbers and keys.
"""

import contextlib
import io
import json
import logging
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import structlog
from pydantic import SecretStr
from sqlalchemy import Connection, select
from starlette.testclient import TestClient

from helpcenter.app import HelpCenter, create_app
from helpcenter.db.database import Database
from helpcenter.db.types import metadata
from helpcenter.sandbox.faults import Fault
from helpcenter.sandbox.people import fail_next_payment
from helpcenter.settings import Settings
from helpcenter.site.model import Site
from helpcenter.web.ops.log import configure_logging
from tests.billing.conftest import Stage
from tests.billing.deliveries import signed
from tests.databases import Place
from tests.jobs.test_mail import Postman, free_port, served
from tests.web.account.portal.conftest import Customer, Signed, till_of
from tests.web.conftest import client_of

METRICS = "the scraper's own token"
CARD = "4242 4242 4242 4242"
OURS = {"sec-fetch-site": "same-origin"}


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
def postman() -> Postman:
    return Postman()


@pytest.fixture
def smtp(postman: Postman) -> Iterator[SecretStr]:
    """The address of a mail server at which `postman` takes everything."""
    controller = served(postman, free_port())
    controller.start()
    yield SecretStr(f"smtp://127.0.0.1:{controller.port}")
    controller.stop()


@pytest.fixture
def app(
    written: io.StringIO,
    with_host: Settings,
    site: Site,
    database: Database,
    stage: Stage,
    smtp: SecretStr,
) -> HelpCenter:
    more = {
        "metrics_token": SecretStr(METRICS),
        "stripe_webhook_secrets": (SecretStr(stage.sandbox.config.webhook_secret),),
        "payment_mails": True,
        "smtp_url": smtp,
        "mail_from": "help@example.com",
    }
    settings = with_host.model_copy(update=more)
    return create_app(settings, database=database, site=site, clock=stage.clock)


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


def talk_and_owe(client: TestClient, stage: Stage, postman: Postman) -> list[str]:
    """Paste a card into the chat, ask why, click; have Stripe tell of it; return the secrets."""
    secrets = [stage.sandbox.config.webhook_secret, METRICS, CARD, CARD.replace(" ", "")]
    juniper = Customer(client, stage.clock, stage, "juniper")
    juniper.sign_in()
    talk = client.post("/api/v1/conversations", json={}, headers=OURS).json()["id"]
    path = f"/api/v1/conversations/{talk}"
    for number, text in enumerate((f"my card is {CARD} cvc 739", "update my payment method")):
        line = {"client_id": str(number), "text": text}
        assert client.post(f"{path}/messages", json=line, headers=OURS).status_code == 201
    url = _offered(client, path)
    went = juniper.go(url)
    assert went.status_code == 303, went.text
    secrets += [url.removeprefix("/go/"), went.headers["location"]]
    fail_next_payment(stage.sandbox.state, "juniper", "stolen_card")
    told = stage.sandbox.state.events("invoice.payment_failed")[-1]
    session = stage.sandbox.state.events("billing_portal.session.created")[-1]
    for event in (told, session):
        body = json.dumps(event).encode()
        headers = {"stripe-signature": signed(body, stage.clock.now(), secrets[0])}
        assert client.post("/webhooks/stripe", content=body, headers=headers).is_success
    _until(lambda: postman.taken)
    return secrets


def _offered(client: TestClient, path: str) -> str:
    """Return the link that the bot offers."""
    found: list[str] = []

    def look() -> list[str]:
        items = client.get(f"{path}/feed?after=0", headers=OURS).json()["items"]
        parts = (part for item in items for part in item["parts"])
        found[:] = [part["url"] for part in parts if part.get("url", "").startswith("/go/")]
        return found

    _until(look)
    return found[0]


def _until(there: Callable[[], object]) -> None:
    end = time.monotonic() + 30
    while not there():
        assert time.monotonic() < end
        time.sleep(0.05)


def go_wrong(stage: Stage, pip: Customer, link: str) -> None:
    """Meet every refusal there is."""
    stage.sandbox.faults.add(Fault("garbage", times=3))
    pip.go(link)
    stage.sandbox.faults.clear()
    stage.sandbox.state.rights.discard("customer_portal_write")
    pip.go(link)
    stage.sandbox.state.tables["billing_portal.configuration"].clear()
    pip.go(link)


def test_no_token_url_or_key_is_kept_or_logged(  # noqa: PLR0913, PLR0917 - every place there is
    app: HelpCenter,
    place: Place,
    stage: Stage,
    signed_in: Signed,
    postman: Postman,
    written: io.StringIO,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    # The test's own browser, which tells where it goes.
    caplog.set_level(logging.WARNING, logger="httpx2")
    database = till_of(app).keeper.database
    with client_of(app) as client:
        secrets = talk_and_owe(client, stage, postman)
        secrets += live_a_day(stage, signed_in)
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
    assert len(ids) >= 7
    assert all(link_id in stored for link_id in ids)
    assert len(secrets) == 21
    bearer = {"authorization": f"Bearer {METRICS}"}
    counted = client_of(app).get("/metrics", headers=bearer).text
    assert "helpcenter_portal_clicks_total{" in counted
    mailed = "".join(str(message) + message.get_content() for message in postman.taken)
    assert "/account" in mailed
    places = {"stored": stored, "logged": logged, "counted": counted, "mailed": mailed}
    for secret in [*secrets, "/p/session/", "/i/test_", "rk_test_", "sk_test_", "hca_", "cvc 739"]:
        for name, text in places.items():
            assert secret not in text, f"a secret was {name}"


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
