"""The shipped articles and what people look for in them, with a floor."""

from pathlib import Path
from typing import NamedTuple

import pytest

from helpcenter.content.roots import find_roots
from helpcenter.i18n.locale import Locale
from helpcenter.search.index import Query, SearchIndex
from helpcenter.settings import Settings
from helpcenter.site.build import build
from helpcenter.site.indexing import SiteIndexer
from tests.search.shelf import PUBLIC

FLOOR = 0.9
"""Mean reciprocal rank among the first ten, as a help centre promises it."""
SECTION_FLOOR = 0.8


class Judged(NamedTuple):
    locale: Locale
    text: str
    wanted: dict[str, str]
    """Slugs that may come first, each with the section to land in or ""."""


def judged() -> list[Judged]:
    lines = (Path(__file__).parent / "relevance.txt").read_text("utf-8").splitlines()
    rows = [[part.strip() for part in line.split("|")] for line in lines if line[:1] != "#"]
    return [
        Judged(Locale.from_tag(tag), text, dict(_target(each) for each in wanted.split(",")))
        for tag, text, wanted in rows
    ]


def _target(written: str) -> tuple[str, str]:
    slug, _, section = written.strip().partition("#")
    return slug, section


@pytest.fixture(scope="module")
def shipped() -> SearchIndex:
    settings = Settings()
    site = build(settings, find_roots(None))
    return SiteIndexer(settings)(site.library.articles.values(), site.hash)


def ask(index: SearchIndex, one: Judged) -> list[tuple[str, str]]:
    hits = index.search(Query(one.text, one.locale, PUBLIC)).hits
    return [(hit.slug, hit.section.id if hit.section else "") for hit in hits]


def rank(found: list[tuple[str, str]], one: Judged) -> float:
    places = (place for place, (slug, _) in enumerate(found, start=1) if slug in one.wanted)
    return 1 / next(places, float("inf"))


@pytest.mark.parametrize("tag", ["en", "zh-HK"])
def test_people_find_the_article(shipped: SearchIndex, tag: str) -> None:
    ranks = {one.text: rank(ask(shipped, one), one) for one in judged() if one.locale.tag == tag}
    worst = {text: rank for text, rank in ranks.items() if rank < 1}
    assert sum(ranks.values()) / len(ranks) >= FLOOR, worst


def test_people_land_in_the_section(shipped: SearchIndex) -> None:
    firsts = [(one, *found[0]) for one in judged() if (found := ask(shipped, one))]
    asked = [(one, slug, section) for one, slug, section in firsts if one.wanted.get(slug)]
    missed = [one.text for one, slug, section in asked if section != one.wanted[slug]]
    assert 1 - len(missed) / len(asked) >= SECTION_FLOOR, missed
