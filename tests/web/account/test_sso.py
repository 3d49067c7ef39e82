"""`/sso`: both doors, and everybody who tries a window."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from httpx2 import Response

from helpcenter.app import HelpCenter
from tests.identity.host import HostApp, claims
from tests.web.account.conftest import BOUNCE, COOKIE, LOGIN, ORIGIN, Browser, identity_of
from tests.web.conftest import BASE, client_of

CONFIRM = re.compile(r'name="confirm" value="([^"]+)"')


def is_refused(answer: Response, status: int) -> bool:
    """Tell whether a page says no, keeps no copy and gives no session."""
    assert "text/html" in answer.headers["content-type"]
    return (
        answer.status_code == status
        and answer.headers["cache-control"] == "no-store"
        and COOKIE not in answer.headers.get("set-cookie", "")
    )


class TestForm:
    """(a): a page of the host app posts a form."""

    def test_a_jwt_signs_in_and_leads_on(self, browser: Browser) -> None:
        answer = browser.post_sso({"jwt": browser.jwt(name="Pip"), "return_to": "/zh-HK/account"})
        assert (answer.status_code, answer.headers["location"]) == (303, "/zh-HK/account")
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["referrer-policy"] == "no-referrer"
        cookie = answer.headers["set-cookie"]
        assert cookie.startswith(f"{COOKIE}=")
        for part in ("Secure", "HttpOnly", "SameSite=lax", "Path=/"):
            assert part in cookie
        assert "Domain" not in cookie
        assert browser.me() == {"signed_in": True, "name": "Pip"}

    def test_an_access_token_does_too(self, browser: Browser) -> None:
        token = browser.token()
        browser.wait(minutes=59)
        answer = browser.post_sso({"access_token": token, "return_to": "/go/abc"})
        assert (answer.status_code, answer.headers["location"]) == (303, "/go/abc")
        assert browser.me()["signed_in"]

    def test_a_session_is_no_fresher_than_the_jwt_behind_the_token(
        self, app: HelpCenter, browser: Browser
    ) -> None:
        token, before = browser.token(), browser.clock.now()
        browser.wait(minutes=20)
        browser.post_sso({"access_token": token})
        rows = app.state.identity.database.read_sync(
            lambda conn: conn.exec_driver_sql("SELECT signed_in_at FROM sessions").fetchall()
        )
        assert len(rows) == 1
        assert str(rows[0][0])[:19] == str(before)[:19]

    def test_nowhere_in_particular_is_the_account_in_their_language(self, browser: Browser) -> None:
        answer = browser.post_sso({"jwt": browser.jwt(locale="yue-Hant")})
        assert answer.headers["location"] == "/zh-HK/account"
        answer = browser.post_sso({"jwt": browser.jwt(), "return_to": ""})
        assert answer.headers["location"] == "/zh-HK/account"

    @pytest.mark.parametrize(
        "origin",
        [
            None,
            "",
            "null",
            "https://evil.example",
            f"{ORIGIN}.evil.example",
            f"{ORIGIN}:8443",
            ORIGIN.replace("https", "http"),
            f"{ORIGIN}/",
            ORIGIN.upper(),
            f"{ORIGIN}, {ORIGIN}",
            BASE,
        ],
    )
    def test_only_pages_of_the_host_app_may(self, browser: Browser, origin: str | None) -> None:
        fields = {"jwt": browser.jwt(), "return_to": "/en/"}
        assert is_refused(browser.post_sso(fields, origin), 403)
        assert is_refused(browser.post_sso({"access_token": browser.token()}, origin), 403)
        assert browser.me() == {"signed_in": False}

    @pytest.mark.parametrize(
        ("body", "status"),
        [
            (b"", 400),
            (b"jwt=", 400),
            (b"return_to=/en/", 400),
            (b"jwt=a&jwt=b", 400),
            (b"jwt=a&access_token=b", 400),
            (b"jwt=%ff", 400),
            (b"\xff\xfe", 400),
            (b"&".join(b"f%d=1" % n for n in range(50)), 400),
            (b"jwt=a.b.c", 401),
            (b"access_token=hca_nobody", 401),
            (b"confirm=nonsense", 403),
            (b"jwt=" + b"a" * 9000, 413),
            (b"jwt=" + b"a" * 20_000, 413),
        ],
        ids=range(13),
    )
    def test_what_is_no_sign_in(self, browser: Browser, body: bytes, status: int) -> None:
        assert is_refused(browser.post_sso(body), status)

    def test_only_plain_forms_are_read(self, browser: Browser) -> None:
        answer = browser.client.post(
            "/sso", json={"jwt": browser.jwt()}, headers={"origin": ORIGIN}
        )
        assert is_refused(answer, 400)

    def test_a_refusal_holds_nothing_of_what_was_refused(self, browser: Browser) -> None:
        token = browser.jwt(name="canary-9c1e", aud="https://canary.example")
        answer = browser.post_sso({"jwt": token})
        assert is_refused(answer, 401)
        assert token not in answer.text
        assert "canary" not in answer.text
        chinese = browser.client.post(
            "/sso",
            data={"jwt": token},
            headers={"origin": ORIGIN, "accept-language": "zh-HK"},
        )
        assert "登入權杖是給另一個網站用的" in chinese.text


class TestBounce:
    """(b): the answer to our own trip to the login page."""

    def test_there_and_back(self, browser: Browser) -> None:
        answer = browser.client.get("/en/signin?return_to=%2Fzh-HK%2Fsearch%3Fq%3D%E5%8D%A1")
        where = answer.headers["location"]
        assert where.startswith(f"{LOGIN}&return_to=https%3A%2F%2Fhelp.example.com%2Fsso&state=")
        assert "search" not in where
        assert BOUNCE in answer.headers["set-cookie"]
        assert "SameSite=lax" in answer.headers["set-cookie"]
        assert answer.headers["referrer-policy"] == "no-referrer"
        state = where.rpartition("=")[2]

        back = browser.client.get("/sso", params={"jwt": browser.jwt(), "state": state})
        assert (back.status_code, back.headers["location"]) == (
            303,
            "/zh-HK/search?q=%E5%8D%A1",
        )
        assert (back.headers["cache-control"], back.headers["referrer-policy"]) == (
            "no-store",
            "no-referrer",
        )
        assert browser.me()["signed_in"]
        assert BOUNCE not in browser.client.cookies

    def test_each_jwt_works_once(
        self, browser: Browser, new_browser: Callable[[], Browser]
    ) -> None:
        token, state = browser.jwt(), browser.bounce()
        assert browser.client.get("/sso", params={"jwt": token, "state": state}).status_code == 303
        thief = new_browser()
        again = thief.client.get("/sso", params={"jwt": token, "state": thief.bounce()})
        assert is_refused(again, 401)
        assert is_refused(thief.post_sso({"jwt": token}), 401)
        other = thief.client.post("/api/v1/identify", json={"jwt": token})
        assert (other.status_code, other.json()["code"]) == (401, "jwt_spent")

    def test_once_even_when_two_come_together(
        self, browser: Browser, new_browser: Callable[[], Browser]
    ) -> None:
        token = browser.jwt()
        browsers = [new_browser() for _ in range(4)]
        states = [one.bounce() for one in browsers]

        def back(number: int) -> int:
            query = {"jwt": token, "state": states[number]}
            return browsers[number].client.get("/sso", params=query).status_code

        with ThreadPoolExecutor(4) as threads:
            assert sorted(threads.map(back, range(4))) == [303, 401, 401, 401]

    def test_it_must_be_short_lived(self, browser: Browser) -> None:
        moment = int(browser.clock.now().timestamp())
        long = browser.jwt(exp=moment + 61)
        answer = browser.client.get("/sso", params={"jwt": long, "state": browser.bounce()})
        assert is_refused(answer, 401)

    def test_looking_ahead_spends_nothing(self, browser: Browser) -> None:
        query = {"jwt": browser.jwt(), "state": browser.bounce()}
        ahead = browser.client.get("/sso", params=query, headers={"sec-purpose": "prefetch"})
        assert (ahead.status_code, ahead.content) == (204, b"")
        assert COOKIE not in ahead.headers.get("set-cookie", "")
        assert browser.client.get("/sso", params=query).status_code == 303

    @pytest.mark.parametrize("query", ["", "?state=x", "?jwt=&state=x", "?jwt=a&jwt=b", "?jwt=%ff"])
    def test_without_a_jwt_it_is_nothing(self, browser: Browser, query: str) -> None:
        assert is_refused(browser.client.get(f"/sso{query}"), 400)

    def test_a_huge_one_is_refused_at_the_gate(self, browser: Browser) -> None:
        answer = browser.client.get("/sso", params={"jwt": "a" * 9000, "state": browser.bounce()})
        assert is_refused(answer, 414)


class TestUnasked:
    """A GET that answers no trip of this browser signs nobody in before they say so."""

    def ask(self, browser: Browser, **query: str) -> Response:
        jwt = browser.jwt(name="Mallory & <b>", email="m@example.com")
        answer = browser.client.get("/sso", params={"jwt": jwt, **query})
        assert answer.status_code == 200
        assert COOKIE not in answer.headers.get("set-cookie", "")
        assert browser.me() == {"signed_in": False}
        return answer

    def test_it_asks_whether_that_is_you(self, browser: Browser) -> None:
        answer = self.ask(browser)
        assert "Sign in as m@example.com" in answer.text
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers["referrer-policy"] == "strict-origin"
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]

    @pytest.mark.parametrize("state", ["", "x", "é", "\x00", "a" * 4000], ids=range(5))
    def test_whatever_the_state_pretends(self, browser: Browser, state: str) -> None:
        browser.bounce()
        self.ask(browser, state=state)

    def test_the_state_of_another_browser_does_not_count(
        self, browser: Browser, new_browser: Callable[[], Browser]
    ) -> None:
        self.ask(browser, state=new_browser().bounce())

    def test_nor_a_trip_that_took_too_long(self, browser: Browser) -> None:
        state = browser.bounce()
        browser.wait(minutes=10)
        self.ask(browser, state=state)

    def test_nor_a_cookie_we_did_not_sign(self, browser: Browser) -> None:
        state = browser.bounce()
        kept = browser.client.cookies[BOUNCE]
        browser.client.cookies.clear()
        for forged in (kept[:-1] + ("A" if kept[-1] != "A" else "B"), "x", state, kept[1:]):
            answer = browser.client.get(
                "/sso",
                params={"jwt": browser.jwt(), "state": state},
                headers={"cookie": f"{BOUNCE}={forged}"},
            )
            assert answer.status_code == 200

    def test_yes_signs_in_once(self, browser: Browser) -> None:
        found = CONFIRM.search(self.ask(browser).text)
        assert found
        browser.wait(minutes=9)
        answer = browser.post_sso({"confirm": found[1]}, BASE)
        assert (answer.status_code, answer.headers["location"]) == (303, "/en/account")
        assert browser.me()["name"] == "Mallory & <b>"
        assert is_refused(browser.post_sso({"confirm": found[1]}, BASE), 401)

    @pytest.mark.parametrize("origin", [None, "null", ORIGIN, "https://evil.example"])
    def test_only_our_own_page_says_yes(self, browser: Browser, origin: str | None) -> None:
        found = CONFIRM.search(self.ask(browser).text)
        assert found
        assert is_refused(browser.post_sso({"confirm": found[1]}, origin), 403)

    def test_yes_is_not_kept_for_later(self, browser: Browser) -> None:
        found = CONFIRM.search(self.ask(browser).text)
        assert found
        browser.wait(minutes=10)
        assert is_refused(browser.post_sso({"confirm": found[1]}, BASE), 401)
        assert is_refused(browser.post_sso({"confirm": found[1][:-2] + "xx"}, BASE), 401)

    def test_a_bounce_is_no_confirmation(self, browser: Browser) -> None:
        browser.bounce()
        assert is_refused(browser.post_sso({"confirm": browser.client.cookies[BOUNCE]}, BASE), 401)


def test_guessing_is_slowed_down_and_told_when_to_go_on(browser: Browser) -> None:
    statuses = [browser.post_sso({"jwt": "a.b.c"}).status_code for _ in range(40)]
    assert set(statuses) == {401, 429}
    answer = browser.client.post("/api/v1/identify", json={"jwt": browser.jwt()})
    assert (answer.status_code, answer.json()["code"]) == (429, "too_many")
    browser.wait(seconds=int(answer.headers["retry-after"]))
    assert browser.token()


def test_a_crowd_behind_one_address_gets_in(browser: Browser) -> None:
    for number in range(100):
        browser.post_sso({"jwt": browser.jwt(sub=f"user-{number}")})
    assert browser.me()["signed_in"]


def test_a_site_without_a_host_app_says_so(
    app: HelpCenter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(app.state, "identity", replace(identity_of(app), verifier=None))
    answer = client_of(app).post("/api/v1/identify", json={"jwt": HostApp().sign(claims())})
    assert (answer.status_code, answer.json()["code"]) == (503, "identity_not_set_up")
