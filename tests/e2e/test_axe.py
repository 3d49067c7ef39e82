"""Every kind of page before axe: no violation, once a page, and in every guise in `test-full`."""

from itertools import cycle, product
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

PAGES = (
    "",
    "categories/payment-problems",
    "articles/update-payment-method",
    "search?q=card",
    "search?q=zzzzqqqq",
    "search",
    "contact",
    "privacy",
    "articles/card-declinde",
)
TAGS = ("en", "zh-HK")
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
WIDTHS = (360, 768, 1440)
GUISES = [
    (dark + narrow, scheme, width)
    for (dark, scheme), (narrow, width) in product(enumerate(SCHEMES), enumerate(WIDTHS))
]
"""Each scheme at each width, and a number by which the locales take turns."""


def violations(page: Page) -> list[str]:
    """Return what axe has to say, a line a fault."""
    found = Axe().run(page).response["violations"]
    return [
        f"{fault['id']}: {fault['help']}: {node['html'][:200]}"
        for fault in found
        for node in fault["nodes"]
    ]


@pytest.mark.parametrize(("path", "tag"), list(zip(PAGES, cycle(TAGS), strict=False)))
def test_a_page_is_accessible(browser: Browser, base: str, tag: str, path: str) -> None:
    context = browser.new_context(base_url=base, viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.goto(f"/{tag}/{path}")
    assert violations(page) == []
    context.close()


@pytest.mark.full
@pytest.mark.parametrize(("turn", "scheme", "width"), GUISES)
def test_every_page_is_accessible_in_every_guise(
    browser: Browser, base: str, turn: int, scheme: Literal["light", "dark"], width: int
) -> None:
    """Look at every page in every guise, the locales taking turns: each meets each in pairs."""
    context = browser.new_context(
        base_url=base, color_scheme=scheme, viewport={"width": width, "height": 800}
    )
    page = context.new_page()
    found = {}
    for number, path in enumerate(PAGES):
        page.goto(f"/{TAGS[(number + turn) % len(TAGS)]}/{path}")
        if faults := violations(page):
            found[path] = faults
    assert found == {}
    context.close()
