"""What machines read: sitemap, robots.txt, the Atom feed, pictures and static files."""

from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from starlette.testclient import TestClient

from helpcenter.app import HelpCenter
from helpcenter.articles.model import Media
from helpcenter.i18n.locale import Locale
from helpcenter.site.model import Site
from tests.web.conftest import BASE
from tests.web.html import parse

SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
ATOM = "{http://www.w3.org/2005/Atom}"


def test_every_address_in_the_sitemap_answers_and_is_its_own_canonical(
    client: TestClient,
) -> None:
    root = ET.fromstring(client.get("/sitemap.xml").text)  # noqa: S314 - our own words
    urls = [element.text or "" for element in root.iter(f"{SITEMAP}loc")]
    assert len(urls) == len(set(urls)) == 15
    for url in urls:
        answer = client.get(url.removeprefix(BASE))
        assert answer.status_code == 200
        assert parse(answer.text).one("link", rel="canonical").attributes["href"] == url


def test_robots_are_sent_to_the_sitemap(client: TestClient) -> None:
    text = client.get("/robots.txt").text
    assert f"Sitemap: {BASE}/sitemap.xml" in text
    assert "Disallow: /api/" in text


@pytest.mark.parametrize("tag", ["en", "zh-HK"])
def test_the_feed_tells_the_newest_first(client: TestClient, tag: str) -> None:
    answer = client.get(f"/{tag}/feed.xml")
    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    root = ET.fromstring(answer.text)  # noqa: S314 - our own words
    updated = [element.text or "" for element in root.iter(f"{ATOM}updated")]
    assert updated[1:] == sorted(updated[1:], reverse=True)
    assert updated[0] == updated[1]
    assert len(list(root.iter(f"{ATOM}entry"))) == 3


def test_pictures_are_served_for_good(client: TestClient, site: Site) -> None:
    for media in site.library.media.values():
        answer = client.get(media.url)
        assert answer.status_code == 200
        assert answer.content == Path(media.path).read_bytes()
        assert answer.headers["content-type"] == media.content_type
        assert "immutable" in answer.headers["cache-control"]
        known = {"if-none-match": answer.headers["etag"]}
        assert client.get(media.url, headers=known).status_code == 304


def test_a_drawing_may_style_itself_and_nothing_else(client: TestClient, site: Site) -> None:
    drawing = next(m for m in site.library.media.values() if m.content_type == "image/svg+xml")
    policies = client.get(drawing.url).headers.get_list("content-security-policy")
    assert policies == ["default-src 'none'; style-src 'unsafe-inline'"]


def showing(site: Site, url: str, media: dict[str, Media]) -> Site:
    """Return the site with one more file, which an article for everybody shows."""
    articles = dict(site.library.articles)
    key = (Locale("en"), "swap-your-card")
    articles[key] = replace(articles[key], html=f'<img src="{url}">')
    return replace(site, hash=url, library=replace(site.library, media=media, articles=articles))


def test_a_large_picture_is_sent_from_disk(
    app: HelpCenter, own: TestClient, site: Site, tmp_path: Path
) -> None:
    film = tmp_path / "film.mp4"
    film.write_bytes(b"x" * (1024 * 1024 + 1))
    media = {"f.mp4": Media("/media/f.mp4", str(film), "video/mp4")}
    app.state.site = showing(site, "/media/f.mp4", media)
    answer = own.get("/media/f.mp4", headers={"range": "bytes=0-9"})
    assert (answer.status_code, answer.content) == (206, b"x" * 10)
    assert "immutable" in answer.headers["cache-control"]
    assert app.state.tools.shelf.size == 0


def test_a_picture_that_vanished_is_not_found(app: HelpCenter, own: TestClient, site: Site) -> None:
    media = {"x.svg": Media("/media/x.svg", "/nowhere/x.svg", "image/svg+xml")}
    app.state.site = showing(site, "/media/x.svg", media)
    assert own.get("/media/x.svg").status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/media/nothing.svg",
        "/media/..%2f..%2fpyproject.toml",
        "/media/%00",
        "/static/site.css",
        "/static/site-000000000000.css",
        "/static/..%2fraw.css",
    ],
)
def test_files_we_never_named_are_not_found(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_static_files_are_served_for_good_and_packed(client: TestClient) -> None:
    page = parse(client.get("/en/articles/swap-your-card").text)
    urls = [e.attributes["href"] for e in page.all("link", rel="stylesheet")]
    urls += [e.attributes["src"] for e in page.all("script") if "src" in e.attributes]
    urls += [e.attributes["href"] for e in page.all("link", rel="icon")]
    hashed = [url for url in urls if url.startswith("/static/")]
    assert len(hashed) >= 4
    for url in hashed:
        answer = client.get(url, headers={"accept-encoding": "gzip"})
        assert answer.status_code == 200
        assert "immutable" in answer.headers["cache-control"]
        assert answer.headers["content-encoding"] == "gzip"
