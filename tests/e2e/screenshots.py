"""`make screenshots`, or `python -m tests.e2e.screenshots [FOLDER]`: pictures to look at.

Every kind of page in both languages, light and dark, at a desk, and what a phone shows. It runs a
demo of its own: its customers, its Stripe, its agents.
"""

import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright

from tests.e2e.chatting import SPEAKERS, Chat, Speaker
from tests.e2e.chromium import launch
from tests.e2e.offices import Office, open_office
from tests.e2e.test_new_card import arrive

FOLDER = Path("var/screenshots")
DESK: ViewportSize = {"width": 1280, "height": 800}
PHONE: ViewportSize = {"width": 360, "height": 740}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
LOAD_ALL = """async () => {
  const pictures = [...document.images];
  for (const picture of pictures) picture.loading = "eager";
  await Promise.all(pictures.map((picture) => picture.decode().catch(() => {})));
}"""
"""Pictures below the fold wait for a reader who scrolls; here nobody does."""


@dataclass(frozen=True)
class Words:
    """What people say and write in one language."""

    query: str
    letter: tuple[str, str, str]
    reply: str
    note: str


WORDS = {
    "en": Words(
        "card declined",
        ("Rosalind", "rosalind@example.com", "I was charged twice in November. Can you look?"),
        "Hello Pip, I am Ada. I have asked your bank’s network about the second try.",
        "Balance was short on the 18th and the 21st; nothing on our side.",
    ),
    "zh-HK": Words(
        "信用卡被拒",
        ("陳小姐", "chan@example.com", "十一月份收咗我兩次費，可唔可以幫我睇下？"),
        "Pip 你好，我是 Ada，正在跟進第二次扣款的情況。",
        "18 及 21 日餘額不足，並非我們系統的問題。",
    ),
}


class Camera:
    """Takes each picture in both schemes, and names it after page, language, scheme and size."""

    def __init__(self, folder: Path, tag: str) -> None:
        self._folder = folder
        self._tag = tag

    def shoot(self, page: Page, name: str, *, whole: bool = True, size: str = "desk") -> list[Path]:
        """Write a picture of the whole page, or of what is in the window, for each scheme."""
        window = PHONE if size == "phone" else DESK
        page.set_viewport_size(window)
        page.evaluate(LOAD_ALL)
        if whole:
            # A window as high as the page: what keeps to its foot stays there.
            height = max(window["height"], page.evaluate("document.documentElement.scrollHeight"))
            page.set_viewport_size({**window, "height": height})
        files = []
        for scheme in SCHEMES:
            page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
            files.append(self._folder / f"{name}-{self._tag}-{scheme}-{size}.png")
            page.screenshot(path=files[-1])
        return files


def shoot(browser: Browser, office: Office, speaker: Speaker, folder: Path) -> Iterator[Path]:
    """Take every picture in one language; yield each file as it is written."""
    camera = Camera(folder, speaker.tag)
    context = browser.new_context(viewport=DESK, locale=speaker.tag)
    page = context.new_page()
    arrive(page, office.sandbox, office.base, speaker.tag, "Pip")
    yield from _reading(page, camera, office.base, speaker.tag)
    yield from _paying(page, camera, office.base, speaker.tag)
    yield from _talking(page, camera, office.base, speaker)
    yield from _answering(browser, page, camera, office, speaker)
    context.close()


def _reading(page: Page, camera: Camera, base: str, tag: str) -> Iterator[Path]:
    page.goto(f"{base}/{tag}/search?q={WORDS[tag].query}")
    yield from camera.shoot(page, "search")
    for name, path in (("home", ""), ("article", "articles/update-payment-method")):
        page.goto(f"{base}/{tag}/{path}")
        yield from camera.shoot(page, name)
        yield from camera.shoot(page, name, size="phone")


def _paying(page: Page, camera: Camera, base: str, tag: str) -> Iterator[Path]:
    page.goto(f"{base}/{tag}/account")
    yield from camera.shoot(page, "account")
    page.goto(f"{base}/{tag}/account/manage/portal_home")
    yield from camera.shoot(page, "portal")


def _talking(page: Page, camera: Camera, base: str, speaker: Speaker) -> Iterator[Path]:
    page.goto(f"{base}/{speaker.tag}/articles/card-declined")
    page.set_viewport_size(DESK)
    Chat(page, speaker).open().ask()
    yield from camera.shoot(page, "chat", whole=False)
    yield from camera.shoot(page, "chat", whole=False, size="phone")


def _answering(
    browser: Browser, page: Page, camera: Camera, office: Office, speaker: Speaker
) -> Iterator[Path]:
    words, tag = WORDS[speaker.tag], speaker.tag
    chat = Chat(page, speaker)
    chat.panel.get_by_role("button", name=speaker.person).click()
    expect(chat.panel.locator(".status")).to_contain_text(speaker.waiting)
    _write(browser, office.base, tag)
    context = browser.new_context(viewport=DESK)
    desk = context.new_page()
    office.sign_in(desk, "Ada", tag)
    yield from camera.shoot(desk, "inbox")
    desk.get_by_role("link", name="Pip").first.click()
    desk.locator("#reply").fill(words.reply)
    desk.locator("form[action$='/reply'] button").click()
    expect(desk.locator(".said-agent")).to_contain_text(words.reply)
    desk.locator("#note").fill(words.note)
    desk.locator("form[action$='/note'] button").click()
    expect(desk.locator(".timeline .note")).to_contain_text(words.note)
    yield from camera.shoot(desk, "ticket")
    context.close()


def _write(browser: Browser, base: str, tag: str) -> None:
    """Let somebody else write by the contact form."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{base}/{tag}/contact")
    for field, text in zip(("name", "email", "text"), WORDS[tag].letter, strict=True):
        page.locator(f"#letter-{field}").fill(text)
    page.locator(".letter button").click()
    expect(page).to_have_url(f"{base}/{tag}/contact/sent")
    context.close()


def main(folder: Path) -> None:
    """Run a demo for each language and shoot it into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = launch(playwright)
        for speaker in SPEAKERS:
            with tempfile.TemporaryDirectory() as data, open_office(Path(data)) as office:
                for file in shoot(browser, office, speaker, folder):
                    sys.stdout.write(f"{file}\n")
        browser.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER)
