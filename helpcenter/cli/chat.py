"""`helpcenter chat`: a talk with the bot in the terminal."""

from typing import TYPE_CHECKING, Annotated

import typer

from helpcenter.cli.ask import AS, locale_of
from helpcenter.cli.context import explained, load_settings, load_site
from helpcenter.cli.customers import looking

if TYPE_CHECKING:
    from helpcenter.bot.state import Said, State


def chat(
    locale: Annotated[
        str, typer.Option(help="The conversation's language, as in URLs: en, zh-HK.")
    ] = "en",
    customer: Annotated[str | None, AS] = None,
    trace: Annotated[bool, typer.Option("--trace", help="Say why after every reply.")] = False,  # noqa: FBT002 - a flag
) -> None:
    """Talk with the bot; an empty line or end of input leaves. Nothing is stored.

    A number presses the button with that number.
    """
    with explained():
        settings = load_settings()
        playbook = load_site(settings).playbook
    from helpcenter.bot.engine import answer, start
    from helpcenter.bot.plain import reply_lines, trace_lines
    from helpcenter.clock import SystemClock

    state, clock = start(locale_of(playbook, locale)), SystemClock()
    with explained(), looking(settings, clock, customer) as look:
        while line := _line():
            decision = answer(playbook, state, _said(line, state), look, clock.now())
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
