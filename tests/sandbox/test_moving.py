"""A person becomes another customer of Stripe's, and the host app says so."""

from helpcenter.sandbox.server import Sandbox
from tests.sandbox.browser import Browser, Forms
from tests.sandbox.test_faults import order, refusal
from tests.sandbox.test_host import CENTRE, decode, sign_in

OLD = "cus_sandboxSunny"


def test_plan_and_card_go_along_and_the_old_customer_stays(sandbox: Sandbox) -> None:
    before = sandbox.state.where("payment_method", customer=OLD)
    new = order(sandbox, "customers/move", customer="sunny")["customer"]
    state = sandbox.state
    assert sandbox.customer("sunny")["id"] == sandbox.customer("user-sunny")["id"] == new
    assert sandbox.customer(OLD)["id"] == OLD
    (plan,) = state.open_subscriptions(new)
    assert plan["status"] == "active"
    assert list(state.open_subscriptions(OLD)) == []
    (card,) = state.where("payment_method", customer=new)
    assert state.charged_card(plan) == card["id"]
    assert state.where("payment_method", customer=OLD) == before
    assert card["card"] == before[0]["card"]
    kinds = {row["type"] for row in state.events()}
    assert {"customer.created", "customer.subscription.created"} <= kinds


def test_the_host_app_names_the_new_customer(sandbox: Sandbox) -> None:
    sandbox.connect(helpcenter_url=CENTRE)
    browser = Browser()
    sign_in(sandbox, browser)
    new = order(sandbox, "customers/move", customer="sunny")["customer"]
    again = order(sandbox, "customers/move", customer="sunny")["customer"]
    assert len({OLD, new, again}) == 3
    page = browser.get(f"{sandbox.wiring.host_url}/subscriptions")
    assert "Active" in page.words()
    form = next(row for row in Forms(page).found if row.action == f"{CENTRE}/sso")
    said = decode(sandbox, form.fields["jwt"])
    assert (said["sub"], said["stripe_customer"]) == ("user-sunny", again)


def test_who_pays_with_no_card_moves_with_none(sandbox: Sandbox) -> None:
    new = order(sandbox, "customers/move", customer="acorn")["customer"]
    assert sandbox.state.where("payment_method", customer=new) == []
    assert refusal(sandbox, "customers/move", customer="moss") == 400
    assert refusal(sandbox, "customers/move", customer="nobody") == 400
