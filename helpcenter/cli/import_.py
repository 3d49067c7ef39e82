"""`helpcenter import`: another help centre's articles, made ours."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from helpcenter.cli.context import Exit, explained, fail, load_settings

if TYPE_CHECKING:
    from collections.abc import Callable

    from helpcenter.articles.importing.pages import Haul
    from helpcenter.articles.importing.store import Outcome
    from helpcenter.content.problems import Report
    from helpcenter.i18n.locale import Locale

import_ = typer.Typer(help="Bring articles from elsewhere in.", no_args_is_help=True)

_NEW = Path("site")

Into = Annotated[
    Path | None,
    typer.Option("--into", help="The site's folder; else HELPCENTER_CONTENT, else a new `site`."),
]
Tag = Annotated[str, typer.Option("--locale", help="The language of what says none.")]
Json = Annotated[bool, typer.Option("--json", help="Print for machines.")]


@import_.command("markdown")
def markdown(
    path: Annotated[Path, typer.Argument(help="A folder of Markdown files.")],
    into: Into = None,
    locale: Tag = "en",
    base: Annotated[str, typer.Option("--old-path", help="Where they were, such as `/docs`.")] = "",
    *,
    as_json: Json = False,
) -> None:
    """Bring a folder of Markdown in, of whatever tool: titles, categories, locales, pictures.

    Exit code 0 when something was brought in, 1 when nothing could be.
    """
    from helpcenter.articles.importing.folder import Folder
    from helpcenter.articles.importing.includes import Includes
    from helpcenter.content.roots import Root

    if not path.is_dir():
        fail(f"{path} is no folder: name one that holds Markdown files.", Exit.USAGE)
    old = f"/{base.strip('/')}" if base.strip("/") else ""
    root = Root(path.resolve())
    includes, default = Includes.of(root), _default(locale)
    _run(into, lambda report: Folder(root, default, old, report, includes).read(), as_json=as_json)


@import_.command("zendesk")
def zendesk(
    path: Annotated[Path, typer.Argument(help="A folder of the export, or its one JSON file.")],
    into: Into = None,
    locale: Tag = "en",
    *,
    as_json: Json = False,
) -> None:
    """Bring an export of Zendesk Guide in: the JSON of `GET /api/v2/help_center/…`.

    Exit code 0 when something was brought in, 1 when nothing could be.
    """
    from helpcenter.articles.importing.zendesk import Export, find_files

    if not path.exists():
        fail(f"{path} is not there: name the export's folder or file.", Exit.USAGE)
    root, files = find_files(path)
    _run(into, lambda report: Export(root, files, _default(locale), report).read(), as_json=as_json)


def _default(tag: str) -> "Locale":
    from helpcenter.articles.importing.pages import locale_of

    locale = locale_of(tag)
    if locale is None:
        fail(f"`{tag}` is no language: write a tag such as `en` or `zh-HK`.", Exit.USAGE)
    return locale


def _run(into: Path | None, read: "Callable[[Report], Haul]", *, as_json: bool) -> None:
    from helpcenter.articles.importing.store import store
    from helpcenter.cli.init import begin
    from helpcenter.content.problems import Report
    from helpcenter.content.roots import find_roots
    from helpcenter.i18n.catalogues import load_catalogues

    report = Report()
    with explained():
        folder = into or load_settings().content or _NEW
        haul = read(report)
        if not haul.pages:
            typer.echo("\n".join(map(str, report.problems)), err=True)
            fail("Nothing was found to bring in; nothing has been changed.", Exit.FAULTS)
        try:
            begin(folder)
            settings = load_settings(content=folder)
            catalogues = load_catalogues(find_roots(settings.content), settings, Report())
            outcome = store(haul, folder, settings, catalogues, report)
        except OSError as error:
            fail(f"{folder} cannot be written to: {error.strerror}.", Exit.USAGE)
        typer.echo((_as_json if as_json else _as_text)(folder, outcome, report))


def _as_text(folder: Path, outcome: "Outcome", report: "Report") -> str:
    told = [*report.errors, *report.warnings]
    lines = ["Not carried over as it was:", *map(str, told), ""] if told else []
    return "\n".join(
        [
            *lines,
            f"{outcome.articles} articles and {outcome.pictures} pictures in {folder}:",
            f"{outcome.written} files written, {outcome.same} unchanged, {outcome.kept} kept.",
            f"Look them over: helpcenter check --content {folder}",
        ]
    )


def _as_json(folder: Path, outcome: "Outcome", report: "Report") -> str:
    problems = [
        {"file": one.file, "line": one.line, "code": one.code, "message": one.message}
        for one in (*report.errors, *report.warnings)
    ]
    counts = {name: getattr(outcome, name) for name in outcome.__slots__}
    return json.dumps(
        {"folder": str(folder), **counts, "problems": problems}, ensure_ascii=False, indent=2
    )
