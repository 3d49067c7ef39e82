"""The hosted invoice: paid with the right card, declined, authenticated."""

import pytest

from helpcenter.sandbox.server import Sandbox
from tests.sandbox.browser import Browser, Forms
from tests.sandbox.conftest import Clients


@pytest.fixture
def browser() -> Browser:
    return Browser()


def bill(client: Clients, name: str) -> tuple[str, str]:
    (row,) = client().v1.invoices.list({"customer": f"cus_sandbox{name}", "status": "open"}).data
    return row.id, str(row.hosted_invoice_url)


def test_a_good_card_pays_and_all_is_well_again(
    sandbox: Sandbox, client: Clients, browser: Browser
) -> None:
    id_, url = bill(client, "Barnaby")
    page = browser.get(url)
    assert Forms(page).found[0].fields["card"] == "pm_sandboxBarnabyOld"
    assert "HK$128.00" in page.words()
    done = browser.post(url, {"card": "pm_sandboxBarnabyNew"})
    assert "This invoice is paid" in done.words()
    api = client()
    paid = api.v1.invoices.retrieve(id_, {"expand": ["payments.data.payment.payment_intent"]})
    assert (paid.status, paid.amount_remaining, paid.next_payment_attempt) == ("paid", 0, None)
    plan = api.v1.subscriptions.retrieve("sub_sandboxBarnaby")
    assert plan.status == "active"
    assert sandbox.customer("barnaby")["delinquent"] is False
    sent = {row["type"] for row in sandbox.state.events()}
    assert {"invoice.paid", "customer.subscription.updated", "customer.updated"} <= sent


def test_the_card_stripe_would_charge_is_used_unless_chosen(
    sandbox: Sandbox, client: Clients, browser: Browser
) -> None:
    id_, url = bill(client, "Barnaby")
    choices: list[dict[str, str]] = [{}, {"card": "pm_sandboxSunnyVisa"}]
    for given in choices:
        page = browser.post(url, given)
        assert page.status == 422
        assert "Your card has expired." in page.words()
    row = sandbox.state.get("invoice", id_)
    assert (row["status"], row["attempt_count"]) == ("open", 2)
    assert len(sandbox.state.events("invoice.payment_failed")) == 2


def test_wrens_bank_is_asked(sandbox: Sandbox, client: Clients, browser: Browser) -> None:
    id_, url = bill(client, "Wren")
    browser.language = "en"
    page = browser.post(url)
    assert page.url == f"{url}/authenticate"
    assert "完成驗證" in page.text
    refused = browser.post(page.url, {"result": "fail"})
    assert refused.status == 422
    (failed,) = sandbox.state.events("invoice.payment_failed")
    assert failed["data"]["object"]["id"] == id_
    page = browser.send(refused, url)
    done = browser.post(page.url, {"result": "complete"})
    assert "已繳付" in done.text
    assert sandbox.state.get("invoice", id_)["status"] == "paid"
    assert browser.get(f"{url}/authenticate").url == url
    assert browser.post(f"{url}/authenticate", {"result": "fail"}).url == url


def test_a_paid_invoice_is_not_paid_twice(
    sandbox: Sandbox, client: Clients, browser: Browser
) -> None:
    paid = client().v1.invoices.list({"customer": "cus_sandboxSunny"}).data[0]
    page = browser.post(str(paid.hosted_invoice_url))
    assert "This invoice is paid" in page.words()
    assert sandbox.state.events() == []


def test_without_a_card_it_says_so(sandbox: Sandbox, client: Clients, browser: Browser) -> None:
    _, url = bill(client, "Marigold")
    client().v1.payment_methods.detach("pm_sandboxMarigoldMastercard")
    assert "No card is saved" in browser.get(url).words()
    assert browser.post(url).status == 422


def test_an_unknown_invoice_is_gone(sandbox: Sandbox, browser: Browser) -> None:
    assert browser.get(f"{sandbox.wiring.stripe_url}/i/test_guess").status == 410
