"""Every public page in both languages: what it shows, how it is sent, what it never holds."""

import re
from dataclasses import replace

import pytest
from starlette.testclient import TestClient

from helpcenter.app import HelpCenter
from helpcenter.articles.model import Status
from helpcenter.i18n.locale import Locale
from helpcenter.site.model import Site
from tests.web.html import parse

TAGS = ("en", "zh-HK")
PATHS = (
    "/",
    "/categories/brewing",
    "/categories/paying",
    "/articles/kettle-will-not-whistle",
    "/articles/swap-your-card",
    "/articles/descale-your-kettle",
    "/contact",
    "/privacy",
    "/search",
    "/search?q=kettle",
)
PREPARED = tuple(path for path in PATHS if "search" not in path)


@pytest.mark.parametrize("tag", TAGS)
@pytest.mark.parametrize("path", PATHS)
def test_a_page_speaks_its_language_and_has_one_heading(
    client: TestClient, tag: str, path: str
) -> None:
    answer = client.get(f"/{tag}{path}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    page = parse(answer.text)
    assert page.one("html").attributes["lang"] == tag
    assert len(page.all("h1")) == 1
    assert page.one("title").text.strip()
    assert page.one("meta", name="description").attributes["content"]
    ids = [e.attributes["id"] for e in page.elements if "id" in e.attributes]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize("path", PATHS)
def test_no_english_is_left_on_a_chinese_page(client: TestClient, path: str) -> None:
    english = ("Contact", "Search", "Privacy", "Help", "Updated", "On this page", "Skip", "Related")
    page = parse(client.get(f"/zh-HK{path}").text)
    shown = " ".join(
        e.text
        for e in page.all("header") + page.all("footer") + page.all("h1") + page.all("nav")
        if "lang" not in e.attributes
    )
    assert [word for word in english if word in shown] == []


@pytest.mark.parametrize("tag", TAGS)
@pytest.mark.parametrize("path", PREPARED)
def test_a_public_page_is_the_same_for_everybody_and_kept(
    client: TestClient, tag: str, path: str
) -> None:
    first = client.get(f"/{tag}{path}")
    again = client.get(
        f"/{tag}{path}",
        headers={
            "cookie": "locale=en; __Host-hc_customer=who",
            "accept-language": "fr",
            "authorization": "Bearer secret",
            "referer": "https://elsewhere.example/",
            "user-agent": "reader",
        },
    )
    assert first.content == again.content
    assert first.headers["etag"] == again.headers["etag"]
    assert "public" in first.headers["cache-control"]
    assert "set-cookie" not in again.headers
    assert not re.search("nonce|csrf|secret|who@", first.text)
    known = {"if-none-match": first.headers["etag"]}
    assert client.get(f"/{tag}{path}", headers=known).status_code == 304
    head = client.head(f"/{tag}{path}")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["etag"] == first.headers["etag"]


def test_a_query_nobody_asked_for_changes_nothing(client: TestClient) -> None:
    plain = client.get("/en/contact")
    assert client.get("/en/contact?utm_source=mail&x=%00").content == plain.content
    assert client.get("/%65n/contact").content == plain.content


def test_pages_are_kept_under_our_own_spelling_only(app: HelpCenter, own: TestClient) -> None:
    own.get("/en/contact")
    size = app.state.tools.shelf.size
    for path in ("/%65n/contact", "/en/%63ontact", "/en/contact?x=1"):
        assert own.get(path).status_code == 200
    assert app.state.tools.shelf.size == size


def test_another_site_is_shown_at_once(app: HelpCenter, own: TestClient, site: Site) -> None:
    assert "My kettle will not whistle" in own.get("/en/").text
    key = (Locale("en"), "kettle-will-not-whistle")
    articles = dict(site.library.articles)
    articles[key] = replace(articles[key], title="The kettle sings again")
    app.state.site = replace(site, hash="new", library=replace(site.library, articles=articles))
    assert "The kettle sings again" in own.get("/en/").text


def test_home_leads_to_every_category_article_and_question(client: TestClient) -> None:
    links = parse(client.get("/en/").text).links()
    for path in (
        "/en/categories/brewing",
        "/en/categories/paying",
        "/en/articles/kettle-will-not-whistle",
        "/en/articles/kettle-will-not-whistle#close-the-lid",
        "/en/articles/swap-your-card",
        "/en/contact",
    ):
        assert path in links


def test_words_of_the_settings_are_escaped(client: TestClient) -> None:
    text = client.get("/en/").text
    assert "Kettle &amp; Co Help" in text
    assert "Kettle & Co" not in text


def test_an_article_has_everything_around_it(client: TestClient) -> None:
    page = parse(client.get("/en/articles/kettle-will-not-whistle").text)
    crumbs = page.one("ol", class_="crumbs").text.split()
    assert crumbs == ["Help", "centre", "Brewing", "My", "kettle", "will", "not", "whistle"]
    assert page.one("p", class_="meta").text.split() == [
        "Updated",
        "2",
        "November",
        "2026",
        "English",
    ]
    outline = page.one("nav", class_="contents-wide").text.split("\n")
    assert [line.strip() for line in outline if line.strip()] == [
        "On this page",
        "Close the lid",
        "When it leaks",
        "Questions",
    ]
    assert page.all("section", class_="related")[0].text.count("Descale your kettle") == 1
    assert "Descale your kettle" in page.one("nav", class_="neighbours").text
    assert page.all("figure", class_="figure")
    assert page.all("details", class_="faq-item")
    assert "/en/contact" in page.links()


def test_an_untranslated_article_says_why_and_keeps_the_readers_language(
    client: TestClient,
) -> None:
    answer = client.get("/zh-HK/articles/descale-your-kettle")
    page = parse(answer.text)
    assert "尚未有中文版" in page.one("div", class_="notice").text
    assert page.one("div", class_="prose").attributes["lang"] == "en"
    assert "/zh-HK/articles/kettle-will-not-whistle" in page.links()
    assert not [link for link in page.links() if link.startswith("/en/articles/kettle")]
    canonical = page.one("link", rel="canonical").attributes["href"]
    assert canonical == "https://help.example.com/en/articles/descale-your-kettle"


def test_a_translation_that_is_not_ready_is_said_to_come(
    app: HelpCenter, own: TestClient, site: Site
) -> None:
    articles = dict(site.library.articles)
    key = (Locale("zh_HK"), "swap-your-card")
    articles[key] = replace(articles[key], status=Status.DRAFT)
    app.state.site = replace(site, hash="draft", library=replace(site.library, articles=articles))
    page = parse(own.get("/zh-HK/articles/swap-your-card").text)
    assert "中文版正在撰寫中" in page.one("div", class_="notice").text


def test_a_stale_translation_names_the_sections(client: TestClient) -> None:
    page = parse(client.get("/zh-HK/articles/kettle-will-not-whistle").text)
    notice = page.one("div", class_="notice")
    assert "漏水怎麼辦" in notice.text
    assert "蓋好煲蓋" not in notice.text
    assert not parse(client.get("/en/articles/kettle-will-not-whistle").text).all(
        "div", class_="notice"
    )


def test_portal_links_wait_until_they_can_be_made(app: HelpCenter, own: TestClient) -> None:
    path = "/zh-HK/articles/kettle-will-not-whistle"
    without = own.get("/en/articles/kettle-will-not-whistle").text
    assert "/account/manage/" not in without + own.get(path).text
    assert "change your card" in without
    app.state.tools = replace(app.state.tools, links_enabled=True)
    app.state.site = replace(app.state.site, hash="with links")
    page = parse(own.get(path).text)
    assert "/zh-HK/account/manage/payment_method_update" in page.links()
    assert "更新付款方式" in page.one("div", class_="portal-action").text


def test_contact_shows_the_ways_there_are(app: HelpCenter, own: TestClient, site: Site) -> None:
    assert "mailto:" not in own.get("/en/contact").text
    settings = app.state.tools.settings.model_copy(
        update={
            "support_email": "tea@example.com",
            "support_phone": "+852 1234 5678",
            "support_hours": {"en": "All day", "zh_HK": "全日"},
        }
    )
    app.state.tools = replace(app.state.tools, settings=settings)
    app.state.site = replace(site, hash="with people")
    page = parse(own.get("/zh-HK/contact").text)
    assert {"mailto:tea@example.com", "tel:+85212345678"} <= set(page.links())
    assert "全日" in page.one("dl").text


def test_an_empty_shelf_is_no_dead_end(app: HelpCenter, own: TestClient, site: Site) -> None:
    app.state.site = replace(site, hash="bare", library=replace(site.library, articles={}))
    assert own.get("/en/").status_code == 200
    assert "nothing here yet" in own.get("/en/categories/brewing").text
    assert own.get("/en/feed.xml").status_code == 200


@pytest.mark.parametrize("path", PREPARED)
def test_pages_stay_light(client: TestClient, path: str) -> None:
    answer = client.get(f"/en{path}", headers={"accept-encoding": "gzip"})
    weight = int(answer.headers["content-length"])
    page = parse(answer.text)
    assets = [e.attributes["src"] for e in page.all("script") if "src" in e.attributes]
    assets += [e.attributes["href"] for e in page.all("link", rel="stylesheet")]
    for asset in assets:
        weight += int(client.get(asset).headers["content-length"])
    assert weight <= 60 * 1024


def test_the_style_sheet_stays_light(client: TestClient) -> None:
    sheet = parse(client.get("/en/").text).one("link", rel="stylesheet").attributes["href"]
    assert int(client.get(sheet).headers["content-length"]) <= 14 * 1024
