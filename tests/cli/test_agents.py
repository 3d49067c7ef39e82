"""`helpcenter agents`: passwords come by a pipe or a terminal, and are stored as hashes."""

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from helpcenter.cli.agents import DEMO_AGENTS, seed_demo
from helpcenter.cli.context import Exit
from helpcenter.cli.main import app
from helpcenter.content.problems import Report
from helpcenter.content.roots import find_roots
from helpcenter.db.database import Database
from helpcenter.i18n.locale import SOURCE
from helpcenter.identity import agents
from helpcenter.settings import Settings
from helpcenter.tickets.shortcomings import NO_MAIL, NO_TEAM, shortcomings
from helpcenter.tickets.teams import load_teams

PASSWORD = "a kettle that whistles"
ADA = ("add", "Ada@example.com", "--name", "Ada")


@pytest.fixture(autouse=True)
def _data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HELPCENTER_DATA", str(tmp_path))


def run(*words: str, typed: str = PASSWORD) -> Result:
    return CliRunner().invoke(app, ["agents", *words], input=f"{typed}\n")


def test_an_agent_is_made_listed_and_let_go(tmp_path: Path) -> None:
    made = run(*ADA, "--team", "billing", "--admin")
    assert made.exit_code == Exit.OK, made.output
    assert "/agent/login" in made.stdout
    assert run("list").stdout == "ada@example.com\tAda\tbilling\tadmin\n"
    with closing(sqlite3.connect(tmp_path / "helpcenter.db")) as database:
        (row,) = database.execute("SELECT * FROM agents").fetchall()
    assert PASSWORD not in str(row)
    assert "$argon2id$" in str(row)
    assert run("password", "ada@example.com", typed="quite another one").exit_code == Exit.OK
    assert run("remove", "ada@example.com").exit_code == Exit.OK
    assert run("list").stdout.endswith("\tlet go\n")
    assert run(*ADA).exit_code == Exit.USAGE


@pytest.mark.full
@pytest.mark.parametrize(
    ("words", "typed"),
    [
        (ADA, "short"),
        (ADA, ""),
        (("add", "ada", "--name", "Ada"), PASSWORD),
        (("add", "ada@example.com", "--name", " "), PASSWORD),
        ((*ADA, "--team", "kitchen"), PASSWORD),
        (("password", "bob@example.com"), PASSWORD),
        (("remove", "bob@example.com"), PASSWORD),
    ],
    ids=range(7),
)
def test_what_makes_no_sense_makes_no_agent(words: tuple[str, ...], typed: str) -> None:
    assert run(*words, typed=typed).exit_code == Exit.USAGE
    assert run("list").stdout == ""


def test_the_demo_has_an_agent_of_each_team(database: Database) -> None:
    assert len(seed_demo(database)) >= 12
    found = database.read_sync(agents.listed)
    assert [agent.email for agent in found] == sorted(email for email, _, _ in DEMO_AGENTS)
    teams = load_teams(find_roots(None), (SOURCE,), Report())
    assert {agent.team for agent in found} == {team.id for team in teams.teams}


def test_the_operator_is_told_what_mail_is_missing() -> None:
    mailing = {"smtp_url": "smtp://mail.example.com", "mail_from": "help@example.com"}
    assert shortcomings(Settings()) == (NO_MAIL,)
    assert shortcomings(Settings.model_validate(mailing)) == (NO_TEAM,)
    told = {**mailing, "team_emails": {"support": "a@example.com"}}
    assert shortcomings(Settings.model_validate(told)) == ()


@pytest.mark.parametrize("url", ["mail.example.com", "http://x", "smtp://", "smtp://h/path"])
def test_a_mail_server_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="smtp"):
        Settings.model_validate({"smtp_url": url})
