"""The hosted portal: what its pages show, what its forms do, and when its links end."""

from typing import Any

import pytest

from helpcenter.sandbox.server import Sandbox
from tests.sandbox.browser import Browser, Forms, Page
from tests.sandbox.conftest import Clients, Watch

RETURN = "http://127.0.0.1:9/back"
CARD = {"card_number": "4242 4242 4242 4242", "expiry": "12 / 34", "cvc": "123"}


@pytest.fixture
def browser() -> Browser:
    return Browser()


def open_portal(client: Clients, name: str, **params: Any) -> str:
    whole = {"customer": f"cus_sandbox{name}", "locale": "en", "return_url": RETURN, **params}
    made = client().v1.billing_portal.sessions.create(whole)  # type: ignore[arg-type]  # open-ended
    return str(made.url)


def update_flow(after: dict[str, Any] | None = None) -> dict[str, Any]:
    data: dict[str, Any] = {"type": "payment_method_update"}
    return {"flow_data": data | ({"after_completion": after} if after else {})}


def default_card(sandbox: Sandbox, name: str) -> dict[str, Any]:
    id_ = sandbox.customer(name)["invoice_settings"]["default_payment_method"]
    card: dict[str, Any] = sandbox.state.get("payment_method", id_)["card"]
    return card


def cards(sandbox: Sandbox, name: str) -> list[str]:
    rows = sandbox.state.where("payment_method", customer=sandbox.customer(name)["id"])
    return [row["card"]["last4"] for row in rows]


def types(sandbox: Sandbox) -> list[str]:
    return [row["type"] for row in sandbox.state.events()][1:]


def test_home_shows_plan_cards_address_and_invoices(client: Clients, browser: Browser) -> None:
    page = browser.get(open_portal(client, "Juniper"))
    words = page.words()
    assert page.status == 200
    for text in (
        "Sandbox – not Stripe",
        "Plus plan Past due",
        "HK$128.00",
        "Charged to Visa ending in 1881 (your default card)",
        "Visa ending in 1881 Default Expired 09 / 2026",
        "Visa ending in 4242 Expires 05 / 2029",
        "7 Lantern Lane, Hong Kong, HK",
        "Open Pay JUNIPER-0002",
    ):
        assert text in words
    assert f'href="{RETURN}"' in page.text


def test_the_page_speaks_the_sessions_language_then_the_customers(
    client: Clients, browser: Browser
) -> None:
    chinese = browser.get(open_portal(client, "Marigold", locale="zh-HK"))
    assert '<html lang="zh-HK">' in chinese.text
    assert "沙盒 – 並非 Stripe" in chinese.text
    assert '<html lang="en">' in browser.get(open_portal(client, "Wren")).text
    for automatic in ("auto", "fr"):
        own = browser.get(open_portal(client, "Wren", locale=automatic))
        assert '<html lang="zh-HK">' in own.text


def test_pages_are_locked_down(client: Clients, browser: Browser) -> None:
    after = {"type": "redirect", "redirect": {"return_url": "https://other.example/x"}}
    headers = browser.get(open_portal(client, "Sunny", **update_flow(after))).headers
    policy = headers["content-security-policy"]
    assert "script-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "form-action 'self' http://127.0.0.1:9 https://other.example;" in policy
    assert headers["cache-control"] == "no-store"


def test_a_card_is_added_and_made_default(
    sandbox: Sandbox, client: Clients, browser: Browser
) -> None:
    home = browser.get(open_portal(client, "Pip"))
    form = browser.get(f"{home.url}/cards/add")
    home = browser.send(form, "/cards/add", CARD)
    assert "Visa ending in 4242" in home.words()
    assert default_card(sandbox, "pip")["last4"] == "9995"
    newest = sandbox.state.where("payment_method", customer="cus_sandboxPip")[0]["id"]
    browser.send(home, f"/cards/{newest}/default")
    assert default_card(sandbox, "pip")["last4"] == "4242"
    assert types(sandbox) == [
        "setup_intent.created",
        "payment_method.attached",
        "setup_intent.succeeded",
        "customer.updated",
    ]


def test_card_numbers_are_kept_nowhere(sandbox: Sandbox, client: Clients, browser: Browser) -> None:
    home = browser.get(open_portal(client, "Pip"))
    for number in ("4242424242424242", "4000000000000002"):
        browser.post(f"{home.url}/cards/add", CARD | {"card_number": number})
        assert number not in repr(sandbox.state.tables)


@pytest.mark.parametrize(
    ("after", "ends"),
    [
        ({"type": "redirect", "redirect": {"return_url": RETURN}}, RETURN),
        ({"type": "portal_homepage"}, "home"),
        (None, "home"),
        ({"type": "hosted_confirmation", "hosted_confirmation": {"custom_message": "Ta!"}}, "Ta!"),
    ],
)
def test_the_update_flow_sets_the_default_and_ends_as_asked(
    sandbox: Sandbox, client: Clients, browser: Browser, after: dict[str, Any] | None, ends: str
) -> None:
    url = open_portal(client, "Marigold", **update_flow(after))
    form = browser.get(url)
    assert "becomes your default payment method" in form.words()
    done = browser.send(form, "/cards/add", CARD, stay=True)
    assert default_card(sandbox, "marigold")["last4"] == "4242"
    if ends == "Ta!":
        assert "Ta!" in done.words()
    else:
        assert done.status == 303
        expected = url.removeprefix(sandbox.wiring.stripe_url) if ends == "home" else ends
        assert done.headers["location"] == expected
    assert "Current plan" in browser.get(url).words()


@pytest.mark.parametrize(
    ("number", "says"),
    [
        ("4000 0000 0000 0002", "Your card was declined."),
        ("4000-0000-0000-9995", "Your card has insufficient funds."),
        ("4000 0000 0000 9987", "Your card was declined."),
        ("4000 0000 0000 0127", "security code is incorrect"),
    ],
)
def test_a_declined_card_says_why_and_is_not_saved(
    sandbox: Sandbox, client: Clients, browser: Browser, number: str, says: str
) -> None:
    form = browser.get(open_portal(client, "Sunny", **update_flow()))
    page = browser.send(form, "/cards/add", CARD | {"card_number": number})
    assert page.status == 422
    assert says in page.words()
    assert 'role="alert"' in page.text
    assert cards(sandbox, "sunny") == ["4242"]
    (failed,) = sandbox.state.events("setup_intent.setup_failed")
    assert failed["data"]["object"]["last_setup_error"]["type"] == "card_error"
    (intent,) = client().v1.setup_intents.list({"customer": "cus_sandboxSunny"}).data
    assert intent.status == "requires_payment_method"


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ({"card_number": "4111 1111 1111 1111"}, "card_number"),
        ({"card_number": ""}, "card_number"),
        ({"expiry": "13/34"}, "expiry"),
        ({"expiry": "00/34"}, "expiry"),
        ({"expiry": "10/26"}, "expiry"),
        ({"expiry": "soon"}, "expiry"),
        ({"cvc": "12"}, "cvc"),
        ({"cvc": "12a"}, "cvc"),
    ],
)
def test_a_wrong_field_is_pointed_at(
    sandbox: Sandbox, client: Clients, browser: Browser, typed: dict[str, str], wrong: str
) -> None:
    home = browser.get(open_portal(client, "Sunny"))
    page = browser.post(f"{home.url}/cards/add", CARD | typed)
    assert page.status == 422
    assert f'aria-describedby="{wrong}-error"' in page.text
    assert f'id="{wrong}-error"' in page.text
    assert cards(sandbox, "sunny") == ["4242"]


@pytest.mark.parametrize("expiry", ["11/26", "1234", "12/2034", "1 / 27"])
def test_expiry_dates_are_read_as_people_write_them(
    sandbox: Sandbox, client: Clients, browser: Browser, expiry: str
) -> None:
    home = browser.get(open_portal(client, "Sunny"))
    browser.post(f"{home.url}/cards/add", CARD | {"expiry": expiry})
    assert len(cards(sandbox, "sunny")) == 2


def begin_authentication(client: Clients, browser: Browser) -> Page:
    form = browser.get(open_portal(client, "Sunny", **update_flow()))
    number = {"card_number": "4000 0027 6000 3184"}
    return browser.send(form, "/cards/add", CARD | number)


def test_three_d_secure_waits_for_the_customer(
    sandbox: Sandbox, client: Clients, browser: Browser
) -> None:
    page = begin_authentication(client, browser)
    assert "Complete authentication" in page.words()
    (intent,) = client().v1.setup_intents.list({"customer": "cus_sandboxSunny"}).data
    assert intent.status == "requires_action"
    assert intent.next_action is not None
    assert intent.next_action.redirect_to_url is not None
    assert intent.next_action.redirect_to_url.url == page.url
    browser.post(page.url, {"result": "complete"})
    assert default_card(sandbox, "sunny")["last4"] == "3184"
    (intent,) = client().v1.setup_intents.list({"customer": "cus_sandboxSunny"}).data
    assert (intent.status, intent.next_action) == ("succeeded", None)


def test_failed_three_d_secure_saves_nothing(
    sandbox: Sandbox, client: Clients, browser: Browser
) -> None:
    page = begin_authentication(client, browser)
    refused = browser.post(page.url, {"result": "fail"})
    assert "could not be authenticated" in refused.words()
    assert cards(sandbox, "sunny") == ["4242"]
    (event,) = sandbox.state.events("setup_intent.setup_failed")
    error = event["data"]["object"]["last_setup_error"]
    assert error["code"] == "setup_intent_authentication_failure"
    assert "Current plan" not in browser.get(page.url).words()


def test_deleting_a_card(sandbox: Sandbox, client: Clients, browser: Browser) -> None:
    home = browser.get(open_portal(client, "Juniper"))
    browser.send(home, "/cards/pm_sandboxJuniperNew/delete")
    assert cards(sandbox, "juniper") == ["1881"]
    refused = browser.post(f"{home.url}/cards/pm_sandboxJuniperOld/delete")
    assert refused.status == 409
    assert "cannot be deleted" in refused.words()
    assert types(sandbox) == ["payment_method.detached"]


def test_somebody_elses_card_is_out_of_reach(
    sandbox: Sandbox, client: Clients, browser: Browser
) -> None:
    home = browser.get(open_portal(client, "Sunny"))
    for action in ("default", "delete"):
        assert browser.post(f"{home.url}/cards/pm_sandboxJuniperNew/{action}").status == 403
    path = f"{home.url}/subscriptions/sub_sandboxPip"
    assert browser.get(f"{path}/cancel").status == 403
    assert browser.post(f"{path}/cancel").status == 403
    assert types(sandbox) == []


def test_a_subscriptions_own_card_is_changed_from_home(
    sandbox: Sandbox, client: Clients, browser: Browser
) -> None:
    home = browser.get(open_portal(client, "Barnaby"))
    assert "Mastercard ending in 5100 (set for this plan only)" in home.words()
    url = f"{home.url}/subscriptions/sub_sandboxBarnaby/card"
    (form,) = Forms(browser.get(url)).found
    assert form.fields["card"] == "pm_sandboxBarnabyOld"
    home = browser.post(url, {"card": "pm_sandboxBarnabyNew"})
    assert "Charged to Visa ending in 4242" in home.words()
    assert browser.post(url, {"card": "pm_sandboxSunnyVisa"}).status == 403


def test_cancelling_and_thinking_better_of_it(
    sandbox: Sandbox, client: Clients, browser: Browser
) -> None:
    detail = {"subscription": "sub_sandboxSunny"}
    data = {"type": "subscription_cancel", "subscription_cancel": detail}
    page = browser.get(open_portal(client, "Sunny", flow_data=data))
    home = browser.send(page, "/cancel", {"feedback": "unused"})
    assert "Ends soon" in home.words()
    plan = sandbox.state.get("subscription", "sub_sandboxSunny")
    assert plan["cancel_at_period_end"] is True
    assert plan["cancellation_details"]["feedback"] == "unused"
    home = browser.send(home, "/keep")
    assert "Active" in home.words()
    assert plan["cancel_at"] is None


def test_cancelling_at_once_when_configured_so(
    sandbox: Sandbox, client: Clients, browser: Browser
) -> None:
    (config,) = sandbox.state.where("billing_portal.configuration")
    config["features"]["subscription_cancel"]["mode"] = "immediately"
    home = browser.get(open_portal(client, "Sunny"))
    home = browser.post(f"{home.url}/subscriptions/sub_sandboxSunny/cancel")
    assert "You have no subscription." in home.words()


def test_the_address_can_be_changed(sandbox: Sandbox, client: Clients, browser: Browser) -> None:
    home = browser.get(open_portal(client, "Sunny"))
    form = browser.get(f"{home.url}/address")
    page = browser.send(form, "/address", {"line1": "9 Kite Street", "country": "Nowhere"})
    assert 'id="country-error"' in page.text
    home = browser.send(page, "/address", {"country": "gb", "postal_code": "E1"})
    assert "9 Kite Street, Hong Kong, E1, GB" in home.words()
    assert sandbox.customer("sunny")["address"]["country"] == "GB"


def test_features_that_are_off_are_neither_shown_nor_done(
    sandbox: Sandbox, client: Clients, browser: Browser
) -> None:
    (config,) = sandbox.state.where("billing_portal.configuration")
    for feature in config["features"].values():
        feature["enabled"] = False
    home = browser.get(open_portal(client, "Juniper"))
    for text in ("Add payment method", "Cancel subscription", "Invoice history", "Make default"):
        assert text not in home.words()
    assert browser.get(f"{home.url}/cards/add").status == 403
    assert browser.post(f"{home.url}/cards/add", CARD).status == 403
    assert browser.post(f"{home.url}/cards/pm_sandboxJuniperNew/default").status == 403
    assert browser.get(f"{home.url}/address").status == 403
    assert browser.post(f"{home.url}/address", {"country": "HK"}).status == 403
    for action in ("cancel", "keep", "card"):
        url = f"{home.url}/subscriptions/sub_sandboxJuniper/{action}"
        assert browser.post(url).status == 403


def test_other_flows_land_at_home_with_a_sentence(client: Clients, browser: Browser) -> None:
    items = [{"id": "si_sandboxSunny", "price": "price_sandboxPlus"}]
    detail = {"subscription": "sub_sandboxSunny", "items": items}
    data = {"type": "subscription_update_confirm", "subscription_update_confirm": detail}
    url = open_portal(client, "Sunny", flow_data=data)
    assert "no page of its own" in browser.get(url).words()


def test_a_link_dies_unused_after_five_minutes(
    client: Clients, browser: Browser, watch: Watch
) -> None:
    url = open_portal(client, "Sunny")
    watch.pass_(minutes=4, seconds=59)
    assert browser.get(url, method="HEAD").status == 200
    watch.pass_(seconds=1)
    gone = browser.get(url)
    assert gone.status == 410
    assert "This link has expired" in gone.words()


def test_a_used_link_dies_an_hour_after_the_last_click(
    client: Clients, browser: Browser, watch: Watch
) -> None:
    url = open_portal(client, "Sunny")
    for _ in range(3):
        assert browser.get(url).status == 200
        watch.pass_(minutes=59)
    watch.pass_(minutes=1)
    assert browser.get(url).status == 410
    assert browser.post(f"{url}/cards/add", CARD).status == 410


def test_a_guessed_link_and_a_deleted_customer_are_gone(
    sandbox: Sandbox, client: Clients, browser: Browser
) -> None:
    assert browser.get(f"{sandbox.wiring.stripe_url}/p/session/test_guess").status == 410
    url = open_portal(client, "Sunny")
    client().v1.customers.delete("cus_sandboxSunny")
    assert browser.get(url).status == 410
