"""The rooms import one way; the tool that says so runs with the tests too."""

import subprocess
import sys
from pathlib import Path

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
    code = (
        "import sys, helpcenter.cli.main\n"
        "heavy = {'fastapi','sqlalchemy','stripe','numpy','whoosh','opencc','alembic','pydantic'}\n"
        "print(sorted(heavy & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
