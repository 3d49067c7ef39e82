"""The chat on a host app's pages, another site to the browser: who one is, and the way to pay.

The sandbox's demo product answers at `localhost`, the help centre at `127.0.0.1`.
"""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from helpcenter.db.engine import open_database
from helpcenter.sandbox.server import Sandbox, start_sandbox
from helpcenter.settings import Settings
from tests.e2e.chatting import SPEAKERS, Chat, Speaker
from tests.e2e.conftest import listen
from tests.e2e.server import serve

EN, HK = SPEAKERS
each = pytest.mark.parametrize("speaker", SPEAKERS, ids=lambda speaker: speaker.tag)

# What is true of Pip's card, in each language.
TRUTH = {"en": "insufficient funds", "zh-HK": "餘額不足"}
CONTINUE = {"en": "Continue", "zh-HK": "繼續"}
FRESH = {"en": "Start a new conversation", "zh-HK": "開始新對話"}


@dataclass(frozen=True)
class Town:
    """A demo product, its Stripe, and its help centre that keeps its database in `folder`."""

    sandbox: Sandbox
    centre: str
    folder: Path

    @property
    def host(self) -> str:
        """Where the demo product answers."""
        return self.sandbox.wiring.host_url


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    folder = tmp_path_factory.mktemp("chat")
    with start_sandbox() as sandbox:
        stripe, host = sandbox.wiring.stripe_url, sandbox.wiring.host_url
        settings = Settings.model_validate(
            {
                "secret": "the help centre's own secret, 32+",
                "host_jwt_secret": sandbox.config.jwt_secret,
                "host_jwt_issuer": host,
                "host_origins": [host],
                "login_url": f"{host}/login",
                "stripe_key": sandbox.config.restricted_key,
                "stripe_api_base": stripe,
                "stripe_portal_hosts": [stripe.partition("://")[2]],
                "stripe_invoice_hosts": [stripe.partition("://")[2]],
            }
        )
        with serve(settings, folder) as centre:
            sandbox.connect(helpcenter_url=centre, widget_src=f"{centre}/widget.js")
            yield Town(sandbox, centre, folder)


@pytest.fixture
def guest(browser: Browser, town: Town) -> Iterator[BrowserContext]:
    """A fresh profile that belongs to no page of ours; nobody goes on with another story's talk."""
    opened = browser.new_context(viewport={"width": 1280, "height": 800})
    opened.set_default_timeout(10_000)
    yield opened
    end_conversations(town)
    opened.close()


def product(guest: BrowserContext, town: Town, tag: str) -> tuple[Page, list[str]]:
    """Open the demo product's sign-in page in a language; return it and what it complains of."""
    guest.add_cookies([{"name": "demo_language", "value": tag, "url": town.host}])
    page = guest.new_page()
    complaints = listen(page)
    page.goto(f"{town.host}/login")
    return page, complaints


def end_conversations(town: Town) -> None:
    """Close every conversation, as time would."""
    with closing(open_database(None, town.folder)) as database:
        database.write_sync(
            lambda conn: conn.exec_driver_sql("UPDATE conversations SET owner = 'closed'")
        )


def sign_in(page: Page, name: str = "Pip") -> None:
    page.get_by_role("button", name=name).click()
    expect(page.locator(".user")).to_be_visible()


@pytest.mark.full
@each
def test_the_true_reason_and_one_click_to_the_right_page(
    guest: BrowserContext, town: Town, speaker: Speaker
) -> None:
    page, complaints = product(guest, town, speaker.tag)
    sign_in(page)
    chat = Chat(page, speaker).open()
    chat.write(speaker.line)
    expect(chat.log).to_contain_text(TRUTH[speaker.tag])
    expect(chat.said("bot").locator(".by")).to_be_in_viewport()
    button = chat.log.locator("form[action$='/sso'] button").first
    expect(button).to_contain_text(speaker.portal)
    with guest.expect_page() as opened:
        button.click()
    portal = opened.value
    portal.wait_for_url(f"{town.sandbox.wiring.stripe_url}/**")
    assert page.locator("input[name=access_token]").first.input_value() == ""
    expect(chat.panel).to_be_visible()
    assert complaints == []


@pytest.mark.full
@each
def test_a_stranger_who_signs_in_is_asked_before_anything_is_theirs(
    guest: BrowserContext, town: Town, speaker: Speaker
) -> None:
    page, complaints = product(guest, town, speaker.tag)
    chat = Chat(page, speaker).open()
    chat.ask()
    expect(chat.log).to_contain_text(speaker.reply)
    sign_in(page)
    chat = Chat(page, speaker)
    go_on = chat.panel.get_by_role("button", name=CONTINUE[speaker.tag], exact=True)
    expect(go_on).to_be_visible()
    assert "hcc_" in page.evaluate("sessionStorage['help-chat']")
    go_on.click()
    expect(go_on).to_be_hidden()
    expect(chat.said("customer")).to_contain_text([speaker.line])
    chat.write(speaker.line)
    expect(chat.said("customer")).to_have_count(2)
    expect(chat.said("bot")).to_have_count(2)
    assert "hcc_" not in page.evaluate("sessionStorage['help-chat']")
    assert complaints == []


@pytest.mark.full
def test_who_says_no_begins_anew(guest: BrowserContext, town: Town) -> None:
    page, _ = product(guest, town, "en")
    Chat(page, EN).open().ask()
    sign_in(page, "Barnaby")
    chat = Chat(page, EN)
    chat.panel.get_by_role("button", name=FRESH["en"]).click()
    expect(chat.said("customer")).to_have_count(0)
    chat.ask()
    expect(chat.said("customer")).to_have_count(1)


@pytest.mark.full
def test_a_customer_finds_the_conversation_again_in_another_browser(
    guest: BrowserContext, browser: Browser, town: Town
) -> None:
    page, _ = product(guest, town, "en")
    sign_in(page, "Sunny")
    chat = Chat(page, EN).open()
    chat.write("how do refunds work at home?")
    expect(chat.said("bot").first).to_be_visible()
    other = browser.new_context()
    there, _ = product(other, town, "en")
    sign_in(there, "Sunny")
    expect(Chat(there, EN).open().said("customer").first).to_contain_text("refunds work at home")
    other.close()


@pytest.mark.full
def test_signing_out_wipes_this_tab_and_the_others(guest: BrowserContext, town: Town) -> None:
    page, _ = product(guest, town, "en")
    sign_in(page)
    other = guest.new_page()
    other.goto(town.host)
    for tab in (page, other):
        Chat(tab, EN).open().write("hello from both tabs")
        expect(Chat(tab, EN).said("customer").last).to_contain_text("hello from both")
    page.keyboard.press("Escape")
    with page.expect_response("**/api/v1/signout") as revoked:
        page.locator(".user").click()
        page.get_by_role("button", name="Sign out").click()
    assert revoked.value.status == 204
    expect(page).to_have_url(f"{town.host}/login?signout=done")
    for tab in (page, other):
        tab.wait_for_function("document.querySelector('help-chat')?.shadowRoot")
        shown = tab.evaluate("document.querySelector('help-chat').shadowRoot.textContent")
        assert "hello" not in shown
        assert '"id"' not in (tab.evaluate("sessionStorage['help-chat']") or "")


@pytest.mark.full
def test_a_closed_conversation_offers_a_new_one(guest: BrowserContext, town: Town) -> None:
    page, _ = product(guest, town, "en")
    chat = Chat(page, EN).open()
    chat.ask()
    end_conversations(town)
    fresh = chat.panel.get_by_role("button", name=FRESH["en"])
    expect(fresh).to_be_visible()
    expect(chat.text).to_have_count(0)
    fresh.click()
    expect(chat.said("customer")).to_have_count(0)
    chat.ask()
    expect(chat.said("customer")).to_have_count(1)


@pytest.mark.full
def test_no_cookie_of_ours_is_used_or_set(guest: BrowserContext, town: Town) -> None:
    page, _ = product(guest, town, "en")
    sign_in(page)
    with page.expect_request("**/api/v1/identify") as asked:
        Chat(page, EN).open().ask()
    assert "cookie" not in asked.value.all_headers()
    ours = [kept["name"] for kept in guest.cookies(town.centre) if kept["domain"] == "127.0.0.1"]
    assert ours == []


@pytest.mark.full
def test_a_page_of_another_origin_is_told_nothing(guest: BrowserContext, town: Town) -> None:
    page = guest.new_page()
    page.goto(f"{town.sandbox.wiring.stripe_url}/")
    refused = page.evaluate(
        "url => fetch(url).then(() => 'read', () => 'refused')", f"{town.centre}/api/v1/me"
    )
    assert refused == "refused"
