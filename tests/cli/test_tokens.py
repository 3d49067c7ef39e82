"""`helpcenter tokens`: what is printed, once, and what is stored."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from helpcenter.cli.context import Exit
from helpcenter.cli.main import app

SCOPE = ["--scope", "customers:signout"]


@pytest.fixture(autouse=True)
def _data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HELPCENTER_DATA", str(tmp_path))


def run(*words: str) -> Result:
    return CliRunner().invoke(app, ["tokens", *words])


def test_a_token_is_shown_once_and_stored_as_a_digest(tmp_path: Path) -> None:
    made = run("add", "host app", *SCOPE)
    assert made.exit_code == Exit.OK
    assert re.fullmatch(r"hcp_[\w-]{43}\n", made.stdout)
    listed = run("list")
    assert listed.stdout.startswith("host app\tcustomers:signout\t20")
    assert made.stdout.strip() not in listed.output
    with closing(sqlite3.connect(tmp_path / "helpcenter.db")) as database:
        rows = database.execute("SELECT * FROM api_tokens").fetchall()
    assert len(rows) == 1
    assert made.stdout.strip() not in str(rows)


def test_a_name_is_taken_until_it_is_revoked() -> None:
    assert run("add", "a", *SCOPE).exit_code == Exit.OK
    again = run("add", "a", *SCOPE)
    assert (again.exit_code, "already" in again.stderr) == (Exit.USAGE, True)
    assert run("revoke", "a").stdout == "a is revoked.\n"
    assert run("revoke", "a").exit_code == Exit.USAGE
    assert run("list").stdout == ""
    assert run("add", "a", *SCOPE).exit_code == Exit.OK


@pytest.mark.parametrize(
    "words",
    [["a"], ["a", "--scope", "everything"], ["", *SCOPE], ["a\nb", *SCOPE], SCOPE],
    ids=range(5),
)
def test_what_makes_no_sense_makes_no_token(words: list[str]) -> None:
    assert run("add", *words).exit_code == Exit.USAGE
    assert run("list").stdout == ""
