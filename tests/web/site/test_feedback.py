"""Votes over HTTP: JSON and forms, redacted, throttled, without identity."""

from typing import Any

import pytest
from sqlalchemy import select
from starlette.testclient import TestClient

from helpcenter.articles.feedback import LONGEST
from helpcenter.articles.tables import article_feedback
from helpcenter.db.database import Database
from tests.web.html import parse

PATH = "/api/v1/articles/swap-your-card/feedback"
FORM = {"sec-fetch-site": "same-origin"}


def stored(database: Database) -> list[tuple[Any, ...]]:
    table = article_feedback.c
    wanted = select(table.slug, table.locale, table.helpful, table.reason, table.text)
    return database.read_sync(
        lambda conn: [tuple(row) for row in conn.execute(wanted.order_by(table.id))]
    )


def test_a_vote_and_then_its_reason(own: TestClient, database: Database) -> None:
    first = own.post(PATH, json={"locale": "zh-HK", "helpful": False})
    assert first.status_code == 201
    assert first.headers["cache-control"] == "no-store"
    vote = first.json()["vote"]
    because = {
        "locale": "zh-HK",
        "helpful": False,
        "reason": "unclear",
        "text": "我張卡 ４２４２ 4242 4242 4242",
        "vote": vote,
    }
    again = own.post(PATH, json=because)
    assert (again.status_code, again.json()) == (200, {"vote": vote})
    assert stored(database) == [("swap-your-card", "zh_HK", False, "unclear", "我張卡 •••• 4242")]


@pytest.mark.parametrize("tag", ["en", "zh-HK"])
def test_the_pages_forms_work_without_scripts(
    own: TestClient, database: Database, tag: str
) -> None:
    page = parse(own.get(f"/{tag}/articles/swap-your-card").text)
    box = page.one("section", class_="feedback")
    assert box.attributes["data-feedback"] == tag
    forms = page.all("form", action=PATH)
    assert [form.attributes["method"] for form in forms] == ["post", "post"]
    reasons = [e.attributes["value"] for e in page.all("input", name="reason")]
    back = f"/{tag}/articles/swap-your-card#feedback-thanks"
    for fields in (
        {"locale": tag, "helpful": "yes"},
        *({"locale": tag, "helpful": "no", "reason": reason, "text": ""} for reason in reasons),
        {"locale": tag, "helpful": "no", "text": "which lid?"},
    ):
        answer = own.post(PATH, data=fields, headers=FORM)
        assert (answer.status_code, answer.headers["location"]) == (303, back)
    assert page.one("p", id="feedback-thanks").text
    kept = stored(database)
    assert [row[2] for row in kept] == [True, *[False] * (len(reasons) + 1)]
    assert kept[-1][-1] == "which lid?"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"helpful": True}, "locale"),
        ({"locale": "en"}, "helpful"),
        ({"locale": "en", "helpful": "perhaps"}, "helpful"),
        ({"locale": "en", "helpful": False, "reason": "bored"}, "reason"),
        ({"locale": "en", "helpful": True, "reason": "unclear"}, "reason"),
        ({"locale": "en", "helpful": False, "text": "x" * (LONGEST + 1)}, "text"),
        ({"locale": "en", "helpful": True, "name": "Ada"}, "name"),
    ],
)
def test_what_cannot_be_used_is_named(client: TestClient, body: Any, field: str) -> None:
    answer = client.post(PATH, json=body)
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == [field]


@pytest.mark.parametrize(
    ("content", "kind", "status"),
    [
        (b"{", "application/json", 400),
        (b"[]", "application/json", 400),
        (b'{"locale":"fr","helpful":true}', "application/json", 400),
        (b" " * 17000, "application/json", 413),
        (b"locale=en&helpful=yes", "text/plain", 400),
        (b"locale=en&locale=en&helpful=yes", "application/x-www-form-urlencoded", 400),
    ],
)
def test_bodies_of_all_sorts(client: TestClient, content: bytes, kind: str, status: int) -> None:
    answer = client.post(PATH, content=content, headers={"content-type": kind, **FORM})
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_foreign_page_cannot_vote_by_a_form(client: TestClient) -> None:
    for headers in ({"sec-fetch-site": "cross-site"}, {}):
        answer = client.post(PATH, data={"locale": "en", "helpful": "yes"}, headers=headers)
        assert answer.status_code == 403


def test_a_renamed_article_takes_votes_under_its_new_name(
    own: TestClient, database: Database
) -> None:
    vote = {"locale": "en", "helpful": True}
    assert own.post("/api/v1/articles/silent-kettle/feedback", json=vote).status_code == 201
    assert stored(database)[0][0] == "kettle-will-not-whistle"


def test_nobody_fills_the_box_alone(own: TestClient) -> None:
    vote = {"locale": "en", "helpful": True}
    answers = [own.post(PATH, json=vote).status_code for _ in range(22)]
    assert answers.count(201) == 20
    refused = own.post(PATH, json=vote)
    assert (refused.status_code, refused.json()["code"]) == (429, "too_many")
    assert int(refused.headers["retry-after"]) > 0
    form = own.post(PATH, data={"locale": "en", "helpful": "yes"}, headers=FORM)
    assert form.headers["location"] == "/en/articles/swap-your-card#feedback-refused"
