"""`/go/{token}`: whose click opens what, and what nobody's click ever does."""

from itertools import product
from urllib.parse import urlsplit

import pytest
from sqlalchemy import update

from helpcenter.app import HelpCenter
from helpcenter.billing.tables import portal_clicks, portal_links
from helpcenter.sandbox.faults import Fault
from helpcenter.sandbox.faults import Kind as FaultKind
from helpcenter.sandbox.lifecycle import delete_customer, end_subscription, schedule_cancel
from tests.billing.conftest import Stage
from tests.web.account.conftest import COOKIE
from tests.web.account.portal.conftest import MANAGE, Customer, Signed, clicks, rows, till_of
from tests.web.conftest import BASE
from tests.web.html import parse

SESSIONS = "/v1/billing_portal/sessions"
CANCEL = "/en/account/manage/subscription_cancel"


def test_the_customers_click_opens_their_page_of_the_portal(
    app: HelpCenter, sunny: Customer
) -> None:
    answer = sunny.go(sunny.link("/zh-HK/account/manage/payment_method_update"))
    (made,) = sunny.sessions
    assert (answer.status_code, answer.headers["location"]) == (303, made["url"])
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.text == ""
    assert (made["customer"], made["locale"]) == (sunny.stripe["id"], "zh-HK")
    assert made["flow"]["type"] == "payment_method_update"
    assert made["return_url"] == f"{BASE}/zh-HK/account?from=portal"
    assert len(rows(app, portal_clicks)) == 1
    assert clicks(app, "payment_method_update", "opened") == 1


def test_each_click_opens_a_page_of_its_own_with_a_key_of_its_own(
    stage: Stage, sunny: Customer
) -> None:
    link = sunny.link()
    first, second = (sunny.go(link).headers["location"] for _ in range(2))
    assert first != second
    keys = [headers["idempotency-key"] for headers in stage.tape.headers(SESSIONS)]
    assert len(set(keys)) == 2


def test_the_front_page_of_the_portal(sunny: Customer) -> None:
    sunny.go(sunny.link("/en/account/manage/portal_home"))
    assert sunny.sessions[0]["flow"] is None


def test_an_open_invoice_is_paid_on_its_own_page(pip: Customer, stage: Stage) -> None:
    (bill,) = stage.sandbox.state.where("invoice", customer=pip.stripe["id"], status="open")
    answer = pip.go(pip.link("/en/account/manage/pay_invoice"))
    assert (answer.status_code, answer.headers["location"]) == (303, bill["hosted_invoice_url"])
    assert answer.headers["cache-control"] == "no-store"
    assert pip.sessions == []


def test_with_nothing_open_the_page_says_so(app: HelpCenter, sunny: Customer) -> None:
    answer = sunny.go(sunny.link("/zh-HK/account/manage/pay_invoice"))
    assert answer.status_code == 404
    assert "沒有需要繳付的發票" in answer.text
    assert "/zh-HK/account" in parse(answer.text).links()
    assert clicks(app, "pay_invoice", "stripe_nothing_to_pay") == 1


def test_two_people_and_one_link(app: HelpCenter, sunny: Customer, signed_in: Signed) -> None:
    link = sunny.link()
    stranger = signed_in("pip")
    answer = stranger.go(link)
    assert answer.status_code == 404
    assert "You are signed in as pip@example.com" in answer.text
    for word in ("sunny", "cus_", "sub_", "payment_method_update"):
        assert word not in answer.text.lower()
    assert sunny.sessions == []
    assert rows(app, portal_clicks) == []
    assert sunny.go(link).status_code == 303


@pytest.mark.full
def test_every_link_that_is_not_good_gets_one_and_the_same_page(
    sunny: Customer, signed_in: Signed
) -> None:
    link = sunny.link()
    other = signed_in("pip").link()
    token = link.removeprefix("/go/")
    flipped = token[:20] + ("A" if token[20] != "A" else "B") + token[21:]
    bad = [flipped, token[:-1], token[1:], token + "A", "x", "A" * 43, "%00", "é", "a;b"]
    answers = [sunny.go(f"/go/{each}") for each in bad]
    answers.append(sunny.go(other))
    sunny.wait(hours=25)
    sunny.sign_in()
    answers.append(sunny.go(link))
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    page = parse(answers[0].text)
    assert "/en/account" in page.links()
    assert page.all("form", method="post", action="/en/signout")
    assert answers[0].headers["cache-control"] == "no-store"
    assert page.one("meta", name="robots").attributes["content"] == "noindex"
    assert "24 hours" in answers[0].text
    assert sunny.sessions == []


def test_a_flipped_bit_anywhere_opens_nothing(sunny: Customer) -> None:
    link = sunny.link()
    for place in range(len("/go/"), len(link)):
        flipped = link[:place] + chr(ord(link[place]) ^ 1) + link[place + 1 :]
        assert sunny.go(flipped).status_code == 404
    assert sunny.sessions == []


def test_a_link_is_good_for_24_hours(sunny: Customer) -> None:
    link = sunny.link()
    sunny.wait(hours=23, minutes=59)
    sunny.sign_in()
    assert sunny.go(link).status_code == 303
    sunny.wait(minutes=2)
    assert sunny.go(link).status_code == 404


def test_signing_out_at_the_host_app_revokes(sunny: Customer, api_token: str) -> None:
    link = sunny.link()
    answer = sunny.client.post(
        "/api/v1/customers/user-sunny/signout", headers={"authorization": f"Bearer {api_token}"}
    )
    assert answer.status_code == 204
    sunny.sign_in()
    assert sunny.go(link).status_code == 404
    assert sunny.go(sunny.link()).status_code == 303


def test_becoming_another_customer_at_stripe_revokes(sunny: Customer) -> None:
    link = sunny.link()
    sunny.wait(seconds=5)
    sunny.sign_in(stripe_customer="cus_sandboxPip")
    assert sunny.go(link).status_code == 404
    sunny.go(sunny.link())
    assert sunny.sessions[0]["customer"] == "cus_sandboxPip"


def test_a_stranger_is_bounced_before_anything_is_looked_up(
    app: HelpCenter, sunny: Customer
) -> None:
    link = sunny.link()
    sunny.client.cookies.clear()
    for path in (link, "/go/nonsense"):
        answer = sunny.go(path)
        assert answer.status_code == 303
        assert answer.headers["cache-control"] == "no-store"
        assert path.removeprefix("/go/") not in answer.headers["location"]
    assert rows(app, portal_clicks) == []
    back = sunny.come_back(sunny.go(link))
    assert back.headers["location"] == link
    assert sunny.go(link).status_code == 303


def test_a_sign_in_of_a_while_ago_is_made_fresh_by_one_bounce(
    app: HelpCenter, sunny: Customer
) -> None:
    link = sunny.link()
    sunny.wait(minutes=15)
    assert sunny.go(link).headers["location"].startswith("http://127.0.0.1")
    sunny.wait(seconds=1)
    before = len(rows(app, portal_clicks))
    back = sunny.come_back(sunny.go(link))
    assert back.headers["location"] == link
    assert len(rows(app, portal_clicks)) == before
    assert urlsplit(sunny.go(link).headers["location"]).path.startswith("/p/session/")


def test_an_old_sign_in_of_the_widget_is_as_old_here(sunny: Customer) -> None:
    token = sunny.token()
    sunny.wait(minutes=20)
    link = sunny.link()
    answer = sunny.post_sso({"access_token": token, "return_to": link})
    assert answer.headers["location"] == link
    assert "help-login" in sunny.go(link).headers["location"]


@pytest.mark.full
@pytest.mark.parametrize("path", ["link", MANAGE, "/en/account"])
@pytest.mark.parametrize(
    ("method", "headers"),
    [
        ("HEAD", {}),
        ("GET", {"sec-purpose": "prefetch"}),
        ("GET", {"sec-purpose": "prefetch;prerender"}),
        ("GET", {"purpose": "prefetch"}),
        ("GET", {"x-moz": "prefetch"}),
    ],
    ids=range(5),
)
def test_looking_ahead_creates_nothing(
    app: HelpCenter, sunny: Customer, path: str, method: str, headers: dict[str, str]
) -> None:
    path = sunny.link() if path == "link" else path
    before = len(rows(app, portal_links))
    answer = sunny.client.request(method, path, headers=headers)
    assert (answer.status_code, answer.content) == (204, b"")
    assert answer.headers["cache-control"] == "no-store"
    assert len(rows(app, portal_links)) == before
    assert rows(app, portal_clicks) == []
    assert sunny.sessions == []


def test_only_a_page_of_its_own_opens_it(app: HelpCenter, sunny: Customer) -> None:
    others = ("iframe", "frame", "embed", "object", "image", "script", "empty")
    for path, dest in product((sunny.link(), MANAGE), others):
        answer = sunny.client.get(path, headers={"sec-fetch-dest": dest})
        assert answer.status_code == 403
        assert "in a new tab" in answer.text
        assert "frame-ancestors 'none'" in answer.headers["content-security-policy"]
    assert rows(app, portal_clicks) == []


def test_a_browser_that_says_nothing_of_itself_is_believed(sunny: Customer) -> None:
    assert sunny.client.get(sunny.link()).status_code == 303


@pytest.mark.full
@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS"])
def test_other_methods_do_nothing(app: HelpCenter, sunny: Customer, method: str) -> None:
    assert sunny.client.request(method, sunny.link()).status_code == 405
    assert rows(app, portal_clicks) == []


def test_an_agents_cookie_opens_nothing(sunny: Customer) -> None:
    link, value = sunny.link(), sunny.client.cookies[COOKIE]
    sunny.client.cookies.clear()
    sunny.client.cookies.set("__Host-hc_agent", value, domain="help.example.com", path="/")
    assert "help-login" in sunny.go(link).headers["location"]


def test_ten_clicks_a_minute(sunny: Customer) -> None:
    link = sunny.link()
    assert [sunny.go(link).status_code for _ in range(10)] == [303] * 10
    answer = sunny.go(link)
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "61")
    assert "a little fast" in answer.text
    assert len(sunny.sessions) == 10
    sunny.wait(seconds=61)
    assert sunny.go(link).status_code == 303


@pytest.mark.parametrize("tag", ["en", "zh-HK"])
def test_a_flow_stripe_refuses_is_opened_at_the_front_and_the_page_says_where_to_click(
    app: HelpCenter, stage: Stage, sunny: Customer, tag: str
) -> None:
    config = stage.sandbox.state.where("billing_portal.configuration")[0]
    config["features"]["subscription_cancel"]["enabled"] = False
    link = sunny.link(f"/{tag}/account/manage/subscription_cancel")
    answer = sunny.go(link)
    assert answer.status_code == 200
    assert "Cancel subscription" in answer.text
    assert "/p/session/" not in answer.text
    assert parse(answer.text).one("html").attributes["lang"] == tag
    assert clicks(app, "subscription_cancel", "fell_back") == 1
    form = parse(answer.text).all("form", class_="told-ways", method="post")
    assert [each.attributes.get("action", link) for each in form] == [link]
    policy = answer.headers["content-security-policy"]
    assert stage.sandbox.wiring.stripe_url.removeprefix("http://") in policy
    assert sunny.client.post(link).status_code == 403
    assert sunny.client.post(link, headers={"sec-fetch-site": "cross-site"}).status_code == 403
    went = sunny.client.post(link, headers={"sec-fetch-site": "same-origin"})
    assert went.status_code == 303
    assert went.headers["location"] in {each["url"] for each in sunny.sessions}
    assert [each["flow"] for each in sunny.sessions] == [None, None]


def test_the_button_of_that_page_is_for_the_customer_only(
    sunny: Customer, signed_in: Signed
) -> None:
    link, stranger = sunny.link(), signed_in("pip")
    ours = {"sec-fetch-site": "same-origin"}
    assert stranger.client.post(link, headers=ours).status_code == 404
    stranger.client.cookies.clear()
    assert "help-login" in stranger.client.post(link, headers=ours).headers["location"]
    assert sunny.sessions == []


def test_a_subscription_is_read_again_at_the_click(
    app: HelpCenter, stage: Stage, sunny: Customer
) -> None:
    link, state = sunny.link(CANCEL), stage.sandbox.state
    sub = state.get("subscription", "sub_sandboxSunny")
    schedule_cancel(state, sub, cancel=True)
    answer = sunny.go(link)
    assert answer.status_code == 409
    assert "already set to end" in answer.text
    assert "/en/account/manage/portal_home" in parse(answer.text).links()
    end_subscription(state, sub)
    assert "no such subscription" in sunny.go(link).text
    assert sunny.sessions == []
    assert clicks(app, "subscription_cancel", "subscription_gone") == 1


def test_a_subscription_that_became_somebody_elses_opens_nothing(
    stage: Stage, sunny: Customer
) -> None:
    link = sunny.link(CANCEL)
    stage.sandbox.state.get("subscription", "sub_sandboxSunny")["customer"] = "cus_sandboxPip"
    assert sunny.go(link).status_code == 404
    assert sunny.sessions == []


def test_a_deleted_customer_is_handed_over(app: HelpCenter, stage: Stage, sunny: Customer) -> None:
    link = sunny.link()
    delete_customer(stage.sandbox.state, sunny.stripe["id"])
    answer = sunny.go(link)
    assert answer.status_code == 404
    assert "We cannot find your billing account" in answer.text
    assert "/en/contact" in parse(answer.text).links()
    assert clicks(app, "payment_method_update", "stripe_customer_missing") == 1


@pytest.mark.full
@pytest.mark.parametrize("kind", ["reset", "rate_limit", "error", "garbage"])
@pytest.mark.parametrize("path", [MANAGE, CANCEL, "/en/account/manage/pay_invoice"])
def test_stripe_in_trouble_is_told_calmly_and_can_be_tried_again(
    stage: Stage, signed_in: Signed, path: str, kind: FaultKind
) -> None:
    pip = signed_in("pip")
    link = pip.link(path)
    stage.sandbox.faults.add(Fault(kind, times=100))
    answer = pip.go(link)
    assert answer.status_code == 503
    assert answer.headers["retry-after"]
    assert link in parse(answer.text).links()
    for raw in ("An error occurred", "Bad Gateway", "Too many requests", "api_error", "cus_"):
        assert raw not in answer.text
    stage.sandbox.faults.clear()
    assert pip.go(link).status_code == 303


@pytest.mark.full
def test_a_stripe_that_hangs_does_not_hang_the_customer(stage: Stage, sunny: Customer) -> None:
    link = sunny.link()
    stage.sandbox.faults.add(Fault("hang", times=2, seconds=6))
    assert sunny.go(link).status_code == 503


@pytest.mark.parametrize("flow", ["payment_method_update", "portal_home"])
@pytest.mark.parametrize("fault", ["permission", "configuration"])
def test_what_an_operator_must_mend_is_handed_over_and_told_to_them(
    app: HelpCenter,
    stage: Stage,
    sunny: Customer,
    capsys: pytest.CaptureFixture[str],
    flow: str,
    fault: str,
) -> None:
    link = sunny.link(f"/en/account/manage/{flow}")
    if fault == "permission":
        stage.sandbox.state.rights.discard("customer_portal_write")
    else:
        stage.sandbox.state.tables["billing_portal.configuration"].clear()
    answer = sunny.go(link)
    code = "not_permitted" if fault == "permission" else "no_configuration"
    assert answer.status_code == 503
    assert "/en/contact" in parse(answer.text).links()
    for raw in ("rak_", "rk_test", "dashboard.stripe.com", "configuration"):
        assert raw not in answer.text
    told = capsys.readouterr().out
    assert "portal_link_refused" in told
    assert code in told
    assert link.removeprefix("/go/") not in told
    assert rows(app, portal_links)[0]["id"] in told
    assert clicks(app, flow, f"stripe_{code}") == 1


def test_a_portal_on_another_host_is_never_opened(
    app: HelpCenter, stage: Stage, sunny: Customer
) -> None:
    link = sunny.link()
    door = app.state.till.billing.portal._door
    door._portal_hosts = frozenset({"billing.stripe.com"})
    answer = sunny.go(link)
    assert answer.status_code == 503
    assert "location" not in answer.headers
    assert "/p/session/" not in answer.text


def test_the_words_of_the_reader(sunny: Customer) -> None:
    answer = sunny.go("/go/nothing", **{"accept-language": "zh-HK"})
    assert "這條連結不能為你開啟任何頁面" in answer.text
    assert parse(answer.text).one("html").attributes["lang"] == "zh-HK"


def test_a_link_about_one_of_several_asks_which(
    app: HelpCenter, sunny: Customer, stage: Stage
) -> None:
    state = stage.sandbox.state
    token = sunny.link("/en/account/manage/subscription_cancel")
    other = {**state.get("subscription", "sub_sandboxSunny"), "id": "sub_another"}
    with state.lock:
        state.add(other)
    # The chat makes such links where it cannot tell which one is meant.
    unnamed = update(portal_links).values(subscription=None)
    till_of(app).keeper.database.write_sync(lambda conn: conn.execute(unnamed))
    answer = sunny.go(token)
    assert answer.status_code == 303
    assert answer.headers["location"] == "/en/account/manage/subscription_cancel"
    assert "sub_another" in sunny.go(answer.headers["location"]).text
