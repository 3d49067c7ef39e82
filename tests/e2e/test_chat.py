"""The chat on our own pages: by keyboard, across pages, offline, handed over, on a phone."""

import json

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.e2e.chatting import SPEAKERS, Chat, Speaker
from tests.e2e.conftest import listen
from tests.e2e.test_axe import violations

EN, HK = SPEAKERS
each = pytest.mark.parametrize("speaker", SPEAKERS, ids=lambda speaker: speaker.tag)


@pytest.mark.full
@each
def test_a_question_is_answered_by_keyboard_alone(page: Page, speaker: Speaker) -> None:
    page.goto(f"/{speaker.tag}/articles/card-declined")
    chat = Chat(page, speaker)
    chat.launcher.focus()
    page.keyboard.press("Enter")
    expect(chat.text).to_be_focused()
    page.keyboard.type(speaker.line)
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("…")
    assert chat.text.input_value() == f"{speaker.line}\n…"
    page.keyboard.press("Backspace")
    page.keyboard.press("Backspace")
    page.keyboard.press("Enter")
    expect(chat.log).to_contain_text(speaker.reply)
    expect(chat.said("customer")).to_have_count(1)
    expect(chat.text).to_have_value("")
    chat.panel.get_by_role("button", name=speaker.choice).press("Enter")
    expect(chat.said("customer")).to_have_count(2)
    expect(chat.said("bot")).to_have_count(2)
    page.keyboard.press("Escape")
    expect(chat.panel).to_be_hidden()
    expect(chat.launcher).to_be_focused()


@pytest.mark.full
def test_enter_that_ends_a_composition_sends_nothing(page: Page) -> None:
    page.goto("/zh-HK/")
    chat = Chat(page, HK).open()
    chat.text.fill("卡")
    enter = {"key": "Enter", "isComposing": True, "bubbles": True, "cancelable": True}
    chat.text.dispatch_event("keydown", enter)
    expect(chat.text).to_have_value("卡")
    chat.text.press("Enter")
    expect(chat.said("customer")).to_contain_text(["卡"])


@pytest.mark.full
def test_the_article_one_came_from_is_told(page: Page) -> None:
    page.goto("/en/articles/card-declined")
    chat = Chat(page, EN).open()
    with page.expect_request(lambda sent: sent.url.endswith("/conversations")) as begun:
        chat.ask()
    told = json.loads(begun.value.post_data or "")
    assert told == {"locale": "en", "article": "card-declined"}


@pytest.mark.full
def test_still_need_help_opens_the_chat_and_is_a_link_without_it(
    page: Page, browser: Browser, base: str
) -> None:
    page.goto("/en/articles/card-declined")
    link = page.locator(".help-more").get_by_role("link", name="Contact us")
    link.click()
    chat = Chat(page, EN)
    expect(chat.panel).to_be_visible()
    page.keyboard.press("Escape")
    expect(link).to_be_focused()
    plain = browser.new_context(base_url=base, java_script_enabled=False)
    bare = plain.new_page()
    bare.goto("/en/articles/card-declined")
    bare.locator(".help-more").get_by_role("link", name="Contact us").click()
    expect(bare).to_have_url(f"{base}/en/contact")
    plain.close()


@pytest.mark.full
def test_a_conversation_goes_on_from_page_to_page_and_from_language_to_language(page: Page) -> None:
    page.goto("/en/articles/card-declined")
    chat = Chat(page, EN).open()
    chat.ask()
    page.get_by_role("link", name="繁體中文").first.click()
    chat = Chat(page, HK)
    expect(chat.panel).to_be_visible()
    expect(chat.text).not_to_be_focused()
    expect(chat.said("customer")).to_contain_text([EN.line])
    chat.write(HK.line)
    expect(chat.said("bot").nth(1)).to_have_attribute("lang", "zh-HK")
    chat.panel.get_by_role("button", name="English").click()
    expect(chat.panel.get_by_role("button", name=EN.person)).to_be_visible()
    expect(chat.said("customer")).to_contain_text([EN.line, HK.line])
    expect(page.locator("html")).to_have_attribute("lang", "zh-HK")


@pytest.mark.full
@each
def test_what_is_written_offline_is_kept_and_sent_once(
    context: BrowserContext, speaker: Speaker
) -> None:
    page = context.new_page()
    page.goto(f"/{speaker.tag}/")
    chat = Chat(page, speaker).open()
    chat.ask()
    # It never gets there; then it does.
    page.route("**/messages", lambda route: route.abort())
    chat.write("visa")
    failed = chat.log.locator(".failed")
    expect(failed).to_contain_text(speaker.unsent)
    page.unroute("**/messages")
    chat.panel.get_by_role("button", name=speaker.retry).click()
    expect(failed).to_have_count(0)
    expect(chat.said("bot")).to_have_count(2)
    # It gets there, but the answer is lost: the feed is the truth.
    page.route("**/messages", lambda route: (route.fetch(), route.abort()))
    chat.write("amex")
    expect(chat.said("bot")).to_have_count(3)
    page.unroute("**/messages")
    expect(failed).to_have_count(0)
    expect(chat.said("customer")).to_have_count(3)
    context.set_offline(offline=True)
    expect(chat.panel.locator(".banner")).not_to_be_empty()
    chat.write("mastercard")
    expect(failed).to_contain_text("mastercard")
    page.wait_for_timeout(50)
    context.set_offline(offline=False)
    expect(failed).to_have_count(0)
    expect(chat.said("customer")).to_have_count(4)
    expect(chat.panel.locator(".banner")).to_be_empty()


@pytest.mark.full
@each
def test_a_person_is_asked_for(page: Page, speaker: Speaker) -> None:
    page.goto(f"/{speaker.tag}/")
    chat = Chat(page, speaker).open()
    chat.panel.get_by_role("button", name=speaker.person).click()
    expect(chat.panel.locator(".status")).to_contain_text(speaker.waiting)
    expect(chat.panel.get_by_role("button", name=speaker.person)).to_be_hidden()
    expect(chat.log.locator(".note")).to_have_count(1)
    chat.write("?!")
    expect(chat.said("customer")).to_have_count(1)
    page.reload()
    expect(chat.panel.locator(".status")).to_contain_text(speaker.waiting)


@pytest.mark.full
def test_a_card_number_is_cut_where_it_was_shown(page: Page) -> None:
    page.goto("/en/")
    chat = Chat(page, EN).open()
    chat.write("4242 4242 4242 4242")
    expect(chat.said("customer")).to_contain_text(["•••• 4242"])
    chat.write("4000 0566")
    chat.write("5566 5556")
    expect(chat.said("customer").nth(2)).to_be_visible()
    expect(chat.log).not_to_contain_text("4000 0566")


@pytest.mark.full
def test_two_tabs_of_one_browser_are_two_visitors(context: BrowserContext) -> None:
    first, second = context.new_page(), context.new_page()
    for tab in (first, second):
        tab.goto("/en/")
        Chat(tab, EN).open()
    Chat(first, EN).ask()
    expect(Chat(second, EN).said("customer")).to_have_count(0)


@pytest.mark.full
@each
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_phone_shows_nothing_else(
    browser: Browser, base: str, speaker: Speaker, scheme: str
) -> None:
    context = browser.new_context(
        base_url=base,
        viewport={"width": 360, "height": 740},
        color_scheme="dark" if scheme == "dark" else "light",
        has_touch=True,
        is_mobile=True,
    )
    page = context.new_page()
    complaints = listen(page)
    page.goto(f"/{speaker.tag}/articles/card-declined")
    chat = Chat(page, speaker)
    chat.launcher.tap()
    expect(chat.panel).to_be_visible()
    assert chat.panel.bounding_box() == {"x": 0, "y": 0, "width": 360, "height": 740}
    chat.ask()
    reached = set()
    for _ in range(12):
        page.keyboard.press("Tab")
        reached.add(page.evaluate("document.activeElement.localName"))
    # The body stands for the browser's own controls.
    assert reached <= {"help-chat", "body"}
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    page.keyboard.press("Escape")
    expect(chat.panel).to_be_hidden()
    assert complaints == []
    context.close()


@pytest.mark.full
@each
def test_the_panel_is_accessible_beside_the_page(page: Page, speaker: Speaker) -> None:
    page.goto(f"/{speaker.tag}/articles/card-declined")
    chat = Chat(page, speaker).open()
    assert violations(page) == []
    chat.ask()
    assert violations(page) == []


@pytest.mark.full
def test_at_twice_the_size_everything_is_in_reach(browser: Browser, base: str) -> None:
    # 200 % zoom of a 1280 x 800 window.
    context = browser.new_context(
        base_url=base, viewport={"width": 640, "height": 400}, device_scale_factor=2
    )
    page = context.new_page()
    page.goto("/en/")
    chat = Chat(page, EN).open()
    for button in chat.panel.locator(".head button, .foot button").all():
        expect(button).to_be_in_viewport(ratio=1)
    expect(chat.text).to_be_in_viewport(ratio=1)
    context.close()


@pytest.mark.full
def test_nothing_is_fetched_before_it_is_wanted(page: Page) -> None:
    fetched: list[str] = []
    page.on("request", lambda request: fetched.append(request.url))
    page.goto("/en/", wait_until="networkidle")
    assert [url for url in fetched if "/widget/" in url or "/api/v1/conv" in url] == []
    Chat(page, EN).open()
    assert [url for url in fetched if "/api/v1/conv" in url] == []
