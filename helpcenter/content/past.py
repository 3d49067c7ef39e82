"""What content files said before, where they are kept in git; nothing where they are not."""

import subprocess
from dataclasses import dataclass
from datetime import date
from pathlib import Path

_SECONDS = 20


@dataclass(frozen=True, slots=True)
class Past:
    """A commit of the repository that `folder` lies in."""

    folder: Path
    commit: str

    def text(self, relative: str) -> str | None:
        """Return a file's words then, None where it was not there."""
        return _git(self.folder, "show", f"{self.commit}:./{relative}")


def find(folder: Path, when: str) -> Past | None:
    """Return the commit that `when` names: a revision, or a day whose last commit it is.

    None where there is no git, no repository or no such commit.
    """
    if when.startswith("-"):
        return None
    try:
        day = date.fromisoformat(when)
        found = _git(folder, "rev-list", "-1", f"--before={day.isoformat()}T23:59:59", "HEAD")
    except ValueError:
        found = _git(folder, "rev-parse", "--verify", "--quiet", f"{when}^{{commit}}")
    return Past(folder, found.strip()) if found and found.strip() else None


def _git(folder: Path, *arguments: str) -> str | None:
    try:
        done = subprocess.run(  # noqa: S603 - a fixed command; revisions never begin with `-`
            ["git", "-C", str(folder), *arguments],  # noqa: S607 - wherever it is installed
            check=True,
            capture_output=True,
            timeout=_SECONDS,
        )
        return done.stdout.decode("utf-8")
    except (OSError, subprocess.SubprocessError, UnicodeDecodeError):
        return None
