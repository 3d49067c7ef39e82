"""`helpcenter sandbox`: a Stripe for other people's tests."""

import json
import socket

import pytest
from typer.testing import CliRunner, Result

from helpcenter.cli import sandbox as verb
from helpcenter.cli.main import app
from tests.jobs.test_mail import free_port


def run(*flags: str) -> Result:
    return CliRunner().invoke(app, ["sandbox", *flags])


def two_ports() -> int:
    """Return a port after which another one is free."""
    while True:
        port = free_port()
        with socket.socket() as next_one:
            try:
                next_one.bind(("127.0.0.1", port + 1))
            except OSError:
                continue
            return port


def test_it_answers_while_it_runs_and_says_how_to_reach_it(monkeypatch: pytest.MonkeyPatch) -> None:
    port, asked = two_ports(), []

    def ask() -> None:
        """Stand for whoever uses the sandbox until it is interrupted."""
        with socket.create_connection(("127.0.0.1", port)) as line:
            line.sendall(b"GET /v1/customers/cus_sandboxPip HTTP/1.0\r\nHost: 127.0.0.1\r\n\r\n")
            asked.append(line.recv(100))

    monkeypatch.setattr(verb, "_until_interrupted", ask)
    result = run("--json", "--port", str(port))
    assert result.exit_code == 0
    told = json.loads(result.stdout)
    assert told["HELPCENTER_STRIPE_API_BASE"] == f"http://127.0.0.1:{port}"
    assert told["HELPCENTER_STRIPE_KEY"].startswith("rk_test_")
    assert told["STRIPE_SECRET_KEY"].startswith("sk_test_")
    assert told["HELPCENTER_LOGIN_URL"] == f"http://localhost:{port + 1}/login"
    assert asked[0].startswith(b"HTTP/1.1 401")


def test_the_customers_are_listed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verb, "_until_interrupted", lambda: None)
    result = run("--port", str(two_ports()))
    assert "# Clementine: cus_sandboxClementine, prepaid_card" in result.stdout


def test_what_cannot_be_done_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verb, "_until_interrupted", lambda: None)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        busy = run("--port", str(taken.getsockname()[1]))
    assert (busy.exit_code, "must be free" in busy.stderr) == (4, True)
    away = run("--port", str(two_ports()), "--webhook-url", "https://example.com/hook")
    assert (away.exit_code, "loopback" in away.stderr) == (2, True)
