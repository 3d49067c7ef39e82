"""The inbox renews itself: with a stream, without one, and not under an agent's hands."""

from collections.abc import Iterator
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.e2e.offices import Office, open_office
from tests.e2e.test_inbox import desk_of
from tests.e2e.test_inbox_axe import write

pytestmark = pytest.mark.full


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with open_office(tmp_path_factory.mktemp("office-live")) as opened:
        yield opened


@pytest.fixture(scope="module")
def base(office: Office) -> str:
    return office.base


@pytest.fixture
def desk(browser: Browser, office: Office) -> Iterator[Page]:
    page = desk_of(browser, office, "Ada", "en")
    yield page
    page.context.close()


def refuse(route: Route) -> None:
    route.fulfill(status=429, headers={"retry-after": "5"})


@pytest.mark.parametrize("held", [True, False], ids=["stream", "poll"])
def test_the_queue_renews_itself_under_what_is_typed(
    desk: Page, page: Page, office: Office, *, held: bool
) -> None:
    if not held:
        desk.route("**/api/v1/agent/stream*", refuse)
        desk.reload()
    lines, find = desk.locator(".queue > li"), desk.locator("#find")
    before = lines.count()
    find.press_sequentially("chan")
    desk.evaluate("document.body.style.minHeight = '3000px'; scrollTo(0, 40)")
    write(page, office.base, "zh-HK")
    expect(lines).to_have_count(before + 1)
    expect(desk.locator(".tabs .count").first).to_have_text(str(before + 1))
    expect(find).to_be_focused()
    expect(find).to_have_value("chan")
    assert desk.evaluate("scrollY") == 40


def test_a_focused_ticket_stays_so_when_others_go(
    desk: Page, page: Page, browser: Browser, office: Office
) -> None:
    for _ in range(2):
        write(page, office.base, "en")
    desk.goto(f"{office.base}/agent/tickets")
    links = desk.locator(".queue-who")
    before, last = links.count(), links.last.get_attribute("href")
    links.last.focus()
    ben = desk_of(browser, office, "Ben", "en")
    ben.locator(".queue-who").first.click()
    ben.locator("#verb-take button").click()
    expect(links).to_have_count(before - 1)
    assert desk.evaluate("document.activeElement.getAttribute('href')") == last
    ben.context.close()


def test_what_was_unfolded_and_written_stays_as_it_is(
    desk: Page, page: Page, browser: Browser, office: Office
) -> None:
    write(page, office.base, "en")
    desk.goto(f"{office.base}/agent/tickets")
    desk.locator(".queue-who").last.click()
    desk.locator("#passing summary").click()
    why = f"because {uuid4()}"
    desk.locator("#why").fill(why)
    (chosen,) = desk.locator("#reason").select_option(index=1)
    ben = desk_of(browser, office, "Ben", "en")
    ben.goto(desk.url)
    ben.locator("#verb-take button").click()
    # A colleague's deed waits until it is asked for.
    news = desk.locator("[data-pulse]")
    expect(news).to_be_visible()
    expect(desk.locator(".ticket-about")).not_to_contain_text("Ben")
    news.get_by_role("link").click()
    expect(desk.locator(".ticket-about")).to_contain_text("Ben")
    expect(news).to_be_hidden()
    expect(desk.locator("#why")).to_have_value(why)
    expect(desk.locator("#reason")).to_have_value(chosen)
    expect(desk.locator("#holding")).to_have_count(0)
    ben.context.close()


def test_a_page_whose_session_is_over_says_so(desk: Page, office: Office) -> None:
    gone = desk.locator("[data-gone]")
    expect(gone).to_be_hidden()
    other = desk.context.new_page()
    other.goto(f"{office.base}/agent/tickets")
    other.locator("form[action='/agent/logout'] button").click()
    other.wait_for_url("**/agent/login")
    expect(gone).to_be_visible(timeout=20_000)
    expect(gone.get_by_role("link")).to_have_attribute("href", "/agent/login?to=/agent/tickets")
