"""`Library`: every article, category and picture of a site, in every locale, looked up by slug."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from helpcenter.articles.model import Article, Category, Media, Staleness, Status, SuggestedQuery
from helpcenter.articles.rendering import Kept
from helpcenter.articles.translations import outdated
from helpcenter.content.roots import Source
from helpcenter.i18n.locale import SOURCE, Locale


@dataclass(frozen=True)
class Found:
    """An article for a reader, and how it relates to what they asked for."""

    article: Article
    staleness: Staleness


@dataclass(frozen=True)
class Library:
    """All words for readers. Keys are (locale, slug); `media` is keyed by the URL's file name.

    `redirects` maps an old slug to the present one, `moved` a path of another help centre, as
    `moved.plain` writes it.
    """

    locales: tuple[Locale, ...]
    articles: Mapping[tuple[Locale, str], Article]
    categories: Mapping[tuple[Locale, str], Category]
    media: Mapping[str, Media]
    suggested: Mapping[Locale, tuple[SuggestedQuery, ...]]
    redirects: Mapping[str, str] = field(default_factory=dict)
    moved: Mapping[str, str] = field(default_factory=dict)
    kept: Mapping[Source, Kept] = field(default_factory=dict, repr=False, compare=False)
    """What the next build need not make again."""

    def find(self, slug: str, wanted: Locale, *, drafts: bool = False) -> Found | None:
        """Return the published article in the wanted locale, else in the source locale.

        With `drafts`, one that is not published yet too. None when there is no such article.
        Audience is the caller's business.
        """
        for locale in dict.fromkeys((wanted, SOURCE, *self.locales)):
            article = self.articles.get((locale, slug))
            if article is not None and (drafts or article.status is Status.PUBLISHED):
                return Found(article, Staleness(wanted, locale, self.stale_sections(article)))
        return None

    def stale_sections(self, article: Article) -> tuple[str, ...]:
        """Ids of sections whose source changed since this translation recorded its hash."""
        source = self.articles.get((SOURCE, article.slug))
        if source is None or article.locale == SOURCE:
            return ()
        hashes = {section.id: section.hash for section in source.sections}
        return outdated(article.translates, hashes)

    def shelves(self, wanted: Locale) -> tuple[Category, ...]:
        """Return the categories in reading order, each in the wanted locale or the source's."""
        slugs = dict.fromkeys(slug for _, slug in self.categories)
        found = [
            self.categories.get((wanted, slug)) or self.categories.get((SOURCE, slug))
            for slug in slugs
        ]
        return tuple(sorted((c for c in found if c), key=lambda c: (c.order, c.slug)))
