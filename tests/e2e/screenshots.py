"""`python -m tests.e2e.screenshots OUTDIR`: every kind of page, for people to look at.

Both locales, light and dark, on a phone and on a desk.
"""

import sys
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, ViewportSize, sync_playwright

from tests.e2e.chromium import launch
from tests.e2e.server import serve_real_content

PAGES = {
    "home": "/{tag}/",
    "category": "/{tag}/categories/payment-problems",
    "article": "/{tag}/articles/update-payment-method",
    "search": "/{tag}/search?q={query}",
    "contact": "/{tag}/contact",
    "privacy": "/{tag}/privacy",
    "404": "/{tag}/articles/card-declinde",
}
QUERIES = {"en": "card declined", "zh-HK": "信用卡被拒"}
LOAD_ALL = """async () => {
  const pictures = [...document.images];
  for (const picture of pictures) picture.loading = "eager";
  await Promise.all(pictures.map((picture) => picture.decode()));
}"""
"""Pictures below the fold wait for a reader who scrolls; here nobody does."""
SIZES: dict[str, ViewportSize] = {
    "phone": {"width": 390, "height": 844},
    "desk": {"width": 1440, "height": 900},
}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


def shoot(browser: Browser, base: str, folder: Path) -> Iterator[Path]:
    """Take every picture, whole pages; yield each file as it is written."""
    for (size, viewport), scheme, tag in product(SIZES.items(), SCHEMES, QUERIES):
        context = browser.new_context(viewport=viewport, color_scheme=scheme, locale=tag)
        page = context.new_page()
        for name, path in PAGES.items():
            page.goto(base + path.format(tag=tag, query=QUERIES[tag]))
            file = folder / f"{name}-{tag}-{scheme}-{size}.png"
            page.evaluate(LOAD_ALL)
            page.screenshot(path=file, full_page=True)
            yield file
        context.close()


def main(folder: Path) -> None:
    """Serve the starter content and shoot it into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    with serve_real_content() as base, sync_playwright() as playwright:
        browser = launch(playwright)
        for file in shoot(browser, base, folder):
            sys.stdout.write(f"{file}\n")
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
