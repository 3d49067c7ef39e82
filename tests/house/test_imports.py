"""The rooms import one way; the tool that says so runs with the tests too."""

import subprocess
import sys
from pathlib import Path

HEAVY = {
    *("alembic", "asyncio", "fastapi", "numpy", "opencc"),
    *("pydantic", "sqlalchemy", "stripe", "structlog", "whoosh"),
}
ROOT = Path(__file__).parents[2]


def test_the_import_contracts_hold() -> None:
    done = subprocess.run(
        [Path(sys.executable).with_name("lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_asking_for_help_imports_nothing_heavy() -> None:
    code = f"import sys, helpcenter.cli.main\nprint(sorted({HEAVY} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
