"""The identity API: tokens, who am I, signing out from outside, and what foreign pages may do."""

import io
import json

import pytest

from helpcenter.app import HelpCenter, create_app
from helpcenter.clock import ManualClock
from helpcenter.db.database import Database
from helpcenter.settings import Settings
from helpcenter.site.model import Site
from helpcenter.web.ops.log import configure_logging
from tests.web.account.conftest import ORIGIN, Browser, identity_of
from tests.web.conftest import client_of


def bearer(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


class TestIdentify:
    def test_a_jwt_becomes_a_token_for_an_hour(self, browser: Browser) -> None:
        answer = browser.client.post(
            "/api/v1/identify", json={"jwt": browser.jwt(name="Pip", locale="zh-HK")}
        )
        assert answer.status_code == 200
        assert answer.headers["cache-control"] == "no-store"
        assert "set-cookie" not in answer.headers
        found = answer.json()
        assert found["expires_in"] == 3600
        me = browser.client.get("/api/v1/me", headers=bearer(found["access_token"]))
        assert me.json() == {"signed_in": True, "name": "Pip", "locale": "zh-HK"}
        browser.wait(seconds=3599)
        assert browser.client.get("/api/v1/me", headers=bearer(found["access_token"])).is_success
        browser.wait(seconds=1)
        gone = browser.client.get("/api/v1/me", headers=bearer(found["access_token"]))
        assert (gone.status_code, gone.json()["code"]) == (401, "token_invalid")

    @pytest.mark.parametrize(
        ("body", "status", "code"),
        [
            ({}, 400, "invalid"),
            ({"jwt": ""}, 400, "invalid"),
            ({"jwt": 7}, 400, "invalid"),
            ({"jwt": None}, 400, "invalid"),
            ([], 400, "invalid"),
            ({"jwt": "a.b.c"}, 401, "jwt_malformed"),
            ({"jwt": "a" * 8192}, 413, "jwt_too_large"),
            ({"jwt": "a" * 300_000}, 413, "too_large"),
        ],
        ids=range(8),
    )
    def test_what_is_no_jwt(self, browser: Browser, body: object, status: int, code: str) -> None:
        answer = browser.client.post("/api/v1/identify", json=body)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
        assert answer.headers["content-type"] == "application/problem+json"

    def test_refusals_speak_the_callers_language(self, browser: Browser) -> None:
        jwt = browser.jwt(aud="https://other.example")
        answer = browser.client.post(
            "/api/v1/identify", json={"jwt": jwt}, headers={"accept-language": "zh-HK"}
        )
        assert answer.json()["title"] == "未能為你登入"
        assert answer.json()["code"] == "jwt_audience"

    def test_params_fill_the_words(self, browser: Browser) -> None:
        answer = browser.client.post("/api/v1/identify", json={"jwt": browser.jwt(jti=None)})
        assert "“jti”" in answer.json()["detail"]


class TestBearer:
    @pytest.mark.parametrize(
        "value",
        ["", "Bearer", "Bearer ", "Bearer x", "bearer hca_x", "Basic YTpi", "hca_x", "Bearer é"],
    )
    def test_a_token_that_is_not_good_is_refused_not_overlooked(
        self, browser: Browser, value: str
    ) -> None:
        browser.sign_in()
        headers = [
            (b"authorization", value.encode("latin-1")),
            (b"sec-fetch-site", b"same-origin"),
        ]
        answer = browser.client.get("/api/v1/me", headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (401, "token_invalid")

    def test_a_session_is_no_token_and_an_api_token_no_customer(
        self, browser: Browser, api_token: str
    ) -> None:
        browser.sign_in()
        session = next(iter(browser.client.cookies.values()))
        for token in (session, api_token):
            answer = browser.client.get("/api/v1/me", headers=bearer(token))
            assert answer.status_code == 401


class TestGivingATokenBack:
    def test_this_token_ends_and_nothing_else(self, browser: Browser) -> None:
        browser.sign_in()
        token, other = browser.token(), browser.token()
        for _ in range(2):
            answer = browser.client.post("/api/v1/signout", headers=bearer(token))
            assert answer.status_code == 204
        assert browser.client.get("/api/v1/me", headers=bearer(token)).status_code == 401
        assert browser.client.get("/api/v1/me", headers=bearer(other)).json()["signed_in"]
        assert browser.me()["signed_in"]

    def test_without_a_token_nobody_is_signed_out(self, browser: Browser) -> None:
        browser.sign_in()
        ours = {"sec-fetch-site": "same-origin"}
        assert browser.client.post("/api/v1/signout", headers=ours).status_code == 204
        assert browser.me()["signed_in"]


class TestSignOutFromOutside:
    def test_every_session_and_token_of_the_customer_ends(
        self, browser: Browser, api_token: str
    ) -> None:
        browser.sign_in()
        token = browser.token()
        path = "/api/v1/customers/user-1/signout"
        assert browser.client.post(path, headers=bearer(api_token)).status_code == 204
        assert not browser.me()["signed_in"]
        assert browser.client.get("/api/v1/me", headers=bearer(token)).status_code == 401
        refused = browser.post_sso({"access_token": token})
        assert refused.status_code == 401
        assert browser.client.post(path, headers=bearer(api_token)).status_code == 204

    def test_a_sub_may_hold_anything(self, browser: Browser, api_token: str) -> None:
        sub = "org/7|å 我"
        browser.sign_in(sub=sub)
        path = "/api/v1/customers/org%2F7%7C%C3%A5%20%E6%88%91/signout"
        assert browser.client.post(path, headers=bearer(api_token)).status_code == 204
        assert not browser.me()["signed_in"]

    def test_somebody_we_never_saw_is_signed_out_already(
        self, browser: Browser, api_token: str
    ) -> None:
        for sub in ("nobody", "a" * 3000, "%00"):
            answer = browser.client.post(
                f"/api/v1/customers/{sub}/signout", headers=bearer(api_token)
            )
            assert answer.status_code == 204

    def test_nobody_else_may(self, app: HelpCenter, browser: Browser, api_token: str) -> None:
        browser.sign_in()
        path = "/api/v1/customers/user-1/signout"
        for headers in ({}, bearer("hcp_x"), bearer(browser.token()), {"origin": ORIGIN}):
            assert browser.client.post(path, headers=headers).status_code == 401
        identity_of(app).database.write_sync(
            lambda conn: conn.exec_driver_sql("UPDATE api_tokens SET scopes = '[\"later\"]'")
        )
        answer = browser.client.post(path, headers=bearer(api_token))
        assert (answer.status_code, answer.json()["code"]) == (403, "scope_missing")
        assert browser.me()["signed_in"]


class TestCors:
    def test_a_page_of_the_host_app_may_use_tokens(self, browser: Browser) -> None:
        answer = browser.client.options(
            "/api/v1/identify",
            headers={"origin": ORIGIN, "access-control-request-method": "POST"},
        )
        assert answer.status_code == 204
        assert answer.headers["access-control-allow-origin"] == ORIGIN
        assert answer.headers["access-control-allow-headers"] == (
            "Authorization, Content-Type, Last-Event-ID"
        )
        assert answer.headers["access-control-max-age"] == "7200"
        assert "Origin" in answer.headers["vary"]
        used = browser.client.post(
            "/api/v1/identify", json={"jwt": browser.jwt()}, headers={"origin": ORIGIN}
        )
        assert used.headers["access-control-allow-origin"] == ORIGIN
        refused = browser.client.post(
            "/api/v1/identify", json={"jwt": "x"}, headers={"origin": ORIGIN}
        )
        assert refused.headers["access-control-allow-origin"] == ORIGIN
        for one in (answer, used, refused):
            assert "access-control-allow-credentials" not in one.headers

    @pytest.mark.parametrize(
        "origin", ["null", "https://evil.example", ORIGIN + ".evil.example", "*", ""]
    )
    def test_any_other_page_may_not(self, browser: Browser, origin: str) -> None:
        ahead = browser.client.options(
            "/api/v1/me", headers={"origin": origin, "access-control-request-method": "GET"}
        )
        answer = browser.client.get("/api/v1/me", headers={"origin": origin})
        for one in (ahead, answer):
            assert not [name for name in one.headers if name.startswith("access-control-allow")]
            assert "Origin" in one.headers["vary"]

    def test_pages_are_for_nobody_else(self, browser: Browser) -> None:
        answer = browser.client.get("/en/", headers={"origin": ORIGIN})
        assert "access-control-allow-origin" not in answer.headers


@pytest.mark.parametrize("log_format", ["json", "console"])
def test_logs_hold_no_secret_and_no_claim(
    log_format: str,
    with_host: Settings,
    site: Site,
    database: Database,
    clock: ManualClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stream = io.StringIO()
    configure_logging(log_format, stream)
    try:
        app = create_app(with_host, database=database, site=site, clock=clock)
        browser = Browser(client_of(app), clock)
        jwt = browser.jwt(name="canary-name", sub="canary-sub")
        browser.client.get("/sso", params={"jwt": jwt, "state": "canary-state"})
        browser.post_sso({"jwt": jwt, "return_to": "/en/"})
        browser.client.post("/api/v1/identify", json={"jwt": jwt})

        def fails(*_: object) -> None:
            raise RuntimeError("a fault")

        monkeypatch.setattr("helpcenter.identity.sessions.start", fails)
        assert browser.post_sso({"jwt": jwt}).status_code == 500
    finally:
        configure_logging("auto")
    written = stream.getvalue()
    assert "/sso" in written
    assert "RuntimeError" in written
    assert "canary" not in written
    assert jwt not in written
    if log_format == "json":
        assert all(json.loads(line) for line in written.splitlines())


def test_the_api_document_knows_them(browser: Browser) -> None:
    paths = browser.client.get("/openapi.json").json()["paths"]
    assert {"/api/v1/identify", "/api/v1/me"} <= set(paths)
