"""A reader's story in each language: home, search, article, the other language, by keyboard too."""

import re
from dataclasses import dataclass

import pytest
from playwright.sync_api import BrowserContext, Page, expect


@dataclass(frozen=True)
class Reader:
    """Somebody with a language, a question, and what they hope to find."""

    tag: str
    other: str
    switch: str
    question: str
    title: str
    title_there: str
    section: str


READERS = [
    Reader(
        "en", "zh-HK", "繁體中文", "card declined",
        "Your card was declined", "信用卡付款被拒", "which-card",
    ),
    Reader(
        "zh-HK", "en", "English", "張卡比人拒絕咗",
        "信用卡付款被拒", "Your card was declined", "which-card",
    ),
]  # fmt: skip


@pytest.mark.full
@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.tag)
def test_a_question_leads_to_its_article_in_either_language(page: Page, reader: Reader) -> None:
    page.goto(f"/{reader.tag}/")
    page.get_by_role("combobox").fill(reader.question)
    page.get_by_role("combobox").press("Enter")
    hits = page.locator(".hit")
    expect(hits.first).to_be_visible()
    page.get_by_role("link", name=reader.title, exact=True).first.click()
    expect(page.get_by_role("heading", level=1)).to_have_text(reader.title)
    page.locator(f".contents-wide a[href='#{reader.section}']").click()
    expect(page).to_have_url(re.compile(f"#{reader.section}$"))
    page.get_by_role("link", name=reader.switch).click()
    expect(page).to_have_url(re.compile(f"/{reader.other}/articles/.*#{reader.section}$"))
    expect(page.get_by_role("heading", level=1)).to_have_text(reader.title_there)
    assert page.locator("html").get_attribute("lang") == reader.other
    page.goto("/")
    expect(page).to_have_url(re.compile(f"/{reader.other}/$"))


@pytest.mark.full
def test_the_contents_follow_the_reader(page: Page) -> None:
    page.goto("/en/articles/update-payment-method")
    page.locator("#several-cards").scroll_into_view_if_needed()
    page.evaluate("document.getElementById('several-cards').scrollIntoView()")
    current = page.locator(".contents-wide a[aria-current]")
    expect(current).to_have_attribute("href", "#several-cards")


@pytest.mark.full
def test_a_sections_link_is_copied(page: Page, context: BrowserContext) -> None:
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto("/en/articles/update-payment-method")
    heading = page.locator("#remove-old-card")
    heading.hover()
    heading.locator(".anchor").click()
    expect(page.get_by_text("Link copied")).to_be_attached()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.endswith("/en/articles/update-payment-method#remove-old-card")


@pytest.mark.full
def test_an_answer_that_the_address_names_is_open(page: Page) -> None:
    page.goto("/en/articles/update-payment-method#faq-only-card")
    expect(page.locator("#faq-only-card")).to_have_attribute("open", "")
    expect(page.locator("#faq-address")).not_to_have_attribute("open", "")


@pytest.mark.full
def test_the_keyboard_reaches_things_in_order(page: Page) -> None:
    page.goto("/en/articles/card-declined")
    reached = []
    for _ in range(7):
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate(
                "document.activeElement.getAttribute('href')"
                " ?? document.activeElement.getAttribute('name')"
            )
        )
    assert reached == [
        "#main",
        "/en/",
        "q",
        "/en/contact",
        "/zh-HK/articles/card-declined",
        "/en/",
        "/en/categories/payment-problems",
    ]


@pytest.mark.full
def test_the_skip_link_skips(page: Page) -> None:
    page.goto("/zh-HK/articles/card-declined")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.closest('main') !== null")


@pytest.mark.full
def test_everything_works_without_scripts(context: BrowserContext, base: str) -> None:
    browser = context.browser
    assert browser is not None
    plain = browser.new_context(base_url=base, java_script_enabled=False)
    page = plain.new_page()
    page.goto("/en/")
    page.get_by_role("searchbox").fill("portal")
    page.get_by_role("button", name="Search").click()
    page.locator(".hit a").first.click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.get_by_role("link", name="繁體中文").click()
    assert page.locator("html").get_attribute("lang") == "zh-HK"
    page.locator(".faq-item summary").first.click()
    expect(page.locator(".faq-answer").first).to_be_visible()
    plain.close()


@pytest.mark.full
@pytest.mark.parametrize("width", [320, 360, 768])
@pytest.mark.parametrize("tag", ["en", "zh-HK"])
def test_nothing_is_wider_than_the_screen(page: Page, tag: str, width: int) -> None:
    # 320 px is a 640 px window at 200 %.
    page.set_viewport_size({"width": width, "height": 800})
    for path in ("", "articles/update-payment-method", "search?q=card", "contact", "privacy"):
        page.goto(f"/{tag}/{path}")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
