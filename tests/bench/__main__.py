"""`make bench`: every measurement beside its reference, in one run.

    python -m tests.bench [part ...] [--json] [--lines FILE ...]

Parts: pages, building, search, suggest, bot, understanding, webhook, process; all of them without
a name. Read ratios: the machine's speed drifts, and both sides of a ratio are taken turn by turn.
`--lines` names labelled files for understanding, in place of our own.
"""

import argparse
from importlib import import_module

from tests.bench.table import Row, show

PARTS = ("pages", "building", "search", "suggest", "bot", "understanding", "webhook", "process")


def main() -> None:
    """Run the parts asked for and print the table."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("parts", nargs="*", choices=[*PARTS, []], help="what to measure")
    parser.add_argument("--json", action="store_true", help="print for machines")
    parser.add_argument("--lines", action="append", default=[], help="labelled lines, JSONL")
    arguments = parser.parse_args()
    rows: list[Row] = []
    for part in arguments.parts or PARTS:
        given = (arguments.lines,) if part == "understanding" else ()
        rows += import_module(f"tests.bench.{part}").run(*given)
    show(rows, as_json=arguments.json)


if __name__ == "__main__":
    main()
