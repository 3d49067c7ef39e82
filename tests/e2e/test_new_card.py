"""The story the product is for: a customer asks, presses one button, and has a new card.

Everything is real but Stripe, which is the sandbox: the host app signs the customer in, the chat
says why the card was declined and leads to the portal, and says by itself that it sees the new one.
"""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from helpcenter.cli.demo import demo_settings
from helpcenter.sandbox import wallet
from helpcenter.sandbox.host.words import WORDS as HOST
from helpcenter.sandbox.portal.words import WORDS as PORTAL
from helpcenter.sandbox.server import Sandbox, start_sandbox
from tests.e2e.chatting import SPEAKERS, Chat, Speaker
from tests.e2e.server import serve

LOCALES = ("en", "zh-HK")


TITLES = {"en": "Update your payment method", "zh-HK": "更新付款方式"}


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with start_sandbox() as running:
        yield running


@pytest.fixture(scope="module")
def base(sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("new-card")
    with (
        pytest.MonkeyPatch.context() as patch,
        serve(demo_settings(sandbox, 0, str(folder)), folder) as url,
    ):
        # What else Stripe says of one deed comes at once here.
        patch.setattr("helpcenter.billing.intake.SETTLE", timedelta(milliseconds=200))
        sandbox.connect(helpcenter_url=url, webhook_url=f"{url}/webhooks/stripe")
        yield url


WHY = {
    "en": (
        "Marigold",
        "Your Mastercard ending 4444 has expired",
        "I see your new Visa ending 4242",
    ),
    "zh-HK": ("Pip", "你的 Visa（尾號 9995）", "我見到你的新卡：Visa（尾號 4242）"),
}


@pytest.mark.parametrize("speaker", SPEAKERS, ids=lambda speaker: speaker.tag)
def test_the_chat_says_why_and_then_that_it_sees_the_new_card(
    page: Page, sandbox: Sandbox, base: str, speaker: Speaker
) -> None:
    locale = speaker.tag
    name, why, news = WHY[locale]
    arrive(page, sandbox, base, locale, name)
    chat = Chat(page, speaker).open()
    chat.ask()
    expect(chat.said("bot")).to_contain_text([why])
    chat.log.locator("a[href*='/go/']").first.click()
    fill_card(page, locale, "4242 4242 4242 4242")
    page.get_by_role("button", name=word(PORTAL, "go_on", locale)).click()
    expect(page).to_have_url(re.compile(rf"^{base}/{locale}/account"))
    expect(page.locator("main")).to_contain_text("4242")
    expect(chat.said("bot")).to_contain_text([why, news])
    assert Axe().run(page).violations_count == 0


@pytest.mark.full
@pytest.mark.parametrize("locale", LOCALES)
def test_an_articles_button_leads_to_a_new_card(
    page: Page, sandbox: Sandbox, base: str, locale: str
) -> None:
    arrive(page, sandbox, base, locale, "Marigold")
    page.get_by_role("link", name=TITLES[locale]).first.click()
    page.locator(".portal-action a").click()
    expect(page.get_by_text(word(PORTAL, "banner", locale))).to_be_visible()
    fill_card(page, locale, "4242 4242 4242 4242")
    page.get_by_role("button", name=word(PORTAL, "go_on", locale)).click()
    expect(page).to_have_url(re.compile(rf"^{base}/{locale}/account"))
    plan = page.locator(".account-part").filter(has_text="Studio plan").first
    expect(plan).to_contain_text("4242")
    expect(plan).not_to_contain_text("4444")
    assert Axe().run(page).violations_count == 0


@pytest.mark.full
@pytest.mark.parametrize("locale", LOCALES)
def test_a_card_is_added_and_made_default_in_the_portal(
    page: Page, sandbox: Sandbox, base: str, locale: str
) -> None:
    arrive(page, sandbox, base, locale, "Sunny")
    page.goto(f"{base}/{locale}/articles/cannot-open-billing-portal")
    page.locator(".portal-action a").click()
    number = {"en": "5555 5555 5555 4444", "zh-HK": "3782 822463 10005"}[locale]
    add_default(page, locale, number)
    expect(page).to_have_url(re.compile(rf"^{base}/{locale}/account"))
    expect(page.locator("main")).to_contain_text(number[-4:])


OWN = {
    "en": "Your subscription still charges a card of its own, your Mastercard ending 5100",
    "zh-HK": "你的訂閱仍向專用卡 Visa（尾號 1881）收費",
}
OPEN = {"en": "Open the portal", "zh-HK": "開啟帳單頁面"}
SEEN = {
    "en": "I see your new Mastercard ending 4444",
    "zh-HK": "我見到你的新卡：Mastercard（尾號 4444）",
}
STILL = {
    "en": "is saved, but your subscription charges a card of its own, your Mastercard ending 5100",
    "zh-HK": "已儲存，但訂閱另設專用卡，扣款的仍是 Visa（尾號 1881）",
}
CHARGED = {
    "en": "Your Mastercard ending 4444 is the card we charge from now on",
    "zh-HK": "之後會以此卡扣款",
}


@pytest.mark.full
@pytest.mark.parametrize(("speaker", "rewrites"), [*zip(SPEAKERS, (False, True), strict=True)])
def test_a_plan_with_a_card_of_its_own_in_both_ways_a_portal_may_behave(
    page: Page, sandbox: Sandbox, base: str, speaker: Speaker, *, rewrites: bool
) -> None:
    locale = speaker.tag
    sandbox.state.rewrites_subscription_card = rewrites
    arrive(page, sandbox, base, locale, with_own_card(sandbox, locale))
    chat = Chat(page, speaker).open()
    chat.ask()
    expect(chat.log).to_contain_text(OWN[locale])
    chat.log.get_by_role("link", name=OPEN[locale]).last.click()
    add_default(page, locale, "5555 5555 5555 4444")
    expect(chat.log).to_contain_text(SEEN[locale])
    if not rewrites:
        expect(chat.log).to_contain_text(STILL[locale])
        expect(chat.log).not_to_contain_text(CHARGED[locale])
        chat.log.get_by_role("link", name=OPEN[locale]).last.click()
        page.get_by_role("link", name=word(PORTAL, "update_card", locale)).click()
        page.get_by_label("4444").check()
        page.get_by_role("button", name=word(PORTAL, "save", locale)).click()
        page.get_by_role("link", name=word(PORTAL, "back", locale)).click()
    expect(chat.log).to_contain_text(CHARGED[locale])
    expect(page.locator("main")).to_contain_text("4444")


def with_own_card(sandbox: Sandbox, locale: str) -> str:
    """Return whose plan has a card of its own, expired, before a good default one."""
    if locale == "en":
        return "Barnaby"
    state, juniper = sandbox.state, sandbox.customer("juniper")["id"]
    (plan,) = state.open_subscriptions(juniper)
    wallet.make_default(state, juniper, "pm_sandboxJuniperNew")
    wallet.use_for_subscription(state, plan, "pm_sandboxJuniperOld")
    return "Juniper"


def add_default(page: Page, locale: str, number: str) -> None:
    """Add a card on the portal's front page, make it the default, and come back."""
    page.get_by_role("link", name=word(PORTAL, "add_payment_method", locale)).click()
    fill_card(page, locale, number)
    page.get_by_role("button", name=word(PORTAL, "add_payment_method", locale)).click()
    row = page.get_by_role("listitem").filter(has_text=number[-4:])
    row.locator("summary").click()
    row.get_by_role("button", name=word(PORTAL, "make_default", locale)).click()
    page.get_by_role("link", name=word(PORTAL, "back", locale)).click()


def arrive(page: Page, sandbox: Sandbox, base: str, locale: str, name: str) -> None:
    """Sign in on the host app, choose the language, and follow its button to the help centre."""
    page.goto(sandbox.wiring.host_url)
    page.get_by_role("button", name=name).click()
    page.get_by_role("button", name="English" if locale == "en" else "中文").click()
    page.get_by_role("button", name=word(HOST, "open_help", locale)).click()
    expect(page).to_have_url(f"{base}/{locale}/")
    expect(page.get_by_role("link", name=name)).to_be_visible()


def fill_card(page: Page, locale: str, number: str) -> None:
    """Type a test card into the portal's form."""
    page.get_by_label(word(PORTAL, "card_number", locale)).fill(number)
    page.get_by_label(word(PORTAL, "expiry", locale)).fill("12 / 34")
    page.get_by_label(word(PORTAL, "cvc", locale)).fill("1234" if len(number) == 17 else "123")


def word(words: dict[str, tuple[str, str]], key: str, locale: str) -> str:
    """Return a word of the sandbox in one language."""
    return words[key][LOCALES.index(locale)]
