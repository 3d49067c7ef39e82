"""`helpcenter serve`: run the help centre."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from helpcenter.cli.context import database_alone, explained, load_settings, load_site

if TYPE_CHECKING:
    from collections.abc import Callable
    from socket import socket

    import uvicorn
    from starlette.types import ASGIApp

    from helpcenter.db.database import Database
    from helpcenter.settings import Settings
    from helpcenter.site.model import Site


def serve(
    host: Annotated[str | None, typer.Option(help="The address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(help="The port to listen on.")] = None,
    content: Annotated[Path | None, typer.Option(help="The site's own content folder.")] = None,
    data: Annotated[Path | None, typer.Option(help="Folder for database and index.")] = None,
    *,
    reload: Annotated[bool, typer.Option("--reload", help="Show a saved file at once.")] = False,
    request_log: Annotated[bool, typer.Option(help="Log a line a request.")] = True,
) -> None:
    """Run the help centre."""
    with explained():
        settings = load_settings(host=host, port=port, content=content, data=data)
        run(settings, reload=reload, request_log=request_log)


def run(
    settings: "Settings",
    *,
    reload: bool = False,
    request_log: bool = True,
    prepare: "Callable[[Database], None] | None" = None,
) -> None:
    """Serve until told to stop; raises what `explained` turns into words.

    `prepare` is called once with the migrated database, before anybody is served.
    """
    from helpcenter.app import create_app
    from helpcenter.db.migrate import upgrade
    from helpcenter.jobs.outbox import free_all
    from helpcenter.web.ops.log import configure_logging

    configure_logging(settings.log_format)
    site = _try_site(settings) if reload else load_site(settings, keep=True)
    with database_alone(settings, purpose="serve") as (database, alone):
        upgrade(database)
        if alone:
            database.write_sync(free_all)
        if prepare:
            prepare(database)
        app = create_app(
            settings, database=database, site=site, reload=reload, log_requests=request_log
        )
        say_shortcomings(settings)
        typer.echo(f"The help centre is at {settings.base_url}", err=True)

        def stopping() -> None:
            app.state.chat.notices.close()
            app.state.holder.let_go()

        server(app, settings, stopping).run()


def _try_site(settings: "Settings") -> "Site | None":
    """Return the site; with content that cannot be used say why, for the writer will mend it."""
    from helpcenter.content.problems import ContentError

    try:
        return load_site(settings, keep=True)
    except ContentError as error:
        typer.echo(f"The content cannot be used yet:\n{error}", err=True)
        return None


def say_shortcomings(settings: "Settings") -> None:
    """Say what will not work, in words, and to the log what a missing Stripe key costs."""
    import structlog

    from helpcenter.billing.shortcomings import shortcomings as of_stripe
    from helpcenter.identity.shortcomings import shortcomings as of_signing_in
    from helpcenter.tickets.shortcomings import shortcomings as of_tickets

    if settings.stripe_key is None:
        without = ["facts", "links", "webhooks"]
        structlog.get_logger(__name__).warning("stripe_key_missing", without=without)
    for sentence in (*of_signing_in(settings), *of_stripe(settings), *of_tickets(settings)):
        typer.echo(sentence, err=True)


def server(
    app: "ASGIApp", settings: "Settings", stopping: "Callable[[], None]" = lambda: None
) -> "uvicorn.Server":
    """Return the web server around `app`; it calls `stopping` as soon as it is told to stop.

    Its own access log is off: it would write paths and queries, which may hold people's words.
    """
    import uvicorn

    class Server(uvicorn.Server):
        async def shutdown(self, sockets: "list[socket] | None" = None) -> None:
            # Before it waits for what is open: streams never end by themselves.
            stopping()
            await super().shutdown(sockets)

    return Server(
        uvicorn.Config(
            app,
            host=settings.host,
            port=settings.port,
            access_log=False,
            log_config=None,
            server_header=False,
            timeout_graceful_shutdown=10,
        )
    )
