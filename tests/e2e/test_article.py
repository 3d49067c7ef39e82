"""An article in a real browser: figures large, votes, no jumps, little to load."""

import re
import urllib.request
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from sqlalchemy import select

from helpcenter.articles.tables import article_feedback
from helpcenter.db.engine import open_database
from helpcenter.settings import Settings
from tests.e2e.server import serve
from tests.e2e.test_axe import SCHEMES, violations
from tests.factories import CONTENT
from tests.web.html import parse

ARTICLE = "articles/update-payment-method"
TAGS = ("en", "zh-HK")
MOST_BYTES = 60_000
SHIFTS = """() => new Promise((done) => {
  let sum = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) sum += entry.value;
  }).observe({ type: "layout-shift", buffered: true });
  setTimeout(() => done(sum), 300);
})"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the database is, for looking behind the pages."""
    return tmp_path_factory.mktemp("article")


@pytest.fixture(scope="module")
def base(folder: Path) -> Iterator[str]:
    with serve(Settings(), folder) as url:
        yield url


def votes(folder: Path) -> list[tuple[object, ...]]:
    table = article_feedback.c
    wanted = select(table.locale, table.helpful, table.reason, table.text).order_by(table.id)
    with closing(open_database(None, folder)) as database:
        return database.read_sync(lambda conn: [tuple(row) for row in conn.execute(wanted)])


@contextmanager
def without_scripts(context: BrowserContext, base: str) -> Iterator[Page]:
    browser = context.browser
    assert browser is not None
    plain = browser.new_context(base_url=base, java_script_enabled=False)
    yield plain.new_page()
    plain.close()


@pytest.mark.full
def test_a_vote_and_its_reason_are_one_vote(page: Page, folder: Path) -> None:
    page.goto(f"/zh-HK/{ARTICLE}")
    with page.expect_response(re.compile("/feedback$")):
        page.get_by_text("沒有幫助", exact=True).click()
    page.get_by_label("內容難以明白").check()
    page.get_by_label("想補充的話").fill("4242 4242 4242 4242 唔得")
    page.get_by_role("button", name="傳送").click()
    expect(page.locator("#feedback-thanks")).to_be_focused()
    expect(page.locator(".feedback-choice")).to_be_hidden()
    assert votes(folder) == [("zh_HK", False, "unclear", "•••• 4242 唔得")]
    page.reload()
    page.get_by_role("button", name="有幫助").click()
    expect(page.locator("#feedback-thanks")).to_be_visible()
    assert votes(folder) == [("zh_HK", True, None, None)]


@pytest.mark.full
def test_a_vote_without_scripts_is_thanked_for(
    context: BrowserContext, base: str, folder: Path
) -> None:
    before = len(votes(folder))
    with without_scripts(context, base) as page:
        page.goto(f"/en/{ARTICLE}")
        expect(page.locator("#feedback-thanks")).to_be_hidden()
        page.get_by_text("No, it did not").click()
        page.get_by_label("It is hard to follow").check()
        page.get_by_role("button", name="Send").click()
        expect(page).to_have_url(f"{base}/en/{ARTICLE}#feedback-thanks")
        expect(page.locator("#feedback-thanks")).to_be_visible()
        expect(page.locator(".feedback-choice")).to_be_hidden()
    assert votes(folder)[before:] == [("en", False, "unclear", None)]


@pytest.mark.full
def test_a_vote_that_cannot_be_kept_says_so(page: Page, base: str) -> None:
    page.goto(f"/en/{ARTICLE}")
    page.route("**/feedback", lambda route: route.fulfill(status=204))
    page.get_by_role("button", name="Yes, it helped").click()
    expect(page.locator("#feedback-refused")).to_be_visible()
    expect(page.get_by_role("button", name="Yes, it helped")).to_be_visible()


@pytest.mark.full
def test_a_figure_opens_large_by_keyboard_and_closes_where_it_was(page: Page) -> None:
    page.goto(f"/en/{ARTICLE}")
    links = page.locator("a.zoom")
    links.nth(1).focus()
    page.keyboard.press("Enter")
    stage = page.get_by_role("dialog")
    expect(stage).to_be_visible()
    assert violations(page) == []
    first = stage.locator("img").get_attribute("src")
    page.keyboard.press("ArrowRight")
    expect(stage.locator("img")).not_to_have_attribute("src", first or "")
    page.keyboard.press("ArrowLeft")
    expect(stage.locator("img")).to_have_attribute("src", first or "")
    page.keyboard.press("Escape")
    expect(stage).to_be_hidden()
    expect(links.nth(1)).to_be_focused()
    links.nth(0).click()
    page.get_by_role("button", name="Close").click()
    expect(stage).to_be_hidden()


@pytest.mark.full
def test_a_figure_leads_to_its_file_without_scripts(context: BrowserContext, base: str) -> None:
    with without_scripts(context, base) as page:
        page.goto(f"/en/{ARTICLE}")
        page.locator("a.zoom").first.click()
        expect(page).to_have_url(re.compile(r"/media/\w+-.*\.svg$"))


@pytest.mark.full
@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_open_form_is_accessible(page: Page, scheme: str) -> None:
    page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
    page.goto(f"/zh-HK/{ARTICLE}")
    page.locator(".feedback-no summary").click()
    assert violations(page) == []


@pytest.mark.full
def test_an_untranslated_article_is_accessible(
    browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> None:
    with serve(Settings(content=CONTENT), tmp_path_factory.mktemp("kettle")) as kettle:
        context = browser.new_context(base_url=kettle)
        page = context.new_page()
        for slug in ("descale-your-kettle", "kettle-will-not-whistle"):
            page.goto(f"/zh-HK/articles/{slug}")
            assert violations(page) == []
        context.close()


@pytest.mark.full
@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("tag", TAGS)
def test_nothing_jumps(page: Page, tag: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    # On a slow phone, which could paint a page while it still comes.
    page.context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": 6})
    for path in ("", ARTICLE, "categories/payment-problems", "search?q=card", "contact"):
        page.goto(f"/{tag}/{path}")
        page.mouse.wheel(0, 2000)
        assert page.evaluate(SHIFTS) == 0, path


@pytest.mark.full
@pytest.mark.parametrize("tag", TAGS)
def test_no_page_weighs_more_than_it_should(page: Page, base: str, tag: str) -> None:
    listed = page.request.get(f"/api/v1/articles?locale={tag}").json()["articles"]
    paths = [f"/{tag}/", f"/{tag}/search?q=card", *(one["url"] for one in listed)]
    known: dict[str, int] = {}
    for path in paths:
        html = parse(page.request.get(path).text())
        parts = [e.attributes["src"] for e in html.all("script") if "src" in e.attributes]
        parts += [e.attributes["href"] for e in html.all("link", rel="stylesheet")]
        for part in (path, *parts):
            if part not in known:
                known[part] = _packed(base + part)
        assert sum(known[part] for part in (path, *parts)) <= MOST_BYTES, path


def _packed(url: str) -> int:
    """Return how many bytes an answer has as it is sent."""
    asked = urllib.request.Request(url, headers={"Accept-Encoding": "gzip"})  # noqa: S310 - ours
    with urllib.request.urlopen(asked) as answer:  # noqa: S310 - the same
        return len(answer.read())
