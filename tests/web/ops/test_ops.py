"""What operators see: health, readiness, metrics, ids, logs."""

import io
import json
import logging
import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
import structlog
from pydantic import SecretStr
from sqlalchemy import Connection, update
from starlette.testclient import TestClient

from helpcenter.app import HelpCenter, create_app
from helpcenter.clock import SystemClock
from helpcenter.db.database import Database
from helpcenter.jobs.mail import post
from helpcenter.jobs.tables import jobs
from helpcenter.settings import Settings
from helpcenter.site.model import Site
from helpcenter.web.ops.log import configure_logging
from tests.web.conftest import client_of


def test_the_process_says_that_it_is_up(client: TestClient) -> None:
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})
    assert answer.headers["cache-control"] == "no-store"


def test_ready_with_database_and_site(own: TestClient) -> None:
    answer = own.get("/readyz")
    assert answer.status_code == 200
    assert answer.json() == {
        "ready": True,
        "checks": {"database": "ok", "site": "ok", "search": "ok", "mail": "ok"},
    }


def test_mail_that_could_not_be_sent_is_told_and_keeps_nobody_away(
    own: TestClient, database: Database
) -> None:
    now = SystemClock().now()

    def fail(conn: Connection) -> None:
        post(conn, {"ticket": 1}, now)
        conn.execute(update(jobs).values(last_error="SMTPConnectError"))

    database.write_sync(fail)
    answer = own.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["checks"]["mail"] == "1 unsent and tried again, 0 given up"


def test_not_ready_says_why(app: HelpCenter, own: TestClient, database: Database) -> None:
    app.state.site = None
    database.close()
    answer = own.get("/readyz")
    assert answer.status_code == 503
    checks = answer.json()["checks"]
    assert checks["site"] == "no site could be built yet"
    assert checks["database"].startswith("does not answer")


def test_pages_are_served_while_the_index_is_built(
    app: HelpCenter, own: TestClient, site: Site
) -> None:
    app.state.site = replace(site, index=None)
    answer = own.get("/readyz")
    assert answer.status_code == 200
    assert answer.json()["checks"]["search"] == "the index is being built"


@pytest.fixture
def measured(settings: Settings, site: Site, database: Database) -> TestClient:
    """A client of an app whose metrics have a token."""
    settings = settings.model_copy(update={"metrics_token": SecretStr("tea 茶")})
    return client_of(create_app(settings, database=database, site=site, log_requests=False))


def test_metrics_count_by_route_and_never_by_path(measured: TestClient) -> None:
    for path in ("/en/articles/swap-your-card", "/en/articles/swap-your-card", "/en/nobody-here"):
        measured.get(path)
    measured.get("/media/secret-name.svg")
    measured.request("BREW", "/en/")
    token = "Bearer tea 茶".encode()
    answer = measured.get("/metrics", headers=[(b"authorization", token)])
    assert answer.status_code == 200
    text = answer.text
    labels = 'method="GET",route="/{locale}/articles/{slug}",status="200"'
    assert f"helpcenter_request_seconds_count{{{labels}}} 2.0" in text
    assert f'helpcenter_request_seconds_bucket{{le="+Inf",{labels}}} 2.0' in text
    assert 'route="(no route)",status="404"' in text
    assert 'method="other"' in text
    assert "helpcenter_request_seconds_bucket" in text
    assert not re.search("swap-your-card|nobody-here|secret-name|BREW", text)


@pytest.mark.parametrize("header", [{}, {"authorization": "Bearer coffee"}])
def test_metrics_are_closed_to_strangers(
    measured: TestClient, client: TestClient, header: dict[str, str]
) -> None:
    assert measured.get("/metrics", headers=header).status_code == 404
    assert client.get("/metrics", headers=header).status_code == 404


def test_every_answer_that_may_be_in_the_log_has_an_id_of_ours(client: TestClient) -> None:
    sent = {"x-request-id": "theirs"}
    ids = [
        client.get(path, headers=sent).headers.get_list("x-request-id")
        for path in ("/nothing", "/nothing", "/healthz", "/", "/api/v1/articles/x")
    ]
    assert all(len(one) == 1 and re.fullmatch("[0-9a-f]{20}", one[0]) for one in ids)
    assert len({one[0] for one in ids}) == len(ids)


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """Where this test's log goes."""
    root, configured = logging.getLogger(), structlog.get_config()
    handlers, level = root.handlers[:], root.level
    stream = io.StringIO()
    configure_logging("json", stream)
    yield stream
    structlog.configure(**configured)
    root.handlers[:] = handlers
    root.setLevel(level)


def test_a_line_a_request_without_path_or_query(
    log: io.StringIO, settings: Settings, site: Site, database: Database
) -> None:
    client = client_of(create_app(settings, database=database, site=site))
    answer = client.get("/en/search?q=my+secret&x=1")
    client.get("/en/articles/swap-your-card")
    kept = client.get("/en/articles/swap-your-card")
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    assert [line["route"] for line in lines] == [
        "/{locale}/search",
        "/{locale}/articles/{slug}",
        "/{locale}/articles/{slug}",
    ]
    assert lines[0]["request_id"] == answer.headers["x-request-id"]
    assert lines[2]["request_id"] == kept.headers["x-request-id"]
    assert set(lines[0]) == {
        "event",
        "level",
        "timestamp",
        "method",
        "route",
        "status",
        "ms",
        "request_id",
    }
    assert "secret" not in log.getvalue()
    assert "swap" not in log.getvalue()


def test_a_fault_is_logged_with_its_trace_even_when_requests_are_not(
    log: io.StringIO, settings: Settings, site: Site, database: Database
) -> None:
    app = create_app(settings, database=database, site=site, log_requests=False)
    app.state.tools.templates.environment.globals.clear()
    answer = client_of(app).get("/en/")
    (line,) = (json.loads(line) for line in log.getvalue().splitlines())
    assert line["event"] == "fault"
    assert line["request_id"] == answer.headers["x-request-id"]
    assert "Traceback" in line["exception"]


def test_other_libraries_log_to_the_same_place(log: io.StringIO) -> None:
    logging.getLogger("somebody").warning("look at %s", "this")
    assert json.loads(log.getvalue())["event"] == "look at this"


def test_people_get_plain_lines(capsys: pytest.CaptureFixture[str], log: io.StringIO) -> None:
    configure_logging("console", log)
    structlog.get_logger("x").info("hello")
    assert "hello" in log.getvalue()
    assert not log.getvalue().startswith("{")
