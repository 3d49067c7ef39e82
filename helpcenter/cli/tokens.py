"""`helpcenter tokens`: API tokens for the host app's backend and other programs."""

from typing import Annotated

import typer

from helpcenter.cli.context import Exit, database_of, explained, fail, load_settings

tokens = typer.Typer(help="Make, list and revoke API tokens for programs.", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="What the token is for, such as the program's name.")]


@tokens.command()
def add(
    name: Name,
    scope: Annotated[
        list[str], typer.Option(help="What it may do: customers:signout, tickets. May be repeated.")
    ],
) -> None:
    """Make a token and print it, this once."""
    from helpcenter.clock import SystemClock
    from helpcenter.db.migrate import upgrade
    from helpcenter.errors import HelpcenterError
    from helpcenter.identity import api_tokens
    from helpcenter.identity.keys import load_keys

    known = {one.value: one for one in api_tokens.Scope}
    unknown = sorted(set(scope) - set(known))
    if unknown:
        fail(f"No such scope: {', '.join(unknown)}. There are: {', '.join(known)}.", Exit.USAGE)
    if not name.strip() or not name.isprintable():
        fail("A token needs a name that can be read.", Exit.USAGE)
    with explained():
        settings = load_settings()
        token, now = api_tokens.new_token(), SystemClock().now()
        digest = api_tokens.digest(load_keys(settings), token)
        with database_of(settings, purpose="tokens add") as database:
            upgrade(database)
            scopes = [known[one] for one in scope]
            try:
                database.write_sync(lambda conn: api_tokens.add(conn, name, scopes, digest, now))
            except HelpcenterError:
                fail(f"There is a token named {name} already; revoke it first.", Exit.USAGE)
    typer.echo(token)
    typer.echo("It is not shown again. Whoever has it may use it.", err=True)


@tokens.command("list")
def list_() -> None:
    """List the tokens: name, scopes, when they were made."""
    from helpcenter.db.migrate import upgrade
    from helpcenter.identity import api_tokens

    with explained(), database_of(load_settings(), purpose="tokens list") as database:
        upgrade(database)
        found = database.read_sync(api_tokens.listed)
    for token in found:
        scopes = " ".join(sorted(token.scopes))
        typer.echo(f"{token.name}\t{scopes}\t{token.created:%Y-%m-%d %H:%M} UTC")


@tokens.command()
def revoke(name: Name) -> None:
    """Revoke a token; programs that use it are refused from now on."""
    from helpcenter.db.migrate import upgrade
    from helpcenter.identity import api_tokens

    with explained(), database_of(load_settings(), purpose="tokens revoke") as database:
        upgrade(database)
        gone = database.write_sync(lambda conn: api_tokens.revoke(conn, name))
    if not gone:
        fail(f"There is no token named {name}.", Exit.USAGE)
    typer.echo(f"{name} is revoked.")
