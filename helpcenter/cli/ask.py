"""`helpcenter ask`: one line to the bot, its reply and its reasons."""

import json
from typing import TYPE_CHECKING, Annotated

import typer

from helpcenter.cli.context import Exit, explained, fail, load_settings, load_site

if TYPE_CHECKING:
    from helpcenter.bot.playbook import Playbook
    from helpcenter.i18n.locale import Locale


def ask(
    text: Annotated[str, typer.Argument(help="What the customer writes.")],
    locale: Annotated[
        str, typer.Option(help="The conversation's language, as in URLs: en, zh-HK.")
    ] = "en",
    as_json: Annotated[bool, typer.Option("--json", help="Print for machines.")] = False,  # noqa: FBT002 - a flag
) -> None:
    """Ask the bot one thing: prints topic, reply, offers and why. Nothing is stored."""
    with explained():
        playbook = load_site(load_settings()).playbook
    from helpcenter.bot.engine import decide, start
    from helpcenter.bot.plain import decision_json, reply_lines, trace_lines
    from helpcenter.bot.state import SaidText
    from helpcenter.clock import SystemClock

    state = start(locale_of(playbook, locale))
    decision = decide(playbook, state, SaidText(text), None, SystemClock().now())
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
