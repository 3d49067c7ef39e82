"""`helpcenter doctor`: looks at everything that must be set up, and says what to click."""

import json
from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict
from typing import Annotated

import typer

from helpcenter.cli import checks, people_checks, stripe_checks
from helpcenter.cli.checks import Finding, Status
from helpcenter.cli.context import Exit, explained, load_settings


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print for machines.")] = False,  # noqa: FBT002 - a flag
) -> None:
    """Look at everything that must be set up; changes nothing and shows no secret.

    Exit code 1 when there are faults, 0 when there are only warnings or nothing.
    """
    looks = (
        checks.address,
        checks.signing_in,
        stripe_checks.stripe,
        checks.database,
        checks.content,
        people_checks.mail,
        people_checks.agents,
    )
    with explained():
        settings = load_settings()
        findings = [finding for look in looks for finding in look(settings)]
    typer.echo(_as_json(findings) if as_json else _as_text(findings))
    worst = {finding.status for finding in findings}
    raise SystemExit(Exit.FAULTS if Status.FAULT in worst else Exit.OK)


def _as_text(findings: Sequence[Finding]) -> str:
    wide = max(len(finding.check) for finding in findings)
    lines = [f"{one.status:<7}  {one.check:<{wide}}  {one.sentence}" for one in findings]
    counts = Counter(finding.status for finding in findings)
    faults, warnings = counts[Status.FAULT], counts[Status.WARNING]
    return "\n".join([*lines, "", f"Faults: {faults}. Warnings: {warnings}."])


def _as_json(findings: Sequence[Finding]) -> str:
    counts = Counter(finding.status for finding in findings)
    told = {
        "checks": [asdict(finding) for finding in findings],
        "faults": counts[Status.FAULT],
        "warnings": counts[Status.WARNING],
    }
    return json.dumps(told, ensure_ascii=False, indent=2)
