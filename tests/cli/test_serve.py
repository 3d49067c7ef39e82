"""`serve` and `demo` as an operator starts them: whole processes on loopback."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from helpcenter.db.engine import open_database
from helpcenter.db.lock import has_wal_reset_bug
from helpcenter.db.migrate import upgrade
from helpcenter.db.sqlite import library
from helpcenter.jobs import outbox
from helpcenter.jobs.tables import jobs
from tests.bench.server import clean_environment, fetch, free_port, started

COMMAND = [sys.executable, "-m", "helpcenter"]


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return tmp_path / "資料 folder"


@contextmanager
def serving(data: Path, *flags: str) -> Iterator[tuple[int, int]]:
    port = free_port()
    command = [*COMMAND, "serve", "--port", str(port), "--data", str(data), *flags]
    with started(command, port) as running:
        yield port, running.pid


def run(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [*COMMAND, *arguments],
        env=clean_environment() | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def leave_a_lease(data: Path) -> None:
    """Leave a database as a process does that died in the middle of a job."""
    with closing(open_database(None, data)) as database:
        upgrade(database)
        now, long = datetime.now(UTC), timedelta(days=1)
        database.write_sync(lambda conn: outbox.enqueue(conn, "rest", {}, now=now))
        database.write_sync(lambda conn: outbox.claim(conn, now=now, lease=long, names=["rest"]))


def is_leased(data: Path) -> bool:
    query = select(jobs.c.lease_until).where(jobs.c.name == "rest")
    with closing(open_database(None, data)) as database:
        return database.read_sync(lambda conn: conn.execute(query).scalar_one()) is not None


@pytest.mark.full
def test_it_serves_the_starter_content_and_only_one_at_a_time(data: Path) -> None:
    leave_a_lease(data)
    assert is_leased(data)
    with serving(data) as (port, _):
        # Where the lock cannot prove that nobody else lives, the lease runs out by itself.
        assert is_leased(data) is not has_wal_reset_bug(library().sqlite_version_info)
        assert fetch(port, "/readyz").startswith(b"HTTP/1.1 200")
        assert "更新付款方式".encode() in fetch_plain(port, "/zh-HK/")
        second = run("serve", "--port", str(free_port()), "--data", str(data))
        refused = run("migrate", HELPCENTER_DATA=str(data))
    for process in (second, refused):
        assert "Traceback" not in process.stderr
        # A SQLite without the bug lets a migration run beside the server.
        assert process.returncode == 0 or "helpcenter[sqlite]" in process.stderr
    assert run("migrate", HELPCENTER_DATA=str(data)).returncode == 0


def test_a_broken_setting_is_named_and_nothing_starts(tmp_path: Path) -> None:
    process = run("serve", HELPCENTER_PORT="many", HELPCENTER_DATA=str(tmp_path))
    assert (process.returncode, "HELPCENTER_PORT" in process.stderr) == (3, True)
    assert "Traceback" not in process.stderr


@pytest.mark.full
def test_broken_content_is_named_with_its_line(tmp_path: Path) -> None:
    page = tmp_path / "articles" / "en" / "care" / "kettle.md"
    page.parent.mkdir(parents=True)
    page.write_text("---\ntitle: Kettle\nsumary: oops\n---\n")
    process = run("serve", HELPCENTER_CONTENT=str(tmp_path), HELPCENTER_DATA=str(tmp_path / "d"))
    assert process.returncode == 3
    assert "kettle.md:3:" in process.stderr


@pytest.mark.full
def test_a_saved_file_shows_at_once_and_a_broken_one_never(tmp_path: Path, data: Path) -> None:
    site = tmp_path / "site"
    assert run("init", str(site)).returncode == 0
    page = next((site / "articles" / "en").rglob("card-declined.md"))
    good = page.read_text("utf-8")
    with serving(data, "--content", str(site), "--reload") as (port, _):
        path = "/en/articles/card-declined"
        page.write_text(good.replace("title: ", "title: Freshly ", 1), "utf-8")
        assert appears(port, path, b"Freshly")
        page.write_text(good.replace("title: ", "titel: ", 1), "utf-8")
        time.sleep(1)
        assert b"Freshly" in fetch_plain(port, path)
        page.write_text(good, "utf-8")
        assert appears(port, path, b"Freshly", wanted=False)


@pytest.mark.full
def test_the_demo_brings_a_stripe_and_a_host_app() -> None:
    port = three_free_ports()
    with started([*COMMAND, "demo", "--port", str(port)], port) as demo:
        assert b"Sunny" in fetch_plain(port + 2, "/")
        assert fetch(port + 1, "/v1/customers").startswith(b"HTTP/1.1 401")
        assert fetch(port, "/en/signin").startswith(b"HTTP/1.1 30")
        signal_and_wait(demo.pid)


def signal_and_wait(pid: int) -> None:
    """Ask the process to end as an init system would; `started` waits for it."""
    os.kill(pid, signal.SIGTERM)


def three_free_ports() -> int:
    """Return a port that is free together with the two after it."""
    while True:
        first = free_port()
        try:
            for port in (first + 1, first + 2):
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", port))
        except (OSError, OverflowError):
            continue
        return first


def fetch_plain(port: int, path: str) -> bytes:
    """GET without compression."""
    with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
        body: bytes = answer.read()
    return body


def appears(port: int, path: str, text: bytes, *, wanted: bool = True) -> bool:
    """Wait until the page holds (or no longer holds) `text`, at most ten seconds."""
    until = time.monotonic() + 10
    while time.monotonic() < until:
        if (text in fetch_plain(port, path)) is wanted:
            return True
        time.sleep(0.1)
    return False
