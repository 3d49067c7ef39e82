"""`helpcenter bot`: what writers of topics check their work with."""

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from helpcenter.cli.context import Exit, explained, fail, load_settings, load_site

if TYPE_CHECKING:
    from datetime import datetime

    from helpcenter.bot.evaluation import Evaluation
    from helpcenter.bot.unmatched import Unmatched
    from helpcenter.settings import Settings

bot = typer.Typer(help="Test the bot's topics.", no_args_is_help=True)

ItemT = TypeVar("ItemT")

_SHOWN_CONFUSIONS = 10


@bot.command("test")
def hold(
    files: Annotated[
        list[Path] | None, typer.Argument(help="Hold those of these files only.")
    ] = None,
    *,
    rules: Annotated[bool, typer.Option("--rules", help="Name the rules no line meets.")] = False,
    cover: Annotated[
        int, typer.Option(min=0, max=100, help="Fail below this share of steps and branches, in %.")
    ] = 0,
) -> None:
    """Hold the conversations of bot/conversations; exit code 1 if one fails."""
    with explained():
        settings = load_settings()
        playbook = load_site(settings).playbook
        from helpcenter.bot.conversation_tests import HELD_AT, coverage, read_cases, run
        from helpcenter.bot.overlap import unmet
        from helpcenter.cli.customers import ConversationDesk
        from helpcenter.clock import ManualClock
        from helpcenter.content.problems import Report
        from helpcenter.content.roots import find_roots

        report = Report()
        cases = read_cases(find_roots(settings.content), report)
        report.raise_errors()
        cases = [case for case in cases if not files or _is_one_of(case.file, files)]
    if files and not cases:
        raise typer.BadParameter("no conversation stands in these files", param_hint="FILES")
    with ConversationDesk(settings, ManualClock(HELD_AT)) as desk:
        held = [run(case, playbook, desk.facts_for) for case in _with_progress(cases, "Talks")]
    failures = [failure for each in held for failure in each.failures]
    for failure in failures:
        typer.echo(str(failure))
    met = coverage(playbook, held)
    typer.echo(
        f"{len(cases)} conversations, {len(failures)} failures; "
        f"{_met(met.steps, met.missed_steps, met.share_of_steps)} steps said, "
        f"{_met(met.ways, met.missed_ways, met.share_of_ways)} branches and answers taken."
    )
    for what, missed in (("said", met.missed_steps), ("taken", met.missed_ways)):
        if missed and not files:
            typer.echo(f"Never {what}: {', '.join(sorted(missed))}")
    if rules:
        lines = (turn.line for case in cases for turn in case.conversation.turns if turn.line)
        for topic, never in unmet(playbook, lines).items():
            typer.echo(f"{topic}: no line meets {', '.join(never)}")
    short = min(met.share_of_steps, met.share_of_ways) < cover / 100
    if short:
        typer.echo(f"Less than {cover}% of the steps, or of the branches and answers, is met.")
    raise SystemExit(Exit.FAULTS if failures or short else Exit.OK)


def _is_one_of(name: str, files: Sequence[Path]) -> bool:
    """Tell whether a content file is among those named, be it by less or by more of its path."""
    ends = ((f"/{name}", f"/{file.as_posix()}") for file in files)
    return any(one.endswith(other) or other.endswith(one) for one, other in ends)


def _met(every: int, missed: Sequence[str], share: float) -> str:
    return f"{every - len(missed)} of {every} ({share:.0%})"


@bot.command("unmatched")
def show_unmatched(
    since: Annotated[
        str, typer.Option(help="How far back: 12h, 30d, or a day such as 2026-11-22.")
    ] = "30d",
    limit: Annotated[int, typer.Option(min=1, help="How many lines.")] = 50,
    stubs: Annotated[
        Path | None, typer.Option(help="Write a conversation test for each line here.")
    ] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print for machines.")] = False,
) -> None:
    """Show what customers wrote and the bot did not understand, each with the nearest topic.

    Lines are redacted, as they are stored. Look at the topics before you keep a stub: the nearest
    is not always the right one, and some lines are rightly out of scope.
    """
    from helpcenter.cli.webhooks import moment
    from helpcenter.clock import SystemClock

    start = moment(since, SystemClock().now())
    if start is None:
        fail(f"{since} is no span (12h, 30d) and no day (2026-11-22).", Exit.USAGE)
    with explained():
        settings = load_settings()
        playbook = load_site(settings).playbook
        from helpcenter.bot.conversation_tests import read_cases
        from helpcenter.bot.stubs import file_of
        from helpcenter.bot.unmatched import nearest, stub_of
        from helpcenter.content.problems import Report
        from helpcenter.content.roots import find_roots

        turns = (
            turn
            for case in read_cases(find_roots(settings.content), Report())
            for turn in case.conversation.turns
        )
        known = [(turn.line, turn.topic) for turn in turns if turn.line and turn.topic]
        found = _missed(settings, start)[:limit]
    near = [(one, nearest(playbook, one, known)) for one in found]
    if stubs is not None:
        _write(stubs, file_of(stub_of(one, topic) for one, topic in near))
    if as_json:
        rows = [
            {"text": one.text, "locale": one.locale.tag, "times": one.times, "nearest": topic}
            for one, topic in near
        ]
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for one, topic in near:
        typer.echo(f"{one.times:>5}  {one.locale.tag:<6} {topic:<26} {one.text}")


def _missed(settings: "Settings", since: "datetime") -> "tuple[Unmatched, ...]":
    from contextlib import closing

    from helpcenter.bot.unmatched import unmatched
    from helpcenter.db.engine import FILE, open_database

    url = settings.database_url.get_secret_value() if settings.database_url else None
    if url is None and not (settings.data / FILE).exists():
        fail(f"Nobody has written yet: there is no database in {settings.data}.", Exit.SETTINGS)
    with closing(open_database(url, settings.data)) as database:
        return database.read_sync(lambda conn: unmatched(conn, since))


@bot.command("eval")
def evaluate(
    file: Annotated[Path, typer.Argument(help="JSONL; each line has `text` and `intent`.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print for machines.")] = False,  # noqa: FBT002 - a flag
    predictions: Annotated[
        Path | None, typer.Option(help="Write the predicted topics here, one a line.")
    ] = None,
) -> None:
    """Measure how often labelled lines are understood as labelled."""
    with explained():
        playbook = load_site(load_settings()).playbook
        from helpcenter.bot import evaluation

        rows = evaluation.read_labelled(_read(file), str(file))
    result = evaluation.evaluate(playbook, rows, lambda rows: _with_progress(rows, "Lines"))
    if predictions is not None:
        _write(predictions, "".join(f"{topic}\n" for topic in result.predictions))
    if as_json:
        typer.echo(json.dumps(result.to_json(), ensure_ascii=False, indent=2))
    else:
        _show(result)


def _show(result: "Evaluation") -> None:
    typer.echo(f"{result.lines} lines, accuracy {result.accuracy:.1%}\n")
    typer.echo(f"{'topic':<26}{'lines':>7}{'precision':>11}{'recall':>9}")
    for score in result.topics:
        numbers = (
            f"{number:.1%}" if number is not None else "–"
            for number in (score.precision, score.recall)
        )
        precision, recall = numbers
        typer.echo(f"{score.topic:<26}{score.lines:>7}{precision:>11}{recall:>9}")
    if result.confusions:
        typer.echo("\nMost often confused:")
    for right, got, count in result.confusions[:_SHOWN_CONFUSIONS]:
        typer.echo(f"{count:>7}  {right} taken for {got}")


def _with_progress(items: Iterable[ItemT], what: str) -> Iterator[ItemT]:
    """Yield the items beside a progress bar, drawn on standard error if that is a terminal."""
    from rich.console import Console
    from rich.progress import track

    yield from track(list(items), what, console=Console(stderr=True), transient=True)


def _read(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        fail(f"{file}: cannot be read: {error}", Exit.USAGE)


def _write(file: Path, text: str) -> None:
    try:
        file.write_text(text, "utf-8")
    except OSError as error:
        fail(f"{file}: cannot be written: {error}", Exit.USAGE)
