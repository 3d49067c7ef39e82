"""`helpcenter chat`: a talk with the bot in the terminal."""

import logging
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from helpcenter.cli.ask import AS, locale_of
from helpcenter.cli.context import Exit, explained, fail, load_settings, load_site
from helpcenter.cli.customers import looking

if TYPE_CHECKING:
    from helpcenter.bot.state import Decision, Said, State


def chat(
    locale: Annotated[
        str, typer.Option(help="The conversation's language, as in URLs: en, zh-HK.")
    ] = "en",
    customer: Annotated[str | None, AS] = None,
    save: Annotated[
        Path | None, typer.Option(help="Write the talk here as a conversation test.")
    ] = None,
    *,
    trace: Annotated[bool, typer.Option("--trace", help="Say why after every reply.")] = False,
    verbose: Annotated[
        bool, typer.Option("--verbose", help="Show what is logged, on standard error.")
    ] = False,
) -> None:
    """Talk with the bot; an empty line or end of input leaves. Nothing is stored.

    A number presses the button with that number. What is saved expects what was said this time:
    read it, and mend the expectations that should be others. A file that is there is added to.
    """
    with explained():
        settings = load_settings()
        playbook = load_site(settings).playbook
    from helpcenter.bot.engine import answer, start
    from helpcenter.bot.plain import reply_lines, trace_lines
    from helpcenter.clock import SystemClock

    spoken = locale_of(playbook, locale)
    state, clock = start(spoken), SystemClock()
    talk: list[tuple[Said, Decision]] = []
    kept: list[str] = []
    level = logging.INFO if verbose else logging.CRITICAL
    with explained(), looking(settings, clock, customer, level=level) as look:
        while line := _line():
            said = _said(line, state, kept)
            decision = answer(playbook, state, said, look, clock.now())
            state = decision.state
            talk.append((said, decision))
            for text in reply_lines(decision):
                typer.echo(text)
            for text in trace_lines(decision) if trace else ():
                typer.secho(f"    {text}", dim=True)
    if save is not None and talk:
        from helpcenter.bot.stubs import talk_stub

        _add(save, talk_stub(save.stem, spoken, customer, talk).text())


def _add(file: Path, stub: str) -> None:
    """Put a test at the end of a file, a new one if need be; leaves if that cannot be done."""
    from helpcenter.bot.stubs import HEAD

    try:
        before = file.read_text("utf-8") if file.exists() else HEAD
        file.write_text(before.rstrip("\n") + "\n" + stub, "utf-8")
    except (OSError, UnicodeDecodeError) as error:
        fail(f"{file}: cannot be written: {error}", Exit.USAGE)


def _line() -> str:
    """Return what is typed, the empty string at the end of input."""
    try:
        return input("> ").strip()
    except (EOFError, KeyboardInterrupt):
        typer.echo()
        return ""


def _said(line: str, state: "State", kept: list[str]) -> "Said":
    from helpcenter.bot.state import SaidChoice, SaidText
    from helpcenter.language.redact import keep

    number = int(line) if line.isascii() and line.isdigit() and len(line) < len("100") else 0
    if 1 <= number <= len(state.buttons):
        return SaidChoice(state.buttons[number - 1])
    return SaidText(keep(line, kept))
