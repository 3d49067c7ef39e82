"""Plans in the hosted portal: changed, paused, resumed, and each flow's own page."""

from typing import Any

import pytest

from helpcenter.sandbox.server import Sandbox
from tests.sandbox.browser import Browser, Forms
from tests.sandbox.conftest import Clients
from tests.sandbox.test_portal_pages import RETURN, open_portal, types


@pytest.fixture
def browser() -> Browser:
    return Browser()


def flow(type_: str, subscription: str | None = None) -> dict[str, Any]:
    back = {"type": "redirect", "redirect": {"return_url": f"{RETURN}?done"}}
    detail = {type_: {"subscription": subscription}} if subscription else {}
    return {"flow_data": {"type": type_, "after_completion": back, **detail}}


def test_the_plan_is_changed_within_its_currency(
    sandbox: Sandbox, client: Clients, browser: Browser
) -> None:
    url = open_portal(client, "Pip", **flow("subscription_update", "sub_sandboxPip"))
    page = browser.get(url)
    assert "Plus plan HK$128.00 per month · Current" in page.words()
    assert "Studio plan" not in page.words()
    (form,) = Forms(page).found
    assert form.fields["price"] == "price_sandboxPlus"
    action = f"{url}/subscriptions/sub_sandboxPip/plan"
    for senseless in ("price_sandboxPlus", "price_sandboxStudio", "price_no", ""):
        assert "Choose a plan" in browser.post(action, {"price": senseless}, stay=True).words()
    done = browser.post(action, {"price": "price_sandboxSketch"}, stay=True)
    assert (done.status, done.headers["location"]) == (303, f"{RETURN}?done")
    assert types(sandbox) == ["customer.subscription.updated"]
    home = browser.get(open_portal(client, "Pip"))
    assert "Sketch plan Past due HK$48.00" in home.words()


def test_a_pause_stops_the_charges_until_it_is_resumed(
    sandbox: Sandbox, client: Clients, browser: Browser
) -> None:
    url = open_portal(client, "Sunny", **flow("subscription_pause", "sub_sandboxSunny"))
    assert "Nothing is charged until you resume it." in browser.get(url).words()
    done = browser.post(f"{url}/subscriptions/sub_sandboxSunny/pause", stay=True)
    assert done.headers["location"] == f"{RETURN}?done"
    row = sandbox.state.get("subscription", "sub_sandboxSunny")
    assert row["status"] == "paused"
    home = browser.get(open_portal(client, "Sunny"))
    assert "Studio plan Paused" in home.words()
    assert "Renews on" not in home.words()
    assert browser.post(f"{home.url}/subscriptions/sub_sandboxSunny/pause").status == 403
    home = browser.send(home, "/resume")
    assert "Studio plan Active" in home.words()
    assert (row["status"], row["status_details"]) == ("active", None)
    assert browser.post(f"{home.url}/subscriptions/sub_sandboxSunny/resume").status == 403
    assert types(sandbox) == [
        "customer.subscription.paused",
        "billing_portal.session.created",
        "customer.subscription.resumed",
    ]


def test_a_pause_that_was_arranged_elsewhere_is_resumed_too(
    sandbox: Sandbox, client: Clients, browser: Browser
) -> None:
    home = browser.get(open_portal(client, "Linnet"))
    assert "Paused" in home.words()
    browser.send(home, "/resume")
    assert sandbox.state.get("subscription", "sub_sandboxLinnet")["pause_collection"] is None


def test_the_address_flow_opens_at_the_form_and_leads_back(
    sandbox: Sandbox, client: Clients, browser: Browser
) -> None:
    url = open_portal(client, "Sunny", **flow("customer_update"))
    page = browser.get(url)
    assert 'name="line1"' in page.text
    done = browser.post(f"{url}/address", {"line1": "9 Kite St", "country": "HK"}, stay=True)
    assert done.headers["location"] == f"{RETURN}?done"
    assert sandbox.customer("sunny")["address"]["line1"] == "9 Kite St"


def test_what_is_off_is_neither_shown_nor_done(
    sandbox: Sandbox, client: Clients, browser: Browser
) -> None:
    (config,) = sandbox.state.where("billing_portal.configuration")
    for feature in config["features"].values():
        feature["enabled"] = False
    home = browser.get(open_portal(client, "Sunny"))
    for action in ("pause", "resume", "plan"):
        assert f"/{action}" not in home.text
        assert browser.post(f"{home.url}/subscriptions/sub_sandboxSunny/{action}").status == 403
    for action in ("pause", "plan"):
        assert browser.get(f"{home.url}/subscriptions/sub_sandboxSunny/{action}").status == 403
    theirs = f"{home.url}/subscriptions/sub_sandboxPip/plan"
    assert browser.post(theirs, {"price": "price_sandboxSketch"}).status == 403
