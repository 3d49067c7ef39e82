"""How well each locale follows the source: what is translated, what has changed since."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from helpcenter.articles.library import Library
from helpcenter.articles.model import Article, Status
from helpcenter.i18n.locale import SOURCE, Locale


class State(StrEnum):
    """How a translation stands to its source."""

    CURRENT = "current"
    STALE = "stale"
    UNTRACKED = "untracked"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Standing:
    """One article in one locale; `sections` are the ids that ask for a translator."""

    locale: Locale
    slug: str
    title: str
    state: State
    sections: tuple[str, ...] = ()


def survey(
    library: Library, ranking: Mapping[Locale, Sequence[str]], locale: Locale
) -> tuple[Standing, ...]:
    """Return every published article of the source as it stands in `locale`, most read first.

    `ranking` holds slugs by the locale they were read in, most read first.
    """
    order = {
        slug: at
        for at, slug in enumerate([*ranking.get(locale, ()), *ranking.get(SOURCE, ())][::-1])
    }
    found = [
        _standing(library, article, locale)
        for article in library.articles.values()
        if article.locale == SOURCE and article.status is Status.PUBLISHED
    ]
    return tuple(sorted(found, key=lambda one: (-order.get(one.slug, -1), one.slug)))


def source_hashes(library: Library, slug: str) -> dict[str, str]:
    """Return the hashes of a source article's sections by id; raises `KeyError`."""
    return {section.id: section.hash for section in library.articles[SOURCE, slug].sections}


def after_typo(
    recorded: Mapping[str, str], before: Mapping[str, str], now: Mapping[str, str]
) -> dict[str, str]:
    """Return what a translation records when the change from `before` to `now` means nothing.

    What was stale before stays so.
    """
    return {
        id_: now[id_] if id_ in now and before.get(id_) == hash_ else hash_
        for id_, hash_ in recorded.items()
    }


def _standing(library: Library, source: Article, locale: Locale) -> Standing:
    found = library.articles.get((locale, source.slug))
    if found is None or found.status is not Status.PUBLISHED:
        return Standing(locale, source.slug, source.title, State.MISSING)
    if sections := tuple(_asking(library, found)):
        stale = library.stale_sections(found)
        state = State.STALE if stale else State.UNTRACKED
        return Standing(locale, source.slug, source.title, state, sections)
    return Standing(locale, source.slug, source.title, State.CURRENT)


def _asking(library: Library, translation: Article) -> Iterator[str]:
    for id_, hash_ in source_hashes(library, translation.slug).items():
        if translation.translates.get(id_) != hash_:
            yield id_
