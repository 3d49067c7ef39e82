"""Rows of the benchmark: what was measured, beside what, in one run."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class Row:
    """One measurement; `reference` is None where the bar is absolute.

    `bar` says in words what the number should be, `met` whether it is, None without a bar.
    """

    name: str
    ours: float
    reference: float | None
    unit: str
    bar: str = ""
    met: bool | None = None
    note: str = ""

    @property
    def ratio(self) -> float | None:
        """Ours to the reference."""
        return self.ours / self.reference if self.reference else None


def show(rows: Iterable[Row], *, as_json: bool) -> None:
    """Print the rows for a person or for a machine."""
    if as_json:
        print(json.dumps([asdict(row) | {"ratio": row.ratio} for row in rows], indent=2))  # noqa: T201
        return
    table = Table("what", "ours", "reference", "ratio", "bar", "", "note")
    for row in rows:
        table.add_row(
            row.name,
            f"{row.ours:.3g} {row.unit}",
            "–" if row.reference is None else f"{row.reference:.3g} {row.unit}",
            "–" if row.ratio is None else f"{row.ratio:.2f}",
            row.bar,
            {True: "met", False: "MISSED", None: ""}[row.met],
            row.note,
        )
    Console(width=140).print(table)
