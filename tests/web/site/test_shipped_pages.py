"""Every public page of the shipped library, as those read it who are strict about it."""

import json
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from starlette.testclient import TestClient

from helpcenter.app import create_app
from helpcenter.content.roots import find_roots
from helpcenter.db import engine
from helpcenter.db.engine import open_database
from helpcenter.settings import Settings
from helpcenter.site.build import build
from helpcenter.site.model import Site
from tests.web import strict
from tests.web.conftest import BASE, client_of
from tests.web.html import Page, parse

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
XHTML = "{http://www.w3.org/1999/xhtml}"
ATOM = "{http://www.w3.org/2005/Atom}"
TAGS = ("en", "zh-HK")
ALIASES = {"en": {"en"}, "zh-HK": {"zh-HK", "zh-Hant"}}


@pytest.fixture(scope="module")
def shipped() -> Site:
    """The starter content as it is."""
    return build(Settings(), find_roots(None))


@pytest.fixture(scope="module")
def reader(
    shipped: Site, tmp_path_factory: pytest.TempPathFactory, _sqlite_template: Path
) -> Iterator[TestClient]:
    """A client of a help centre with the starter content."""
    data = tmp_path_factory.mktemp("shipped")
    shutil.copy(_sqlite_template, data / engine.FILE)
    settings = Settings(base_url=BASE, data=data)
    with closing(open_database(None, data)) as database:
        yield client_of(create_app(settings, database=database, site=shipped, log_requests=False))


@pytest.fixture(scope="module")
def sources(shipped: Site, reader: TestClient) -> dict[str, str]:
    """Every public page by its address."""
    library = shipped.library
    paths = [f"/{tag}/{name}" for tag in TAGS for name in ("", "contact", "privacy")]
    paths += [f"/{found.tag}/categories/{slug}" for found, slug in library.categories]
    paths += [f"/{found.tag}/articles/{slug}" for found, slug in library.articles]
    answers = {path: reader.get(path) for path in paths}
    assert {path for path, answer in answers.items() if answer.status_code != 200} == set()
    return {BASE + path: answer.text for path, answer in answers.items()}


@pytest.fixture(scope="module")
def pages(sources: dict[str, str]) -> dict[str, Page]:
    """The same, read."""
    return {url: parse(html) for url, html in sources.items()}


def test_the_html_needs_no_repair(sources: dict[str, str], reader: TestClient) -> None:
    others = {path: reader.get(path).text for path in ("/en/nothing", "/zh-HK/search?q=card")}
    found = {url: strict.faults(html) for url, html in (sources | others).items()}
    assert {url: faults for url, faults in found.items() if faults} == {}


def alternates(page: Page) -> dict[str, str]:
    links = (one.attributes for one in page.all("link", rel="alternate"))
    return {one["hreflang"]: one["href"] for one in links if "hreflang" in one}


@pytest.mark.full
def test_languages_point_at_each_other_and_pages_at_themselves(pages: dict[str, Page]) -> None:
    for url, page in pages.items():
        assert page.one("link", rel="canonical").attributes["href"] == url
        tag = page.one("html").attributes["lang"]
        named = alternates(page)
        assert named.keys() == {"en", "zh-HK", "zh-Hant", "x-default"}, url
        assert named["zh-Hant"] == named["zh-HK"]
        assert url == named[tag]
        # All versions say the same of each other.
        assert [alternates(pages[named[one]]) for one in TAGS] == [named, named], url
        home = url.removeprefix(BASE) in {"/en/", "/zh-HK/"}
        assert named["x-default"] == (f"{BASE}/" if home else named["en"])


@pytest.mark.full
def test_the_sitemap_holds_every_page_with_its_versions(
    pages: dict[str, Page], reader: TestClient
) -> None:
    root = ET.fromstring(reader.get("/sitemap.xml").content)  # noqa: S314 - our own
    places = {place.findtext(f"{SITEMAP}loc"): place for place in root}
    assert places.keys() == pages.keys()
    for url, place in places.items():
        links = place.findall(f"{XHTML}link")
        assert {one.get("hreflang"): one.get("href") for one in links} == alternates(
            pages[str(url)]
        )


def test_machines_are_told_what_a_page_is(shipped: Site, pages: dict[str, Page]) -> None:
    titles = {page.one("title").text for page in pages.values()}
    assert len(titles) == len(pages)
    for (locale, slug), article in shipped.library.articles.items():
        url = f"{BASE}/{locale.tag}/articles/{slug}"
        page = pages[url]
        told = _graph(page)
        text = told["TechArticle"]
        assert (text["headline"], text["description"]) == (article.title, article.summary)
        assert (text["inLanguage"], text["dateModified"]) == (
            locale.tag,
            article.updated.isoformat(),
        )
        assert text["url"] == text["mainEntityOfPage"] == url
        assert text["author"]["name"] == text["publisher"]["name"]
        steps = told["BreadcrumbList"]["itemListElement"]
        assert [step["position"] for step in steps] == [1, 2, 3]
        assert all(step["item"] in pages and step["name"] for step in steps)
        assert steps[-1]["item"] == url
        said = {one.attributes.get("property"): one.attributes["content"] for one in _metas(page)}
        assert said["article:modified_time"] == article.updated.isoformat()
        assert said["og:url"] == url
        assert said.get("og:image", BASE).startswith(BASE)
        assert len(said["og:description"].encode()) >= 50, slug


def _graph(page: Page) -> dict[str, Any]:
    told = json.loads(page.one("script", type="application/ld+json").text)
    assert told["@context"] == "https://schema.org"
    return {thing["@type"]: thing for thing in told["@graph"]}


def _metas(page: Page) -> list[Any]:
    return [one for one in page.all("meta") if one.attributes.get("property")]


def test_every_link_of_ours_leads_somewhere(pages: dict[str, Page], reader: TestClient) -> None:
    links = {link for page in pages.values() for link in page.links() if link.startswith("/")}
    known = {url.removeprefix(BASE) for url in pages}
    ids = {
        url.removeprefix(BASE): {e.attributes.get("id") for e in page.elements}
        for url, page in pages.items()
    }
    for link in sorted(links):
        path, _, anchor = link.partition("#")
        if path in known:
            assert not anchor or anchor in ids[path], link
        elif "/account" not in path:
            assert reader.get(link).status_code == 200, link


@pytest.mark.full
@pytest.mark.parametrize("tag", TAGS)
def test_the_feed_is_what_atom_wants(reader: TestClient, pages: dict[str, Page], tag: str) -> None:
    answer = reader.get(f"/{tag}/feed.xml")
    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    feed = ET.fromstring(answer.content)  # noqa: S314 - our own
    assert feed.findtext(f"{ATOM}author/{ATOM}name")
    entries = feed.findall(f"{ATOM}entry")
    for thing in (feed, *entries):
        assert all(thing.findtext(ATOM + name) for name in ("id", "title", "updated"))
    days = [str(entry.findtext(f"{ATOM}updated")) for entry in entries]
    assert days == sorted(days, reverse=True)
    assert feed.findtext(f"{ATOM}updated") == days[0]
    ids = [entry.findtext(f"{ATOM}id") for entry in entries]
    assert len(set(ids)) == len(ids) > 20
    assert set(ids) <= pages.keys()


@pytest.mark.parametrize(
    ("html", "says"),
    [
        ("<html><h1>a</h1></html>", "says no language"),
        ("<html lang=en><h1>a</h1><p><div></div></p></html>", "inside a paragraph"),
        ("<html lang=en><h1>a</h1><h3>b</h3></html>", "<h3> after <h1>"),
        ("<html lang=en><h1>a</h1><a href=/></a></html>", "<a> without words"),
        ("<html lang=en><h1 id=a>a</h1><b id=a></b></html>", "stands 2 times"),
        ("<html lang=en><h1>a</h1><a href=#b>b</a></html>", "is not there"),
        ("<html lang=en><h1>a</h1><b><i></b></i></html>", "</b> where <i> is open"),
        ("<html lang=en><h1>a</h1><img src=a></html>", "without words or size"),
    ],
)
def test_the_strict_reader_is_strict(html: str, says: str) -> None:
    assert any(says in fault for fault in strict.faults(html))
