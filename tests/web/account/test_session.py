"""Sessions over HTTP: which cookie counts when, fixation, the end of each, and signing out."""

from collections.abc import Callable
from contextlib import closing
from datetime import timedelta

import pytest
from pydantic import SecretStr
from sqlalchemy import Connection

from helpcenter.app import HelpCenter, create_app
from helpcenter.clock import ManualClock
from helpcenter.db.database import Database
from helpcenter.identity import sessions
from helpcenter.identity.caller import Caller, Role
from helpcenter.settings import Settings
from helpcenter.site.model import Site
from tests.databases import Place
from tests.web.account.conftest import COOKIE, ORIGIN, Browser, identity_of
from tests.web.conftest import BASE, client_of

AGENT = "__Host-hc_agent"


@pytest.mark.parametrize(
    ("headers", "counts"),
    [
        ({"sec-fetch-site": "same-origin"}, "yes"),
        ({"sec-fetch-site": "same-origin", "origin": "https://evil.example"}, "yes"),
        ({"origin": BASE}, "yes"),
        ({}, "no"),
        ({"sec-fetch-site": "same-site"}, "no"),
        ({"sec-fetch-site": "cross-site"}, "no"),
        ({"sec-fetch-site": "none"}, "no"),
        ({"sec-fetch-site": "cross-site", "origin": BASE}, "no"),
        ({"sec-fetch-site": ""}, "no"),
        ({"origin": ORIGIN}, "no"),
        ({"origin": "null"}, "no"),
        ({"origin": f"{BASE}.evil.example"}, "no"),
        ({"sec-fetch-site": "cross-site", "sec-fetch-dest": "document"}, "no"),
    ],
    ids=range(13),
)
def test_on_the_api_a_cookie_counts_only_from_our_own_pages(
    browser: Browser, headers: dict[str, str], counts: str
) -> None:
    browser.sign_in()
    answer = browser.client.get("/api/v1/me", headers=headers)
    assert answer.json()["signed_in"] == (counts == "yes")
    assert answer.headers["cache-control"] == "no-store"


def test_a_cookie_nobody_gave_out_is_nobody(browser: Browser) -> None:
    for value in ("", "x", "a" * 5000, "admin", "é"):
        headers = {"cookie": f"{COOKIE}={value}".encode(), b"sec-fetch-site": b"same-origin"}
        answer = browser.client.get("/api/v1/me", headers=headers)  # type: ignore[arg-type] # raw
        assert answer.json() == {"signed_in": False}


def test_a_session_cannot_be_planted(browser: Browser) -> None:
    """Fixation: a value that was in the browser before is worth nothing after."""
    browser.client.cookies.set(COOKIE, "planted", domain="help.example.com", path="/")
    answer = browser.sign_in()
    assert "planted" not in answer.headers["set-cookie"]
    browser.client.cookies.clear()
    browser.client.cookies.set(COOKIE, "planted", domain="help.example.com", path="/")
    assert browser.me() == {"signed_in": False}


def test_each_sign_in_is_a_new_session_and_ends_the_one_it_replaces(browser: Browser) -> None:
    browser.sign_in()
    before = browser.client.cookies[COOKIE]
    state = browser.bounce()
    browser.client.get("/sso", params={"jwt": browser.jwt(sub="user-2"), "state": state})
    after = browser.client.cookies[COOKIE]
    assert before != after
    browser.client.cookies.clear()
    browser.client.cookies.set(COOKIE, before, domain="help.example.com", path="/")
    assert browser.me() == {"signed_in": False}


def test_thirty_idle_minutes_end_it(browser: Browser) -> None:
    browser.sign_in()
    browser.wait(minutes=29)
    assert browser.me()["signed_in"]
    browser.wait(minutes=29)
    assert browser.me()["signed_in"]
    browser.wait(minutes=30)
    assert not browser.me()["signed_in"]


def test_eight_hours_end_it_however_busy(browser: Browser) -> None:
    browser.sign_in()
    for _ in range(19):
        browser.wait(minutes=25)
        assert browser.me()["signed_in"]
    browser.wait(minutes=5)
    assert not browser.me()["signed_in"]


def test_an_agents_cookie_makes_no_customer_and_back(app: HelpCenter, browser: Browser) -> None:
    identity = identity_of(app)
    token, now = sessions.new_token(), browser.clock.now()
    digest = sessions.digest(identity.keys, Role.AGENT, token)

    def start(conn: Connection) -> None:
        sessions.start(conn, Caller(Role.AGENT, 1), digest, now, now)

    identity.database.write_sync(start)
    for name in (COOKIE, AGENT):
        browser.client.cookies.clear()
        browser.client.cookies.set(name, token, domain="help.example.com", path="/")
        assert browser.me() == {"signed_in": False}


def test_signing_out_ends_the_session_and_takes_the_cookie(
    browser: Browser, new_browser: Callable[[], Browser]
) -> None:
    browser.sign_in()
    token = browser.client.cookies[COOKIE]
    answer = browser.client.post("/zh-HK/signout", headers={"origin": BASE})
    assert (answer.status_code, answer.headers["location"]) == (303, "/zh-HK/")
    assert COOKIE not in browser.client.cookies
    thief = new_browser()
    thief.client.cookies.set(COOKIE, token, domain="help.example.com", path="/")
    assert thief.me() == {"signed_in": False}
    assert browser.client.post("/en/signout", headers={"origin": BASE}).status_code == 303


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"origin": "null"},
        {"origin": ORIGIN},
        {"origin": BASE, "sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
    ids=range(5),
)
def test_no_other_page_signs_anybody_out(browser: Browser, headers: dict[str, str]) -> None:
    browser.sign_in()
    answer = browser.client.post("/en/signout", headers=headers)
    assert answer.status_code == 403
    assert browser.me()["signed_in"]


def test_a_link_to_sign_out_does_nothing(browser: Browser) -> None:
    browser.sign_in()
    assert browser.client.get("/en/signout").status_code == 405
    assert browser.me()["signed_in"]


def test_a_new_secret_signs_everybody_out(
    with_host: Settings, site: Site, place: Place, clock: ManualClock
) -> None:
    with closing(place.open()) as database:
        apps = [
            create_app(
                with_host.model_copy(update={"secret": SecretStr(secret)}),
                database=database,
                site=site,
                clock=clock,
                log_requests=False,
            )
            for secret in ("a" * 40, "b" * 40)
        ]
        old, new = (Browser(client_of(app), clock) for app in apps)
        old.sign_in()
        token = old.token()
        new.client.cookies = old.client.cookies
        assert old.me()["signed_in"]
        assert not new.me()["signed_in"]
        bearer = {"authorization": f"Bearer {token}"}
        assert old.client.get("/api/v1/me", headers=bearer).status_code == 200
        assert new.client.get("/api/v1/me", headers=bearer).status_code == 401


def test_on_http_loopback_cookies_have_plain_names(
    with_host: Settings, site: Site, database: Database, clock: ManualClock
) -> None:
    base = "http://127.0.0.1:8000"
    settings = with_host.model_copy(update={"base_url": base})
    app = create_app(settings, database=database, site=site, clock=clock, log_requests=False)
    client = client_of(app)
    client.base_url = base
    browser = Browser(client, clock)
    cookie = browser.sign_in(aud=base).headers["set-cookie"]
    assert cookie.startswith("hc_customer=")
    assert "Secure" not in cookie
    assert browser.me()["signed_in"]


def test_without_a_login_page_people_are_told_how_to_get_in(
    with_host: Settings, site: Site, database: Database, clock: ManualClock
) -> None:
    settings = with_host.model_copy(update={"login_url": None})
    app = create_app(settings, database=database, site=site, clock=clock, log_requests=False)
    for path, words in (("en", "from your account"), ("zh-HK", "由你的帳戶")):
        answer = client_of(app).get(f"/{path}/signin")
        assert answer.status_code == 200
        assert words in answer.text


def test_signin_looks_ahead_for_nobody_and_knows_our_languages(browser: Browser) -> None:
    ahead = browser.client.get("/en/signin", headers={"sec-purpose": "prefetch;prerender"})
    assert (ahead.status_code, "set-cookie" in ahead.headers) == (204, False)
    assert browser.client.get("/zh_HK/signin").headers["location"] == "/zh-HK/signin"
    assert browser.client.get("/xx/signin").status_code == 404
    assert browser.client.get("/en/signin?return_to=//evil.example").status_code == 400


def test_public_pages_are_the_same_for_those_who_are_signed_in(
    browser: Browser, new_browser: Callable[[], Browser]
) -> None:
    browser.sign_in(name="Pip the canary")
    article = "/en/articles/kettle-will-not-whistle"
    known, stranger = browser.client.get(article), new_browser().client.get(article)
    assert known.content == stranger.content
    assert known.headers["etag"] == stranger.headers["etag"]
    # This site has an article for members, so its home is not everybody's; it names nobody either.
    assert "canary" not in browser.client.get("/en/").text


def test_a_clock_that_jumps_back_lets_nobody_in_longer(browser: Browser) -> None:
    browser.sign_in()
    browser.clock.advance(timedelta(minutes=-5))
    assert browser.me()["signed_in"]
    browser.wait(hours=8, minutes=5)
    assert not browser.me()["signed_in"]
