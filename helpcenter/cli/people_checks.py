"""What `helpcenter doctor` looks at behind the bot: the mail server, the teams, the agents."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from helpcenter.cli.checks import Finding, Status
from helpcenter.cli.context import load_site

if TYPE_CHECKING:
    from helpcenter.settings import Settings
    from helpcenter.tickets.teams import Teams


def mail(settings: "Settings") -> Iterator[Finding]:
    """Ask the mail server whether it takes mail from the sender, sending none."""
    import asyncio
    from urllib.parse import urlsplit

    from helpcenter.jobs.mail import SmtpMailer
    from helpcenter.tickets.shortcomings import NO_MAIL

    if settings.smtp_url is None or settings.mail_sender is None:
        yield Finding("mail", Status.WARNING, NO_MAIL)
        return
    sender, where = settings.mail_sender, urlsplit(settings.smtp_url.get_secret_value()).hostname
    try:
        asyncio.run(SmtpMailer(settings.smtp_url, sender, "").try_out())
    except Exception as error:  # noqa: BLE001 - whatever it is, it keeps mail from going out
        # The kind and the server's number only: its text may hold addresses.
        kind = " ".join(map(str, (type(error).__name__, getattr(error, "code", "")))).strip()
        said = (
            f"The mail server {where} takes no mail from {sender} ({kind}): see to "
            "HELPCENTER_SMTP_URL and HELPCENTER_MAIL_FROM."
        )
        yield Finding("mail", Status.FAULT, said)
    else:
        yield Finding("mail", Status.OK, f"The mail server {where} takes mail from {sender}.")
    yield from _addresses(settings)


def _addresses(settings: "Settings") -> Iterator[Finding]:
    teams = _teams(settings)
    if teams is None:
        return
    known = [team.id for team in teams.teams]
    for team in known:
        if team not in settings.team_emails:
            said = (
                f"The team `{team}` is not told when somebody waits: give it an address in "
                "HELPCENTER_TEAM_EMAILS."
            )
            yield Finding("mail", Status.WARNING, said)
    for team in settings.team_emails:
        if team not in known:
            said = (
                f"HELPCENTER_TEAM_EMAILS names `{team}`, which is no team: there are "
                f"{', '.join(known)}."
            )
            yield Finding("mail", Status.WARNING, said)


def agents(settings: "Settings") -> Iterator[Finding]:
    """Look whether there is anybody to answer in the inbox."""
    from contextlib import closing

    from sqlalchemy.exc import SQLAlchemyError

    from helpcenter.db.database import DatabaseError
    from helpcenter.db.engine import FILE, open_database
    from helpcenter.identity import agents as rows

    # The database is looked at for itself: here nothing is said of one that cannot be read.
    if settings.database_url is None and not (settings.data / FILE).exists():
        return
    url = settings.database_url.get_secret_value() if settings.database_url else None
    try:
        with closing(open_database(url, settings.data)) as database:
            found = database.read_sync(rows.listed)
    except (DatabaseError, SQLAlchemyError):
        return
    active = sum(agent.active for agent in found)
    if not active:
        said = (
            "Nobody can answer those who ask for a person: `helpcenter agents add ADDRESS "
            "--name NAME` makes an agent."
        )
        yield Finding("agents", Status.WARNING, said)
    else:
        said = f"People who can answer in the inbox: {active}."
        yield Finding("agents", Status.OK, said)


def _teams(settings: "Settings") -> "Teams | None":
    from helpcenter.content.problems import ContentError

    try:
        return load_site(settings).teams
    except ContentError:
        # Content is looked at for itself.
        return None
