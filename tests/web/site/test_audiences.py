"""Who sees what: an article for some readers is found by them, and by nobody else, anywhere."""

from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from helpcenter.app import HelpCenter
from helpcenter.articles.model import Media
from helpcenter.i18n.locale import Locale
from helpcenter.site.model import Site
from tests.web.html import parse

TAGS = ("en", "zh-HK")
RESERVED = {"members-tea": "customer", "secret-blend": "agent", "half-brewed": ""}
"""Slugs, and who besides agents may read them."""

WORDS = {
    "members-tea": "second shelf",
    "secret-blend": "ordinary tea",
    "half-brewed": "half-brewed",
}


def places(tag: str, slug: str) -> list[str]:
    """Return everything that lists articles or searches them."""
    return [
        f"/{tag}/",
        f"/{tag}/categories/paying",
        f"/{tag}/categories/brewing",
        f"/{tag}/articles/swap-your-card",
        f"/{tag}/feed.xml",
        "/sitemap.xml",
        f"/{tag}/search?q=tea",
        f"/{tag}/search?q=biscuits+shelf",
        f"/{tag}/search?q=zzzz",
        f"/{tag}/contact",
        f"/{tag}/articles/{slug}x",
        f"/api/v1/articles?locale={tag}",
        f"/api/v1/articles/swap-your-card?locale={tag}",
        f"/api/v1/search?q=tea&locale={tag}",
        f"/api/v1/search?q=biscuits+shelf&locale={tag}",
        f"/api/v1/suggest?q=tea&locale={tag}",
    ]


def leaks(client: TestClient, tag: str, slug: str) -> list[str]:
    """Return the places that name the article or say what it says."""
    found = []
    for path in places(tag, slug):
        text = client.get(path).text.replace(f"{slug}x", "")
        if slug in text or WORDS[slug] in text:
            found.append(path)
    return found


@pytest.mark.parametrize("tag", TAGS)
@pytest.mark.parametrize("slug", RESERVED)
def test_what_is_not_public_is_found_nowhere(client: TestClient, tag: str, slug: str) -> None:
    assert client.get(f"/{tag}/articles/{slug}").status_code == 404
    assert client.get(f"/api/v1/articles/{slug}?locale={tag}").status_code == 404
    vote = {"locale": tag, "helpful": True}
    answer = client.post(f"/api/v1/articles/{slug}/feedback", json=vote)
    assert answer.status_code == 404
    assert leaks(client, tag, slug) == []


def test_an_old_address_tells_its_new_one_to_readers_only(
    client: TestClient, customer: TestClient, agent: TestClient
) -> None:
    for old in ("/en/articles/old-blend", "/en/articles/old-members", "/hc/en-us/articles/43"):
        answer = client.get(old)
        assert answer.status_code == 404, old
        assert not {"secret-blend", "members-tea"} & {*answer.text.replace("/", '"').split('"')}
    assert customer.get("/en/articles/old-blend").status_code == 404
    for reader, old, new in (
        (customer, "/en/articles/old-members", "members-tea"),
        (customer, "/hc/en-us/articles/43", "members-tea"),
        (agent, "/zh-HK/articles/old-blend", "secret-blend"),
    ):
        answer = reader.get(old)
        assert answer.headers["location"].endswith(f"/articles/{new}"), old
        assert answer.headers["cache-control"] == "private, no-store"


def test_a_customer_reads_and_finds_what_is_for_customers(customer: TestClient) -> None:
    page = customer.get("/zh-HK/articles/members-tea")
    assert "second shelf" in page.text
    assert page.headers["cache-control"] == "private, no-store"
    assert parse(page.text).one("meta", name="robots").attributes["content"] == "noindex"
    for path in (
        "/en/",
        "/en/categories/paying",
        "/en/search?q=biscuits+shelf",
    ):
        answer = customer.get(path)
        assert "members-tea" in answer.text, path
        assert answer.headers["cache-control"] == "private, no-store"
    assert leaks(customer, "en", "secret-blend") == []
    assert customer.get("/en/articles/secret-blend").status_code == 404
    assert customer.get("/en/articles/half-brewed").status_code == 404


def test_the_api_knows_our_own_pages_readers(customer: TestClient) -> None:
    ours = {"sec-fetch-site": "same-origin"}
    path = "/api/v1/articles/members-tea?locale=en"
    answer = customer.get(path, headers=ours)
    assert answer.json()["title"] == "Tea for members"
    assert answer.headers["cache-control"] == "private, no-store"
    # A foreign page's request counts for nobody's.
    assert customer.get(path, headers={"sec-fetch-site": "cross-site"}).status_code == 404
    slugs = [
        one["slug"] for one in customer.get("/api/v1/articles", headers=ours).json()["articles"]
    ]
    assert "members-tea" in slugs
    assert "secret-blend" not in slugs


def test_an_agent_reads_everything_that_is_published(agent: TestClient) -> None:
    assert "ordinary tea" in agent.get("/en/articles/secret-blend").text
    assert "second shelf" in agent.get("/en/articles/members-tea").text
    assert "secret-blend" in agent.get("/en/categories/paying").text


def test_what_one_reader_was_shown_is_not_kept_for_the_next(
    customer: TestClient, own: TestClient
) -> None:
    assert "members-tea" in customer.get("/en/").text
    page = own.get("/en/")
    assert "members-tea" not in page.text
    assert "Cookie" in page.headers["vary"]
    assert own.get("/en/", headers={"if-none-match": page.headers["etag"]}).status_code == 304
    assert "members-tea" in customer.get("/en/").text


def test_a_site_that_keeps_nothing_back_asks_for_no_cookie(
    app: HelpCenter, own: TestClient, site: Site
) -> None:
    public = {
        key: article
        for key, article in site.library.articles.items()
        if article.slug not in RESERVED
    }
    app.state.site = replace(site, hash="open", library=replace(site.library, articles=public))
    assert "Cookie" not in own.get("/en/").headers["vary"]


def test_a_picture_is_for_those_who_may_read_an_article_that_shows_it(
    app: HelpCenter, own: TestClient, customer: TestClient, site: Site, tmp_path: Path
) -> None:
    file = tmp_path / "shelf.svg"
    file.write_text("<svg/>")
    url = "/media/0123-shelf.svg"
    key = (Locale("en"), "members-tea")
    articles = dict(site.library.articles)
    articles[key] = replace(articles[key], html=f'<img src="{url}" alt="">')
    media = {"0123-shelf.svg": Media(url, str(file), "image/svg+xml")}
    library = replace(site.library, articles=articles, media=media)
    app.state.site = replace(site, hash="picture", library=library)
    assert own.get(url).status_code == 404
    seen = customer.get(url, headers={"sec-fetch-site": "same-origin", "sec-fetch-dest": "image"})
    assert (seen.status_code, seen.text) == (200, "<svg/>")
    assert seen.headers["cache-control"] == "private, no-store"
    assert "default-src 'none'" in seen.headers["content-security-policy"]
    assert own.get(url).status_code == 404


def test_reads_of_every_article_are_counted_once_a_page(
    app: HelpCenter, own: TestClient, customer: TestClient
) -> None:
    reads = app.state.tools.reads
    path = "/en/articles/swap-your-card"
    etag = own.get(path).headers["etag"]
    own.get(path)
    own.get(path, headers={"if-none-match": etag})
    own.head(path)
    own.get("/en/articles/nothing")
    customer.get("/en/articles/members-tea")
    own.get("/en/articles/members-tea")
    counted = {key[0]: cell.reads for key, cell in reads._cells.items()}
    assert counted == {"swap-your-card": 3, "members-tea": 1}


@pytest.mark.anyio
async def test_what_is_read_most_leads_the_home_page(app: HelpCenter, own: TestClient) -> None:
    assert "Read most" not in own.get("/en/").text
    reads, en = app.state.tools.reads, Locale("en")
    for number, slug in enumerate(
        ["secret-blend", "swap-your-card", "descale-your-kettle", "kettle-will-not-whistle"]
    ):
        reads.cell(slug, en).reads += 9 - number
    await reads.flush()
    await reads.rank()
    page = parse(own.get("/en/").text)
    listed = page.one("ol", class_="titles-counted").text.split("\n")
    assert [line.strip() for line in listed if line.strip()] == [
        "Swap your card",
        "Descale your kettle",
        "My kettle will not whistle",
    ]
    assert "Descale your kettle" in own.get("/en/search?q=zzzzqqq").text
    assert "最多人閱讀" not in own.get("/zh-HK/").text
