"""What of the library a reader may see: shelves of articles, one article, its neighbours."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from helpcenter.articles.library import Found, Library
from helpcenter.articles.model import Article, Category, Status
from helpcenter.errors import HelpcenterError, Kind
from helpcenter.i18n.locale import Locale
from helpcenter.identity.caller import Audience

Audiences = AbstractSet[Audience]


@dataclass(frozen=True, slots=True)
class Listing:
    """A category and those of its articles that the reader may see, in reading order."""

    category: Category
    articles: tuple[Article, ...]


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The articles before and after one in its category."""

    previous: Article | None
    next: Article | None


def find(library: Library, slug: str, locale: Locale, audiences: Audiences) -> Found | None:
    """Return the article in `locale` or the source, None if there is none for these audiences.

    Agents, who may write, are shown drafts by their address.
    """
    found = library.find(slug, locale, drafts=Audience.AGENTS in audiences)
    return found if found and found.article.audience in audiences else None


def keeps_some_back(library: Library) -> bool:
    """Tell whether some readers find articles that others do not."""
    return any(
        article.audience is not Audience.PUBLIC and article.status is Status.PUBLISHED
        for article in library.articles.values()
    )


def shows(library: Library, url: str, audiences: Audiences) -> bool:
    """Tell whether an article for these audiences shows the picture or film at `url`."""
    return any(
        url in article.html
        for article in library.articles.values()
        if article.audience in audiences
        and (article.status is Status.PUBLISHED or Audience.AGENTS in audiences)
    )


def listings(library: Library, locale: Locale, audiences: Audiences) -> tuple[Listing, ...]:
    """Return every category that has something to read, with what there is."""
    found = (_listing(library, shelf, locale, audiences) for shelf in library.shelves(locale))
    return tuple(listing for listing in found if listing.articles)


def listing(library: Library, slug: str, locale: Locale, audiences: Audiences) -> Listing:
    """Return one category; raises `category_not_found`."""
    for shelf in library.shelves(locale):
        if shelf.slug == slug:
            return _listing(library, shelf, locale, audiences)
    raise HelpcenterError("category_not_found", Kind.NOT_FOUND)


def newest(library: Library, locale: Locale, audiences: Audiences) -> tuple[Article, ...]:
    """Return every article once, in `locale` or the source, the latest updated first."""
    articles = (a for shelf in listings(library, locale, audiences) for a in shelf.articles)
    return tuple(sorted(articles, key=lambda a: (-a.updated.toordinal(), a.order, a.slug)))


def related(
    library: Library, article: Article, reader: Locale, audiences: Audiences
) -> list[Article]:
    """Return the related articles, in the reader's language where there is one."""
    found = (find(library, slug, reader, audiences) for slug in article.related)
    return [one.article for one in found if one]


def neighbours(listing: Listing, slug: str) -> Neighbours:
    """Return what comes before and after `slug` in its category."""
    articles = listing.articles
    at = next((n for n, article in enumerate(articles) if article.slug == slug), None)
    if at is None:
        return Neighbours(None, None)
    return Neighbours(
        articles[at - 1] if at else None, articles[at + 1] if at + 1 < len(articles) else None
    )


def translations(library: Library, slug: str, audiences: Audiences) -> tuple[Article, ...]:
    """Return the article in every locale it is really written in."""
    found = (library.find(slug, locale) for locale in library.locales)
    return tuple(
        one.article
        for one in found
        if one and not one.staleness.is_fallback and one.article.audience in audiences
    )


def _listing(library: Library, shelf: Category, locale: Locale, audiences: Audiences) -> Listing:
    """Gather the category's articles over all locales: an untranslated one is listed too."""
    versions = (library.categories.get((other, shelf.slug)) for other in library.locales)
    slugs = dict.fromkeys(slug for version in versions if version for slug in version.articles)
    found = (find(library, slug, locale, audiences) for slug in slugs)
    articles = sorted((one.article for one in found if one), key=lambda a: (a.order, a.slug))
    return Listing(shelf, tuple(articles))
