"""`kill -9`, again and again, under senders that do not give up; then everything is counted.

A real `serve` on loopback with SQLite. Each sender repeats a line under its own `client_id` until
it is told that the line was kept, as the widget does.
"""

import random
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import pytest
from httpx2 import Client, HTTPError, Response

from helpcenter.conversations import feed, store
from helpcenter.conversations.model import AuthorRole, Item
from helpcenter.conversations.traces import traces_of
from helpcenter.db.engine import open_database
from helpcenter.identity.caller import SYSTEM
from tests.bench.server import clean_environment, free_port, wait_for
from tests.web.chat.conftest import API

KILLS = 10
CONVERSATIONS = 3
TABS = 2
"""Senders in one conversation, at once."""
PATIENCE = 90
"""Seconds in which everything must be answered in the end, on a busy machine, too."""
_STARTING = 120


@dataclass
class Tab:
    """One sender: what it was told was kept, in order."""

    http: Client
    name: str
    stop: threading.Event
    sent: list[tuple[str, int]] = field(default_factory=list)
    repeats: int = 0

    def ask(self, path: str, token: str = "", **line: str) -> Response:
        """Send until there is an answer; a line is the same line each time."""
        headers = {"authorization": f"Bearer {token}"} if token else {}
        while True:
            try:
                answer = self.http.post(f"{API}{path}", json=line, headers=headers)
            except HTTPError:
                self.repeats += 1
                time.sleep(0.1)
                continue
            if answer.status_code in {200, 201}:
                return answer
            assert answer.status_code in {429, 503}, answer.text
            time.sleep(0.1)

    def run(self, public_id: str, token: str) -> None:
        """Say one thing after the other until told to stop."""
        while not self.stop.is_set():
            client_id = f"{self.name}-{len(self.sent)}"
            path = f"/{public_id}/messages"
            answer = self.ask(path, token, client_id=client_id, text="hello")
            self.sent.append((client_id, answer.json()["seq"]))
            time.sleep(0.02)


@contextmanager
def serving(folder: Path, port: int) -> Iterator["subprocess.Popen[bytes]"]:
    """A help centre that is killed at the end, whatever it is doing."""
    command = [sys.executable, "-m", "helpcenter", "serve", "--port", str(port)]
    with subprocess.Popen(
        [*command, "--data", str(folder), "--no-request-log"],
        env=clean_environment(),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        try:
            wait_for(port, "/healthz", process, _STARTING)
            yield process
        finally:
            process.kill()


def told(folder: Path, kills: int) -> dict[str, list[Tab]]:
    """Kill a server that often while all tabs send; return what they were told, by conversation."""
    port = free_port()
    with Client(base_url=f"http://127.0.0.1:{port}", timeout=10) as http:
        return _told(folder, kills, port, http)


def _told(folder: Path, kills: int, port: int, http: Client) -> dict[str, list[Tab]]:
    chance, stop = random.Random(20), threading.Event()  # noqa: S311 - moments, not secrets
    tabs: dict[str, list[Tab]] = {}
    threads: list[threading.Thread] = []
    for life in range(kills):
        with serving(folder, port):
            for _ in range(0 if life else CONVERSATIONS):
                mine = [Tab(http, f"tab{number}", stop) for number in range(TABS)]
                begun = mine[0].ask("").json()
                tabs[begun["id"]] = mine
                key = (begun["id"], begun["token"])
                threads += [threading.Thread(target=tab.run, args=key, daemon=True) for tab in mine]
            for thread in threads if life == 0 else ():
                thread.start()
            time.sleep(chance.uniform(0.01, 0.6))
    with serving(folder, port):
        stop.set()
        for thread in threads:
            thread.join(PATIENCE)
            assert not thread.is_alive()
        _wait_until_answered(folder)
    return tabs


def _wait_until_answered(folder: Path) -> None:
    until = time.monotonic() + PATIENCE
    with closing(open_database(None, folder)) as database:
        query = "SELECT count(*) FROM jobs WHERE name = 'turn'"
        while database.read_sync(lambda conn: conn.exec_driver_sql(query).scalar_one()):
            assert time.monotonic() < until, "some line is never answered"
            time.sleep(0.1)


def kept(folder: Path, public_id: str) -> tuple[list[Item], list[int]]:
    """Return a conversation, and the lines that its answers answer."""
    items: list[Item] = []
    with closing(open_database(None, folder)) as database:
        found = database.read_sync(lambda conn: store.find(conn, SYSTEM, public_id))
        while len(items) < found.last_seq:
            last = len(items)
            items += database.read_sync(partial(feed.after, conversation=found, seq=last))
        traces = database.read_sync(lambda conn: traces_of(conn, SYSTEM, found))
    return items, [trace["line"] for _, trace in sorted(traces.items())]


def count(folder: Path, tabs: dict[str, list[Tab]]) -> tuple[int, int]:
    """Check everything; return how many lines were kept and how often one was sent again."""
    lines = 0
    for public_id, mine in tabs.items():
        items, answered = kept(folder, public_id)
        assert [item.seq for item in items] == list(range(1, len(items) + 1))
        said = [item for item in items if item.author.role is AuthorRole.CUSTOMER]
        # Every line that was accepted is there once, under the number that was told.
        assert sorted((item.client_id or "", item.seq) for item in said) == sorted(
            each for tab in mine for each in tab.sent
        )
        for tab in mine:
            assert [seq for _, seq in tab.sent] == sorted(seq for _, seq in tab.sent)
        # Every line is answered once, in the order they came.
        assert answered == [item.seq for item in said]
        assert len(items) == 2 * len(said)
        lines += len(said)
    return lines, sum(tab.repeats for mine in tabs.values() for tab in mine)


@pytest.mark.full
def test_nothing_is_lost_or_said_twice_however_often_it_is_killed(tmp_path: Path) -> None:
    lines, repeats = count(tmp_path, told(tmp_path, KILLS))
    assert lines > KILLS
    assert repeats > KILLS
