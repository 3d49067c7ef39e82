"""`helpcenter agents`: who may sign in to the inbox. A password is never a word of a command."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from helpcenter.cli.context import Exit, database_of, explained, fail, load_settings, load_site

if TYPE_CHECKING:
    from helpcenter.db.database import Database
    from helpcenter.settings import Settings

agents = typer.Typer(help="Make, list and let go of support agents.", no_args_is_help=True)

DEMO_AGENTS = (
    ("ada@example.com", "Ada", "support"),
    ("ben@example.com", "Ben", "billing"),
    ("mei@example.com", "Mei", "payments"),
)

Email = Annotated[str, typer.Argument(help="The address the agent signs in with.")]


@agents.command()
def add(
    email: Email,
    name: Annotated[str, typer.Option(help="What customers and colleagues call them.")],
    team: Annotated[str, typer.Option(help="Their team, an id of bot/teams.yaml.")] = "support",
    *,
    admin: Annotated[bool, typer.Option("--admin", help="Make them an administrator.")] = False,
) -> None:
    """Make an agent; the password is asked for, or read from a pipe."""
    from helpcenter.clock import SystemClock
    from helpcenter.db.migrate import upgrade
    from helpcenter.errors import HelpcenterError
    from helpcenter.identity import agents as rows
    from helpcenter.identity.agents import AgentRole, NewAgent

    if not name.strip() or not name.isprintable():
        fail("An agent needs a name that can be read.", Exit.USAGE)
    with explained():
        settings = load_settings()
        _require_team(settings, team)
        _require_address(email)
        role = AgentRole.ADMIN if admin else AgentRole.AGENT
        new = NewAgent(email, name.strip(), role, team, _hashed_password())
        now = SystemClock().now()
        with database_of(settings, purpose="agents add") as database:
            upgrade(database)
            try:
                database.write_sync(lambda conn: rows.add(conn, new, now))
            except HelpcenterError:
                fail(f"{email} is an agent already, or was one.", Exit.USAGE)
    typer.echo(f"{new.name} can sign in at {settings.base_url}/agent/login")


@agents.command("list")
def list_() -> None:
    """List the agents: address, name, team, role."""
    from helpcenter.db.migrate import upgrade
    from helpcenter.identity import agents as rows

    with explained(), database_of(load_settings(), purpose="agents list") as database:
        upgrade(database)
        found = database.read_sync(rows.listed)
    for agent in found:
        state = "" if agent.active else "\tlet go"
        typer.echo(f"{agent.email}\t{agent.name}\t{agent.team}\t{agent.role.value}{state}")


@agents.command()
def password(email: Email) -> None:
    """Give an agent another password; every browser they are signed in with is signed out."""
    from helpcenter.db.migrate import upgrade
    from helpcenter.identity import agents as rows

    hashed = _hashed_password()
    with explained(), database_of(load_settings(), purpose="agents password") as database:
        upgrade(database)
        known = email.strip().lower()
        done = database.write_sync(lambda conn: rows.set_password(conn, known, hashed))
    if not done:
        fail(f"There is no agent {email}.", Exit.USAGE)
    typer.echo(f"{email} has another password.")


@agents.command()
def remove(email: Email) -> None:
    """Let an agent in no more; what they wrote keeps their name."""
    from helpcenter.db.migrate import upgrade
    from helpcenter.identity import agents as rows

    with explained(), database_of(load_settings(), purpose="agents remove") as database:
        upgrade(database)
        known = email.strip().lower()
        done = database.write_sync(lambda conn: rows.deactivate(conn, known))
    if not done:
        fail(f"There is no agent {email}.", Exit.USAGE)
    typer.echo(f"{email} can sign in no more.")


def seed_demo(database: "Database") -> str:
    """Make an agent of each team for the demo, and return the password they share in this run."""
    import secrets
    from contextlib import closing

    from helpcenter.clock import SystemClock
    from helpcenter.identity import agents as rows
    from helpcenter.identity.agents import AgentRole, NewAgent
    from helpcenter.identity.passwords import Passwords

    password, now = secrets.token_urlsafe(12), SystemClock().now()
    with closing(Passwords()) as passwords:
        hashed = passwords.hash(password)
    people = [
        NewAgent(
            email, name, AgentRole.ADMIN if team == "support" else AgentRole.AGENT, team, hashed
        )
        for email, name, team in DEMO_AGENTS
    ]
    database.write_sync(lambda conn: [rows.add(conn, new, now) for new in people])
    return password


def _require_team(settings: "Settings", team: str) -> None:
    known = [one.id for one in load_site(settings).teams.teams]
    if team not in known:
        fail(f"No such team: {team}. There are: {', '.join(known)}.", Exit.USAGE)


def _require_address(email: str) -> None:
    from helpcenter.errors import HelpcenterError
    from helpcenter.identity.emails import normal_email

    try:
        normal_email(email)
    except HelpcenterError:
        fail(f"{email} is no e-mail address.", Exit.USAGE)


def _hashed_password() -> str:
    """Ask twice on a terminal, else read a line from the pipe."""
    from contextlib import closing

    from helpcenter.errors import HelpcenterError
    from helpcenter.identity.passwords import LONGEST, SHORTEST, Passwords

    if sys.stdin.isatty():
        typed = typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    else:
        typed = sys.stdin.readline().rstrip("\r\n")
    with closing(Passwords()) as passwords:
        try:
            return passwords.hash(typed)
        except HelpcenterError:
            fail(f"A password has {SHORTEST} to {LONGEST} characters.", Exit.USAGE)
