"""Addresses and languages: negotiation, aliases, the switcher, what search engines are told."""

import json
from urllib.parse import urlsplit

import pytest
from starlette.testclient import TestClient

from tests.web.conftest import BASE
from tests.web.html import Element, parse

PLACES = (
    "",
    "categories/brewing",
    "articles/kettle-will-not-whistle",
    "articles/descale-your-kettle",
    "contact",
    "privacy",
)


@pytest.mark.parametrize(
    ("header", "cookie", "where"),
    [
        ("", "", "/en/"),
        ("zh-Hant", "", "/zh-HK/"),
        ("en", "locale=zh-HK", "/zh-HK/"),
        ("zh-HK", "locale=en", "/en/"),
        ("zh-HK", "locale=%00%ff", "/zh-HK/"),
    ],
)
def test_the_root_leads_to_the_readers_language(
    client: TestClient, header: str, cookie: str, where: str
) -> None:
    answer = client.get("/", headers={"accept-language": header, "cookie": cookie})
    assert (answer.status_code, answer.headers["location"]) == (302, where)
    assert answer.headers["vary"] == "Accept-Language, Cookie"
    assert "public" not in answer.headers["cache-control"]


@pytest.mark.parametrize(
    ("path", "where"),
    [
        ("/en", "/en/"),
        ("/zh_HK", "/zh-HK/"),
        ("/zh_HK/", "/zh-HK/"),
        ("/zh-hk/", "/zh-HK/"),
        ("/zh-TW/", "/zh-HK/"),
        ("/yue/contact", "/zh-HK/contact"),
        ("/EN/privacy", "/en/privacy"),
        ("/zh-Hant/feed.xml", "/zh-HK/feed.xml"),
        ("/zh-TW/articles/swap-your-card?x=1", "/zh-HK/articles/swap-your-card?x=1"),
        ("/zh-TW/articles/%3Fx%23y%25", "/zh-HK/articles/%3Fx%23y%25"),
        ("/zh_hk/search?q=%E5%8D%A1", "/zh-HK/search?q=%E5%8D%A1"),
        ("/en/articles/silent-kettle", "/en/articles/kettle-will-not-whistle"),
        ("/zh-TW/articles/quiet-kettle", "/zh-HK/articles/kettle-will-not-whistle"),
    ],
)
def test_other_spellings_lead_to_ours(client: TestClient, path: str, where: str) -> None:
    answer = client.get(path)
    assert (answer.status_code, answer.headers["location"]) == (301, where)


@pytest.mark.parametrize(
    ("path", "status", "where"),
    [
        ("/hc/en-us/articles/42", 301, "/en/articles/kettle-will-not-whistle"),
        (
            "/hc/en-us/articles/42-My-kettle-%E2%80%94-silent",
            301,
            "/en/articles/kettle-will-not-whistle",
        ),
        ("/docs/Old%20Kettle/", 302, "/zh-HK/articles/kettle-will-not-whistle"),
        ("/docs/Old%20Kettle.html?x=1", 302, "/zh-HK/articles/kettle-will-not-whistle"),
    ],
)
def test_addresses_of_another_help_centre_lead_here(
    client: TestClient, path: str, status: int, where: str
) -> None:
    answer = client.get(path, headers={"accept-language": "zh-HK"})
    assert (answer.status_code, answer.headers["location"]) == (status, where)


@pytest.mark.parametrize(
    "path", ["/hc/en-us/articles/43-My-kettle", "/docs", "/hc/en-us/articles/42/x"]
)
def test_other_old_addresses_are_no_pages(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404
    assert client.post("/hc/en-us/articles/42").status_code in {404, 405}


@pytest.mark.parametrize("path", ["/zh-TW//evil.example", "/en//", "/zh_HK/%5Cevil.example"])
def test_no_address_leads_away_from_us(client: TestClient, path: str) -> None:
    answer = client.get(path)
    target = urlsplit(answer.headers.get("location", ""))
    assert target.netloc == ""
    assert not target.path.startswith(("//", "/\\"))


@pytest.mark.parametrize("tag", ["en", "zh-HK"])
@pytest.mark.parametrize("where", [*PLACES, "search?q=kettle", "articles/nothing-like-it"])
def test_the_switcher_keeps_the_place_and_leads_nowhere_dead(
    client: TestClient, tag: str, where: str
) -> None:
    page = parse(client.get(f"/{tag}/{where}").text)
    (switch,) = page.one("ul", class_="languages").text.split()
    assert switch == ("繁體中文" if tag == "en" else "English")
    links = [e for e in page.all("a") if "data-locale" in e.attributes]
    for link in links:
        answer = client.get(link.attributes["href"])
        assert answer.status_code == 200
        assert parse(answer.text).one("html").attributes["lang"] == link.attributes["data-locale"]
    if where != "articles/nothing-like-it":
        assert where.partition("?")[0] in links[0].attributes["href"]


@pytest.mark.parametrize("tag", ["en", "zh-HK"])
@pytest.mark.parametrize("where", PLACES)
def test_alternates_point_at_each_other(client: TestClient, tag: str, where: str) -> None:
    page = parse(client.get(f"/{tag}/{where}").text)
    canonical = page.one("link", rel="canonical").attributes["href"]
    alternates = hreflangs(page.all("link", rel="alternate"))
    assert canonical in alternates.values()
    assert "x-default" in alternates
    for url in set(alternates.values()) - {f"{BASE}/"}:
        other = parse(client.get(url.removeprefix(BASE)).text)
        assert hreflangs(other.all("link", rel="alternate")) == alternates
        assert other.one("link", rel="canonical").attributes["href"] == url


def hreflangs(links: list[Element]) -> dict[str, str]:
    attributes = [link.attributes for link in links]
    return {a["hreflang"]: a["href"] for a in attributes if "hreflang" in a}


def test_translated_pages_are_found_under_every_tag(client: TestClient) -> None:
    page = parse(client.get("/en/articles/swap-your-card").text)
    assert hreflangs(page.all("link", rel="alternate")) == {
        "en": f"{BASE}/en/articles/swap-your-card",
        "zh-HK": f"{BASE}/zh-HK/articles/swap-your-card",
        "zh-Hant": f"{BASE}/zh-HK/articles/swap-your-card",
        "x-default": f"{BASE}/en/articles/swap-your-card",
    }


def test_a_translation_that_does_not_exist_is_not_promised(client: TestClient) -> None:
    page = parse(client.get("/zh-HK/articles/descale-your-kettle").text)
    assert set(hreflangs(page.all("link", rel="alternate"))) == {"en", "x-default"}


@pytest.mark.parametrize("tag", ["en", "zh-HK"])
def test_an_article_describes_itself_to_machines(client: TestClient, tag: str) -> None:
    page = parse(client.get(f"/{tag}/articles/kettle-will-not-whistle").text)
    data = json.loads(page.one("script", type="application/ld+json").text)
    crumbs, article = data["@graph"]
    assert crumbs["@type"] == "BreadcrumbList"
    assert [item["position"] for item in crumbs["itemListElement"]] == [1, 2, 3]
    assert all(item["item"].startswith(f"{BASE}/{tag}/") for item in crumbs["itemListElement"])
    assert article["@type"] == "TechArticle"
    assert (article["inLanguage"], article["dateModified"]) == (tag, "2026-11-02")
    assert page.one("meta", property="og:title").attributes["content"] == article["headline"]
    assert page.one("meta", property="og:url").attributes["content"] == article["url"]
