"""How long Stripe waits for the answer to an event, given once the event is on the disk."""

import http.client
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from helpcenter.db.engine import open_database
from helpcenter.db.migrate import upgrade
from tests.bench.server import Running, free_port, started
from tests.bench.table import Row
from tests.billing.deliveries import SECRET, event, raw, sign_in, signed

EVENTS, BAR_MS = 500, 50.0
SETTLED = 5.0
"""Seconds after a start in which the search index is built on the same cores."""


def run() -> list[Row]:
    """Deliver new events one after another, then one of them again and again."""
    with tempfile.TemporaryDirectory() as folder:
        data = Path(folder)
        with closing(open_database(None, data)) as database:
            upgrade(database)
            sign_in(database, datetime.now(UTC))
        port = free_port()
        settings = ("STRIPE_KEY=rk_test_1", f"STRIPE_WEBHOOK_SECRETS={SECRET}", f"DATA={folder}")
        environment = [f"HELPCENTER_{setting}" for setting in settings]
        serve = [sys.executable, "-m", "helpcenter", "serve", "--port", str(port)]
        with started(["env", *environment, *serve], port, "/readyz") as running:
            time.sleep(SETTLED)
            return [
                row("a new event", list(answers(running, "stored"))),
                row("an event known already", list(answers(running, "duplicate"))),
            ]


def answers(running: Running, result: str) -> Iterator[float]:
    """Yield the milliseconds until each answer; each must say `result`."""
    connection = http.client.HTTPConnection("127.0.0.1", running.port, timeout=30)
    for number in range(EVENTS):
        body = raw(event(id=f"evt_{number}"))
        headers = {"stripe-signature": signed(body, datetime.now(UTC))}
        begun = time.perf_counter()
        connection.request("POST", "/webhooks/stripe", body, headers)
        told = json.load(connection.getresponse())
        yield (time.perf_counter() - begun) * 1000
        if told != {"result": result}:
            raise RuntimeError(f"an event was answered {told}")
    connection.close()


def row(name: str, times: list[float]) -> Row:
    """Return the slowest but one in a hundred."""
    slow = statistics.quantiles(times, n=100)[98]
    note = f"median {statistics.median(times):.1f} ms of {EVENTS}"
    return Row(f"webhook, {name}, p99", slow, None, "ms", f"≤ {BAR_MS:.0f}", slow <= BAR_MS, note)
