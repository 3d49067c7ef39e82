"""Brings small folders and exports in, the way the command does."""

import json
from pathlib import Path

from helpcenter.articles.importing.folder import Folder
from helpcenter.articles.importing.includes import Includes
from helpcenter.articles.importing.pages import Haul
from helpcenter.articles.importing.store import Outcome, store
from helpcenter.articles.importing.zendesk import Export, find_files
from helpcenter.articles.load import load_library
from helpcenter.content.problems import Report
from helpcenter.content.roots import Root
from helpcenter.i18n.catalogues import load_catalogues
from helpcenter.i18n.locale import SOURCE
from tests.factories import SETTINGS, folder


class Brought:
    """A site after an import: its files, what was noted, and that nothing is wrong with it."""

    def __init__(self, path: Path, report: Report, outcome: Outcome) -> None:
        self.path, self.outcome = path, outcome
        self.notes = [str(problem) for problem in report.problems]
        self.codes = {problem.code for problem in report.problems}
        check = Report()
        self.library = load_library(
            Root(path.resolve()), SETTINGS, load_catalogues([], SETTINGS, Report()), check
        )
        assert [str(problem) for problem in check.errors] == []
        self.warnings = [str(problem) for problem in check.warnings]

    @property
    def files(self) -> list[str]:
        found = (p.relative_to(self.path).as_posix() for p in self.path.rglob("*") if p.is_file())
        return sorted(name.removeprefix("articles/") for name in found)

    def text(self, name: str) -> str:
        return (self.path / "articles" / name).read_text("utf-8")

    def body(self, name: str) -> str:
        return self.text(name).split("---\n", 2)[2].strip()


def markdown(
    tmp: Path, files: dict[str, str | bytes], base: str = "", into: str = "site"
) -> Brought:
    root = folder(tmp / "from", files)
    report = Report()
    haul = Folder(root, SOURCE, base, report, Includes.of(root)).read()
    return _store(tmp / into, haul, report)


def zendesk(tmp: Path, files: dict[str, object], into: str = "site") -> Brought:
    given = {
        name: value if isinstance(value, bytes) else json.dumps(value)
        for name, value in files.items()
    }
    folder(tmp / "from", given)
    root, names = find_files(tmp / "from")
    report = Report()
    haul = Export(root, names, SOURCE, report).read()
    return _store(tmp / into, haul, report)


def one(tmp: Path, text: str, name: str = "tea.md") -> Brought:
    return markdown(tmp, {f"drinks/{name}": text})


def _store(path: Path, haul: Haul, report: Report) -> Brought:
    path.mkdir(exist_ok=True)
    catalogues = load_catalogues([], SETTINGS, Report())
    outcome = store(haul, path, SETTINGS, catalogues, report)
    return Brought(path, report, outcome)
