"""Rendering every article of a build, taking from the last build what would come out the same.

An article comes out the same if its file, the words around it, and what every link and picture in
it leads to are what they were. One with faults is always read and rendered anew, so that they are
reported again.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from helpcenter.articles.markup.figures import Album
from helpcenter.articles.markup.labels import Labels
from helpcenter.articles.markup.links import Linker, LinkError, Target
from helpcenter.articles.markup.renderer import Renderer, Setting
from helpcenter.articles.model import Article
from helpcenter.articles.pictures import Gallery, Picture
from helpcenter.articles.shelf import Draft, parse_again
from helpcenter.content.problems import ContentError, Report
from helpcenter.content.roots import Source
from helpcenter.content.variables import fill


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What one locale's articles stand in: words of the settings, labels, where links lead."""

    words: Mapping[str, str]
    labels: Labels
    linker: Linker


@dataclass(frozen=True, slots=True)
class Kept:
    """An article without faults as a build left it, and what it was made of besides its file."""

    draft: Draft
    words: Mapping[str, str]
    labels: Labels
    links: Mapping[str, Target]
    pictures: Mapping[str, Picture]
    article: Article


@dataclass
class Renderings:
    """Renders the articles of one build; `kept` is what the next one may take over."""

    renderer: Renderer
    gallery: Gallery
    report: Report
    before: Mapping[Source, Kept]
    kept: dict[Source, Kept] = field(default_factory=dict)

    def article(self, draft: Draft, around: Surroundings) -> Article:
        """Return the article, from the last build if it would come out the same."""
        old = self.before.get(draft.source)
        if old is not None and old.draft.digest == draft.digest and self._same(old, around):
            self.kept[draft.source] = old
            return old.article
        return self._render(draft, around)

    def _same(self, old: Kept, around: Surroundings) -> bool:
        draft, here = old.draft, old.draft.address
        if (old.words, old.labels) != (around.words, around.labels):
            return False
        try:
            # Every picture is looked up, so that the gallery knows which are used.
            pictures = {n: self.gallery.find(draft.slug, draft.locale, n) for n in old.pictures}
            links = {href: around.linker.resolve(href, here) for href in old.links}
        except (ContentError, LinkError):
            return False
        return pictures == old.pictures and links == old.links

    def _render(self, draft: Draft, around: Surroundings) -> Article:
        problems = len(self.report.problems)
        parsed = draft.parsed
        if draft.taken_over:
            parsed = parse_again(draft, self.renderer, self.report)
        links: dict[str, Target] = {}

        def resolve(href: str) -> Target:
            links[href] = around.linker.resolve(href, draft.address)
            return links[href]

        album = Album(self.gallery, draft.slug, draft.locale)
        setting = Setting(around.words, around.labels, album, resolve)
        title = fill(draft.matter.title, around.words)
        html, sections = self.renderer.render(parsed, title, draft.hashes, setting)
        made = _article(draft, around.words, title, html)
        made = replace(made, sections=sections)
        if draft.is_clean and len(self.report.problems) == problems:
            self.kept[draft.source] = Kept(
                draft.without_tokens(), around.words, around.labels, links, album.seen, made
            )
        return made


def _article(draft: Draft, words: Mapping[str, str], title: str, html: str) -> Article:
    matter = draft.matter
    return Article(
        slug=draft.slug,
        locale=draft.locale,
        category=draft.category,
        title=title,
        summary=fill(matter.summary, words),
        keywords=tuple(fill(keyword, words) for keyword in matter.keywords),
        order=matter.order,
        status=matter.status,
        audience=matter.audience,
        updated=matter.updated,
        related=matter.related,
        portal=matter.portal,
        html=html,
        sections=(),
        source=draft.source.relative,
        translates=dict(matter.translates),
    )
