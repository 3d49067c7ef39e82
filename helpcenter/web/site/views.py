"""What each public page shows, gathered from the site; nothing here knows who reads."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from helpcenter.articles.feedback import LONGEST
from helpcenter.articles.model import Article, SuggestedQuery
from helpcenter.errors import HelpcenterError, Kind
from helpcenter.i18n.locale import Locale
from helpcenter.identity.caller import ANONYMOUS, Audience
from helpcenter.site.model import Site
from helpcenter.web import urls
from helpcenter.web.deps import Tools
from helpcenter.web.site import contents
from helpcenter.web.site.contents import Audiences
from helpcenter.web.site.frame import (
    Crumb,
    Frame,
    alternates,
    breadcrumb_list,
    default_path,
    everywhere,
    json_ld,
    languages,
    shown_first,
    tech_article,
)
from helpcenter.web.site.wording import body, outline, portal_button, reasons

if TYPE_CHECKING:
    from helpcenter.i18n.catalogues import Catalogue

PUBLIC = ANONYMOUS.reads

ASKED = 6
"""Curated queries offered on the home page."""

SHOWN_EACH = 5
"""Articles of a category on the home page; the category's own page has all."""

MOST_READ = 5
"""Articles under "read most"."""

LEAST = 3
"""Fewer than these are no list."""

NEW = 5
"""Articles under "recently updated"; without more than these the list would only repeat."""


@dataclass(frozen=True)
class View:
    """A page to be rendered: a template and what it shows."""

    template: str
    frame: Frame
    shows: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Asker:
    """The site, the reader's locale and the tools: what every view is made from.

    `audiences` are those whose articles it may show.
    """

    site: Site
    locale: Locale
    tools: Tools
    audiences: Audiences = PUBLIC

    @property
    def speech(self) -> "Catalogue":
        """The catalogue of the reader's locale."""
        return self.site.catalogues.for_locale(self.locale)

    @property
    def base(self) -> str:
        """Our own address, without a trailing slash."""
        return self.tools.settings.base_url

    @property
    def name(self) -> str:
        """What the help centre is called."""
        return self.tools.templates.name(self.site, self.locale)

    def home(self) -> Crumb:
        """The first breadcrumb."""
        return Crumb(self.speech.gettext("Help centre"), urls.home(self.locale))

    def frame(self, title: str, description: str, path: str, **more: Any) -> Frame:  # noqa: ANN401
        """Return the frame of a page that exists at `path` below every locale."""
        paths = everywhere(self.site.library.locales, path)
        return Frame(
            title,
            description,
            languages(self.locale, paths),
            self.base + paths[self.locale],
            alternates(self.base, paths, default_path(paths) if path else "/"),
            **more,
        )


def home(asker: Asker) -> View:
    """Search first, then what people ask, every category with its articles, what is new."""
    _, library = asker.speech.gettext, asker.site.library
    description = _("Answers about payments, cards, subscriptions and your account.")
    newest = contents.newest(library, asker.locale, asker.audiences)
    site = {"@type": "WebSite", "name": asker.name, "inLanguage": asker.locale.tag}
    return View(
        "site/home.html",
        asker.frame(asker.name, description, "", json_ld=json_ld(site)),
        {
            "listings": contents.listings(library, asker.locale, asker.audiences),
            "asked": asked(asker)[:ASKED],
            "shown_each": SHOWN_EACH,
            "most_read": most_read(asker)[:MOST_READ],
            "newest": newest[:NEW] if len(newest) > NEW else (),
        },
    )


def most_read(asker: Asker) -> tuple[Article, ...]:
    """Return the articles this reader may see that others read most, most read first.

    Empty until there is something to choose from.
    """
    slugs = asker.tools.reads.ranking(asker.locale)
    found = (
        contents.find(asker.site.library, slug, asker.locale, asker.audiences) for slug in slugs
    )
    articles = tuple(one.article for one in found if one)
    return articles if len(articles) >= LEAST else ()


def asked(asker: Asker) -> list[SuggestedQuery]:
    """Return the curated queries whose article a visitor may read, one an article before more."""
    library = asker.site.library
    known = [
        query
        for query in library.suggested.get(asker.locale, ())
        if contents.find(library, query.article, asker.locale, asker.audiences)
    ]
    first = {query.article: query for query in reversed(known)}
    leading = [query for query in known if first[query.article] is query]
    return leading + [query for query in known if query not in leading]


def category(asker: Asker, slug: str) -> View:
    """One category with its articles and their summaries; raises `category_not_found`."""
    listing = contents.listing(asker.site.library, slug, asker.locale, asker.audiences)
    shelf = listing.category
    path = f"categories/{shelf.slug}"
    crumbs = (asker.home(), Crumb(shelf.title, lang=_other(asker, shelf.locale)))
    here = asker.base + urls.category(asker.locale, slug)
    return View(
        "site/category.html",
        asker.frame(
            shelf.title,
            shelf.summary,
            path,
            crumbs=crumbs,
            json_ld=json_ld(breadcrumb_list(asker.base, crumbs, here)),
        ),
        {
            "listing": listing,
            "others": [
                other
                for other in contents.listings(asker.site.library, asker.locale, asker.audiences)
                if other.category.slug != slug
            ],
        },
    )


def article(asker: Asker, slug: str) -> View:
    """One article with everything around it; raises `article_not_found`."""
    library = asker.site.library
    found = contents.find(library, slug, asker.locale, asker.audiences)
    if found is None:
        raise HelpcenterError("article_not_found", Kind.NOT_FOUND)
    shown, links = found.article, asker.tools.links_enabled
    listing = contents.listing(library, shown.category, asker.locale, asker.audiences)
    return View(
        "site/article.html",
        _article_frame(asker, shown, listing),
        {
            "article": shown,
            "staleness": found.staleness,
            "is_underway": (asker.locale, slug) in library.articles,
            "stale": [s for s in shown.sections if s.id in found.staleness.stale_sections],
            "contents": outline(shown),
            "neighbours": contents.neighbours(listing, slug),
            "related": contents.related(library, shown, asker.locale, asker.audiences),
            "portal": portal_button(shown, asker.locale, asker.speech.gettext) if links else None,
            "html": body(shown, asker.locale, links=links),
            "reasons": reasons(asker.speech.gettext),
            "longest": LONGEST,
        },
    )


def _article_frame(asker: Asker, shown: Article, listing: contents.Listing) -> Frame:
    library, slug, base = asker.site.library, shown.slug, asker.base
    written = contents.translations(library, slug, asker.audiences)
    exists = {one.locale: urls.article(one.locale, slug) for one in written}
    reachable = {locale: urls.article(locale, slug) for locale in library.locales}
    here = base + urls.article(shown.locale, slug)
    shelf = listing.category
    product = asker.tools.settings.words(shown.locale.folder)["product"]
    crumbs = (
        asker.home(),
        Crumb(shelf.title, urls.category(asker.locale, shelf.slug), _other(asker, shelf.locale)),
        Crumb(shown.title, lang=_other(asker, shown.locale)),
    )
    return Frame(
        shown.title,
        shown.summary,
        languages(asker.locale, reachable),
        canonical=here,
        alternates=alternates(base, exists, default_path(exists)),
        json_ld=json_ld(
            breadcrumb_list(base, crumbs, here), tech_article(shown, here, asker.name, product)
        ),
        kind="article",
        crumbs=crumbs,
        findable=shown.audience is Audience.PUBLIC,
        modified=shown.updated,
        image=shown_first(base, shown.html),
    )


def contact(asker: Asker) -> View:
    """The ways to reach people."""
    _, settings = asker.speech.gettext, asker.tools.settings
    hours = settings.support_hours
    title = _("Contact us")
    crumbs = (asker.home(), Crumb(title))
    return View(
        "site/contact.html",
        asker.frame(title, _("How to reach a person."), "contact", crumbs=crumbs),
        {
            "email": settings.support_email,
            "phone": settings.support_phone,
            "hours": hours.get(asker.locale.folder) or hours.get("en"),
            "written": {},
            "refused": None,
            "wrong": (),
            "listings": contents.listings(asker.site.library, asker.locale, asker.audiences),
        },
    )


def privacy(asker: Asker) -> View:
    """What this software keeps about its readers."""
    _ = asker.speech.gettext
    title = _("Privacy")
    crumbs = (asker.home(), Crumb(title))
    description = _("What this help centre stores when you read and search, and what it does not.")
    return View("site/privacy.html", asker.frame(title, description, "privacy", crumbs=crumbs))


def _other(asker: Asker, locale: Locale) -> str | None:
    """Return the `lang` of text that is not in the reader's language."""
    return None if locale == asker.locale else locale.tag
