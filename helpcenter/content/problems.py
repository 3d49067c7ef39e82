"""What is wrong with a content file, said as `file:line: code: what, and how to mend it`."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum


class Severity(StrEnum):
    """An error keeps a site from being built; a warning does not."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """A safe way to mend a line: `old`, where it stands first, becomes `new`."""

    old: str
    new: str


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """One fault in one file; `line` counts from 1, 0 means the file as a whole."""

    file: str
    line: int
    code: str
    message: str
    severity: Severity = Severity.ERROR
    edit: Edit | None = field(default=None, compare=False)

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.code}: {self.message}"


class ContentError(Exception):
    """The content cannot be used; carries every problem that was found, errors and warnings."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems: tuple[Problem, ...] = tuple(sorted(problems))
        super().__init__("\n".join(map(str, self.problems)))


@dataclass(slots=True)
class Report:
    """Collects problems, so that a writer sees all of them at once and not the first only."""

    problems: list[Problem] = field(default_factory=list)

    def error(self, file: str, line: int, code: str, message: str) -> None:
        """Note a fault that keeps the site from being built."""
        self.problems.append(Problem(file, line, code, message))

    def warning(
        self, file: str, line: int, code: str, message: str, edit: Edit | None = None
    ) -> None:
        """Note a fault that the site can live with, and how to mend it where that is safe."""
        self.problems.append(Problem(file, line, code, message, Severity.WARNING, edit))

    @contextmanager
    def gather(self) -> Iterator[None]:
        """Take in the problems of a `ContentError` raised inside, and go on after the block."""
        try:
            yield
        except ContentError as error:
            self.problems.extend(error.problems)

    @property
    def errors(self) -> tuple[Problem, ...]:
        """The errors so far, by file and line."""
        return self._of(Severity.ERROR)

    @property
    def warnings(self) -> tuple[Problem, ...]:
        """The warnings so far, by file and line."""
        return self._of(Severity.WARNING)

    def raise_errors(self) -> None:
        """Raise `ContentError` with everything noted, if any of it is an error."""
        if self.errors:
            raise ContentError(self.problems)

    def _of(self, severity: Severity) -> tuple[Problem, ...]:
        return tuple(sorted({p for p in self.problems if p.severity is severity}))
