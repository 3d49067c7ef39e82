"""How articles lead to one another: none alone, and nobody related who does not know it."""

import re
from collections.abc import Iterator
from pathlib import Path

from helpcenter.articles.model import Article, Status
from helpcenter.content.problems import Edit, Report
from helpcenter.content.roots import Root
from helpcenter.i18n.locale import SOURCE, Locale
from helpcenter.site.model import Site

_LINK = re.compile(r'href="/[^/"]+/articles/([^"#]+)')
_RELATED = re.compile(r"^related:\s*(.*)$")

Key = tuple[Locale, str]


def check_relations(site: Site, home: Root, report: Report) -> None:
    """Warn of articles nothing leads to, and of relations that hold one way only."""
    articles = site.library.articles
    wanted: dict[Key, list[str]] = {}
    for (locale, slug), article in articles.items():
        for other in article.related:
            there = articles.get((locale, other))
            if there is not None and slug not in there.related and other != slug:
                wanted.setdefault((locale, other), []).append(slug)
    for key, slugs in wanted.items():
        _tell_one_way(articles[key], slugs, home, report)
    led_to = set(_led_to(site))
    published = {key for key, one in articles.items() if one.status is Status.PUBLISHED}
    if len({slug for _, slug in published}) > 1:
        for key in sorted(published - led_to):
            message = "nothing leads here: link to it, or name it in another article's `related`"
            report.warning(home.label + articles[key].source, 0, "orphan", message)


def _led_to(site: Site) -> Iterator[Key]:
    """Yield what a reader can come to from somewhere else than its category."""
    library = site.library
    for (locale, slug), article in library.articles.items():
        yield from ((locale, other) for other in article.related)
        found = _LINK.findall(article.html)
        yield from ((locale, other) for other in found if other != slug)
    for locale, entries in library.suggested.items():
        yield from ((locale, entry.article) for entry in entries)
    for reference in site.playbook.references:
        yield from ((locale, reference.slug) for locale in (SOURCE, *library.locales))


def _tell_one_way(article: Article, slugs: list[str], home: Root, report: Report) -> None:
    line, edit = _place(home.path / article.source, slugs)
    names = ", ".join(f"`{slug}`" for slug in sorted(slugs))
    message = f"{names} names this article as related, but not the other way: add it to `related`"
    report.warning(home.label + article.source, line, "one_way_related", message, edit)


def _place(file: Path, slugs: list[str]) -> tuple[int, Edit | None]:
    """Return the line of `related`, and how to add slugs there where that is plain."""
    added = ", ".join(sorted(slugs))
    lines = file.read_text("utf-8").split("\n")
    for number, line in enumerate(lines, 1):
        if number > 1 and line.rstrip() == "---":
            break
        if found := _RELATED.match(line):
            given = found[1].strip()
            if given == "[]":
                return number, Edit("[]", f"[{added}]")
            return number, Edit("]", f", {added}]") if given.endswith("]") else None
    for number, line in enumerate(lines, 1):
        if line.startswith("updated:"):
            return number, Edit("updated:", f"related: [{added}]\nupdated:")
    return 0, None
