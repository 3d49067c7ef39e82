"""Agents sign in: by password, from our own page, not too often, and never as customers."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from helpcenter.clock import ManualClock
from helpcenter.identity.agents import Agent
from helpcenter.identity.sessions import IDLE
from tests.web.inbox.conftest import COOKIE, OURS, PASSWORD, Desk, Shop


def test_a_password_opens_the_queue(new_desk: Callable[[], Desk], ada: Agent) -> None:
    desk = new_desk()
    sent = desk.get("/agent/tickets")
    assert (sent.status_code, sent.headers["location"]) == (303, "/agent/login?to=/agent/tickets")
    assert "Sign in to the inbox" in desk.get("/agent/login").text
    signed = desk.sign_in(ada.email)
    assert (signed.status_code, signed.headers["location"]) == (303, "/agent/tickets")
    cookie = signed.headers["set-cookie"]
    assert cookie.startswith(f"{COOKIE}=")
    for part in ("HttpOnly", "Secure", "SameSite=lax", "Path=/"):
        assert part in cookie
    page = desk.get("/agent/tickets")
    assert page.status_code == 200
    assert page.headers["cache-control"] == "private, no-store"
    assert "Ada" in page.text


@pytest.mark.parametrize(
    ("to", "leads"),
    [
        ("/agent/tickets/7", "/agent/tickets/7"),
        ("https://evil.example", "/agent/tickets"),
        ("//evil.example", "/agent/tickets"),
        ("/agent/tickets/7/../../logout", "/agent/tickets"),
        ("/en/", "/agent/tickets"),
    ],
)
def test_signing_in_leads_into_the_inbox_only(
    new_desk: Callable[[], Desk], ada: Agent, to: str, leads: str
) -> None:
    assert new_desk().sign_in(ada.email, to=to).headers["location"] == leads


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("ada@example.com", "wrong"),
        ("nobody@example.com", PASSWORD),
        ("", ""),
        ("a\0b", "c"),
    ],
)
def test_what_is_wrong_is_refused_alike(
    new_desk: Callable[[], Desk], ada: Agent, email: str, password: str
) -> None:
    refused = new_desk().sign_in(email, password)
    assert refused.status_code == 401
    assert "The address or the password is not right." in refused.text
    assert "set-cookie" not in refused.headers
    assert password == "" or f'value="{password}"' not in refused.text


def test_an_account_is_not_guessed_at_for_long(
    new_desk: Callable[[], Desk], ada: Agent, clock: ManualClock
) -> None:
    desk = new_desk()
    answers = [desk.sign_in(ada.email, "wrong").status_code for _ in range(12)]
    assert answers[:10] == [401] * 10
    assert answers[-1] == 429
    locked = desk.sign_in(ada.email)
    assert locked.status_code == 429
    assert int(locked.headers["retry-after"]) > 0
    clock.advance(timedelta(seconds=int(locked.headers["retry-after"])))
    assert desk.sign_in(ada.email).status_code == 303


def test_a_place_does_not_try_one_account_after_the_other(
    new_desk: Callable[[], Desk], ada: Agent
) -> None:
    desk = new_desk()
    answers = [desk.sign_in(f"n{n}@example.com", "wrong").status_code for n in range(25)]
    assert answers[0] == 401
    assert answers[-1] == 429


def test_another_sites_page_signs_nobody_in(new_desk: Callable[[], Desk], ada: Agent) -> None:
    fields = {"email": ada.email, "password": PASSWORD}
    for headers in ({"sec-fetch-site": "cross-site"}, {"origin": "https://evil.example"}, {}):
        answer = new_desk().client.post("/agent/login", data=fields, headers=headers)
        assert answer.status_code == 403


def test_signing_out_ends_the_session(desk: Desk) -> None:
    from tests.web.inbox.conftest import hidden

    token = hidden(desk.get("/agent/tickets").text, "token")
    assert desk.client.post("/agent/logout", data={"token": "x"}, headers=OURS).status_code == 403
    out = desk.client.post("/agent/logout", data={"token": token}, headers=OURS)
    assert out.headers["location"] == "/agent/login"
    assert desk.get("/agent/tickets").status_code == 303


def test_an_agents_session_is_no_customers(desk: Desk) -> None:
    me = desk.client.get("/api/v1/me", headers=OURS).json()
    assert me == {"signed_in": False}
    cookie = desk.client.cookies[COOKIE]
    desk.client.cookies.clear()
    desk.client.cookies.set("__Host-hc_customer", cookie)
    assert desk.client.get("/api/v1/me", headers=OURS).json() == {"signed_in": False}


def test_the_language_is_remembered_and_leads_back(desk: Desk, shop_floor: Shop) -> None:
    fields = {"locale": "zh-HK", "to": "/agent/tickets"}
    chosen = desk.client.post("/agent/language", data=fields, headers=OURS)
    assert chosen.headers["location"] == "/agent/tickets"
    assert '<html lang="zh-HK">' in desk.get("/agent/tickets").text
    away = {"locale": "xx", "to": "https://evil.example"}
    refused = desk.client.post("/agent/language", data=away, headers=OURS)
    assert refused.headers["location"] == "/agent/tickets"
    assert "set-cookie" not in refused.headers


def test_a_page_that_renews_itself_is_not_somebody_at_work(
    desk: Desk, shop_floor: Shop, clock: ManualClock
) -> None:
    _, ticket = shop_floor.talk("help")
    renewing = {**OURS, "sec-fetch-dest": "empty"}
    path = f"/api/v1/agent/tickets/{ticket.id}/read"
    clock.advance(IDLE - timedelta(minutes=1))
    for page in ("/agent/tickets", f"/agent/tickets/{ticket.id}", "/api/v1/agent/pulse"):
        assert desk.client.get(page, headers=renewing).status_code == 200
    assert desk.client.post(path, json={"seq": 1}, headers=renewing).status_code == 204
    clock.advance(timedelta(minutes=2))
    assert desk.client.get("/api/v1/agent/pulse", headers=renewing).status_code == 401
    sent_away = desk.client.get("/agent/tickets", headers=renewing)
    assert sent_away.headers["location"] == "/agent/login?to=/agent/tickets"
