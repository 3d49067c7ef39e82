"""Putting an import into a site's folder: made sure of first, and never twice.

`articles/.imported.json` remembers what was written, so that a second import of the same changes
nothing, and so that what a writer has changed since is left to the writer.
"""

import hashlib
import json
import re
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from helpcenter.articles.importing.pages import Haul, Page
from helpcenter.articles.importing.plan import Form, Plan, make_plan, path_of
from helpcenter.articles.load import load_library
from helpcenter.articles.recording import hashes_of, record
from helpcenter.content.problems import Problem, Report, Severity
from helpcenter.content.roots import MAX_TEXT, Root
from helpcenter.i18n.catalogues import Catalogues
from helpcenter.i18n.locale import SOURCE
from helpcenter.settings import Settings

MEMORY = "articles/.imported.json"
REDIRECTS = "articles/redirects.yaml"
_ROUNDS = 6
_OF_LINKS = frozenset({"broken_anchor", "broken_link", "refused_link"})


@dataclass
class Memory:
    """What earlier imports wrote: hashes by path, and when each page was last changed."""

    files: dict[str, str] = field(default_factory=dict)
    pages: dict[str, list[str]] = field(default_factory=dict)

    @classmethod
    def of(cls, folder: Path) -> "Memory":
        """Read the memory of a site, empty where there is none that can be read."""
        try:
            found = json.loads((folder / MEMORY).read_text("utf-8"))
            return cls(dict(found["files"]), dict(found["pages"]))
        except (OSError, ValueError, KeyError, TypeError):
            return cls()

    def save(self, folder: Path) -> None:
        """Write it down."""
        text = json.dumps({"files": self.files, "pages": self.pages}, indent=1, sort_keys=True)
        _put(folder / MEMORY, f"{text}\n".encode())


@dataclass(frozen=True, slots=True)
class Outcome:
    """How many files were `written`, were `same` already, were `kept` as a writer left them."""

    articles: int
    pictures: int
    written: int
    same: int
    kept: int


def store(
    haul: Haul, folder: Path, settings: Settings, catalogues: Catalogues, report: Report
) -> Outcome:
    """Write a haul below `folder`; what cannot be carried over is noted in `report`."""
    memory = Memory.of(folder)
    _remember_days(haul, memory)
    taken, shelves = _present(folder, memory)
    plan = make_plan(haul, taken, shelves, report)
    files = _sound_files(plan, settings, catalogues, report)
    files = _with_records(plan, files)
    outcome = _write(folder, files, memory, report)
    _redirect(folder, plan, report)
    memory.save(folder)
    return replace(
        outcome,
        articles=sum(path.endswith(".md") and not path.endswith("/_index.md") for path in files),
        pictures=sum("/_media/" in path for path in files),
    )


def _remember_days(haul: Haul, memory: Memory) -> None:
    """Let a page that is as it was keep its day: a copied file is not a newer one."""
    for page in haul.pages:
        name = f"{page.locale.folder}:{page.key}"
        known = memory.pages.get(name)
        if known and known[0] == page.digest:
            page.updated = date.fromisoformat(known[1])
        day = page.updated or date(2000, 1, 1)
        memory.pages[name] = [page.digest, day.isoformat()]


def _present(folder: Path, memory: Memory) -> tuple[set[str], dict[str, str]]:
    """Return the slugs of articles that no import wrote; categories are shared with them."""
    taken = {
        path.stem
        for path in folder.glob("articles/*/*/*.md")
        if path.relative_to(folder).as_posix() not in memory.files
    }
    return taken - {"_index"}, {}


def _sound_files(
    plan: Plan, settings: Settings, catalogues: Catalogues, report: Report
) -> dict[str, bytes]:
    """Return files that a site can be built of.

    An article with faulty links is written without any, one with other faults as bare words; one
    that still has some is left out.
    """
    forms: dict[str, Form] = {}
    pages = {path_of(page): page for family in plan.families.values() for page in family.values()}
    files = plan.files(forms)
    for _ in range(_ROUNDS):
        faults = _faults(files, settings, catalogues)
        if not faults:
            break
        _note(faults, pages, report)
        for path in {problem.file for problem in faults}:
            codes = {problem.code for problem in faults if problem.file == path}
            before = forms.get(path, Form.WHOLE)
            if before is Form.BARE and path in pages:
                plan.left_out.add((pages[path].key, pages[path].locale))
            linkless = before is Form.WHOLE and codes <= _OF_LINKS
            forms[path] = Form.LINKLESS if linkless else Form.BARE
        # What was noted in the first round would be noted again.
        plan.report = Report()
        files = plan.files(forms)
    return files


def _faults(
    files: Mapping[str, bytes], settings: Settings, catalogues: Catalogues
) -> Sequence[Problem]:
    with tempfile.TemporaryDirectory(prefix="helpcenter-import-") as name:
        root = Path(name).resolve()
        for path, data in files.items():
            _put(root / path, data)
        report = Report()
        load_library(Root(root), settings, catalogues, report)
    large = [
        Problem(path, 0, "too_large", "is too long for one article: divide it")
        for path, data in files.items()
        if path.endswith(".md") and len(data) > MAX_TEXT
    ]
    return [*report.errors, *large]


def _note(faults: Sequence[Problem], pages: Mapping[str, Page], report: Report) -> None:
    for problem in faults:
        page = pages.get(problem.file)
        lost = "its links were" if problem.code in _OF_LINKS else "their form was"
        message = f"{problem.message} (the page's words were kept, {lost} not)"
        found = Problem(
            page.file if page else problem.file, 0, problem.code, message, Severity.WARNING
        )
        if found not in report.problems:
            report.problems.append(found)


def _with_records(plan: Plan, files: dict[str, bytes]) -> dict[str, bytes]:
    """Record the source of translations that are known to be up to date."""
    for family in plan.families.values():
        source = family.get(SOURCE)
        if source is None or path_of(source) not in files:
            continue
        hashes: dict[str, str] | None = None
        for page in family.values():
            path = path_of(page)
            if page.is_current and page is not source and path in files:
                hashes = hashes or hashes_of(files[path_of(source)].decode())
                files[path] = record(files[path].decode(), hashes).encode()
    return files


def _write(folder: Path, files: Mapping[str, bytes], memory: Memory, report: Report) -> Outcome:
    written = same = kept = 0
    for path, data in sorted(files.items()):
        target, fresh = folder / path, hashlib.sha256(data).hexdigest()[:16]
        present = target.read_bytes() if target.is_file() else None
        found = hashlib.sha256(present).hexdigest()[:16] if present is not None else None
        if found is not None and found not in {fresh, memory.files.get(path)}:
            kept += 1
            if path in memory.files:
                message = "was changed after it was brought in: left as it is"
                report.warning(path, 0, "kept", message)
            continue
        memory.files[path] = fresh
        if found == fresh:
            same += 1
            continue
        _put(target, data)
        written += 1
    return Outcome(0, 0, written, same, kept)


def _redirect(folder: Path, plan: Plan, report: Report) -> None:
    """Add the old paths that `redirects.yaml` does not know yet."""
    file = folder / REDIRECTS
    text = file.read_text("utf-8") if file.is_file() else "# Old slug or path: the slug of today.\n"
    known = set(re.findall(r"^\"?(/[^\"\n]*?)\"?: ", text, re.MULTILINE))
    found = {old: new for old, new in plan.redirects().items() if old not in known}
    if found:
        text = re.sub(r"^\{\}\s*$\n?", "", text, flags=re.MULTILINE)
        text += "".join(
            f"{json.dumps(old, ensure_ascii=False)}: {new}\n" for old, new in sorted(found.items())
        )
    if len(text.encode()) > MAX_TEXT:
        message = f"{len(found)} old addresses are too many for one file: none was added"
        report.warning(REDIRECTS, 0, "too_many", message)
    else:
        _put(file, text.encode())


def _put(path: Path, data: bytes) -> None:
    """Write a file, unless it is there already."""
    if path.is_file() and path.read_bytes() == data:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
