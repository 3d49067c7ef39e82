"""The account page: what each of the sandbox's people is told, in their language and zone."""

import re

import pytest

from helpcenter.app import HelpCenter, create_app
from helpcenter.db.database import Database
from helpcenter.sandbox import wallet
from helpcenter.sandbox.faults import Fault
from helpcenter.sandbox.lifecycle import delete_customer, schedule_cancel
from helpcenter.sandbox.people import NEWCOMERS, REGULARS, fail_next_payment
from helpcenter.sandbox.shapes import address
from helpcenter.settings import Settings
from helpcenter.site.model import Site
from tests.billing.conftest import Stage
from tests.web.account.portal.conftest import Customer, Signed
from tests.web.conftest import client_of
from tests.web.html import Page, parse

ACCOUNT = {"en": "/en/account", "zh-HK": "/zh-HK/account"}


def shown(customer: Customer, tag: str = "en", query: str = "") -> Page:
    answer = customer.go(ACCOUNT[tag] + query)
    assert answer.status_code == 200, answer.text
    assert answer.headers["cache-control"] == "private, no-store"
    assert answer.headers["content-language"] == tag
    return parse(answer.text)


def words(page: Page) -> str:
    return re.sub(r"\s+", " ", page.one("main").text)


def buttons(page: Page) -> list[str]:
    """Return the flows that buttons lead to."""
    links = (link for link in page.links() if "/account/manage/" in link)
    return [link.rpartition("/")[2].partition("?")[0] for link in links]


TOLD = {
    "pip": (
        [
            "The payment of HK$128.00 did not go through",
            "not enough money on your Visa ending 9995",
        ],
        ["HK$128.00 的款項未能收取", "你的 Visa（尾號 9995）餘額不足"],
    ),
    "marigold": (
        ["The expiry date of your Mastercard ending 4444 has passed", "Expired 10/2026"],
        ["你的 Mastercard（尾號 4444）已過有效期", "已於 10/2026 到期"],
    ),
    "juniper": (
        ["Your new card is not the one charged", "Your Visa ending 4242 is saved"],
        ["收費的不是你的新卡", "預設的仍是你的 Visa（尾號 1881）"],
    ),
    "barnaby": (
        ["Your plan has a card of its own, your Mastercard ending 5100"],
        ["你的計劃設有專用的卡，即你的 Mastercard（尾號 5100）"],
    ),
    "wren": (["Your bank wants you to confirm"], ["銀行要求你確認"]),
    "sunny": (["All is well", "nothing for you to do"], ["一切正常"]),
    "clementine": (["The bank did not say why"], ["銀行沒有說明原因"]),
    "bramble": (["The security code of your Visa ending 0127 was not right"], ["安全碼"]),
    "thistle": (["The bank did not say why"], ["銀行沒有說明原因"]),
    "poppy": (["Your card expires soon"], ["你的卡即將到期"]),
    "linnet": (["Your plan is paused", "It goes on on 13 December 2026"], ["已暫停"]),
    "fern": (["Your plan has ended", "It ended on 14 November 2026"], ["2026年11月14日"]),
    "ivy": (["The bank did not say why", "Not paid"], ["銀行沒有說明原因"]),
    "acorn": (["No card is saved for your plan", "Free trial"], ["免費試用"]),
    "saffron": (["All is well", "Charged for: Sketch plan"], ["一切正常"]),
    "moss": (["No payments yet"], ["未有付款紀錄"]),
}


@pytest.mark.parametrize(
    "name",
    [
        *(person.key for person in REGULARS),
        *(pytest.param(person.key, marks=pytest.mark.full) for person in NEWCOMERS),
    ],
)
def test_each_customer_reads_what_is_the_matter(signed_in: Signed, name: str) -> None:
    customer = signed_in(name)
    for tag, told in zip(ACCOUNT, TOLD[name], strict=True):
        text = words(shown(customer, tag))
        for sentence in told:
            assert sentence in text


def test_plan_charge_card_and_invoice_with_their_dates(pip: Customer) -> None:
    text = words(shown(pip))
    for said in (
        "Signed in as pip@example.com",
        "Plus plan",
        "Payment overdue",
        "HK$128.00 on 18 December 2026",
        "Visa ending 9995 Expires 07/2028",
        "Invoice of 18 November 2026",
        "Next try on 24 November 2026",
        "As of 5:00 PM on 22 November 2026 (Hong Kong Standard Time).",
    ):
        assert said in text.replace("\u202f", " ")
    text = words(shown(pip, "zh-HK"))
    for said in ("2026年12月18日收取 HK$128.00", "2026年11月22日下午5:00（香港標準時間）"):
        assert said in text


def test_days_are_those_of_the_customers_zone(signed_in: Signed) -> None:
    far = signed_in("pip", zoneinfo="Pacific/Pago_Pago")
    text = words(shown(far))
    assert "HK$128.00 on 17 December 2026" in text
    assert "Samoa Standard Time" in text


def test_the_buttons_fit_what_can_be_done(
    stage: Stage, pip: Customer, sunny: Customer, signed_in: Signed
) -> None:
    card = "payment_method_update"
    plan = ["customer_update", "subscription_update", "portal_home"]
    ends = ["subscription_pause", "subscription_cancel"]
    assert buttons(shown(sunny)) == [card, *plan, *ends]
    assert buttons(shown(pip)) == [card, card, "pay_invoice", *plan, *ends]
    assert buttons(shown(signed_in("wren")))[0] == "pay_invoice"
    sub = stage.sandbox.state.get("subscription", "sub_sandboxSunny")
    schedule_cancel(stage.sandbox.state, sub, cancel=True)
    sunny.wait(minutes=1)
    page = shown(sunny)
    assert buttons(page) == [card, "customer_update", "portal_home"]
    assert "Ends on" in words(page)
    assert "Next charge" not in words(page)


def test_what_the_portal_does_not_offer_has_no_button(stage: Stage, sunny: Customer) -> None:
    (portal,) = stage.sandbox.state.where("billing_portal.configuration")
    for feature in ("subscription_update", "subscription_pause", "customer_update"):
        portal["features"][feature]["enabled"] = False
    left = ["payment_method_update", "portal_home", "subscription_cancel"]
    assert buttons(shown(sunny)) == left


def test_every_card_says_until_when_and_for_what(signed_in: Signed) -> None:
    def cards(name: str, tag: str) -> str:
        listed = shown(signed_in(name), tag).one("ul", class_="account-cards")
        return re.sub(r"\s+", " ", listed.text).strip()

    assert cards("barnaby", "en") == (
        "Visa ending 4242 Expires 03/2030 Your default "
        "Mastercard ending 5100 Expired 10/2026 Charged for: Plus plan"
    )
    assert cards("juniper", "zh-HK") == (
        "Visa（尾號 1881） 已於 09/2026 到期 用於支付：Plus plan你的預設卡 "
        "Visa（尾號 4242） 到期日 05/2029"
    )


def test_cards_that_cannot_be_read_are_not_taken_for_none(stage: Stage, sunny: Customer) -> None:
    path = "/v1/customers/cus_sandboxSunny/payment_methods"
    stage.sandbox.faults.add(Fault("error", times=2, path=path))
    said = words(shown(sunny))
    assert "Your saved cards could not be read just now." in said
    assert "Saved cards" not in said


def test_what_was_done_in_the_portal_is_said_on_return(stage: Stage, pip: Customer) -> None:
    state, back = stage.sandbox.state, "?from=portal"
    assert "What is new" not in words(shown(pip, query=back))
    assert "What is new" not in words(shown(pip))
    pip.wait(minutes=1)
    state.change("customer", pip.stripe["id"], {"address": address(country="HK", line1="9 Moon")})
    sub = state.get("subscription", "sub_sandboxPip")
    schedule_cancel(state, sub, cancel=True)
    for _ in range(2):
        said = words(shown(pip, query=back))
        assert "Your billing address is updated." in said
        assert "Your subscription is cancelled, and ends on 18 December 2026." in said
    assert "你的訂閱已取消，將於2026年12月18日結束。" in words(shown(pip, "zh-HK", back))
    shown(pip)
    assert "What is new" not in words(shown(pip, query=back))
    pip.wait(days=2)
    pip.sign_in()
    schedule_cancel(state, sub, cancel=False)
    assert "What is new" not in words(shown(pip, query=back))


@pytest.mark.parametrize("rewrites", [False, True])
def test_a_new_card_is_told_truly_whatever_the_portal_rewrites(
    stage: Stage, signed_in: Signed, *, rewrites: bool
) -> None:
    barnaby, state = signed_in("barnaby"), stage.sandbox.state
    shown(barnaby)
    barnaby.wait(minutes=1)
    state.rewrites_subscription_card = rewrites
    method, _ = wallet.new_method(state, wallet.CardInput("5555555555554444", 12, 2030))
    wallet.attach(state, method["id"], barnaby.stripe["id"])
    wallet.make_default(state, barnaby.stripe["id"], method["id"])
    said = words(shown(barnaby, query="?from=portal"))
    charged = "Mastercard ending 4444 is saved, and is charged from now on."
    assert (charged in said) is rewrites
    assert ("Your plan has a card of its own" in said) is not rewrites
    assert "Mastercard ending 4444 is saved" in said


def test_who_is_billed_as_somebody_else_is_told_nothing_new(signed_in: Signed) -> None:
    shown(signed_in("pip"))
    other = signed_in("pip", stripe_customer="cus_sandboxSunny")
    assert "What is new" not in words(shown(other, query="?from=portal"))


def test_the_pages_that_were_opened_are_listed(pip: Customer, sunny: Customer) -> None:
    assert "Billing pages you opened" not in words(shown(pip))
    token = pip.link()
    pip.go(token)
    pip.wait(minutes=5)
    pip.go(pip.link("/zh-HK/account/manage/pay_invoice"))
    said = words(shown(pip)).replace("\u202f", " ")
    assert (
        "Billing pages you opened Pay your open invoice 22 November 2026, 5:05 PM "
        "Update your payment method 22 November 2026, 5:00 PM"
    ) in said
    assert "繳付未付的發票 2026年11月22日 下午5:05" in words(shown(pip, "zh-HK"))
    assert token not in pip.go(ACCOUNT["en"]).text
    assert "Billing pages you opened" not in words(shown(sunny))


def test_each_button_leads_to_a_page_of_stripe(pip: Customer) -> None:
    for link in [link for link in shown(pip).links() if "/account/manage/" in link]:
        to = pip.go(pip.link(link)).headers["location"]
        assert to.startswith(pip.stage.sandbox.wiring.stripe_url)


@pytest.mark.full
@pytest.mark.parametrize("code", ["generic_decline", "fraudulent", "stolen_card", "do_not_honor"])
def test_a_generic_decline_tells_nothing_of_its_code_or_of_tries(
    stage: Stage, sunny: Customer, code: str
) -> None:
    fail_next_payment(stage.sandbox.state, "sunny", code)
    text = words(shown(sunny))
    assert "The bank did not say why." in text
    assert "Next try" not in text
    assert "tried again" not in text
    assert code not in text


def test_back_from_the_portal_the_new_card_is_there(stage: Stage, sunny: Customer) -> None:
    before = words(shown(sunny))
    state = stage.sandbox.state
    charged = state.charged_card(state.get("subscription", "sub_sandboxSunny"))
    assert charged is not None
    card = state.get("payment_method", charged)["card"]
    assert f"ending {card['last4']}" in before
    sunny.wait(seconds=10)
    card["last4"] = "0077"
    assert words(shown(sunny)) == before
    assert "ending 0077" in words(shown(sunny, query="?from=portal"))
    assert "ending 0077" in words(shown(sunny))


def test_after_a_click_what_was_known_is_forgotten(stage: Stage, sunny: Customer) -> None:
    shown(sunny)
    sunny.go(sunny.link())
    calls = len(stage.tape.calls)
    shown(sunny)
    assert len(stage.tape.calls) == calls + 5


def test_reading_again_and_again_does_not_ask_stripe_each_time(
    stage: Stage, sunny: Customer
) -> None:
    for _ in range(5):
        shown(sunny, query="?from=portal")
    assert len(stage.tape.calls) == 6


@pytest.mark.parametrize("tag", ACCOUNT)
def test_without_stripe_the_page_says_so(stage: Stage, sunny: Customer, tag: str) -> None:
    stage.sandbox.faults.add(Fault("error", times=50))
    page = shown(sunny, tag)
    assert {"en": "Stripe does not answer", "zh-HK": "Stripe 暫時沒有回應"}[tag] in words(page)
    assert f"/{tag}/contact" in page.links()
    assert buttons(page) == ["payment_method_update", "portal_home"]
    assert "All is well" not in words(page)


def test_a_key_that_may_not_read_is_not_the_customers_fault(stage: Stage, sunny: Customer) -> None:
    stage.sandbox.state.rights.discard("subscription_read")
    page = shown(sunny)
    assert "This is ours to mend" in words(page)
    assert buttons(page) == []
    assert "rak_" not in words(page)


def test_invoices_that_cannot_be_read_are_not_taken_for_paid(stage: Stage, sunny: Customer) -> None:
    stage.sandbox.faults.add(Fault("error", times=2, path="/v1/invoices"))
    text = words(shown(sunny))
    assert "could not be read just now" in text
    assert "All is well" not in text


@pytest.mark.parametrize("gone", [True, False])
def test_a_customer_without_payments_is_told_so(
    stage: Stage, signed_in: Signed, *, gone: bool
) -> None:
    if gone:
        delete_customer(stage.sandbox.state, "cus_sandboxWren")
    page = shown(signed_in("wren", **({} if gone else {"stripe_customer": None})))
    assert "No payments yet" in words(page)
    assert "/en/contact" in page.links()
    assert buttons(page) == []


def test_without_a_key_the_page_shows_what_it_can(
    with_host: Settings, site: Site, database: Database, stage: Stage
) -> None:
    settings = with_host.model_copy(update={"stripe_key": None})
    app = create_app(settings, database=database, site=site, clock=stage.clock, log_requests=False)
    keyless = Customer(client_of(app), stage.clock, stage)
    keyless.sign_in()
    page = shown(keyless)
    assert "not connected with Stripe" in words(page)
    assert "user menu" in words(page)
    assert buttons(page) == []


def test_signed_out_the_page_is_behind_the_login(app: HelpCenter, sunny: Customer) -> None:
    sunny.client.cookies.clear()
    back = sunny.come_back(sunny.go(ACCOUNT["zh-HK"]))
    assert back.headers["location"] == ACCOUNT["zh-HK"]
    stranger = client_of(app)
    for path in ("/zh-TW/account?from=portal", "/zh_hk/account?from=portal"):
        answer = stranger.get(path)
        assert answer.status_code == 301
        assert answer.headers["location"] == "/zh-HK/account?from=portal"


def test_conversations_are_listed_with_their_last_line(sunny: Customer, pip: Customer) -> None:
    assert "Your conversations" not in words(shown(sunny))
    ours = {"sec-fetch-site": "same-origin"}
    begun = sunny.client.post("/api/v1/conversations", json={}, headers=ours).json()
    empty = sunny.client.post("/api/v1/conversations", json={}, headers=ours).json()
    for number, text in enumerate(("hello", "<b>still\n\nhere</b>" + " x" * 100)):
        line = {"client_id": f"{number}", "text": text}
        path = f"/api/v1/conversations/{begun['id']}/messages"
        assert sunny.client.post(path, json=line, headers=ours).status_code == 201

    page = shown(sunny)
    assert "<b>still here</b> x x" in words(page)
    assert "With the assistant" in words(page)
    link = page.one("a", **{"data-help-chat": begun["id"]})
    assert link.attributes["href"] == "/en/contact"
    assert empty["id"] not in sunny.go(ACCOUNT["en"]).text
    assert "由助理跟進" in words(shown(sunny, "zh-HK"))
    assert begun["id"] not in pip.go(ACCOUNT["en"]).text


def test_signing_out_is_on_the_page(sunny: Customer) -> None:
    page = shown(sunny)
    assert page.all("form", class_="account-leave", method="post", action="/en/signout")
    ours = {"sec-fetch-site": "same-origin"}
    assert sunny.client.post("/en/signout", headers=ours).status_code == 303
    assert sunny.go(ACCOUNT["en"]).status_code == 303


def test_nothing_that_must_stay_secret_is_on_the_page(
    stage: Stage, pip: Customer, signed_in: Signed
) -> None:
    for customer in (pip, signed_in("wren")):
        text = customer.go(ACCOUNT["en"]).text
        for secret in ("cus_", "pm_", "in_s", "pi_", "/i/test_", "insufficient_funds", "rk_test"):
            assert secret not in text
