"""From the `articles/` folder to a `Library`: read everything, check across, render."""

from collections.abc import Mapping, Sequence

from helpcenter.articles.cross import check_shelf
from helpcenter.articles.library import Library
from helpcenter.articles.markup.labels import labels_from
from helpcenter.articles.markup.links import Linker
from helpcenter.articles.markup.renderer import Renderer
from helpcenter.articles.model import Article, Category, Status, SuggestedQuery
from helpcenter.articles.moved import plain
from helpcenter.articles.pictures import Gallery
from helpcenter.articles.rendering import Renderings, Surroundings
from helpcenter.articles.shelf import FOLDER, Draft, Shelf, read_shelf
from helpcenter.content.problems import Report
from helpcenter.content.roots import Root
from helpcenter.content.variables import fill
from helpcenter.i18n.catalogues import Catalogues
from helpcenter.i18n.locale import SOURCE, Locale
from helpcenter.settings import Settings


def articles_root(roots: Sequence[Root]) -> Root:
    """Return the root whose articles count: the first that has any; they are never mixed."""
    return next((root for root in roots if (root.path / FOLDER).is_dir()), roots[0])


def load_library(
    root: Root,
    settings: Settings,
    catalogues: Catalogues,
    report: Report,
    before: Library | None = None,
) -> Library:
    """Read, check and render all articles of a root; faults go to `report`.

    What has not changed since `before` is taken over from there.
    """
    renderer, kept = Renderer(), before.kept if before else {}
    shelf = read_shelf(root, renderer, report, {k: one.draft for k, one in kept.items()})
    seen = {p.media.path: p for one in kept.values() for p in one.pictures.values()}
    gallery = Gallery.open(root, report, seen)
    check_shelf(shelf, report)
    renderings = Renderings(renderer, gallery, report, kept)
    articles = _render_all(shelf, renderings, settings, catalogues)
    for source in gallery.unused():
        message = "no article shows this file: show it, or delete it"
        report.warning(source.name, 0, "unused_picture", message)
    return Library(
        locales=shelf.locales,
        articles=articles,
        kept=renderings.kept,
        categories=_categories(shelf, settings),
        media=gallery.media(),
        suggested=_suggested(shelf, settings),
        redirects=_direct({k: v for k, v in shelf.redirects.items() if k[0] != "/"}),
        moved={plain(k): v for k, v in _direct(shelf.redirects).items() if k[0] == "/"},
    )


def _render_all(
    shelf: Shelf, renderings: Renderings, settings: Settings, catalogues: Catalogues
) -> dict[tuple[Locale, str], Article]:
    addresses = {key: draft.address for key, draft in shelf.drafts.items()}
    rendered = {}
    for locale in shelf.locales:
        linker = Linker(locale, addresses, shelf.redirects, shelf.faulty)
        labels = labels_from(catalogues.for_locale(locale))
        around = Surroundings(settings.words(locale.folder), labels, linker)
        for key in (key for key in shelf.drafts if key[0] == locale):
            rendered[key] = renderings.article(shelf.drafts[key], around)
    return rendered


def _categories(shelf: Shelf, settings: Settings) -> dict[tuple[Locale, str], Category]:
    made = {}
    for (locale, slug), (matter, _) in shelf.categories.items():
        words = settings.words(locale.folder)
        made[locale, slug] = Category(
            slug=slug,
            locale=locale,
            title=fill(matter.title, words),
            summary=fill(matter.summary, words),
            order=matter.order,
            articles=_published(shelf, locale, slug),
        )
    return made


def _published(shelf: Shelf, locale: Locale, category: str) -> tuple[str, ...]:
    """Return the slugs a reader of `locale` finds here, those in the source's words included."""
    shown: dict[str, Draft] = {}
    for wanted in (locale, SOURCE):
        for (found, slug), draft in shelf.drafts.items():
            if found == wanted and draft.category == category:
                published = draft.matter.status is Status.PUBLISHED
                shown |= {slug: draft} if published and slug not in shown else {}
    return tuple(sorted(shown, key=lambda slug: (shown[slug].matter.order, slug)))


def _suggested(shelf: Shelf, settings: Settings) -> dict[Locale, tuple[SuggestedQuery, ...]]:
    return {
        locale: tuple(
            SuggestedQuery(
                fill(entry.matter.text, settings.words(locale.folder)),
                entry.matter.article,
                entry.matter.section,
            )
            for entry in entries
        )
        for locale, entries in shelf.suggested.items()
    }


def _direct(redirects: Mapping[str, str]) -> dict[str, str]:
    """Follow chains to their end, so that a reader is sent on once."""
    ends = {}
    for old in redirects:
        seen, new = {old}, redirects[old]
        while new in redirects and new not in seen:
            seen.add(new)
            new = redirects[new]
        ends[old] = new
    return ends
