"""`helpcenter demo`: everything at once on loopback, nothing to configure, nothing kept."""

from typing import Annotated

import typer

from helpcenter.cli.context import explained, load_settings


def demo(
    port: Annotated[int, typer.Option(help="The port of the help centre.")] = 8000,
) -> None:
    """Run the help centre with the starter content; nothing to configure, nothing kept."""
    from tempfile import TemporaryDirectory

    from helpcenter.cli.serve import run

    with TemporaryDirectory(prefix="helpcenter-demo-") as data, explained():
        run(load_settings(host="127.0.0.1", port=port, data=data))
