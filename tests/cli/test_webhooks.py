"""`helpcenter webhooks replay`: who is looked at again."""

from contextlib import closing
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Connection, select
from typer.testing import CliRunner, Result

from helpcenter.billing.events import read_event
from helpcenter.billing.intake import take
from helpcenter.cli.context import Exit
from helpcenter.cli.main import app
from helpcenter.cli.webhooks import moment
from helpcenter.db.engine import open_database
from helpcenter.db.migrate import upgrade
from helpcenter.jobs.tables import jobs
from tests.billing.deliveries import event, raw, sign_in

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


def run(*words: str) -> Result:
    return CliRunner().invoke(app, ["webhooks", "replay", *words])


def waiting(folder: Path) -> list[str]:
    """Return for whom there is a job, and take these jobs away."""
    with closing(open_database(None, folder)) as database:

        def read(conn: Connection) -> list[str]:
            found = list(conn.execute(select(jobs.c.key).order_by(jobs.c.key)).scalars())
            conn.execute(jobs.delete())
            return [str(key) for key in found]

        return database.write_sync(read)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A site to which Stripe told about Ada an hour ago, twice, and about Bea last week."""
    monkeypatch.setenv("HELPCENTER_DATA", str(tmp_path))
    told = [("evt_1", "cus_ada", 1), ("evt_2", "cus_ada", 1), ("evt_3", "cus_bea", 170)]
    now = datetime.now(UTC)
    with closing(open_database(None, tmp_path)) as database:
        upgrade(database)
        for number, cus, hours in told:
            if number != "evt_2":
                sign_in(database, now, cus)
            data = {"object": {"object": "customer", "id": cus}}
            about, at = read_event(raw(event(id=number, data=data))), now - timedelta(hours=hours)
            database.write_sync(partial(take, event=about, customer=cus, now=at))
    assert waiting(tmp_path) == ["cus_ada", "cus_bea"]
    return tmp_path


def test_everybody_told_about_since_then_is_looked_at_once(folder: Path) -> None:
    done = run()
    assert (done.exit_code, done.stdout[:2]) == (Exit.OK, "1 ")
    assert waiting(folder) == ["cus_ada"]
    assert run("--since", "10d").stdout.startswith("2 ")
    assert waiting(folder) == ["cus_ada", "cus_bea"]
    assert run("--since", "10d", "--customer", "cus_bea").stdout.startswith("1 ")
    assert waiting(folder) == ["cus_bea"]
    assert run("--since", "30m").stdout.startswith("0 ")
    assert waiting(folder) == []


@pytest.mark.parametrize("since", ["", "0d", "-1d", "3w", "tomorrow", "99999d", "2026-13-01"])
def test_what_is_no_time_is_refused(folder: Path, since: str) -> None:
    done = run("--since", since)
    assert (done.exit_code, "2026-11-22T09:00" in done.stderr) == (Exit.USAGE, True)


def test_spans_and_times() -> None:
    assert moment("90m", NOW) == NOW - timedelta(minutes=90)
    assert moment("12h", NOW) == NOW - timedelta(hours=12)
    assert moment("2026-11-20", NOW) == NOW.replace(day=20, hour=0)
    assert moment("2026-11-22T17:00+08:00", NOW) == NOW
