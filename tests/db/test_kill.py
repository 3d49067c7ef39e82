"""`kill -9` at the worst moment: told means kept, untold means never happened."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from helpcenter.db.database import Database
from tests.databases import Place
from tests.db.things import add, count, names

ROOT = Path(__file__).parents[2]
PROGRAM = """
import sys, time
from contextlib import closing
from pathlib import Path
from helpcenter.db.engine import open_database
from tests.db.things import add

def stuck(conn):
    add(conn, "untold")
    print("inside", flush=True)
    time.sleep(60)

database = open_database(sys.argv[1] or None, Path(sys.argv[2]))
if sys.argv[3] == "stuck":
    database.write_sync(lambda conn: add(conn, "told"))
    database.write_sync(stuck)
for number in range(1_000_000):
    database.write_sync(lambda conn: add(conn, f"thing {number}"))
    print(number, flush=True)
"""


@contextmanager
def writing(place: Place, how: str) -> Iterator[subprocess.Popen[str]]:
    """A process of its own that writes to the database, killed at the end."""
    command = [sys.executable, "-c", PROGRAM, place.url or "", str(place.folder), how]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.full
def test_killed_inside_a_write(stocked: Database, place: Place) -> None:
    with writing(place, "stuck") as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "inside\n"

    with closing(place.open()) as again:
        assert again.read_sync(names) == ["told"]
        again.write_sync(lambda conn: add(conn, "untold"))


@pytest.mark.full
@pytest.mark.parametrize("lines", [1, 37, 150])
def test_killed_between_many_writes(stocked: Database, place: Place, lines: int) -> None:
    with writing(place, "many") as process:
        assert process.stdout is not None
        for _ in range(lines):
            process.stdout.readline()
        process.kill()
        told = lines + len(process.stdout.readlines())

    with closing(place.open()) as again:
        kept = again.read_sync(count)
    # The last one may have been kept without a chance to say so.
    assert kept in {told, told + 1}
