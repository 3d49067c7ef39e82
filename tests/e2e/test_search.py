"""Looking for something as people do: by half a word, by keyboard, by input method, in vain."""

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Route, expect

if TYPE_CHECKING:
    from collections.abc import Callable

SLOW = 400
"""Milliseconds that one answer is held back."""


@dataclass(frozen=True)
class Reader:
    """Somebody with a language, what they type, and what they are offered."""

    tag: str
    typed: str
    title: str
    count: str
    hopeless: str


READERS = [
    Reader("en", "card decl", "Your card was declined", r"^\d+ suggestions?$", "xylophone"),
    Reader("zh-HK", "信用咭付", "信用卡付款被拒", r"^\d+ 項建議$", "鯨魚"),
]


@pytest.mark.full
@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.tag)
def test_half_a_word_and_the_keyboard_lead_to_the_article(page: Page, reader: Reader) -> None:
    page.goto(f"/{reader.tag}/")
    field = page.get_by_role("combobox")
    field.press_sequentially(reader.typed)
    options = page.get_by_role("option")
    expect(options.first).to_have_text(reader.title)
    expect(field).to_have_attribute("aria-expanded", "true")
    expect(page.locator(".finder [role=status]")).to_have_text(re.compile(reader.count))
    assert Axe().run(page).violations_count == 0

    field.press("ArrowDown")
    expect(field).to_have_attribute("aria-activedescendant", "q-suggestions-0")
    expect(options.first).to_have_attribute("aria-selected", "true")
    assert page.evaluate("document.activeElement.name") == "q"
    field.press("Home")
    expect(field).not_to_have_attribute("aria-activedescendant", re.compile("."))
    field.press("ArrowUp")
    expect(options.last).to_have_attribute("aria-selected", "true")
    field.press("ArrowDown")
    field.press("Escape")
    expect(field).to_have_attribute("aria-expanded", "false")
    expect(field).to_have_value(reader.typed)
    field.press("ArrowDown")
    field.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text(reader.title)

    page.goto(f"/{reader.tag}/search?q={reader.hopeless}")
    page.locator("[data-help-chat-line]").click()
    said = page.locator("help-chat").get_by_text(reader.hopeless)
    expect(said.first).to_be_visible()
    assert Axe().run(page).violations_count == 0


@pytest.mark.full
def test_a_hit_that_is_opened_is_reported(page: Page) -> None:
    page.add_init_script(
        "const send = navigator.sendBeacon.bind(navigator);"
        "navigator.sendBeacon = (url, body) => {"
        "  body.text().then((text) => (document.body.dataset.sent = `${url} ${text}`));"
        "  return send(url, body); };"
    )
    page.goto("/en/search?q=refund")
    with page.expect_response(re.compile(r"/click$")) as reported:
        page.locator(".hit a").nth(1).click(button="middle")
    assert reported.value.status == 204
    sent = re.compile(r'^/api/v1/search/[\w-]{16}/click \{"rank":2\}$')
    expect(page.locator("body")).to_have_attribute("data-sent", sent)


@pytest.mark.full
def test_the_input_methods_keys_are_its_own(page: Page) -> None:
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto("/zh-HK/")
    field = page.get_by_role("combobox")
    field.focus()
    devtools = page.context.new_cdp_session(page)
    composing = {"selectionStart": 3, "selectionEnd": 3, "text": "kaa"}
    devtools.send("Input.imeSetComposition", composing)
    page.wait_for_timeout(SLOW)
    field.dispatch_event("keydown", {"key": "Enter", "keyCode": 229, "isComposing": True})
    expect(field).to_have_attribute("aria-expanded", "false")
    assert not [url for url in asked if "suggest" in url]
    devtools.send("Input.insertText", {"text": "卡"})
    expect(page.get_by_role("option").first).to_be_visible()
    assert page.url.endswith("/zh-HK/")


@pytest.mark.full
def test_a_late_answer_never_replaces_a_newer_one(page: Page) -> None:
    def late(route: Route) -> None:
        page.wait_for_timeout(SLOW)
        route.continue_()

    page.route(re.compile(r"suggest.*q=re$"), late)
    page.goto("/en/")
    field = page.get_by_role("combobox")
    field.fill("re")
    page.wait_for_timeout(SLOW / 2)
    field.fill("octopus")
    expect(page.get_by_role("option").first).to_contain_text("Octopus")
    page.wait_for_timeout(2 * SLOW)
    expect(page.get_by_role("option").first).to_contain_text("Octopus")


@pytest.mark.full
def test_typing_moves_nothing_and_fits_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 640})
    page.emulate_media(color_scheme="dark")
    for path in ("/zh-HK/", "/zh-HK/articles/refunds"):
        page.goto(path)
        before = page.locator("main").bounding_box()
        page.get_by_role("combobox").fill("卡")
        expect(page.get_by_role("option").first).to_be_visible()
        assert page.locator("main").bounding_box() == before
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert Axe().run(page).violations_count == 0


@pytest.mark.full
def test_tab_and_elsewhere_close_the_list(page: Page) -> None:
    page.goto("/en/")
    field = page.get_by_role("combobox")
    heading = page.get_by_role("heading", level=1)
    ways: list[Callable[[], None]] = [lambda: field.press("Tab"), heading.click]
    for leave in ways:
        field.fill("")
        field.fill("card")
        expect(page.get_by_role("option").first).to_be_visible()
        leave()
        expect(page.get_by_role("listbox")).to_be_hidden()
    field.fill("card")
    page.get_by_role("option").nth(1).click()
    expect(page).to_have_url(re.compile("/en/articles/"))
