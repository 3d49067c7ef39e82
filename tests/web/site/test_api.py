"""Articles as JSON, and the document that describes the API."""

import json

import pytest
from starlette.testclient import TestClient


@pytest.mark.parametrize(("tag", "fallbacks"), [("en", 0), ("zh-HK", 1), ("zh-TW", 1)])
def test_the_list_holds_every_public_article_once(
    client: TestClient, tag: str, fallbacks: int
) -> None:
    body = client.get(f"/api/v1/articles?locale={tag}").json()
    assert [article["slug"] for article in body["articles"]] == [
        "kettle-will-not-whistle",
        "descale-your-kettle",
        "swap-your-card",
    ]
    assert sum(article["fallback"] for article in body["articles"]) == fallbacks
    for article in body["articles"]:
        assert client.get(article["url"]).status_code == 200


def test_an_article_carries_its_words_and_sections(client: TestClient) -> None:
    body = client.get("/api/v1/articles/kettle-will-not-whistle?locale=zh-HK").json()
    assert (body["locale"], body["fallback"], body["locales"]) == ("zh-HK", False, ["en", "zh-HK"])
    assert body["stale_sections"] == ["when-it-leaks"]
    assert body["related"] == ["descale-your-kettle"]
    assert body["portal"] == "payment_method_update"
    assert [s["id"] for s in body["sections"]][:2] == ["", "close-the-lid"]
    assert "<h2 id=" in body["html"]


def test_an_untranslated_article_is_marked(client: TestClient) -> None:
    body = client.get("/api/v1/articles/descale-your-kettle?locale=zh-HK").json()
    assert (body["locale"], body["fallback"]) == ("en", True)


def test_an_old_name_still_finds_the_article(client: TestClient) -> None:
    assert client.get("/api/v1/articles/silent-kettle").json()["slug"] == "kettle-will-not-whistle"


def test_answers_say_what_they_depend_on(client: TestClient) -> None:
    answer = client.get("/api/v1/articles", headers={"accept-language": "yue"})
    assert answer.json()["locale"] == "zh-HK"
    assert answer.headers["vary"].startswith("Accept-Language, Cookie")


def test_head_is_answered_without_a_body(client: TestClient) -> None:
    answer = client.head("/api/v1/articles")
    assert (answer.status_code, answer.content) == (200, b"")
    assert client.head("/api/v1/articles/nothing").status_code == 404


def test_the_document_is_whole(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    assert {"/api/v1/search", "/api/v1/articles", "/api/v1/articles/{slug}", "/healthz"} <= set(
        document["paths"]
    )
    schemas = document["components"]["schemas"]
    text = json.dumps(document)
    for name in {part.split('"')[0] for part in text.split("#/components/schemas/")[1:]}:
        assert name in schemas
    for path, operations in document["paths"].items():
        for operation in operations.values():
            assert operation["summary"]
            assert "422" not in operation["responses"]
            if path.startswith("/api/"):
                assert "application/problem+json" in operation["responses"]["default"]["content"]


@pytest.mark.parametrize("path", ["/docs", "/redoc"])
def test_no_page_loads_scripts_from_elsewhere(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404
