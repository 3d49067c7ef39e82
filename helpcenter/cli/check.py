"""`helpcenter check`: everything wrong with the content, each fault with file and line."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from helpcenter.cli.context import Exit, explained, load_settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from helpcenter.content.problems import Problem, Report


def check(
    content: Annotated[
        Path | None, typer.Option(help="The content folder; else the settings' own.")
    ] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print for machines.")] = False,
    fix: Annotated[bool, typer.Option("--fix", help="Mend what is safe to mend.")] = False,
) -> None:
    """Look for broken links, missing words and everything else that is wrong in the content.

    Exit code 1 when there are errors, 0 when there are only warnings or nothing. `--fix` turns
    words of elsewhere into ours, makes relations mutual and levels headings; all else is yours.
    """
    with explained():
        settings = load_settings(content=content)
        from helpcenter.content.roots import find_roots
        from helpcenter.site.check import check as look
        from helpcenter.site.mending import mend

        roots = find_roots(settings.content)
        report = look(settings, roots)
        mended = mend(report.warnings, roots) if fix else ()
        report = look(settings, roots) if mended else report
    typer.echo(_as_json(report, mended) if as_json else _as_text(report, mended))
    raise SystemExit(Exit.FAULTS if report.errors else Exit.OK)


def _as_text(report: "Report", mended: "Sequence[Problem]") -> str:
    lines = ["Mended:", *map(str, mended), ""] if mended else []
    for title, problems in (("Errors", report.errors), ("Warnings", report.warnings)):
        if problems:
            lines += [f"{title}:", *map(str, problems), ""]
    errors, warnings = len(report.errors), len(report.warnings)
    return "\n".join([*lines, f"{_count(errors, 'error')}, {_count(warnings, 'warning')}."])


def _count(number: int, what: str) -> str:
    return f"{number or 'no'} {what}{'' if number == 1 else 's'}"


def _as_json(report: "Report", mended: "Sequence[Problem]") -> str:
    told = {
        "problems": [_told(problem) for problem in sorted((*report.errors, *report.warnings))],
        "mended": [_told(problem) for problem in mended],
        "errors": len(report.errors),
        "warnings": len(report.warnings),
    }
    return json.dumps(told, ensure_ascii=False, indent=2)


def _told(problem: "Problem") -> dict[str, object]:
    return {
        "file": problem.file,
        "line": problem.line,
        "severity": problem.severity,
        "code": problem.code,
        "message": problem.message,
        "fixable": problem.edit is not None,
    }
