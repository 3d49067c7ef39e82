"""A folder of Markdown files, of whatever tool, as pages."""

import json
import os
import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

from helpcenter.articles.importing import markdown, matter
from helpcenter.articles.importing.includes import Includes
from helpcenter.articles.importing.lines import numbered
from helpcenter.articles.importing.pages import (
    Haul,
    Page,
    Shelf,
    clean,
    digest,
    locale_of,
    one_line,
    summarise,
    warn,
)
from helpcenter.articles.model import Status
from helpcenter.articles.pictures import MAX_BYTES
from helpcenter.content.problems import ContentError, Report
from helpcenter.content.roots import MAX_TEXT, Root, Source, read_bytes
from helpcenter.content.yaml import load
from helpcenter.i18n.locale import Locale

ENDINGS = (".md", ".mdx", ".markdown", ".mdown", ".mkd")
INDEXES = frozenset({"index", "_index", "readme"})
MAX_FILES = 20_000

_SKIPPED = frozenset(
    {"node_modules", "dist", "build", "vendor", "__pycache__", "venv", "include", "includes"}
)
_KEPT = frozenset({"_docs", "_posts", "_articles", "_pages", "_help", "_guides"})
_HOUSEKEEPING = frozenset(
    "license changelog contributing code_of_conduct security authors pull_request_template "  # noqa: SIM905 - reads better
    "issue_template maintainers codeowners summary _sidebar _navbar _coverpage support".split()
)
_WRAPPERS = frozenset(
    "_docs _posts _articles docs content src i18n current pages articles locales "  # noqa: SIM905 - reads better
    "docusaurus-plugin-content-docs translations".split()
)
_ASSETS = ("static", "public", "assets", "images", "img", "docs", "content", "media")
"""Where the pictures of absolute addresses usually lie, in the folder or beside it."""

_TAG = re.compile(r"[a-z]{2,3}(?:[-_](?:[a-z]{4}|[a-z]{2}|\d{3}))*", re.IGNORECASE)
_ORDINAL = re.compile(r"\A(\d{1,3})[-_. ]+(?=\D)")
_RUN = re.compile(r"(!?\[|[<>*_`\]])\1{299,}")
_LEVELS = 2
"""Folders that make a category; what lies deeper belongs to the same."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a file lies when language and wrappers are taken off its path."""

    locale: Locale
    folders: tuple[str, ...]
    stem: str

    @property
    def key(self) -> str:
        """The file's name over all languages."""
        folders = self.folders if self.stem.lower() in INDEXES else (*self.folders, self.stem)
        return "/".join(folders) or "index"

    @property
    def shelf(self) -> str:
        """The key of its category."""
        return "/".join(self.folders[:_LEVELS])


@dataclass
class Folder:
    """Reads a folder; `default` is the language of what says none, `base` its old address."""

    root: Root
    default: Locale
    base: str
    report: Report
    includes: Includes
    _places: dict[str, Place] = field(default_factory=dict)
    _targets: dict[str, str] = field(default_factory=dict)

    def read(self) -> Haul:
        """Return all pages; what cannot be read is noted and left out."""
        names = self._names()
        locales = _locale_folders(names)
        self._places = {name: _place(name, locales, self.default) for name in names}
        shelves: dict[tuple[Locale, str], Shelf] = {}
        pages = []
        for name in names:
            try:
                page = self._page(name, shelves)
            except Exception:  # noqa: BLE001 - one page that nobody foresaw must not stop the rest
                message = "cannot be understood: left out"
                self.report.error(name, 0, "left_out", message)
                continue
            if page is not None:
                pages.append(page)
                self._aim(name, page)
        for name in self._category_files():
            self._category(name, locales, shelves)
        return Haul(pages, shelves, self.target, self.picture)

    def target(self, page: Page, address: str) -> str | None:
        """Return the key of the page an address in `page` means."""
        path = unquote(urlsplit(address).path)
        folder = posixpath.dirname(page.file)
        wanted = path if path.startswith("/") else posixpath.join(folder, path)
        for spelling in (wanted, path):
            if found := self._targets.get(_bare(spelling)):
                return found
        if path.startswith("/") and self.base and path.startswith(f"{self.base}/"):
            return self._targets.get(_bare(path.removeprefix(self.base)))
        return self._targets.get(f"?{_bare(path).rpartition('/')[2].lower()}")

    def picture(self, page: Page, address: str) -> bytes | str:
        """Return a picture's bytes."""
        path = unquote(urlsplit(address).path)
        for relative, root in self._candidates(page, path):
            if (root / relative).is_file():
                ending = relative.rpartition(".")[2].lower()
                try:
                    return read_bytes(
                        Source(Root(root), relative), MAX_BYTES.get(ending, 10_000_000)
                    )
                except ContentError as error:
                    return error.problems[0].message
        return "there is no such file"

    def _candidates(self, page: Page, path: str) -> Iterator[tuple[str, Path]]:
        """Yield places (path, folder it must stay inside) a picture may lie at."""
        roots = [self.root.path, *(self.root.path / name for name in _ASSETS)]
        beside = [self.root.path.parent / name for name in _ASSETS]
        folder = posixpath.dirname(page.file)
        inner = posixpath.normpath(
            posixpath.join(folder, path.lstrip("/") if path[:1] == "/" else path)
        )
        if not path.startswith("/") and not inner.startswith(".."):
            yield inner, self.root.path
        bare = re.sub(r"\A(?:\.\.?/)+", "", path.lstrip("/@~"))
        bare = posixpath.normpath(bare)
        if bare.startswith(".."):
            return
        for root in (*roots, *beside):
            if not root.is_symlink():
                yield bare, root.resolve()
                head, _, rest = bare.partition("/")
                if head == root.name and rest:
                    yield rest, root.resolve()

    def _names(self) -> list[str]:
        names: list[str] = []
        for at, folders, files in os.walk(self.root.path):
            folders[:] = sorted(filter(_worth, folders))
            place = Path(at).relative_to(self.root.path).as_posix()
            for file in sorted(files):
                name = file if place == "." else f"{place}/{file}"
                stem, dot, ending = file.rpartition(".")
                if file[0] == "." or f"{dot}{ending.lower()}" not in ENDINGS:
                    continue
                if stem.lower() in _HOUSEKEEPING:
                    continue
                if len(names) == MAX_FILES:
                    self.report.warning(
                        name, 0, "too_many", f"more than {MAX_FILES} files: left out"
                    )
                    return names
                names.append(name)
        return names

    def _page(self, name: str, shelves: dict[tuple[Locale, str], Shelf]) -> Page | None:
        place, shown = self._places[name], name.encode("utf-8", "replace").decode()
        note = warn(self.report, shown)
        text = self._text(name)
        if text is None:
            return None
        found, body, line = matter.split(text, note)
        locale = locale_of(matter.text_of(found, matter.LANGUAGE)) or place.locale
        index = place.stem.lower() in INDEXES
        lines = self.includes.expand(numbered(body, line), posixpath.dirname(name))
        tree = markdown.read(lines, note, self.includes.words, mdx=name.endswith(".mdx"))
        heading = next((node.words for node in tree.walk() if node.tag == "h1" and node.words), "")
        partial = place.stem.startswith("_") and not index
        if partial or (index and not tree.words):
            if index:
                shelves[locale, place.shelf] = _shelf(found, heading or _human(place.key))
            return None
        title = (
            matter.text_of(found, matter.TITLE)
            or one_line(heading)
            or _human(place.stem if not index else place.key)
        )
        if index:
            shelves.setdefault((locale, place.shelf), _shelf(found, title))
        ordinal = _ORDINAL.match(place.stem)
        return Page(
            key=place.key,
            locale=locale,
            file=shown,
            name=_ORDINAL.sub("", place.stem) if not index else place.key.rpartition("/")[2],
            shelf=place.shelf,
            title=title,
            summary=matter.text_of(found, matter.SUMMARY) or summarise(tree) or title,
            body=tree,
            digest=digest(text),
            updated=matter.date_of(found) or self._saved(name),
            keywords=matter.list_of(found, matter.KEYWORDS),
            order=matter.order_of(found) or (int(ordinal[1]) if ordinal else 0 if index else None),
            status=Status.DRAFT if matter.is_draft(found) else Status.PUBLISHED,
            addresses=tuple(dict.fromkeys(self._addresses(name, found))),
            is_titled=True,
        )

    def _text(self, name: str) -> str | None:
        """Return a file's words, or note why there are none."""
        try:
            data = read_bytes(Source(self.root, name), MAX_TEXT)
            text = data.decode("utf-16" if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig")
        except ContentError as error:
            self.report.problems += error.problems
            return None
        except UnicodeDecodeError as error:
            line = error.object.count(b"\n", 0, error.start) + 1
            self.report.error(name, line, "not_utf8", "is not UTF-8: save it as UTF-8; left out")
            return None
        return self._without_runs(clean(text), name)

    def _without_runs(self, text: str, name: str) -> str:
        """Shorten what no page holds and what would take minutes to parse."""

        def shorter(found: re.Match[str]) -> str:
            line = text.count("\n", 0, found.start()) + 1
            message = f"{len(found[0])} characters `{found[1]}` in a row: left out but three"
            self.report.warning(name, line, "left_out", message)
            return found[1] * 3

        return _RUN.sub(shorter, text)

    def _saved(self, name: str) -> date:
        return datetime.fromtimestamp((self.root.path / name).stat().st_mtime, UTC).date()

    def _addresses(self, name: str, found: matter.Matter) -> Iterator[str]:
        given = (*matter.list_of(found, matter.ALIASES), matter.text_of(found, matter.ADDRESS))
        for address in given:
            path = urlsplit(address).path if "://" in address else address
            if path.startswith("/"):
                yield path
        if self.base:
            yield f"{self.base}/{_bare(name)}"

    def _aim(self, name: str, page: Page) -> None:
        """Let links by path, by address and, as a last resort, by bare name find the page."""
        self._targets.setdefault(_bare(name), page.key)
        place = self._places[name]
        self._targets.setdefault(_bare("/".join((*place.folders, place.stem))), page.key)
        for address in page.addresses:
            self._targets.setdefault(_bare(address), page.key)
        self._targets.setdefault(f"?{place.stem.lower()}", page.key)
        self._targets.setdefault(f"?{page.title.lower()}", page.key)

    def _category_files(self) -> Iterator[str]:
        for at, folders, files in os.walk(self.root.path):
            folders[:] = sorted(filter(_worth, folders))
            place = Path(at).relative_to(self.root.path).as_posix()
            yield from (f"{place}/{f}" for f in files if f.startswith("_category_."))

    def _category(
        self, name: str, locales: frozenset[str], shelves: dict[tuple[Locale, str], Shelf]
    ) -> None:
        """Take a category's title from Docusaurus' `_category_.json` or `.yml`."""
        text = self._text(name)
        try:
            found = (
                json.loads(text or "{}") if name.endswith(".json") else load(text or "", name).value
            )
        except (ValueError, RecursionError, ContentError):
            self.report.warning(
                name, 1, "front_matter", "cannot be read: the folder names the category"
            )
            return
        if isinstance(found, dict):
            place = _place(name, locales, self.default)
            flat = {str(key).lower(): value for key, value in found.items()}
            if title := matter.text_of(flat, matter.TITLE):
                summary = flat.get("link")
                given = summary.get("description") if isinstance(summary, dict) else ""
                shelves[place.locale, place.shelf] = Shelf(
                    title, one_line(given), matter.order_of(flat)
                )


def _worth(folder: str) -> bool:
    """Tell whether a folder may hold pages, and not pieces of pages or tools."""
    return folder[0] != "." and folder not in _SKIPPED and (folder[0] != "_" or folder in _KEPT)


def _shelf(found: matter.Matter, title: str) -> Shelf:
    name = matter.text_of(found, matter.TITLE) or title
    return Shelf(name, matter.text_of(found, matter.SUMMARY), matter.order_of(found))


def _bare(path: str) -> str:
    """Return a path without ending, index and slashes at its ends."""
    path = posixpath.normpath(path.strip("/") or ".")
    path = re.sub(r"\.(?:mdx?|markdown|mdown|mkd|html?)\Z", "", path, flags=re.IGNORECASE)
    return re.sub(r"(?:\A|/)(?:_?index|readme)\Z", "", path, flags=re.IGNORECASE)


def _locale_folders(names: list[str]) -> frozenset[str]:
    """Return the folders, below wrappers only, that are named for a language and hold pages."""
    found: set[str] = set()
    for name in names:
        for part in name.split("/")[:-1]:
            if _TAG.fullmatch(part) and locale_of(part) is not None and part not in _WRAPPERS:
                found.add(part)
            if part not in _WRAPPERS:
                break
    sure = {part for part in found if re.search(r"[-_]", part) or part in {"en", "zh"}}
    return frozenset(found if sure else ())


def _place(name: str, locales: frozenset[str], default: Locale) -> Place:
    *folders, file = name.split("/")
    stem = file.rpartition(".")[0]
    locale = default
    while folders and (folders[0] in _WRAPPERS or folders[0] in locales):
        if folders[0] in locales:
            locale = locale_of(folders[0]) or default
            if folders[1:2] != ["docusaurus-plugin-content-docs"]:
                folders.pop(0)
                break
        folders.pop(0)
    bare, _, tag = stem.rpartition(".")
    if bare and _TAG.fullmatch(tag) and (named := locale_of(tag)):
        stem, locale = bare, named
    return Place(locale, tuple(folders), stem)


def _human(name: str) -> str:
    words = re.sub(r"[-_\s]+", " ", _ORDINAL.sub("", name.rpartition("/")[2])).strip()
    return words[:1].upper() + words[1:] or "Untitled"
