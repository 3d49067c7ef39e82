"""`helpcenter sandbox`: Stripe's sandbox and the demo host app alone, for other apps' tests."""

import json
from typing import TYPE_CHECKING, Annotated

import typer

from helpcenter.cli.context import Exit, explained, fail

if TYPE_CHECKING:
    from helpcenter.sandbox.server import Sandbox

_REWRITES = "A new default card replaces the one a subscription has of its own, too."


def sandbox(
    port: Annotated[
        int, typer.Option(help="Stripe's port; the demo host app takes the next one.")
    ] = 8001,
    webhook_url: Annotated[
        str | None, typer.Option(metavar="URL", help="Where events are sent: http on loopback.")
    ] = None,
    rewrites_card: Annotated[bool, typer.Option("--portal-rewrites-card", help=_REWRITES)] = False,  # noqa: FBT002 - a flag
    as_json: Annotated[bool, typer.Option("--json", help="Print for machines.")] = False,  # noqa: FBT002 - a flag
) -> None:
    """Run a sandbox Stripe with its customers until Ctrl-C; nothing is kept.

    Keys and secrets are random for each run, and printed. `POST /_sandbox/…` breaks and steers it.
    """
    from helpcenter.sandbox.config import SandboxConfig
    from helpcenter.sandbox.server import start_sandbox

    config = SandboxConfig(portal_rewrites_subscription_card=rewrites_card)
    with explained():
        try:
            running = start_sandbox(config, stripe_port=port, host_port=port + 1)
        except OSError as error:
            fail(f"Ports {port} and {port + 1} must be free: {error.strerror}", Exit.BUSY)
        with running as made:
            try:
                made.connect(webhook_url=webhook_url)
            except ValueError as error:
                fail(f"{error}.", Exit.USAGE)
            told = _told(made)
            typer.echo(json.dumps(told) if as_json else _as_text(told))
            _until_interrupted()


def _told(made: "Sandbox") -> dict[str, str]:
    """Return what a help centre or a test needs to know, by the name of the setting."""
    config, wiring = made.config, made.wiring
    host = wiring.stripe_url.partition("://")[2]
    return {
        "HELPCENTER_STRIPE_KEY": config.restricted_key,
        "HELPCENTER_STRIPE_API_BASE": wiring.stripe_url,
        "HELPCENTER_STRIPE_PORTAL_HOSTS": host,
        "HELPCENTER_STRIPE_INVOICE_HOSTS": host,
        "HELPCENTER_STRIPE_WEBHOOK_SECRETS": config.webhook_secret,
        "HELPCENTER_HOST_JWT_ISSUER": wiring.host_url,
        "HELPCENTER_HOST_JWT_SECRET": config.jwt_secret,
        "HELPCENTER_HOST_ORIGINS": wiring.host_url,
        "HELPCENTER_LOGIN_URL": f"{wiring.host_url}/login",
        "STRIPE_SECRET_KEY": config.secret_key,
    }


def _as_text(told: dict[str, str]) -> str:
    from helpcenter.sandbox.people import PEOPLE

    lines = [f"{name}={value}" for name, value in told.items()]
    people = [f"# {one.name}: {one.customer}, {one.trouble}" for one in PEOPLE]
    return "\n".join([*lines, "", *people, "", "# Ctrl-C ends it."])


def _until_interrupted() -> None:
    from contextlib import suppress
    from threading import Event

    with suppress(KeyboardInterrupt):
        Event().wait()
