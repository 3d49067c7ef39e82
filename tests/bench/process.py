"""What a whole process costs: help, start, memory."""

import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.bench.server import clean_environment, helpcenter
from tests.bench.table import Row

HELP_SECONDS, START_SECONDS, MEMORY_MB = 0.4, 2.0, 150.0


def run() -> list[Row]:
    """Measure and return the rows."""
    help_cpu = statistics.median(help_seconds() for _ in range(7))
    starts, memories = [], []
    for _ in range(3):
        with tempfile.TemporaryDirectory() as folder, helpcenter(Path(folder)) as running:
            starts.append(running.seconds_to_first_answer)
            memories.append(running.memory_mb())
    start, memory = statistics.median(starts), statistics.median(memories)
    return [
        Row("helpcenter --help", help_cpu, None, "CPU-s", "≤ 0.4", help_cpu <= HELP_SECONDS),
        Row("serve to the first 200", start, None, "s", "≤ 2", start <= START_SECONDS),
        Row("memory after start", memory, None, "MB", "≤ 150", memory <= MEMORY_MB),
    ]


def help_seconds() -> float:
    """CPU seconds of one `helpcenter --help`."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [sys.executable, "-m", "helpcenter", "--help"],
        check=True,
        stdout=subprocess.DEVNULL,
        env=clean_environment(),
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
