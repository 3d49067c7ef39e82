"""Articles, categories and sections as the rest of the house sees them: frozen and rendered."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from helpcenter.content.flows import Flow
from helpcenter.i18n.locale import Locale
from helpcenter.identity.caller import Audience


class Status(StrEnum):
    """Whether readers see the article."""

    DRAFT = "draft"
    PUBLISHED = "published"


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands under it, up to the next heading of any level.

    `id` is shared by all locales; the lead before the first heading has id "" and level 1.
    `text` is plain text (variables filled in), for search and hashing; `hash` is a short digest of
    the section's source, by which a translation knows that it is stale.
    """

    id: str
    title: str
    level: int
    text: str
    hash: str


@dataclass(frozen=True, slots=True)
class Article:
    """One article in one locale, rendered.

    `html` is safe to embed (no raw HTML passes the renderer); image and link targets are final
    paths of ours. `source` is the file it came from, relative to its content root.
    """

    slug: str
    locale: Locale
    category: str
    title: str
    summary: str
    keywords: tuple[str, ...]
    order: int
    status: Status
    audience: Audience
    updated: date
    related: tuple[str, ...]
    portal: Flow | None
    html: str
    sections: tuple[Section, ...]
    source: str
    translates: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Category:
    """A shelf of articles; `articles` are the published slugs, any audience, in reading order."""

    slug: str
    locale: Locale
    title: str
    summary: str
    order: int
    articles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Media:
    """A picture: its content-hash path under `/media/` and where its bytes are on disk."""

    url: str
    path: str
    content_type: str


@dataclass(frozen=True, slots=True)
class Staleness:
    """Why a reader of `wanted` sees what they see."""

    wanted: Locale
    shown: Locale
    stale_sections: tuple[str, ...] = ()

    @property
    def is_fallback(self) -> bool:
        """Whether the article is shown in another language than the reader's."""
        return self.wanted != self.shown


@dataclass(frozen=True, slots=True)
class SuggestedQuery:
    """A query the writers curated for the search box, and where it leads."""

    text: str
    article: str
    section: str | None
