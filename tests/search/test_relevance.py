"""The shipped articles and what people look for in them, with a floor."""

from pathlib import Path
from typing import NamedTuple

import pytest

from helpcenter.content.roots import find_roots
from helpcenter.i18n.locale import Locale
from helpcenter.search.index import Query, SearchIndex
from helpcenter.settings import Settings
from helpcenter.site.build import build
from helpcenter.site.indexing import index_builder
from tests.search.shelf import PUBLIC

FLOOR = 0.9
"""Mean reciprocal rank among the first ten, as a help centre promises it."""
SECTION_FLOOR = 0.8


class Judged(NamedTuple):
    locale: Locale
    text: str
    slug: str
    section: str


def judged() -> list[Judged]:
    lines = (Path(__file__).parent / "relevance.txt").read_text("utf-8").splitlines()
    rows = [[part.strip() for part in line.split("|")] for line in lines if line[:1] != "#"]
    return [
        Judged(Locale.from_tag(tag), text, slug, section.strip("-"))
        for tag, text, slug, section in rows
    ]


@pytest.fixture(scope="module")
def shipped() -> SearchIndex:
    settings = Settings()
    site = build(settings, find_roots(None))
    return index_builder(settings)(site.library.articles.values(), site.hash)


def ask(index: SearchIndex, one: Judged) -> list[tuple[str, str]]:
    hits = index.search(Query(one.text, one.locale, PUBLIC)).hits
    return [(hit.slug, hit.section.id if hit.section else "") for hit in hits]


@pytest.mark.parametrize("tag", ["en", "zh-HK"])
def test_people_find_the_article(shipped: SearchIndex, tag: str) -> None:
    ranks: dict[str, float] = {}
    for one in judged():
        if one.locale.tag == tag:
            found = [slug for slug, _ in ask(shipped, one)]
            ranks[one.text] = 1 / (found.index(one.slug) + 1) if one.slug in found else 0.0
    worst = {text: rank for text, rank in ranks.items() if rank < 1}
    assert sum(ranks.values()) / len(ranks) >= FLOOR, worst


def test_people_land_in_the_section(shipped: SearchIndex) -> None:
    wanted = [one for one in judged() if one.section]
    missed = [one.text for one in wanted if (one.slug, one.section) not in ask(shipped, one)[:1]]
    assert 1 - len(missed) / len(wanted) >= SECTION_FLOOR, missed
