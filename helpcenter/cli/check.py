"""`helpcenter check`: everything wrong with the content, each fault with file and line."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from helpcenter.cli.context import Exit, explained, load_settings

if TYPE_CHECKING:
    from helpcenter.content.problems import Report


def check(
    content: Annotated[
        Path | None, typer.Option(help="The content folder; else the settings' own.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print for machines.")] = False,  # noqa: FBT002 - a flag
) -> None:
    """Look for broken links, missing words and everything else that is wrong in the content.

    Exit code 1 when there are errors, 0 when there are only warnings or nothing.
    """
    with explained():
        settings = load_settings(content=content)
        from helpcenter.content.roots import find_roots
        from helpcenter.site.check import check as look

        report = look(settings, find_roots(settings.content))
    typer.echo(_as_json(report) if as_json else _as_text(report))
    raise SystemExit(Exit.FAULTS if report.errors else Exit.OK)


def _as_text(report: "Report") -> str:
    lines = []
    for title, problems in (("Errors", report.errors), ("Warnings", report.warnings)):
        if problems:
            lines += [f"{title}:", *map(str, problems), ""]
    errors, warnings = len(report.errors), len(report.warnings)
    return "\n".join([*lines, f"{_count(errors, 'error')}, {_count(warnings, 'warning')}."])


def _count(number: int, what: str) -> str:
    return f"{number or 'no'} {what}{'' if number == 1 else 's'}"


def _as_json(report: "Report") -> str:
    problems = [
        {
            "file": problem.file,
            "line": problem.line,
            "severity": problem.severity,
            "code": problem.code,
            "message": problem.message,
        }
        for problem in sorted((*report.errors, *report.warnings))
    ]
    counts = {"errors": len(report.errors), "warnings": len(report.warnings)}
    return json.dumps({"problems": problems, **counts}, ensure_ascii=False, indent=2)
