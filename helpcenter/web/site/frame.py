"""The head and the furniture of a page: its address, its languages, what machines are told."""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from markupsafe import Markup

from helpcenter.articles.model import Article
from helpcenter.i18n.locale import SOURCE, Locale
from helpcenter.i18n.names import hreflangs, own_name
from helpcenter.web import urls

_PHOTOGRAPH = re.compile(r'<img src="(/media/[^"]+\.(?:png|jpe?g|webp|gif))"')


@dataclass(frozen=True, slots=True)
class Alternate:
    """A `<link rel=alternate hreflang>`: a tag and an absolute address."""

    hreflang: str
    url: str


@dataclass(frozen=True, slots=True)
class Language:
    """An entry of the language switcher; `url` is this very page in that language."""

    locale: Locale
    name: str
    url: str
    current: bool


@dataclass(frozen=True, slots=True)
class Link:
    """Words and where they lead."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Crumb:
    """A step of the breadcrumbs; the last one, the page itself, has no address."""

    title: str
    url: str | None = None
    lang: str | None = None


@dataclass(frozen=True, slots=True)
class Frame:
    """What the base template needs; addresses of ours are paths, others absolute."""

    title: str
    description: str
    languages: tuple[Language, ...]
    canonical: str | None = None
    alternates: tuple[Alternate, ...] = ()
    json_ld: str = ""
    kind: str = "website"
    crumbs: tuple[Crumb, ...] = ()
    findable: bool = True
    modified: date | None = None
    image: str = ""
    """An absolute address of a picture that stands for the page."""


def languages(reader: Locale, paths: Mapping[Locale, str]) -> tuple[Language, ...]:
    """Return the switcher's entries for a page that is at `paths` in each locale."""
    return tuple(
        Language(locale, own_name(locale), path, locale == reader) for locale, path in paths.items()
    )


def alternates(base: str, paths: Mapping[Locale, str], default: str) -> tuple[Alternate, ...]:
    """Return hreflang links for the locales the page really exists in; `default` is a path."""
    tagged = [(tag, path) for locale, path in paths.items() for tag in hreflangs(locale)]
    return tuple(Alternate(tag, base + path) for tag, path in [*tagged, ("x-default", default)])


def everywhere(locales: Iterable[Locale], path: str) -> dict[Locale, str]:
    """Return where a page is in each locale, given its path below the locale."""
    return {locale: urls.page(locale, path) for locale in locales}


def default_path(paths: Mapping[Locale, str]) -> str:
    """Return where a reader of no known language is best served."""
    return paths.get(SOURCE) or next(iter(paths.values()))


def breadcrumb_list(base: str, crumbs: Sequence[Crumb], here: str) -> dict[str, Any]:
    """Return schema.org's BreadcrumbList; `here` is the absolute address of the last crumb."""
    items = [
        {
            "@type": "ListItem",
            "position": position,
            "name": crumb.title,
            "item": base + crumb.url if crumb.url else here,
        }
        for position, crumb in enumerate(crumbs, 1)
    ]
    return {"@type": "BreadcrumbList", "itemListElement": items}


def shown_first(base: str, html: str) -> str:
    """Return the absolute address of an article's first photograph, "" where it has only drawings.

    Who previews links understands no SVG.
    """
    found = _PHOTOGRAPH.search(html)
    return base + found[1] if found else ""


def tech_article(article: Article, url: str, site_name: str, publisher: str) -> dict[str, Any]:
    """Return schema.org's TechArticle for one article at an absolute address."""
    organisation = {"@type": "Organization", "name": publisher}
    return {
        "@type": "TechArticle",
        "headline": article.title,
        "description": article.summary,
        "inLanguage": article.locale.tag,
        "dateModified": article.updated.isoformat(),
        "url": url,
        "mainEntityOfPage": url,
        "keywords": list(article.keywords),
        "isPartOf": {"@type": "WebSite", "name": site_name},
        "author": organisation,
        "publisher": organisation,
    }


def json_ld(*things: Mapping[str, Any]) -> Markup:
    """Return the things as JSON that cannot end the script element it stands in."""
    text = json.dumps({"@context": "https://schema.org", "@graph": things}, ensure_ascii=False)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)  # noqa: S704 - every character that means something in HTML is escaped
