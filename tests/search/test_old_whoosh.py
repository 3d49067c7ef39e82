"""The room on the Whoosh that everybody had before: whoever is stuck with it can still search."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OLD = ROOT / ".cache" / "whoosh-2.7.4"


@pytest.mark.full
def test_the_room_on_whoosh_2_7_4() -> None:
    assert OLD.is_dir(), "run `make setup`: it puts Whoosh 2.7.4 there"
    names = sorted(path.name for path in Path(__file__).parent.glob("test_*.py"))
    wanted = [f"tests/search/{name}" for name in names]
    found = subprocess.run(
        # Its own source warns as it is compiled, which is no fault of ours.
        [sys.executable, "-m", "pytest", "-q", "-W", "default", "-m", "not full", *wanted],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(OLD), "HELPCENTER_EXPECT_WHOOSH": "2.7.4"},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert found.returncode == 0, found.stdout[-3000:]


def test_it_is_the_whoosh_that_is_meant() -> None:
    from helpcenter.search.whoosh import VERSION

    expected = os.environ.get("HELPCENTER_EXPECT_WHOOSH")
    assert expected is None or expected == VERSION
