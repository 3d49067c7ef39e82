"""`helpcenter migrate`: bring the database to the present schema."""

import typer

from helpcenter.cli.context import database_of, explained, load_settings


def migrate() -> None:
    """Bring the database to the present schema (`serve` does so by itself)."""
    from helpcenter.db.migrate import current, upgrade

    with explained(), database_of(load_settings(), purpose="migrate") as database:
        upgrade(database)
        typer.echo(f"The database is at {current(database)}.")
