"""Agents' pages before axe, in every state a ticket can have and in every guise.

`make test` looks at queue, ticket and refusal once, within the story of `test_inbox.py`.
"""

from collections.abc import Iterator
from typing import Literal
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page

from tests.e2e.offices import Office, open_office
from tests.e2e.test_axe import GUISES, TAGS, violations


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with open_office(tmp_path_factory.mktemp("office-axe")) as opened:
        yield opened


@pytest.fixture(scope="module")
def base(office: Office) -> str:
    return office.base


def every_state(page: Page, office: Office, tag: str) -> Iterator[str]:
    """Lead an agent through everything that the inbox can show; yield what is to be seen."""
    base = office.base
    page.context.add_cookies([{"name": "locale", "value": tag, "url": base}])
    write(page, base, tag)
    page.goto(f"{base}/agent/login")
    yield "login"
    page.locator("#email").fill("nobody@example.com")
    page.locator("#password").fill("wrong")
    page.locator(".login button").click()
    page.locator("#refused").wait_for()
    yield "login refused"
    office.sign_in(page, "Ada", tag)
    yield "queue"
    for view in ("mine&q=", "solved", "all&q=nobody@example.com"):
        page.goto(f"{base}/agent/tickets?view={view}")
        yield view
    page.goto(f"{base}/agent/mail")
    yield "mail"
    page.goto(f"{base}/agent/tickets")
    page.locator(".queue-who").first.click()
    yield "new ticket"
    press(page, "take")
    fill(page, "reply")
    fill(page, "note")
    page.locator("summary").first.click()
    yield "forms open"
    fill(page, "hold")
    yield "on hold"
    page.evaluate("for (const field of document.getElementsByName('version')) field.value = 1")
    page.locator("#reply").fill("late")
    page.locator("form[action$='/reply'] button").click()
    page.get_by_role("alert").wait_for()
    yield "refused"
    press(page, "solve")
    yield "solved"


def write(page: Page, base: str, tag: str) -> None:
    """Leave a message by the contact form."""
    page.goto(f"{base}/{tag}/contact")
    page.locator("#letter-name").fill("陳大文")
    page.locator("#letter-email").fill("chan@example.com")
    # Each time another one: the same message again would be the same ticket.
    page.locator("#letter-text").fill(f"{uuid4()} without end: " + "https://example.com/" * 12)
    page.locator(".letter button").click()
    page.wait_for_url("**/contact/sent")


def press(page: Page, verb: str) -> None:
    with page.expect_navigation():
        page.locator(f"form[action$='/{verb}'] button").click()


def fill(page: Page, verb: str) -> None:
    details = page.locator(f"details:has(#{verb})")
    if details.count() and details.get_attribute("open") is None:
        details.locator("summary").click()
    page.locator(f"#{verb}").fill("Something that was said.\n是的。")
    press(page, verb)


@pytest.mark.full
@pytest.mark.parametrize(
    ("tag", "scheme", "width"),
    [(TAGS[turn % len(TAGS)], scheme, width) for turn, scheme, width in GUISES],
)
def test_every_state_is_accessible_in_every_guise(
    browser: Browser, office: Office, tag: str, scheme: Literal["light", "dark"], width: int
) -> None:
    context = browser.new_context(color_scheme=scheme, viewport={"width": width, "height": 800})
    page = context.new_page()
    found = {}
    for state in every_state(page, office, tag):
        if faults := violations(page):
            found[state] = faults
        wide = page.evaluate("document.documentElement.scrollWidth")
        if wide > width:
            found[f"{state}, {wide} px wide"] = []
    assert found == {}
    context.close()
