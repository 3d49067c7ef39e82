"""From any button, or from a program, to a portal link of one's own."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from httpx2 import Response
from starlette.testclient import TestClient

from helpcenter.app import HelpCenter, create_app
from helpcenter.billing.tables import portal_links
from helpcenter.db.database import Database
from helpcenter.sandbox.faults import Fault
from helpcenter.sandbox.lifecycle import delete_customer, end_subscription, schedule_cancel
from helpcenter.settings import Settings
from helpcenter.site.model import Site
from tests.billing.conftest import Stage
from tests.web.account.conftest import ORIGIN, Browser
from tests.web.account.portal.conftest import MANAGE, Customer, Signed, rows, till_of
from tests.web.conftest import BASE, client_of
from tests.web.html import parse

CANCEL = "/en/account/manage/subscription_cancel"
SECOND = "sub_sandboxSunnySecond"


def subscribe_again(stage: Stage) -> None:
    """Give Sunny a second subscription."""
    state = stage.sandbox.state
    first = state.get("subscription", "sub_sandboxSunny")
    state.tables["subscription"][SECOND] = first | {"id": SECOND, "default_payment_method": None}


@pytest.fixture
def bare(settings: Settings, site: Site, database: Database) -> TestClient:
    """A site with neither Stripe nor a host app."""
    return client_of(create_app(settings, database=database, site=site, log_requests=False))


def test_a_button_leads_to_a_link_of_ones_own_and_makes_it_once(
    app: HelpCenter, sunny: Customer, signed_in: Signed
) -> None:
    answer = sunny.go(MANAGE)
    assert (answer.status_code, answer.headers["cache-control"]) == (303, "no-store")
    assert sunny.link() == sunny.link() == answer.headers["location"]
    assert sunny.link("/zh-HK" + MANAGE.removeprefix("/en")) != answer.headers["location"]
    assert signed_in("pip").link() != answer.headers["location"]
    sunny.wait(hours=25)
    sunny.sign_in()
    assert sunny.link() != answer.headers["location"]
    made = rows(app, portal_links)
    assert [row["flow"] for row in made] == ["payment_method_update"] * 4
    assert made[0]["stripe_customer"] == "cus_sandboxSunny"
    assert made[0]["expires"] - made[0]["created"] == timedelta(hours=24)


def test_who_is_not_signed_in_does_so_on_the_way(app: HelpCenter, sunny: Customer) -> None:
    sunny.client.cookies.clear()
    path = "/zh-HK/account/manage/subscription_cancel?subscription=sub_sandboxSunny"
    back = sunny.come_back(sunny.go(path))
    assert back.headers["location"] == path
    assert rows(app, portal_links) == []
    assert sunny.go(sunny.link(path)).status_code == 303
    assert sunny.sessions[0]["flow"]["type"] == "subscription_cancel"


def test_the_host_apps_manage_button_comes_in_by_its_form(sunny: Customer) -> None:
    answer = sunny.post_sso({"jwt": sunny.jwt(), "return_to": CANCEL})
    assert answer.headers["location"] == CANCEL
    assert sunny.link(CANCEL)


def test_the_only_subscription_needs_no_question(app: HelpCenter, sunny: Customer) -> None:
    sunny.link(CANCEL)
    assert rows(app, portal_links)[0]["subscription"] == "sub_sandboxSunny"


@pytest.mark.parametrize("tag", ["en", "zh-HK"])
def test_of_several_subscriptions_the_customer_says_which(
    app: HelpCenter, stage: Stage, sunny: Customer, tag: str
) -> None:
    subscribe_again(stage)
    path = f"/{tag}/account/manage/subscription_cancel"
    answer = sunny.go(path)
    assert answer.status_code == 200
    offered = [link for link in parse(answer.text).links() if link.startswith(path)]
    assert set(offered) == {f"{path}?subscription={each}" for each in ("sub_sandboxSunny", SECOND)}
    assert rows(app, portal_links) == []
    for link in offered:
        assert sunny.go(sunny.link(link)).status_code == 303
    made = {each["flow"]["subscription_cancel"]["subscription"] for each in sunny.sessions}
    assert made == {"sub_sandboxSunny", SECOND}
    schedule_cancel(
        stage.sandbox.state, stage.sandbox.state.get("subscription", SECOND), cancel=True
    )
    sunny.wait(minutes=1)
    sunny.link(path)


def test_pages_that_are_about_no_subscription_do_not_ask(stage: Stage, sunny: Customer) -> None:
    subscribe_again(stage)
    for flow in ("payment_method_update", "portal_home", "pay_invoice", "customer_update"):
        sunny.link(f"/en/account/manage/{flow}")


@pytest.mark.parametrize("other", ["sub_sandboxPip", "sub_nobody"])
def test_somebody_elses_subscription_is_no_subscription(
    app: HelpCenter, sunny: Customer, other: str
) -> None:
    for flow in ("subscription_cancel", "pay_invoice"):
        answer = sunny.go(f"/en/account/manage/{flow}?subscription={other}")
        assert answer.status_code == 404
        assert "There is no such subscription" in answer.text
    assert rows(app, portal_links) == []


@pytest.mark.full
@pytest.mark.parametrize("odd", ["x", "../..", "sub_", "sub_1&x=2", "<b>", "sub_" + "9" * 300])
def test_what_cannot_be_a_subscription_is_overlooked(sunny: Customer, odd: str) -> None:
    sunny.link(f"{CANCEL}?subscription={quote(odd, safe='')}")


def test_what_has_ended_or_is_about_to_is_told(stage: Stage, sunny: Customer) -> None:
    state = stage.sandbox.state
    sub = state.get("subscription", "sub_sandboxSunny")
    schedule_cancel(state, sub, cancel=True)
    answer = sunny.go(CANCEL)
    assert (answer.status_code, "already set to end" in answer.text) == (409, True)
    end_subscription(state, sub)
    sunny.wait(minutes=1)
    assert sunny.go(CANCEL).status_code == 404


def test_a_customer_stripe_does_not_bill_is_handed_over(
    app: HelpCenter, stage: Stage, sunny: Customer, signed_in: Signed
) -> None:
    nobody = signed_in("wren", stripe_customer=None)
    for path in (MANAGE, CANCEL):
        answer = nobody.go(path)
        assert answer.status_code == 404
        assert "/en/contact" in parse(answer.text).links()
    delete_customer(stage.sandbox.state, "cus_sandboxSunny")
    assert "We cannot find your billing account" in sunny.go(CANCEL).text
    assert rows(app, portal_links) == []


def test_with_stripe_down_only_the_question_has_to_wait(stage: Stage, sunny: Customer) -> None:
    stage.sandbox.faults.add(Fault("error", times=20))
    answer = sunny.go(CANCEL)
    assert answer.status_code == 503
    assert CANCEL in parse(answer.text).links()
    assert sunny.link()


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/en/account/manage/nothing", 404),
        ("/en/account/manage/", 404),
        ("/fr/account/manage/portal_home", 404),
        ("/zh-TW/account/manage/portal_home?subscription=sub_1", 301),
    ],
)
def test_addresses_that_are_none(sunny: Customer, path: str, status: int) -> None:
    answer = sunny.go(path)
    assert answer.status_code == status
    if status == 301:
        assert answer.headers["location"].startswith("/zh-HK/account/manage/portal_home?")


@pytest.mark.parametrize("path", [MANAGE, "/zh-HK/account/manage/portal_home", "/zh-HK/account"])
def test_where_links_are_not_set_up_the_page_says_how_to_reach_people(
    bare: TestClient, path: str
) -> None:
    answer = bare.get(path)
    assert answer.status_code == 503
    assert f"/{path.split('/')[1]}/contact" in parse(answer.text).links()
    assert "用戶選單" in answer.text or "user menu" in answer.text


def test_articles_show_their_buttons_once_links_can_be_made(
    sunny: Customer, bare: TestClient
) -> None:
    path = "/en/articles/kettle-will-not-whistle"
    assert MANAGE in parse(sunny.client.get(path).text).links()
    assert MANAGE not in parse(bare.get(path).text).links()


def ask(browser: Browser, wanted: Any, query: str = "", **headers: str) -> Response:
    return browser.client.post(f"/api/v1/portal-links{query}", json=wanted, headers=headers)


def test_a_program_gets_a_link_for_its_bearer(app: HelpCenter, sunny: Customer) -> None:
    token = sunny.token()
    sunny.client.cookies.clear()
    answer = ask(
        sunny,
        {"flow": "payment_method_update"},
        "?locale=zh-HK",
        authorization=f"Bearer {token}",
        origin=ORIGIN,
    )
    assert answer.status_code == 201
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["access-control-allow-origin"] == ORIGIN
    made = answer.json()
    assert set(made) == {"link_id", "url", "expires_at"}
    (row,) = rows(app, portal_links)
    assert (row["id"], row["locale"]) == (made["link_id"], "zh_HK")
    assert datetime.fromisoformat(made["expires_at"]) == row["expires"]
    assert made["url"].startswith(f"{BASE}/go/")
    path = urlsplit(made["url"]).path
    assert made["link_id"] not in path
    back = sunny.come_back(sunny.go(path))
    assert sunny.go(back.headers["location"]).status_code == 303
    assert sunny.sessions[0]["locale"] == "zh-HK"


def test_the_cookie_counts_for_pages_of_ours_only(sunny: Customer) -> None:
    wanted = {"flow": "portal_home"}
    assert ask(sunny, wanted, **{"sec-fetch-site": "same-origin"}).status_code == 201
    for headers in ({}, {"sec-fetch-site": "cross-site"}, {"origin": ORIGIN}):
        answer = ask(sunny, wanted, **headers)
        assert (answer.status_code, answer.json()["code"]) == (401, "sign_in_needed")
    answer = ask(sunny, wanted, authorization="Bearer nonsense")
    assert (answer.status_code, answer.json()["code"]) == (401, "token_invalid")


@pytest.mark.full
@pytest.mark.parametrize(
    "wanted",
    [
        {},
        {"flow": "nothing"},
        {"flow": None},
        {"flow": "portal_home", "subscription": "x"},
        {"flow": "portal_home", "subscription": 1},
        {"flow": "subscription_cancel", "subscription": "sub_1\n"},
        [],
        "portal_home",
        None,
    ],
    ids=range(9),
)
def test_a_wish_that_is_none_is_refused(app: HelpCenter, sunny: Customer, wanted: Any) -> None:
    answer = ask(sunny, wanted, **{"sec-fetch-site": "same-origin"})
    assert (answer.status_code, answer.json()["code"]) == (400, "invalid")
    assert rows(app, portal_links) == []


def break_nothing(_stage: Stage) -> None:
    pass


@pytest.mark.full
@pytest.mark.parametrize(
    ("arrange", "wanted", "status", "code"),
    [
        (subscribe_again, {"flow": "subscription_cancel"}, 400, "subscription_needed"),
        (
            break_nothing,
            {"flow": "subscription_cancel", "subscription": "sub_sandboxPip"},
            404,
            "subscription_gone",
        ),
        (
            lambda stage: stage.sandbox.faults.add(Fault("error", times=20)),
            {"flow": "subscription_cancel"},
            503,
            "stripe_unavailable",
        ),
        (
            lambda stage: delete_customer(stage.sandbox.state, "cus_sandboxSunny"),
            {"flow": "subscription_cancel"},
            404,
            "stripe_customer_missing",
        ),
    ],
    ids=["several", "strange", "down", "deleted"],
)
def test_a_program_is_told_why_not(
    stage: Stage,
    sunny: Customer,
    arrange: Callable[[Stage], None],
    wanted: Any,
    status: int,
    code: str,
) -> None:
    arrange(stage)
    answer = ask(sunny, wanted, **{"sec-fetch-site": "same-origin"})
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["detail"]
    if code == "subscription_needed":
        assert [error["field"] for error in answer.json()["errors"]] == ["subscription"]


def test_ten_links_a_minute_each_with_its_whole_life(app: HelpCenter, sunny: Customer) -> None:
    def made() -> Response:
        return ask(sunny, {"flow": "portal_home"}, **{"sec-fetch-site": "same-origin"})

    ids = {made().json()["link_id"] for _ in range(10)}
    assert len(ids) == 10
    answer = made()
    assert (answer.status_code, answer.json()["code"]) == (429, "too_many")
    assert int(answer.headers["retry-after"]) > 0
    assert till_of(app).keeper.lifetime == timedelta(hours=24)


def test_a_site_without_stripe_has_no_links_to_give(
    with_host: Settings, site: Site, database: Database, sunny: Customer
) -> None:
    settings = with_host.model_copy(update={"stripe_key": None})
    app = create_app(settings, database=database, site=site, clock=sunny.clock, log_requests=False)
    keyless = Customer(client_of(app), sunny.clock, sunny.stage)
    keyless.sign_in()
    answer = ask(keyless, {"flow": "portal_home"}, **{"sec-fetch-site": "same-origin"})
    assert (answer.status_code, answer.json()["code"]) == (503, "links_not_set_up")
    # A link from before the key was taken away.
    answer = keyless.go(sunny.link())
    assert answer.status_code == 503
    assert "/en/contact" in parse(answer.text).links()
