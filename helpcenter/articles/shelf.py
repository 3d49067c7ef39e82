"""Reading the `articles/` folder: which file is what, front matter, redirects, suggestions."""

import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

from helpcenter.articles.markup.links import Address
from helpcenter.articles.markup.place import Place
from helpcenter.articles.markup.renderer import Parsed, Renderer
from helpcenter.articles.markup.sections import hash_sections
from helpcenter.articles.matter import (
    SLUG,
    ArticleMatter,
    CategoryMatter,
    RedirectsFile,
    SuggestedMatter,
    SuggestFile,
)
from helpcenter.content import matter, variables
from helpcenter.content.problems import Report
from helpcenter.content.roots import Root, Source, listing, read_text
from helpcenter.content.schema import validate
from helpcenter.content.yaml import Loaded, load
from helpcenter.i18n.locale import SOURCE, Locale

FOLDER = "articles"
REDIRECTS = f"{FOLDER}/redirects.yaml"
_PLAIN = frozenset({REDIRECTS, f"{FOLDER}/README.md"})


@dataclass(frozen=True, slots=True)
class Draft:
    """An article that is read and parsed but not rendered yet.

    `digest` is of its file's text. One that an earlier build has read has no tokens.
    """

    source: Source
    locale: Locale
    category: str
    slug: str
    matter: ArticleMatter
    lines: Loaded
    parsed: Parsed
    hashes: Mapping[str, str]
    digest: bytes
    is_clean: bool
    taken_over: bool = False

    def without_tokens(self) -> "Draft":
        """Return what a later build needs of it as long as the file stays the same."""
        bare = replace(self.parsed, tokens=())
        return replace(self, parsed=bare, taken_over=True)

    @property
    def address(self) -> Address:
        """What links need to know of it."""
        ids = frozenset(heading.id for heading in self.parsed.headings)
        return Address(self.slug, self.category, self.matter.status, self.matter.audience, ids)


@dataclass(frozen=True, slots=True)
class Suggested:
    """One entry of a `_suggest.yaml`, and where it stands."""

    matter: SuggestedMatter
    file: str
    line: int


@dataclass
class Shelf:
    """All that the folder says, before anything is rendered."""

    locales: tuple[Locale, ...]
    drafts: dict[tuple[Locale, str], Draft] = field(default_factory=dict)
    categories: dict[tuple[Locale, str], tuple[CategoryMatter, str]] = field(default_factory=dict)
    suggested: dict[Locale, list[Suggested]] = field(default_factory=dict)
    redirects: dict[str, str] = field(default_factory=dict)
    redirect_lines: Loaded = field(default_factory=lambda: Loaded(None))
    known: Mapping[Source, Draft] = field(default_factory=dict)
    """What an earlier build has read; each is without faults and has no tokens."""
    faulty: set[tuple[Locale, str]] = field(default_factory=set)
    """Articles that could not be read: what points at them is not to blame as well."""

    @property
    def slugs(self) -> set[str]:
        """Every slug there is, of any locale, readable or not."""
        return {slug for _, slug in self.drafts.keys() | self.faulty}


def read_shelf(
    root: Root, renderer: Renderer, report: Report, known: Mapping[Source, Draft]
) -> Shelf:
    """Read the folder; faults go to `report`, and what is faulty is left out.

    What is `known` and has not changed is not read again.
    """
    files = [
        source
        for source in listing(root, FOLDER, report)
        if source.relative not in _PLAIN and not source.relative.startswith(f"{FOLDER}/_media/")
    ]
    shelf = Shelf(_locales(files, report), known=known)
    for source in files:
        with report.gather():
            _read(source, shelf, renderer, report)
    with report.gather():
        _read_redirects(root, shelf)
    return shelf


def _locales(files: Iterable[Source], report: Report) -> tuple[Locale, ...]:
    folders = {source.relative.split("/")[1] for source in files if source.relative.count("/") > 1}
    known = {folder for folder in folders if Locale(folder).is_known}
    for folder in sorted(folders - known):
        message = "no language goes by this name: name the folder like `en` or `zh_HK`"
        report.error(f"{FOLDER}/{folder}", 0, "unknown_locale", message)
    others = sorted(Locale(folder) for folder in known - {SOURCE.folder})
    return (SOURCE, *others)


def _read(source: Source, shelf: Shelf, renderer: Renderer, report: Report) -> None:
    path = PurePosixPath(source.relative)
    match path.parts[1:]:
        case (folder, "_suggest.yaml"):
            _read_suggested(source, Locale(folder), shelf, report)
        case (folder, category, name) if name.endswith(".md") and _named(source, category, report):
            if Locale(folder) not in shelf.locales:
                return
            if name == "_index.md":
                _read_category(source, Locale(folder), category, shelf, report)
            elif _named(source, path.stem, report):
                shelf.faulty.add((Locale(folder), path.stem))
                _read_article(source, Locale(folder), category, shelf, renderer, report)
                shelf.faulty.discard((Locale(folder), path.stem))
        case (_, _, name) if name.endswith(".md"):
            return
        case _:
            message = "is no article: articles are `articles/<locale>/<category>/<slug>.md`"
            report.warning(source.name, 0, "unknown_file", message)


def _named(source: Source, name: str, report: Report) -> bool:
    if re.fullmatch(SLUG, name):
        return True
    message = f"`{name}` cannot be part of an address: use lower-case letters, digits and `-`"
    report.error(source.name, 0, "bad_name", message)
    return False


def _read_article(
    source: Source,
    locale: Locale,
    category: str,
    shelf: Shelf,
    renderer: Renderer,
    report: Report,
) -> None:
    text, noted = read_text(source), len(report.problems)
    slug = PurePosixPath(source.relative).stem
    if (other := shelf.drafts.get((locale, slug))) is not None:
        message = f"the slug `{slug}` is taken by {other.source.name}: rename one of them"
        report.error(source.name, 0, "duplicate_slug", message)
        return
    digest = hashlib.sha256(text.encode()).digest()
    known = shelf.known.get(source)
    if known is not None and known.digest == digest:
        shelf.drafts[locale, slug] = known
        return
    document = matter.split(text, source.name)
    variables.check(text, source.name, 1, report)
    parsed = renderer.read(document.body, Place(source.name, document.body_line, report))
    found = validate(ArticleMatter, document.matter, source.name)
    lead = f"{found.title}\n{found.summary}"
    hashes = hash_sections(lead, document.body, parsed.headings)
    shelf.drafts[locale, slug] = Draft(
        source=source,
        locale=locale,
        category=category,
        slug=slug,
        matter=found,
        lines=document.matter,
        parsed=parsed,
        hashes=hashes,
        digest=digest,
        is_clean=len(report.problems) == noted,
    )


def parse_again(draft: Draft, renderer: Renderer, report: Report) -> Parsed:
    """Parse the file of a draft that has no tokens."""
    document = matter.split(read_text(draft.source), draft.source.name)
    place = Place(draft.source.name, document.body_line, report)
    return renderer.read(document.body, place)


def _read_category(
    source: Source, locale: Locale, category: str, shelf: Shelf, report: Report
) -> None:
    text = read_text(source)
    document = matter.split(text, source.name)
    variables.check(text, source.name, 1, report)
    found = validate(CategoryMatter, document.matter, source.name)
    shelf.categories[locale, category] = (found, source.name)
    if document.body.strip():
        message = "a category has no text of its own: say it in `summary`"
        report.warning(source.name, document.body_line, "unused_text", message)


def _read_suggested(source: Source, locale: Locale, shelf: Shelf, report: Report) -> None:
    text = read_text(source)
    variables.check(text, source.name, 1, report)
    loaded = load(text, source.name)
    if loaded.value is None:
        return
    found = validate(SuggestFile, loaded, source.name)
    shelf.suggested[locale] = [
        Suggested(entry, source.name, loaded.line((position,)))
        for position, entry in enumerate(found.root)
    ]


def _read_redirects(root: Root, shelf: Shelf) -> None:
    source = Source(root, REDIRECTS)
    if not source.path.exists():
        return
    shelf.redirect_lines = load(read_text(source), source.name)
    shelf.redirects = dict(validate(RedirectsFile, shelf.redirect_lines, source.name).root)
