from dataclasses import replace

from helpcenter.search.index import Hit, HitSection, Query, Results
from helpcenter.search.present import as_json, url_of
from tests.search.shelf import PUBLIC, ZH

HIT = Hit(
    slug="card-declined",
    locale=ZH,
    title="題",
    category="money",
    section=HitSection("no-funds", "節"),
    snippet_html="<mark>卡</mark>",
    score=0.5,
    fallback=False,
)


def test_results_read_as_the_contract_says() -> None:
    query = Query("咭", ZH, PUBLIC)
    assert as_json(Results((HIT,), 1, None), query, "id") == {
        "search_id": "id",
        "query": "咭",
        "locale": "zh-HK",
        "total": 1,
        "corrected": None,
        "hits": [
            {
                "slug": "card-declined",
                "locale": "zh-HK",
                "title": "題",
                "url": "/zh-HK/articles/card-declined#no-funds",
                "section": {"id": "no-funds", "title": "節"},
                "snippet_html": "<mark>卡</mark>",
                "category": "money",
                "score": 0.5,
                "fallback": False,
            }
        ],
    }


def test_a_hit_without_a_section_leads_to_the_page() -> None:
    hit = replace(HIT, slug="a b", section=None)
    assert url_of(hit) == "/zh-HK/articles/a%20b"
