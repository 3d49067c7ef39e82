"""`helpcenter chat`: a talk with the bot in the terminal."""

from typing import TYPE_CHECKING, Annotated

import typer

from helpcenter.cli.ask import locale_of
from helpcenter.cli.context import explained, load_settings, load_site

if TYPE_CHECKING:
    from helpcenter.bot.state import Said, State


def chat(
    locale: Annotated[
        str, typer.Option(help="The conversation's language, as in URLs: en, zh-HK.")
    ] = "en",
    trace: Annotated[bool, typer.Option("--trace", help="Say why after every reply.")] = False,  # noqa: FBT002 - a flag
) -> None:
    """Talk with the bot; an empty line or end of input leaves. Nothing is stored.

    A number presses the button with that number.
    """
    with explained():
        playbook = load_site(load_settings()).playbook
    from helpcenter.bot.engine import decide, start
    from helpcenter.bot.plain import reply_lines, trace_lines
    from helpcenter.clock import SystemClock

    state = start(locale_of(playbook, locale))
    clock = SystemClock()
    while line := _line():
        decision = decide(playbook, state, _said(line, state), None, clock.now())
        state = decision.state
        for text in reply_lines(decision):
            typer.echo(text)
        for text in trace_lines(decision) if trace else ():
            typer.secho(f"    {text}", dim=True)


def _line() -> str:
    """Return what is typed, the empty string at the end of input."""
    try:
        return input("> ").strip()
    except (EOFError, KeyboardInterrupt):
        typer.echo()
        return ""


def _said(line: str, state: "State") -> "Said":
    from helpcenter.bot.state import SaidChoice, SaidText

    number = int(line) if line.isascii() and line.isdigit() and len(line) < len("100") else 0
    if 1 <= number <= len(state.buttons):
        return SaidChoice(state.buttons[number - 1])
    return SaidText(line)
