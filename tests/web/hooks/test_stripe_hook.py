"""`POST /webhooks/stripe` over HTTP."""

import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
import structlog
from httpx2 import Response
from sqlalchemy import func, select
from starlette.testclient import TestClient

from helpcenter.app import HelpCenter, create_app
from helpcenter.billing.changes import JOB as CUSTOMER_CHANGED
from helpcenter.billing.intake import SETTLE
from helpcenter.billing.tables import stripe_events
from helpcenter.cli.reach import probe, signature
from helpcenter.clock import ManualClock
from helpcenter.db.database import Database
from helpcenter.jobs.tables import jobs
from helpcenter.settings import Settings
from helpcenter.site.model import Site
from helpcenter.web.guard import MAX_BODY
from tests.billing.deliveries import SECRET, event, raw, sign_in, signed
from tests.web.conftest import client_of

PATH = "/webhooks/stripe"


@pytest.fixture(autouse=True)
def _known(database: Database, clock: ManualClock) -> None:
    sign_in(database, clock.now())


def post(client: TestClient, body: bytes, header: str | None) -> Response:
    headers = {"content-type": "application/json"}
    if header is not None:
        headers["stripe-signature"] = header
    return client.post(PATH, content=body, headers=headers)


def rows(database: Database) -> tuple[int, int]:
    """Count events and the jobs that they make."""
    events = select(func.count()).select_from(stripe_events)
    made = select(func.count()).select_from(jobs).where(jobs.c.name == CUSTOMER_CHANGED)
    return database.read_sync(
        lambda conn: (conn.execute(events).scalar_one(), conn.execute(made).scalar_one())
    )


def test_an_event_is_taken(client: TestClient, clock: ManualClock, database: Database) -> None:
    body = raw(event())
    for result in ("stored", "duplicate"):
        answer = post(client, body, signed(body, clock.now()))
        assert (answer.status_code, answer.json()) == (200, {"result": result})
        assert answer.headers["cache-control"] == "no-store"
    assert rows(database) == (1, 1)


def test_of_many_at_once_one_is_taken(
    client: TestClient, clock: ManualClock, database: Database
) -> None:
    body = raw(event())
    header = signed(body, clock.now())
    with ThreadPoolExecutor(16) as threads:
        answers = list(threads.map(lambda _: post(client, body, header), range(100)))
    assert {answer.status_code for answer in answers} == {200}
    assert sorted(answer.json()["result"] for answer in answers) == ["duplicate"] * 99 + ["stored"]
    assert rows(database) == (1, 1)


def test_the_probe_of_the_doctor_is_checked_and_forgotten(
    client: TestClient, clock: ManualClock, database: Database
) -> None:
    now = int(clock.now().timestamp())
    for livemode, told in ((False, {"result": "ignored"}), (True, {"code": "webhook_wrong_mode"})):
        body = probe(now, livemode=livemode)
        answer = post(client, body, signature(body, SECRET, now)).json()
        assert told.items() <= answer.items()
    assert rows(database) == (0, 0)


def test_an_event_of_three_days_ago_is_taken_when_it_is_signed_anew(
    client: TestClient, clock: ManualClock, database: Database
) -> None:
    created = int(clock.now().timestamp()) - 3 * 86_400
    body = raw(event(created=created))
    assert post(client, body, signed(body, clock.now())).json() == {"result": "stored"}
    assert rows(database) == (1, 1)


def test_what_is_of_no_concern_is_acknowledged(client: TestClient, clock: ManualClock) -> None:
    body = raw(event(type="charge.succeeded"))
    answer = post(client, body, signed(body, clock.now()))
    assert (answer.status_code, answer.json()) == (200, {"result": "ignored"})


@pytest.mark.parametrize(
    ("body", "secret", "late", "code"),
    [
        (raw(event()), "whsec_else", 0, "webhook_forged"),
        (raw(event()), SECRET, 301, "webhook_untimely"),
        (raw(event()), SECRET, -301, "webhook_untimely"),
        (raw(event(livemode=True)), SECRET, 0, "webhook_wrong_mode"),
        (raw(event(object="v2.core.event")), SECRET, 0, "webhook_thin"),
        (raw([event()]), SECRET, 0, "webhook_unreadable"),
        (b"\xff\xfe\xfd", SECRET, 0, "webhook_unreadable"),
        (b"", SECRET, 0, "webhook_unreadable"),
    ],
    ids=range(8),
)
def test_what_is_refused_says_why_to_a_machine(
    client: TestClient,
    clock: ManualClock,
    database: Database,
    body: bytes,
    secret: str,
    late: float,
    code: str,
) -> None:
    answer = post(client, body, signed(body, clock.now(), secret, late=late))
    assert (answer.status_code, answer.json()["code"]) == (400, code)
    assert answer.headers["content-type"] == "application/problem+json"
    assert rows(database) == (0, 0)


@pytest.mark.parametrize("header", [None, "", "  ", "t=1", "v1=\xe9"], ids=range(5))
def test_an_unsigned_body_is_refused(client: TestClient, header: str | None) -> None:
    headers = [] if header is None else [(b"stripe-signature", header.encode("latin-1"))]
    answer = client.post(PATH, content=raw(event()), headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (400, "webhook_unsigned")


def padded(size: int) -> bytes:
    """Return an event of exactly `size` bytes."""
    bare = raw(event(padding=""))
    return raw(event(padding="x" * (size - len(bare))))


def in_chunks(body: bytes) -> Iterator[bytes]:
    """Send a body without saying how long it is."""
    for start in range(0, len(body), 65536):
        yield body[start : start + 65536]


def test_a_body_has_a_size(client: TestClient, clock: ManualClock, database: Database) -> None:
    most = padded(MAX_BODY)
    assert len(most) == 256 * 1024
    for size in (MAX_BODY + 1, 1024 * 1024):
        body = padded(size)
        headers = {"stripe-signature": signed(body, clock.now())}
        assert client.post(PATH, content=body, headers=headers).status_code == 413
        assert client.post(PATH, content=in_chunks(body), headers=headers).status_code == 413
    assert rows(database) == (0, 0)
    headers = {"stripe-signature": signed(most, clock.now())}
    assert client.post(PATH, content=in_chunks(most), headers=headers).status_code == 200


def test_only_post_is_answered(client: TestClient) -> None:
    for method in ("GET", "PUT", "DELETE"):
        assert client.request(method, PATH).status_code == 405


@pytest.mark.parametrize("missing", ["stripe_key", "stripe_webhook_secrets"])
def test_without_key_or_secret_there_is_nothing_here(
    hooked: Settings, site: Site, database: Database, clock: ManualClock, missing: str
) -> None:
    changes = {missing: None if missing == "stripe_key" else ()}
    settings = hooked.model_copy(update=changes)
    client = client_of(create_app(settings, database=database, site=site, clock=clock))
    body = raw(event())
    answer = post(client, body, signed(body, clock.now()))
    assert (answer.status_code, answer.json()["code"]) == (404, "not_found")


def test_deliveries_are_counted_by_result_alone(client: TestClient, clock: ManualClock) -> None:
    body = raw(event())
    header = signed(body, clock.now())
    for _ in range(3):
        post(client, body, header)
    post(client, body + b" ", header)
    post(client, body, None)
    scraped = client.get("/metrics", headers={"authorization": "Bearer scrape"}).text
    counts = dict(
        re.findall(r"^helpcenter_stripe_events_total(\{.*\}) (\S+)$", scraped, re.MULTILINE)
    )
    assert counts == {
        '{result="stored"}': "1.0",
        '{result="duplicate"}': "2.0",
        '{result="forged"}': "1.0",
        '{result="unsigned"}': "1.0",
    }
    assert "evt_" not in scraped
    assert "cus_" not in scraped


def test_the_log_says_why_and_no_more(client: TestClient, clock: ManualClock) -> None:
    with structlog.testing.capture_logs() as lines:
        post(client, raw(event()), signed(b"else", clock.now()))
    assert lines == [{"event": "stripe_event_refused", "reason": "forged", "log_level": "warning"}]


def test_the_running_app_does_the_job(
    app: HelpCenter, clock: ManualClock, database: Database
) -> None:
    body = raw(event())
    with client_of(app) as client:
        assert post(client, body, signed(body, clock.now())).status_code == 200
        clock.advance(SETTLE)
        until = time.monotonic() + 30
        while rows(database)[1] and time.monotonic() < until:
            time.sleep(0.02)
    assert rows(database) == (1, 0)
