"""The demo product: signing in, the ways to the help centre, and what it refuses."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, OctKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from helpcenter.sandbox.config import SandboxConfig, Wiring
from helpcenter.sandbox.people import PEOPLE
from helpcenter.sandbox.server import Sandbox
from helpcenter.sandbox.serving import start_in_thread
from tests.sandbox.browser import Browser, Forms, Page
from tests.sandbox.conftest import Watch

CENTRE = "http://127.0.0.1:9"


@pytest.fixture
def browser(sandbox: Sandbox) -> Browser:
    sandbox.connect(helpcenter_url=CENTRE)
    return Browser()


def sign_in(sandbox: Sandbox, browser: Browser, name: str = "sunny") -> Page:
    return browser.post(f"{sandbox.wiring.host_url}/login", {"customer": name})


def decode(sandbox: Sandbox, token: str) -> dict[str, Any]:
    key = OctKey.import_key(sandbox.config.jwt_secret)
    return dict(jwt.decode(token, key, algorithms=["HS256"]).claims)


def test_everybody_is_on_the_sign_in_page(sandbox: Sandbox, browser: Browser) -> None:
    page = browser.get(sandbox.wiring.host_url)
    assert page.url.endswith("/login")
    assert [value for _, value in Forms(page).found[-1].buttons] == [row.key for row in PEOPLE]
    browser.language = "zh-TW"
    assert "餘額不足" in browser.get(sandbox.wiring.host_url).text


def test_the_walk_to_manage(sandbox: Sandbox, browser: Browser) -> None:
    home = sign_in(sandbox, browser, "marigold")
    assert "Welcome back, Marigold!" in home.words()
    assert f'href="{sandbox.wiring.host_url}/subscriptions"' in home.text
    page = browser.get(f"{sandbox.wiring.host_url}/subscriptions")
    assert "Studio plan Payment problem" in page.words()
    manage = Forms(page).found[-1]
    assert manage.action == f"{CENTRE}/sso"
    assert manage.fields["return_to"] == "/en/account/manage/portal_home"
    help_form = next(row for row in Forms(page).found if row.action == f"{CENTRE}/sso")
    assert help_form.fields["return_to"] == "/en/"


def test_the_token_says_what_the_contract_asks(
    sandbox: Sandbox, browser: Browser, watch: Watch
) -> None:
    browser.language = "fr"
    page = sign_in(sandbox, browser, "wren")
    tokens = [row.fields["jwt"] for row in Forms(page).found if "jwt" in row.fields]
    claims = decode(sandbox, tokens[0])
    now = int(watch().timestamp())
    jti = claims.pop("jti")
    assert claims == {
        "aud": CENTRE,
        "email": "wren@example.com",
        "exp": now + 600,
        "iat": now,
        "iss": sandbox.wiring.host_url,
        "locale": "zh-HK",
        "name": "Wren",
        "stripe_customer": "cus_sandboxWren",
        "sub": "user-wren",
        "zoneinfo": "Asia/Hong_Kong",
    }
    again = browser.get(sandbox.wiring.host_url)
    other = next(row.fields["jwt"] for row in Forms(again).found if "jwt" in row.fields)
    assert decode(sandbox, other)["jti"] != jti


def test_a_fresh_token_for_the_pages_own_script(
    sandbox: Sandbox, browser: Browser, watch: Watch
) -> None:
    url = f"{sandbox.wiring.host_url}/help-token"
    assert browser.get(url).status == 401
    sign_in(sandbox, browser)
    watch.pass_(hours=2)
    answer = browser.get(url)
    assert answer.headers["cache-control"] == "no-store"
    assert decode(sandbox, json.loads(answer.text)["jwt"])["iat"] == int(watch().timestamp())


def login_url(sandbox: Sandbox, return_to: str = f"{CENTRE}/sso", state: str = "a&b=1") -> str:
    query = urlencode({"return_to": return_to, "state": state})
    return f"{sandbox.wiring.host_url}/login?{query}"


def test_the_help_centres_question_is_answered_after_sign_in(
    sandbox: Sandbox, browser: Browser
) -> None:
    page = browser.get(login_url(sandbox))
    answer = browser.send(page, "/login", {"customer": "pip"}, stay=True)
    assert answer.status == 303
    place, _, query = answer.headers["location"].partition("?")
    assert place == f"{CENTRE}/sso"
    given = parse_qs(query)
    assert given["state"] == ["a&b=1"]
    claims = decode(sandbox, given["jwt"][0])
    assert claims["sub"] == "user-pip"
    assert claims["exp"] - claims["iat"] == 60


def test_who_is_signed_in_is_sent_back_at_once(sandbox: Sandbox, browser: Browser) -> None:
    sign_in(sandbox, browser)
    answer = browser.get(login_url(sandbox), stay=True)
    assert answer.status == 303
    assert answer.headers["location"].startswith(f"{CENTRE}/sso?jwt=")
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "return_to",
    [
        "",
        "/",
        "https://evil.example/sso",
        f"{CENTRE}/sso/",
        f"{CENTRE}/sso?x=1",
        f"{CENTRE}/SSO",
        f"{CENTRE}@evil.example/sso",
        f"{CENTRE}/sso#x",
        f" {CENTRE}/sso",
        "http://localhost:9/sso",
    ],
)
def test_no_other_place_gets_a_token(sandbox: Sandbox, browser: Browser, return_to: str) -> None:
    for _ in range(2):
        answer = browser.get(login_url(sandbox, return_to), stay=True)
        assert answer.status == 400
        assert "location" not in answer.headers
        sign_in(sandbox, browser)
    if return_to:
        given = {"customer": "sunny", "return_to": return_to, "state": "s"}
        answer = browser.post(f"{sandbox.wiring.host_url}/login", given, stay=True)
        assert answer.status == 400


@pytest.mark.parametrize("state", ["", "x" * 2049])
def test_a_question_needs_a_state(sandbox: Sandbox, browser: Browser, state: str) -> None:
    sign_in(sandbox, browser)
    assert browser.get(login_url(sandbox, state=state), stay=True).status == 400


def test_nobody_in_particular_cannot_sign_in(sandbox: Sandbox, browser: Browser) -> None:
    page = sign_in(sandbox, browser, "nobody")
    assert page.url.endswith("/login")


def test_forms_of_other_sites_are_refused(sandbox: Sandbox, browser: Browser) -> None:
    for path in ("login", "logout", "language"):
        url = f"{sandbox.wiring.host_url}/{path}"
        for origin in ("https://evil.example", "null", CENTRE):
            assert browser.post(url, {"customer": "sunny"}, origin=origin).status == 403
        answer = browser.post(url, stay=True, origin=sandbox.wiring.host_url)
        assert answer.status == 303


def test_the_other_name_of_this_machine_leads_to_ours(sandbox: Sandbox, browser: Browser) -> None:
    port = urlsplit(sandbox.wiring.host_url).port
    answer = browser.get(f"http://127.0.0.1:{port}/login?a=b", stay=True)
    assert answer.headers["location"] == f"http://localhost:{port}/login?a=b"


def test_the_language_is_chosen_and_kept(sandbox: Sandbox, browser: Browser) -> None:
    home = sign_in(sandbox, browser)
    page = browser.send(home, "/language", {"locale": "zh-HK", "back": "/subscriptions"})
    assert page.url.endswith("/subscriptions")
    assert "我的訂閱" in page.text
    token = next(row.fields["jwt"] for row in Forms(page).found if "jwt" in row.fields)
    assert decode(sandbox, token)["locale"] == "zh-HK"
    assert Forms(page).found[-1].fields["return_to"] == "/zh-HK/account/manage/portal_home"
    for back in ("https://evil.example/", "//evil.example"):
        url = f"{sandbox.wiring.host_url}/language"
        answer = browser.post(url, {"locale": "xx", "back": back}, stay=True)
        assert answer.headers["location"] == "/login"


def test_changing_the_language_keeps_the_help_centres_question(
    sandbox: Sandbox, browser: Browser
) -> None:
    page = browser.get(login_url(sandbox))
    page = browser.send(page, "/language", {"locale": "zh-HK"})
    assert page.url == login_url(sandbox)
    assert "登入" in page.text


@pytest.fixture
def told() -> Iterator[tuple[str, list[tuple[str, str | None]], list[int]]]:
    """A help centre that notes who was signed out, and answers as the list says."""
    calls: list[tuple[str, str | None]] = []
    answers: list[int] = []

    async def signout(request: Request) -> Response:
        calls.append((request.path_params["sub"], request.headers.get("authorization")))
        return Response(status_code=answers.pop() if answers else 204)

    app = Starlette(routes=[Route("/api/v1/customers/{sub}/signout", signout, methods=["POST"])])
    with start_in_thread(app) as running:
        yield running.url, calls, answers


def test_signing_out_tells_the_help_centre(
    sandbox: Sandbox, told: tuple[str, list[tuple[str, str | None]], list[int]]
) -> None:
    url, calls, answers = told
    browser = Browser()
    sandbox.connect(helpcenter_url=url, signout_token="hc_token")
    home = sign_in(sandbox, browser)
    page = browser.send(home, "/logout")
    assert "You are signed out." in page.words()
    assert calls == [("user-sunny", "Bearer hc_token")]
    home = sign_in(sandbox, browser)
    answers.append(500)
    assert "could not be told" in browser.send(home, "/logout").words()
    assert browser.get(f"{sandbox.wiring.host_url}/subscriptions").url.endswith("/login")


def test_signing_out_without_a_token_is_quiet(sandbox: Sandbox, browser: Browser) -> None:
    home = sign_in(sandbox, browser)
    assert "You are signed out." in browser.send(home, "/logout").words()


def test_a_session_gets_a_new_id_at_each_sign_in(sandbox: Sandbox, browser: Browser) -> None:
    sign_in(sandbox, browser)
    first = browser.cookies["localhost", "demo_session"]
    sign_in(sandbox, browser)
    assert browser.cookies["localhost", "demo_session"] != first
    browser.cookies["localhost", "demo_session"] = "chosen-by-somebody"
    assert browser.get(sandbox.wiring.host_url).url.endswith("/login")


def test_without_a_help_centre_it_says_so(sandbox: Sandbox) -> None:
    browser = Browser()
    page = sign_in(sandbox, browser)
    assert "No help centre is connected" in page.words()
    assert "host.js" not in page.text
    assert browser.get(login_url(sandbox)).status == 400


def test_the_chat_script_comes_only_when_configured(sandbox: Sandbox, browser: Browser) -> None:
    page = sign_in(sandbox, browser)
    assert "widget.js" not in page.text
    assert "script-src 'self';" in page.headers["content-security-policy"]
    sandbox.connect(widget_src=f"{CENTRE}/widget.js")
    page = browser.get(sandbox.wiring.host_url)
    assert f'src="{CENTRE}/widget.js"' in page.text
    policy = page.headers["content-security-policy"]
    assert f"script-src 'self' {CENTRE};" in policy
    assert f"connect-src 'self' {CENTRE};" in policy
    assert page.headers["referrer-policy"] == "strict-origin"


def test_es256_tokens_are_checked_by_the_published_keys(watch: Watch) -> None:
    made = Sandbox(SandboxConfig(clock=watch, jwt_algorithm="ES256"), Wiring())
    token = made.signer.sign({"sub": "user-pip"})
    published: Any = made.signer.jwks()
    keys = KeySet.import_key_set(published)
    assert jwt.decode(token, keys, algorithms=["ES256"]).claims == {"sub": "user-pip"}
    (public,) = made.signer.jwks()["keys"]
    assert "d" not in public


def test_a_shared_secret_is_never_published(sandbox: Sandbox, browser: Browser) -> None:
    answer = browser.get(f"{sandbox.wiring.host_url}/.well-known/jwks.json")
    assert json.loads(answer.text) == {"keys": []}
