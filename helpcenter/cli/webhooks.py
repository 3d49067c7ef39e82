"""`helpcenter webhooks`: what Stripe has told."""

import re
from datetime import datetime, timedelta
from typing import Annotated

import typer

from helpcenter.cli.context import Exit, database_of, explained, fail, load_settings

webhooks = typer.Typer(help="Look again at what Stripe has told.", no_args_is_help=True)

_SPAN = re.compile(r"([1-9][0-9]{0,3})([mhd])", re.ASCII)
_UNITS = {"m": "minutes", "h": "hours", "d": "days"}


@webhooks.command()
def replay(
    since: Annotated[
        str, typer.Option(help="How far back: 30m, 12h, 3d, or a time such as 2026-11-22T09:00.")
    ] = "3d",
    customer: Annotated[
        str | None, typer.Option(help="This customer only: a cus_… of Stripe's.")
    ] = None,
) -> None:
    """Read anew the facts of everybody Stripe told about, and tell the chats that wait for them.

    Nobody is told anything twice.
    """
    from helpcenter.billing import changes
    from helpcenter.clock import SystemClock
    from helpcenter.db.migrate import upgrade

    now = SystemClock().now()
    start = moment(since, now)
    if start is None:
        fail(f"{since} is no span (30m, 12h, 3d) and no time (2026-11-22T09:00).", Exit.USAGE)
    with explained(), database_of(load_settings(), purpose="webhooks replay") as database:
        upgrade(database)
        found = database.write_sync(
            lambda conn: changes.replay(conn, now, since=start, customer=customer)
        )
    typer.echo(f"{len(found)} to be looked at again, as soon as the help centre runs.")


def moment(text: str, now: datetime) -> datetime | None:
    """Return the moment a span before `now` or a time (UTC without a zone); None if it is none."""
    span = _SPAN.fullmatch(text)
    if span:
        return now - timedelta(**{_UNITS[span[2]]: int(span[1])})
    try:
        given = datetime.fromisoformat(text)
    except ValueError:
        return None
    return given if given.tzinfo else given.replace(tzinfo=now.tzinfo)
