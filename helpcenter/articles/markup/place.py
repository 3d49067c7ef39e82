"""`Place`: where in which file the renderer is, so that every fault finds its line."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from helpcenter.content.problems import Edit, Report


@dataclass(frozen=True, slots=True)
class Place:
    """A Markdown body inside a file; `first_line` is the file's line that the body begins on."""

    file: str
    first_line: int
    report: Report

    def line(self, body_line: int) -> int:
        """Return the file's line for a line of the body counted from 0, as markdown-it does."""
        return self.first_line + body_line

    def error(self, body_line: int, code: str, message: str) -> None:
        """Note an error on a line of the body counted from 0."""
        self.report.error(self.file, self.line(body_line), code, message)

    def warning(self, body_line: int, code: str, message: str, edit: Edit | None = None) -> None:
        """Note a warning on a line of the body counted from 0."""
        self.report.warning(self.file, self.line(body_line), code, message, edit)


def as_env(place: Place) -> dict[str, Any]:
    """Pack a place for markdown-it, which hands an `env` through to its rules."""
    return {"place": place}


def place_in(env: Mapping[str, Any]) -> Place:
    """Unpack it again."""
    return cast("Place", env["place"])
