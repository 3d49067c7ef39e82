"""`helpcenter ask`: one line to the bot, its reply and its reasons."""

import json
from typing import TYPE_CHECKING, Annotated

import typer

from helpcenter.cli.context import Exit, explained, fail, load_settings, load_site
from helpcenter.cli.customers import looking

if TYPE_CHECKING:
    from helpcenter.bot.playbook import Playbook
    from helpcenter.i18n.locale import Locale


AS = typer.Option(
    "--as",
    metavar="CUSTOMER",
    help="Whose facts count: a sandbox customer's name, a sub or a cus_… (nobody's without it).",
)


def ask(
    text: Annotated[str, typer.Argument(help="What the customer writes.")],
    locale: Annotated[
        str, typer.Option(help="The conversation's language, as in URLs: en, zh-HK.")
    ] = "en",
    customer: Annotated[str | None, AS] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print for machines.")] = False,  # noqa: FBT002 - a flag
) -> None:
    """Ask the bot one thing: prints topic, reply, offers and why. Nothing is stored."""
    with explained():
        settings = load_settings()
        playbook = load_site(settings).playbook
    from helpcenter.bot.engine import answer, start
    from helpcenter.bot.plain import decision_json, reply_lines, trace_lines
    from helpcenter.bot.state import SaidText
    from helpcenter.clock import SystemClock

    state, clock = start(locale_of(playbook, locale)), SystemClock()
    with explained(), looking(settings, clock, customer) as look:
        decision = answer(playbook, state, SaidText(text), look, clock.now())
    if as_json:
        typer.echo(json.dumps(decision_json(decision), ensure_ascii=False, indent=2))
        return
    for line in reply_lines(decision):
        typer.echo(line)
    typer.echo()
    for line in trace_lines(decision):
        typer.secho(line, dim=True)


def locale_of(playbook: "Playbook", tag: str) -> "Locale":
    """Return the locale a tag names; leaves with a clear sentence if the site lacks it."""
    from helpcenter.i18n.negotiate import match

    found = match(tag, playbook.locales)
    if found is None:
        known = ", ".join(locale.tag for locale in playbook.locales)
        fail(f"`{tag}` is no language of this site; it has {known}.", Exit.USAGE)
    return found
