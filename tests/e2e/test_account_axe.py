"""The account page before axe and by keyboard: as each kind of customer, in every guise."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from helpcenter.cli.demo import demo_settings
from helpcenter.sandbox.portal.words import WORDS as PORTAL
from helpcenter.sandbox.server import Sandbox, start_sandbox
from tests.e2e.server import serve
from tests.e2e.test_axe import GUISES, TAGS, violations
from tests.e2e.test_new_card import arrive, fill_card, word

pytestmark = pytest.mark.full

PEOPLE = {
    "Pip": "account",
    "Juniper": "account",
    "Linnet": "account",
    "Saffron": "account",
    "Moss": "account",
    # Which of two plans is meant is asked on a page of its own.
    "saffron": "account/manage/subscription_cancel",
}

ASK = """async (tag) => {
  const post = (path, body) => fetch(path, {
    method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body),
  }).then((answer) => answer.json());
  const talk = await post("/api/v1/conversations", { locale: tag });
  await post(`/api/v1/conversations/${talk.id}/messages`, { client_id: "1", text: "hello" });
}"""

FOCUSED = """() => {
  const { activeElement: here } = document;
  const style = getComputedStyle(here);
  return [
    here.closest("main") ? (here.getAttribute("href") ?? here.textContent.trim()) : null,
    style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
    here === document.body,
  ];
}"""
"""What has the focus: its address or words if it is in the main part, whether it can be seen."""

STOPS = """() => [...document.querySelectorAll("main a[href], main button, main summary")].map(
  (each) => each.getAttribute("href") ?? each.textContent.trim())"""


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    with start_sandbox() as running:
        yield running


@pytest.fixture(scope="module")
def base(sandbox: Sandbox, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("account-axe")
    with serve(demo_settings(sandbox, 0, str(folder)), folder) as url:
        sandbox.connect(helpcenter_url=url)
        yield url


def used(page: Page, sandbox: Sandbox, base: str, tag: str, name: str) -> None:
    """Sign in; leave a talk and a visit to the portal behind, and come back with a new card."""
    arrive(page, sandbox, base, tag, name)
    page.evaluate(ASK, tag)
    page.goto(f"{base}/{tag}/account")
    page.goto(f"{base}/{tag}/account/manage/payment_method_update")
    fill_card(page, tag, "5555 5555 5555 4444")
    page.get_by_role("button", name=word(PORTAL, "go_on", tag)).click()
    expect(page).to_have_url(re.compile(rf"^{base}/{tag}/account"))
    expect(page.locator("main [role=status]")).to_contain_text("4444")
    assert page.locator("main [data-help-chat]").count() == 1


def in_every_guise(page: Page, tags: tuple[str, ...] = TAGS) -> dict[str, list[str]]:
    """Return what axe has to say of this page in both languages, and where it is too wide."""
    found, here = {}, page.url
    for turn, scheme, width in GUISES:
        tag = tags[turn % len(tags)]
        page.emulate_media(color_scheme=scheme)
        page.set_viewport_size({"width": width, "height": 800})
        page.goto(re.sub(r"/(en|zh-HK)/", f"/{tag}/", here))
        faults = violations(page)
        if page.evaluate("document.documentElement.scrollWidth") > width:
            faults.append("too wide")
        if faults:
            found[f"{tag} {scheme} {width}"] = faults
    return found


@pytest.mark.parametrize("name", PEOPLE)
def test_the_account_page_is_accessible_to_everyone(
    page: Page, sandbox: Sandbox, base: str, name: str
) -> None:
    arrive(page, sandbox, base, "en", name.title())
    page.goto(f"{base}/en/{PEOPLE[name]}")
    assert in_every_guise(page) == {}


def test_so_it_is_after_a_visit_to_the_portal(page: Page, sandbox: Sandbox, base: str) -> None:
    used(page, sandbox, base, "en", "Sunny")
    assert in_every_guise(page) == {}


@pytest.mark.parametrize(("tag", "name"), [("en", "Marigold"), ("zh-HK", "Pip")])
def test_everything_on_it_is_done_by_keyboard(
    page: Page, sandbox: Sandbox, base: str, tag: str, name: str
) -> None:
    used(page, sandbox, base, tag, name)
    reached = walk(page)
    assert reached == page.evaluate(STOPS)
    assert len(reached) > 6

    page.locator("main [data-help-chat]").focus()
    page.keyboard.press("Enter")
    expect(page.locator("help-chat").get_by_text("hello")).to_be_visible()
    expect(page.get_by_role("dialog").locator("textarea")).to_be_focused()
    page.keyboard.press("Escape")
    # Closing gives the focus back to where it was.
    expect(page.locator("main [data-help-chat]")).to_be_focused()

    page.locator("main a[href$='/manage/portal_home']").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_text(word(PORTAL, "banner", tag))).to_be_visible()
    page.get_by_role("link", name=word(PORTAL, "back", tag)).press("Enter")
    expect(page).to_have_url(re.compile(rf"^{base}/{tag}/account"))

    page.locator("main form button").focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{base}/{tag}/")
    expect(page.locator(".me-stranger")).to_be_visible()


def walk(page: Page) -> list[str]:
    """Press Tab through the whole page; return where it stopped in the main part, in order."""
    reached: list[str] = []
    for _ in range(120):
        page.keyboard.press("Tab")
        name, seen, left = page.evaluate(FOCUSED)
        if left:
            return reached
        if name is not None:
            assert seen, f"the focus on {name} cannot be seen"
            reached.append(name)
    raise AssertionError(f"no way out of the page: {reached}")
