"""A real browser before a help centre that really serves.

`E2E=no` leaves all of this out and says so; without Chromium or a CJK font it fails.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    sync_playwright,
)

from helpcenter.settings import Settings
from tests.e2e.chromium import NoBrowserError, launch
from tests.e2e.server import serve

_HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every story here, and leave them out where told to.

    A file's stories stay together (the Makefile hands out whole files): while Playwright runs, its
    event loop owns the worker's thread, and no coroutine test may come in between.
    """
    stories = [item for item in items if _HERE in item.path.parents]
    for item in stories:
        item.add_marker(pytest.mark.e2e)
        if os.environ.get("E2E") == "no":
            item.add_marker(pytest.mark.skip(reason="E2E=no: no browser story and no axe run"))


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the help centre with the starter content answers."""
    with serve(Settings(), tmp_path_factory.mktemp("e2e")) as url:
        yield url


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for all stories of a file."""
    with sync_playwright() as playwright:
        try:
            started = launch(playwright)
        except NoBrowserError as error:
            pytest.fail(str(error), pytrace=False)
        yield started
        started.close()


@pytest.fixture
def context(browser: Browser, base: str) -> Iterator[BrowserContext]:
    """A fresh profile at desktop width."""
    opened = browser.new_context(base_url=base, viewport={"width": 1280, "height": 800})
    opened.set_default_timeout(10_000)
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A tab whose console must stay silent: no error, no blocked script, no CSP report."""
    tab = context.new_page()
    complaints = listen(tab)
    yield tab
    assert complaints == []


def listen(tab: Page) -> list[str]:
    """Return the list to which everything the tab complains of will be added."""
    complaints: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            complaints.append(message.text)

    tab.on("console", note)
    tab.on("pageerror", lambda error: complaints.append(str(error)))

    def failed(request: Request) -> None:
        # What a reader leaves before it is there was not refused.
        if request.failure != "net::ERR_ABORTED":
            complaints.append(f"{request.failure}: {request.url}")

    tab.on("requestfailed", failed)
    return complaints
