"""Suggestions and reports of clicks over HTTP."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from helpcenter.app import HelpCenter
from helpcenter.i18n.locale import SOURCE
from helpcenter.identity.caller import Audience
from helpcenter.search.tables import searches
from helpcenter.site.model import Site
from helpcenter.web.site.suggesting import PACE


def texts(client: TestClient, q: str, locale: str = "en") -> list[str]:
    body = client.get("/api/v1/suggest", params={"q": q, "locale": locale}).json()
    return [one["text"] for one in body["suggestions"]]


def test_suggestions_have_the_agreed_shape(client: TestClient) -> None:
    answer = client.get("/api/v1/suggest?q=close+the&locale=en")
    assert answer.headers["cache-control"] == "private, no-store"
    body = answer.json()
    assert (body["query"], body["locale"]) == ("close the", "en")
    assert body["suggestions"][0] == {
        "text": "Close the lid",
        "kind": "section",
        "url": "/en/articles/kettle-will-not-whistle#close-the-lid",
        "slug": "kettle-will-not-whistle",
        "section": "close-the-lid",
        "title": "My kettle will not whistle",
        "locale": "en",
    }


def test_a_latin_word_finds_what_the_reader_can_read(client: TestClient) -> None:
    body = client.get("/api/v1/suggest?q=kettle&locale=zh-HK").json()
    first = body["suggestions"][0]
    assert (first["locale"], first["url"].split("/")[1]) == ("zh-HK", "zh-HK")


@pytest.mark.parametrize("q", ["", "%20", "%00", "(((", "🫖", "%25", "x" * 3000])
def test_odd_beginnings_are_answered(client: TestClient, q: str) -> None:
    answer = client.get(f"/api/v1/suggest?q={q}")
    assert (answer.status_code, answer.json()["suggestions"]) == (200, [])


def test_only_those_who_may_read_it_are_offered_an_article(
    app: HelpCenter, agent: TestClient, own: TestClient, site: Site
) -> None:
    articles = dict(site.library.articles)
    key = (SOURCE, "descale-your-kettle")
    title = articles[key].title
    articles[key] = replace(articles[key], audience=Audience.AGENTS)
    app.state.site = replace(site, hash="hidden", library=replace(site.library, articles=articles))
    assert title not in texts(own, "descale")
    agent.headers["sec-fetch-site"] = "same-origin"
    assert title in texts(agent, "descale")


def test_a_new_site_is_suggested_at_once(app: HelpCenter, own: TestClient, site: Site) -> None:
    assert "My kettle will not whistle" in texts(own, "kettle")
    app.state.site = replace(site, hash="empty", library=replace(site.library, articles={}))
    assert texts(own, "kettle") == []


def stored(app: HelpCenter) -> list[tuple[Any, ...]]:
    log, database = app.state.searches.log, app.state.ballots.database
    asyncio.run(log.flush())
    columns = (searches.c.locale, searches.c.query, searches.c.hits, searches.c.clicked)
    wanted = select(*columns).order_by(searches.c.query)
    found: list[tuple[Any, ...]] = database.read_sync(
        lambda conn: [tuple(row) for row in conn.execute(wanted)]
    )
    return found


def test_what_was_searched_and_opened_is_kept_without_who(app: HelpCenter, own: TestClient) -> None:
    found = own.get("/api/v1/search?q=kettle&locale=en").json()
    clicked = own.post(f"/api/v1/search/{found['search_id']}/click", json={"rank": 1})
    assert (clicked.status_code, clicked.content) == (204, b"")
    own.get("/zh-HK/search?q=4242424242424242+zzzz")
    for nothing in ("/en/search", "/en/search?q=%20", "/en/search?q=kettle&offset=10"):
        own.get(nothing)
    assert stored(app) == [
        ("en", "kettle", found["total"], 1),
        ("zh_HK", "•••• 4242 zzzz", 0, None),
    ]


@pytest.mark.parametrize(
    "given", [{}, {"rank": 0}, {"rank": 541}, {"rank": "x"}, {"rank": 1, "a": 2}]
)
def test_a_click_on_no_rank_is_refused(client: TestClient, given: dict[str, object]) -> None:
    answer = client.post("/api/v1/search/whatever/click", json=given)
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")


def test_clicks_on_unknown_searches_are_taken_and_forgotten(
    app: HelpCenter, own: TestClient
) -> None:
    assert own.post("/api/v1/search/unknown/click", json={"rank": 1}).status_code == 204
    assert own.post(f"/api/v1/search/{'x' * 65}/click", json={"rank": 1}).status_code == 400
    assert stored(app) == []


def test_nobody_clicks_without_end(own: TestClient) -> None:
    codes = {
        own.post("/api/v1/search/unknown/click", json={"rank": 1}).status_code
        for _ in range(2 * int(PACE.capacity))
    }
    assert codes == {204, 429}
