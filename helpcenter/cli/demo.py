"""`helpcenter demo`: everything at once on loopback, nothing to configure, nothing kept.

The help centre and the sandbox are opened as `127.0.0.1`, the host app as `localhost`, so that a
browser sees two sites, as in real life.
"""

import os
from typing import TYPE_CHECKING, Annotated

import typer

from helpcenter.cli.context import Exit, explained, fail, load_settings

if TYPE_CHECKING:
    from helpcenter.db.database import Database
    from helpcenter.sandbox.server import Sandbox
    from helpcenter.settings import Settings

HOST_APP = "demo host app"


def demo(
    port: Annotated[
        int, typer.Option(help="The help centre's port; Stripe and host app take the next two.")
    ] = 8000,
) -> None:
    """Run the help centre with a sandbox Stripe and a demo host app; nothing is kept."""
    from tempfile import TemporaryDirectory

    from helpcenter.cli.serve import run
    from helpcenter.sandbox.server import start_sandbox

    with TemporaryDirectory(prefix="helpcenter-demo-") as data, explained():
        try:
            running = start_sandbox(stripe_port=port + 1, host_port=port + 2)
        except OSError as error:
            fail(f"Ports {port + 1} and {port + 2} must be free: {error.strerror}", Exit.BUSY)
        with running as sandbox:
            settings = demo_settings(sandbox, port, data)
            run(settings, prepare=lambda database: connect(sandbox, settings, database))


def demo_settings(sandbox: "Sandbox", port: int, data: str) -> "Settings":
    """Return settings that know the sandbox and the host app, with secrets of this run only."""
    stripe, host = sandbox.wiring.stripe_url, sandbox.wiring.host_url
    hosted = stripe.partition("://")[2]
    return load_settings(
        host="127.0.0.1",
        port=port,
        base_url=f"http://127.0.0.1:{port}",
        data=data,
        support_email="help@example.com",
        support_hours={"en": "Monday to Friday, 9:00–18:00", "zh_HK": "星期一至五上午9時至下午6時"},
        secret=os.urandom(32).hex(),
        host_jwt_secret=sandbox.config.jwt_secret,
        host_jwt_issuer=host,
        host_origins=(host,),
        login_url=f"{host}/login",
        stripe_key=sandbox.config.restricted_key,
        stripe_api_base=stripe,
        stripe_portal_hosts=(hosted,),
        stripe_invoice_hosts=(hosted,),
        stripe_webhook_secrets=(sandbox.config.webhook_secret,),
    )


def connect(sandbox: "Sandbox", settings: "Settings", database: "Database") -> None:
    """Make agents, tell the sandbox where the help centre is, give the host app its API token."""
    from helpcenter.cli.agents import DEMO_AGENTS, seed_demo
    from helpcenter.clock import SystemClock
    from helpcenter.identity import api_tokens
    from helpcenter.identity.keys import load_keys

    token = api_tokens.new_token()
    digest = api_tokens.digest(load_keys(settings), token)
    scopes, now = [api_tokens.Scope.CUSTOMERS_SIGNOUT], SystemClock().now()
    database.write_sync(lambda conn: api_tokens.add(conn, HOST_APP, scopes, digest, now))
    sandbox.connect(
        helpcenter_url=settings.base_url,
        webhook_url=f"{settings.base_url}/webhooks/stripe",
        signout_token=token,
        widget_src=f"{settings.base_url}/widget.js",
    )
    typer.echo(f"The demo product is at {sandbox.wiring.host_url}: sign in there as a customer.")
    password = seed_demo(database)
    typer.echo(f"The inbox is at {settings.base_url}/agent/login, for")
    for email, _, team in DEMO_AGENTS:
        typer.echo(f"    {email} ({team}), password {password}")
    typer.echo(f"The sandbox Stripe is at {sandbox.wiring.stripe_url}.")
