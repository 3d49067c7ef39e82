"""From settings and content roots to a `Site`: everything read, cross-checked and frozen."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from helpcenter.articles.library import Library
from helpcenter.articles.load import articles_root, load_library
from helpcenter.articles.shelf import FOLDER
from helpcenter.bot.files import read_topics
from helpcenter.bot.playbook import Playbook, Reference
from helpcenter.content.prints import Prints
from helpcenter.content.problems import Problem, Report, Severity
from helpcenter.content.roots import Root, Source, layers, listing
from helpcenter.content.schema import did_you_mean
from helpcenter.i18n.catalogues import load_catalogues
from helpcenter.i18n.locale import SOURCE, Locale
from helpcenter.identity.caller import Audience
from helpcenter.settings import Settings
from helpcenter.site.compiling import PlaybookMaker, digest
from helpcenter.site.keeping import Keeper
from helpcenter.site.model import Remains, Site
from helpcenter.tickets.teams import load_teams


def build(
    settings: Settings,
    roots: Sequence[Root],
    before: Site | None = None,
    keeper: Keeper | None = None,
) -> Site:
    """Build a site without an index; raises `ContentError` with everything that was noted.

    What has not changed since `before` is taken over from there, and what an earlier run has
    compiled from the `keeper`.
    """
    report = Report()
    site = assemble(settings, roots, report, before, keeper)
    report.raise_errors()
    return site


def assemble(
    settings: Settings,
    roots: Sequence[Root],
    report: Report,
    before: Site | None = None,
    keeper: Keeper | None = None,
) -> Site:
    """Build a site and note all faults; with errors in the report it must not be shown."""
    home = articles_root(roots)
    catalogues = load_catalogues(roots, settings, report)
    library = load_library(home, settings, catalogues, report, before.library if before else None)
    spoken = tuple(_spoken(roots, library.locales, report))
    prints = Prints(before.remains.prints if before else {})
    words = {locale: settings.words(locale.folder) for locale in spoken}
    make = PlaybookMaker(roots, words, prints, keeper)
    made = make(library, before.remains.made if before else None)
    below = tuple(root.label for root in roots if root.label)
    report.problems.extend(_lenient(made.noted, below))
    _check_references(made.playbook, library, roots, report)
    told = {locale: settings.words(locale.folder) for locale in library.locales}
    return Site(
        hash=digest(prints, _files(roots), told).hex()[:32],
        library=library,
        playbook=made.playbook,
        catalogues=catalogues,
        teams=load_teams(roots, library.locales, report),
        warnings=report.warnings,
        remains=Remains(prints.taken, made),
    )


def _spoken(roots: Sequence[Root], locales: Sequence[Locale], report: Report) -> Iterator[Locale]:
    """Yield the locales that the bot has words for.

    In the articles of another one it speaks the source's, which a site over the starter may do.
    """
    for locale in locales:
        file = f"bot/vocabulary/{locale.folder}.yaml"
        if len(roots) > 1 and locale != SOURCE and not layers(roots, file):
            message = f"the bot has no words for {locale} and speaks {SOURCE} there: add this file"
            report.warning(file, 0, "missing_vocabulary", message)
        else:
            yield locale


def _lenient(noted: Iterable[Problem], below: tuple[str, ...]) -> Iterator[Problem]:
    """Forgive the starter's topics a locale the site lacks, or one that only the site has.

    In the latter case the bot falls back to the source locale's words.
    """
    for problem in noted:
        if not problem.file.startswith(below) or not below:
            yield problem
        elif problem.code == "missing_locale":
            yield replace(problem, severity=Severity.WARNING)
        elif problem.code != "extra_locale":
            yield problem


def _check_references(
    playbook: Playbook, library: Library, roots: Sequence[Root], report: Report
) -> None:
    """Hold what topics name against the library.

    The starter's topics may name articles that a site of its own lacks: the bot leaves them out.
    """
    home = articles_root(roots)
    labels = tuple(root.label for root in roots if root is not home and root.label)
    faults: dict[tuple[bool, str], list[Reference]] = {}
    for reference in playbook.references:
        lenient = bool(labels) and reference.file.startswith(labels)
        fault = _fault(reference, library, hint=not lenient)
        if fault is not None:
            faults.setdefault((lenient, fault), []).append(reference)
    if not faults:
        return
    files = {file.file: file for file in read_topics(roots, Report())}
    for (lenient, fault), found in faults.items():
        places = [files[reference.file].place(reference.path) for reference in found]
        if not lenient:
            for place in places:
                report.error(*place, "broken_reference", fault)
            continue
        # Once, where it stands first: a site without the starter's articles lacks them all.
        times = f" ({len(found)} times)" if len(found) > 1 else ""
        message = f"{fault}; the bot leaves it out{times}"
        report.warning(*places[0], "broken_reference", message)


def _fault(reference: Reference, library: Library, *, hint: bool) -> str | None:
    """Say what is wrong with a reference; a `hint` at what was meant takes its time."""
    found = library.find(reference.slug, SOURCE)
    if found is None:
        slugs = {slug for _, slug in library.articles}
        known = did_you_mean(reference.slug, slugs) if hint else ""
        return f"no article `{reference.slug}` is published{known}"
    if found.article.audience is not Audience.PUBLIC:
        audience = found.article.audience
        return f"`{reference.slug}` is for `{audience}` readers, but the bot speaks to everybody"
    ids = {section.id for section in found.article.sections if section.id}
    if reference.section is not None and reference.section not in ids:
        known = did_you_mean(reference.section, ids)
        return f"`{reference.slug}` has no section `{reference.section}`{known}"
    return None


def _files(roots: Sequence[Root]) -> Iterator[Source]:
    """Yield every file of the content."""
    home = articles_root(roots)
    for root in roots:
        for folder in (FOLDER, "bot", "i18n"):
            if folder != FOLDER or root is home:
                yield from listing(root, folder, Report())
