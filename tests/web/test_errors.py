"""Refusals: pages for people, problem+json for clients, each in the caller's language."""

import pytest
from starlette.requests import Request
from starlette.routing import Route
from starlette.testclient import TestClient

from helpcenter.app import HelpCenter
from helpcenter.errors import HelpcenterError, Kind
from helpcenter.web.errors import STATUS, status_of
from tests.web.html import parse

TRACES = ("Traceback", 'File "', "helpcenter.", "secret detail")


@pytest.mark.parametrize(
    ("path", "lang", "words"),
    [
        ("/en/articles/kettle-wont-whistle", "en", "We could not find that article"),
        ("/zh-HK/articles/nothing", "zh-HK", "找不到這篇文章"),
        ("/zh-HK/categories/nothing", "zh-HK", "找不到這個主題"),
        ("/zh-TW/nothing/here", "zh-HK", "找不到這個頁面"),
        ("/en/nothing", "en", "We could not find that page"),
        ("/en/articles/", "en", "We could not find that page"),
        ("/fr/", "en", "Choose one of these: en, zh-HK."),
        ("/fr/articles/swap-your-card", "en", "We do not have that language"),
        ("/nothing", "en", "We could not find that page"),
        ("/en/articles/%00%1b%7f", "en", "We could not find that article"),
        ("/en/articles/%ff%fe", "en", "We could not find that article"),
        ("/en/articles/../../etc/passwd", "en", "We could not find that page"),
        ("/en/articles/💳", "en", "We could not find that article"),
    ],
)
def test_a_dead_address_says_so_and_offers_a_way_on(
    client: TestClient, path: str, lang: str, words: str
) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    page = parse(answer.text)
    assert page.one("html").attributes["lang"] == lang
    assert words in answer.text
    assert page.one("form", role="search").attributes["action"] == f"/{lang}/search"
    assert page.one("meta", name="robots").attributes["content"] == "noindex"
    assert answer.headers["cache-control"] == "no-store"
    assert "content-security-policy" in answer.headers


def test_a_dead_address_is_what_the_search_box_holds(client: TestClient) -> None:
    page = parse(client.get("/en/articles/kettle-is_loud").text)
    assert page.one("input", id="q").attributes["value"] == "kettle is loud"


def test_what_was_probably_meant_is_offered(client: TestClient) -> None:
    links = parse(client.get("/zh-HK/articles/kettel-wil-not-wistle").text).links()
    assert "/zh-HK/articles/kettle-will-not-whistle" in links
    assert "/en/articles/swap-your-card" in parse(client.get("/en/change/swap-card").text).links()
    assert not parse(client.get("/en/qqqq").text).all("div", class_="asked")


def test_a_page_without_a_language_speaks_the_readers(client: TestClient) -> None:
    answer = client.get("/nothing/at/all", headers={"accept-language": "zh-Hant"})
    assert parse(answer.text).one("html").attributes["lang"] == "zh-HK"


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "BREW"])
@pytest.mark.parametrize("path", ["/", "/en/", "/en/search", "/sitemap.xml"])
def test_a_page_can_only_be_read(client: TestClient, method: str, path: str) -> None:
    client.get(path)
    answer = client.request(method, path)
    assert answer.status_code == 405
    assert "GET" in answer.headers["allow"]
    assert "This page cannot be used that way" in answer.text


@pytest.mark.parametrize("tag", ["en", "zh-HK"])
@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/api/v1/nothing", 404, "not_found"),
        ("/api/v1/articles/nothing", 404, "article_not_found"),
        ("/api/v1/articles?locale=fr", 400, "unknown_locale"),
        ("/api/v1/search?q=x&limit=0", 400, "invalid"),
        ("/api/v1/search?q=x&limit=51", 400, "invalid"),
        ("/api/v1/search?q=x&offset=-1", 400, "invalid"),
        ("/api/v1/search?q=x&offset=999999999999999999999", 400, "invalid"),
        ("/api/v1/search?q=x&limit=ten", 400, "invalid"),
    ],
)
def test_clients_get_a_problem_in_their_language(
    client: TestClient, path: str, status: int, code: str, tag: str
) -> None:
    answer = client.get(path, headers={"accept-language": tag})
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    body = answer.json()
    assert body["status"] == status
    assert body["code"] == code
    assert body["type"] == f"urn:helpcenter:problem:{code}"
    chinese = any("\u4e00" <= c <= "\u9fff" for c in body["title"] + body["detail"])
    assert chinese == (tag == "zh-HK")


def test_the_query_names_the_language_of_a_problem_too(client: TestClient) -> None:
    answer = client.get("/api/v1/articles/x?locale=zh-TW", headers={"accept-language": "en"})
    assert answer.json()["title"] == "找不到這篇文章"


def test_each_wrong_input_is_named(client: TestClient) -> None:
    errors = client.get("/api/v1/search?limit=x&offset=-1").json()["errors"]
    assert {(error["field"], error["code"]) for error in errors} == {
        ("limit", "not_a_number"),
        ("offset", "out_of_range"),
    }
    assert all(error["detail"] for error in errors)


@pytest.mark.parametrize("path", ["/en/search?q=", "/api/v1/search?q=", "/x"])
def test_an_endless_address_is_refused(client: TestClient, path: str) -> None:
    answer = client.get(path + "卡" * 3000)
    assert answer.status_code == 414
    assert "That address is too long" in answer.text
    assert "x-request-id" in answer.headers


@pytest.mark.parametrize("length", ["262145", "99999999999999", "many"])
def test_a_huge_body_is_refused(client: TestClient, length: str) -> None:
    answer = client.post("/api/v1/search", content=b"", headers={"content-length": length})
    assert (answer.status_code, answer.json()["code"]) == (413, "too_large")


def raising(app: HelpCenter, error: Exception) -> None:
    async def fail(request: Request) -> None:
        raise error

    app.router.routes[:0] = [Route("/en/fail", fail), Route("/api/v1/fail", fail)]


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_of_refusal_has_its_status_in_both_forms(
    app: HelpCenter, own: TestClient, kind: Kind
) -> None:
    raising(app, HelpcenterError("something_new", kind, retry_after=7))
    page, problem = own.get("/en/fail"), own.get("/api/v1/fail")
    assert page.status_code == problem.status_code == STATUS[kind]
    assert page.headers["retry-after"] == problem.headers["retry-after"] == "7"
    assert problem.json()["code"] == "something_new"


@pytest.mark.parametrize("path", ["/en/fail", "/api/v1/fail"])
def test_a_fault_of_ours_tells_no_secrets(app: HelpCenter, own: TestClient, path: str) -> None:
    raising(app, RuntimeError("secret detail"))
    answer = own.get(path)
    assert answer.status_code == 500
    assert "Something went wrong on our side" in answer.text
    assert [trace for trace in TRACES if trace in answer.text] == []
    assert answer.headers["x-request-id"]
    assert "content-security-policy" in answer.headers


def test_even_a_broken_error_page_is_an_answer(app: HelpCenter, own: TestClient) -> None:
    raising(app, RuntimeError("secret detail"))
    app.state.tools.templates.environment.globals.clear()
    answer = own.get("/en/fail")
    assert (answer.status_code, answer.json()["code"]) == (500, "internal")


@pytest.mark.parametrize("path", ["/en/", "/api/v1/articles", "/sitemap.xml"])
def test_without_a_site_everybody_is_told_to_wait(
    app: HelpCenter, own: TestClient, path: str
) -> None:
    app.state.site = None
    answer = own.get(path)
    assert answer.status_code == 503
    assert answer.headers["retry-after"] == "5"
    assert "We will be right back" in answer.text


def test_a_code_may_have_a_more_exact_status() -> None:
    assert status_of(HelpcenterError("url_too_long", Kind.TOO_LARGE)) == 414
