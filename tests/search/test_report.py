"""Counting what was searched, and finding what it resembles."""

from datetime import date, timedelta

import pytest

from helpcenter.articles.library import Library
from helpcenter.articles.model import SuggestedQuery
from helpcenter.db.database import Database
from helpcenter.i18n.locale import Locale
from helpcenter.search import log
from helpcenter.search.log import Searched
from helpcenter.search.report import Asked, Nearest, in_vain, tally, unopened
from tests.search.shelf import EN, FOLDER, SHELF, ZH

TODAY = date(2026, 11, 22)
NEAREST = Nearest(
    Library(
        (EN, ZH),
        {(a.locale, a.slug): a for a in SHELF},
        {},
        {},
        {EN: (SuggestedQuery("Where is my tea?", "teapot", None),)},
    ),
    FOLDER,
)


def test_spellings_of_one_query_count_together(database: Database) -> None:
    noted = [
        Searched(f"{number}", day, locale, query, hits)
        for number, (day, locale, query, hits) in enumerate(
            [
                (TODAY, ZH, "信用咭", 2),
                (TODAY, ZH, "信用卡", 2),
                (TODAY, ZH, "信用咭", 0),
                (TODAY, EN, "信用卡", 1),
                (TODAY - timedelta(days=1), EN, "tea", 1),
            ]
        )
    ]
    database.write_sync(lambda conn: log.keep(conn, noted, {"0": 1}))
    assert database.read_sync(lambda conn: tally(conn, TODAY, FOLDER)) == [
        Asked("信用咭", ZH, 3, 1, 1),
        Asked("信用卡", EN, 1, 0, 0),
    ]


@pytest.mark.parametrize(
    ("times", "vain", "opened", "lists"),
    [
        (1, 1, 0, "vain"),
        (3, 2, 0, "vain"),
        (2, 1, 0, ""),
        (2, 0, 0, "unopened"),
        (2, 0, 1, ""),
        (1, 0, 0, ""),
    ],
)
def test_a_query_is_in_at_most_one_list(times: int, vain: int, opened: int, lists: str) -> None:
    asked = [Asked("tea", EN, times, vain, opened)]
    assert (in_vain(asked) == asked, unopened(asked) == asked) == (
        lists == "vain",
        lists == "unopened",
    )


@pytest.mark.parametrize(
    ("query", "locale", "slug", "phrase"),
    [
        ("declined teapot", EN, "teapot", "The teapot was declined"),
        ("tea where is my", EN, "teapot", "Where is my tea?"),
        ("not enuogh water", EN, "teapot", "Not enough water"),
        ("被拒绝茶壶", ZH, "teapot", "茶壺被拒絕"),
        ("湯匙退款", ZH, "spoons", "湯匙的退款"),
    ],
)
def test_the_nearest_article_is_named_by_what_is_alike(
    query: str, locale: Locale, slug: str, phrase: str
) -> None:
    near = NEAREST.find(query, locale)
    assert near is not None
    assert (near.article.slug, near.phrase) == (slug, phrase)


@pytest.mark.parametrize("query", ["xylophone", "", "🫖", "draft"])
def test_nothing_is_near_what_is_like_nothing(query: str) -> None:
    assert NEAREST.find(query, EN) is None
