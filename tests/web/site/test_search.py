"""Searching, as a page and as JSON."""

from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from helpcenter.app import HelpCenter
from helpcenter.articles.model import Status
from helpcenter.i18n.locale import SOURCE, Locale
from helpcenter.identity.caller import Audience
from helpcenter.search.index import MAX_QUERY, Hit, HitSection, Query, Results
from helpcenter.site.model import Site
from tests.web.html import parse


def test_a_page_of_hits_marks_what_was_found(client: TestClient) -> None:
    answer = client.get("/en/search?q=close+the+lid")
    page = parse(answer.text)
    assert answer.headers["cache-control"] == "private, no-store"
    assert "close the lid" in page.one("p", role="status").text
    first = page.all("li", class_="hit")[0]
    assert "My kettle will not whistle" in first.text
    assert "Brewing" in first.text
    assert page.all("mark")
    assert page.one("input", name="q").attributes["value"] == "close the lid"
    assert "/en/articles/kettle-will-not-whistle#close-the-lid" in page.links()


def test_hits_in_another_language_say_which(client: TestClient) -> None:
    page = parse(client.get("/zh-HK/search?q=vinegar").text)
    (english,) = page.all("li", class_="hit", lang="en")
    assert "English" in english.text
    assert "/en/articles/descale-your-kettle" in "".join(page.links())


@pytest.mark.parametrize("text", ["zzzzqqqq", "🫖🫖🫖", "%", "\x01\x02", "(((", '"'])
def test_nothing_found_is_no_dead_end(client: TestClient, text: str) -> None:
    answer = client.get("/en/search", params={"q": text})
    assert answer.status_code == 200
    links = parse(answer.text).links()
    assert "/en/categories/brewing" in links
    if text.isprintable():
        assert "We found nothing for" in answer.text
        assert "/en/contact" in links
        chat = parse(answer.text).one("a", class_="button")
        assert chat.attributes["data-help-chat-line"] == text


def test_a_repaired_query_says_so_and_leads_back(client: TestClient) -> None:
    page = parse(client.get("/en/search?q=kettel").text)
    assert "Showing results for “kettle”. Search instead for “kettel”." in " ".join(
        page.one("div", class_="results").text.split()
    )
    assert "/en/search?q=kettel&exact=1" in page.links()
    exact = client.get("/en/search?q=kettel&exact=1").text
    assert "We found nothing for “kettel”." in exact
    assert "/en/articles/kettle-will-not-whistle" in parse(exact).links(), "perhaps you mean"


def test_an_exact_query_that_finds_nothing_leads_to_its_words(client: TestClient) -> None:
    page = parse(client.get("/en/search", params={"q": '"lid kettle"'}).text)
    assert "/en/search?q=lid+kettle" in page.links()
    assert page.one("a", class_="button").attributes["data-help-chat-line"] == "lid kettle"


def test_hits_can_report_which_was_opened(client: TestClient) -> None:
    page = parse(client.get("/en/search?q=kettle").text)
    (listed,) = [one for one in page.all("ol") if "data-search" in one.attributes]
    assert len(listed.attributes["data-search"]) >= 16
    hits = page.all("li", class_="hit")
    assert [hit.attributes["data-rank"] for hit in hits] == [str(n + 1) for n in range(len(hits))]
    assert any("search-clicks" in one.attributes.get("src", "") for one in page.all("script"))


@pytest.mark.parametrize(
    "text", ["card " * 2000, "卡" * 2000, "\x00\x1b[31m\u202e" * 99, "(" * 3000]
)
def test_endless_and_broken_queries_are_answered(client: TestClient, text: str) -> None:
    for path in ("/en/search", "/zh-HK/search", "/api/v1/search", "/api/v1/suggest"):
        assert client.get(path, params={"q": text}).status_code in {200, 414}


def test_what_was_typed_is_shown_as_text(client: TestClient) -> None:
    text = client.get("/en/search", params={"q": "<img src=x onerror=alert(1)>{{ 7*7 }}%(x)s"}).text
    assert "<img src=x" not in text
    assert "&lt;img src=x" in text
    assert "{{ 7*7 }}" in text


@pytest.mark.parametrize("offset", ["-1", "x", "99999999999999999999", "1.5", "٣", ""])
def test_an_offset_edited_by_hand_still_shows_a_page(client: TestClient, offset: str) -> None:
    assert client.get(f"/en/search?q=kettle&offset={offset}").status_code == 200


def test_an_empty_search_invites(client: TestClient) -> None:
    page = parse(client.get("/en/search").text)
    assert not page.all("li", class_="hit")
    assert "Type a word" in client.get("/en/search?q=%20%20").text


def test_clients_get_the_agreed_shape(client: TestClient) -> None:
    body = client.get("/api/v1/search?q=whistle&locale=en&limit=1").json()
    assert set(body) == {"search_id", "query", "locale", "total", "corrected", "hits"}
    (hit,) = body["hits"]
    assert set(hit) == {
        "slug",
        "locale",
        "title",
        "url",
        "section",
        "snippet_html",
        "category",
        "score",
        "fallback",
    }
    assert hit["url"].startswith("/en/articles/kettle-will-not-whistle")
    assert body["search_id"] != client.get("/api/v1/search?q=whistle").json()["search_id"]


def test_a_category_narrows(client: TestClient) -> None:
    found = client.get("/api/v1/search?q=kettle+card&category=paying").json()["hits"]
    assert {hit["category"] for hit in found} == {"paying"}


@pytest.mark.parametrize("q", ["", "%20", "%00%00", "🫖"])
def test_a_query_without_words_finds_nothing(client: TestClient, q: str) -> None:
    body = client.get(f"/api/v1/search?q={q}").json()
    assert (body["total"], body["hits"]) == (0, [])


def test_only_so_much_of_a_query_counts(client: TestClient) -> None:
    body = client.get("/api/v1/search", params={"q": "tea\x00 " * 300}).json()
    assert len(body["query"]) == MAX_QUERY
    assert "\x00" not in body["query"]


def test_while_the_index_is_built_search_says_so(
    app: HelpCenter, own: TestClient, site: Site
) -> None:
    app.state.site = replace(site, index=None)
    page = own.get("/zh-HK/search?q=tea")
    assert (page.status_code, page.headers["retry-after"]) == (503, "3")
    assert "搜尋功能正在準備" in page.text
    assert "/zh-HK/categories/brewing" in parse(page.text).links()
    answer = own.get("/api/v1/search?q=tea")
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "3")
    assert answer.json()["code"] == "search_warming"
    assert own.get("/en/search").status_code == 200


class OldIndex:
    """An index of yesterday's content."""

    content_hash = "yesterday"

    def __init__(self, hits: list[Hit]) -> None:
        self.hits = tuple(hits)

    def search(self, query: Query) -> Results:
        return Results(self.hits, len(self.hits), "correction")

    def warm(self) -> None: ...


def hit(slug: str, locale: Locale = SOURCE, section: str | None = None) -> Hit:
    where = HitSection(section, "Some section") if section else None
    return Hit(slug, locale, f"Title of {slug}", "brewing", where, "…", 1.0, fallback=False)


def test_an_old_index_shows_nothing_that_is_gone(
    app: HelpCenter, own: TestClient, site: Site
) -> None:
    articles = dict(site.library.articles)
    hidden = (SOURCE, "descale-your-kettle")
    articles[hidden] = replace(articles[hidden], audience=Audience.AGENTS)
    draft = (SOURCE, "swap-your-card")
    articles[draft] = replace(articles[draft], status=Status.DRAFT)
    index = OldIndex(
        [
            hit("kettle-will-not-whistle", section="close-the-lid"),
            hit("kettle-will-not-whistle", section="a-section-that-was"),
            hit("an-article-that-was"),
            hit("descale-your-kettle"),
            hit("descale-your-kettle", Locale("zh_HK")),
            hit("swap-your-card"),
        ]
    )
    library = replace(site.library, articles=articles)
    app.state.site = replace(site, hash="today", library=library, index=index)
    body = own.get("/api/v1/search?q=tea").json()
    assert [(h["slug"], h["section"]["id"]) for h in body["hits"]] == [
        ("kettle-will-not-whistle", "close-the-lid")
    ]
    assert body["total"] == 1
    assert "correction" in own.get("/en/search?q=tea").text


def test_many_hits_come_in_pages(app: HelpCenter, own: TestClient, site: Site) -> None:
    class Many(OldIndex):
        def search(self, query: Query) -> Results:
            return Results(self.hits[query.offset : query.offset + query.limit], len(self.hits))

    app.state.site = replace(site, hash="many", index=Many([hit("kettle-will-not-whistle")] * 25))
    first = parse(own.get("/en/search?q=tea").text)
    assert len(first.all("li", class_="hit")) == 10
    assert first.one("a", rel="next").attributes["href"] == "/en/search?q=tea&offset=10"
    assert not first.all("a", rel="prev")
    last = parse(own.get("/en/search?q=tea&offset=20").text)
    assert len(last.all("li", class_="hit")) == 5
    assert last.one("a", rel="prev").attributes["href"] == "/en/search?q=tea&offset=10"
    assert not last.all("a", rel="next")
