"""`python -m tests.e2e.article_shots`: the articles' screenshots of our own pages.

Starts the demo, walks through it in both locales, rings and numbers what the articles name, and
writes `articles/_media/<slug>/<locale>/<name>.png`. Dates in them are those of the day.
"""

import re
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile

from playwright.sync_api import Browser, FloatRect, Page, ViewportSize, sync_playwright

from tests.e2e.chatting import SPEAKERS, Chat, Speaker
from tests.e2e.chromium import launch
from tests.e2e.palette import shrink

ROOT = Path(__file__).parents[2]
_MEDIA = ROOT / "articles" / "_media"
_FOLDERS = {"en": "en", "zh-HK": "zh_HK"}
_SIZE: ViewportSize = {"width": 720, "height": 860}
_SCALE = 1.5
_PAD = 20
_DRAW = """(rings) => {
  for (const [rect, number] of rings) {
    const ring = document.createElement("div");
    ring.style = `position:absolute;z-index:2147483647;left:${rect.x - 4 + scrollX}px;
      top:${rect.y - 4 + scrollY}px;width:${rect.width + 8}px;height:${rect.height + 8}px;
      box-sizing:border-box;border:2.5px solid #00634d;border-radius:10px;pointer-events:none`;
    const mark = document.createElement("b");
    mark.textContent = number;
    mark.style = `position:absolute;right:-16px;top:${Math.max(-16, 7 - rect.y)}px;width:26px;
      height:26px;border-radius:50%;background:#00634d;color:#fff;font:700 14px/26px sans-serif;
      text-align:center;box-shadow:0 0 0 3px #fff`;
    ring.append(mark);
    document.body.append(ring);
  }
}"""


@dataclass(frozen=True)
class Stage:
    """Where the demo stands, and a page with a reader's language."""

    page: Page
    help: str
    host: str
    speaker: Speaker

    def sign_in(self, customer: str) -> None:
        """Sign in to the host app as one of its people."""
        self.page.goto(self.host)
        name = "中文" if self.speaker.tag == "zh-HK" else "English"
        self.page.get_by_role("button", name=name).click()
        self.page.locator("button[name=customer]").filter(has_text=customer).click()

    def open(self, path: str) -> None:
        """Open a page of the help centre."""
        self.page.goto(f"{self.help}/{self.speaker.tag}/{path}")
        self.page.wait_for_load_state("networkidle")


@dataclass(frozen=True)
class Shot:
    """One screenshot: for which article, how to get there, what to show and what to ring."""

    slug: str
    name: str
    go: Callable[[Stage], None]
    show: Sequence[str]
    rings: Sequence[str] = ()
    chat: bool = False


def _account(customer: str) -> Callable[[Stage], None]:
    def go(stage: Stage) -> None:
        stage.sign_in(customer)
        stage.open("account")

    return go


def _page(path: str) -> Callable[[Stage], None]:
    return lambda stage: stage.open(path)


def _user_menu(stage: Stage) -> None:
    stage.sign_in("Sunny")
    stage.page.locator("summary").click()


def _subscriptions(stage: Stage) -> None:
    stage.sign_in("Sunny")
    stage.page.goto(f"{stage.host}/subscriptions")


def _portal(stage: Stage) -> None:
    stage.sign_in("Sunny")
    stage.page.goto(f"{stage.help}/{stage.speaker.tag}/account/manage/portal_home")


def _cancelled(stage: Stage) -> None:
    _portal(stage)
    stage.page.locator("a[href$='/cancel']").click()
    stage.page.locator("form[action$='/cancel'] button").click()
    stage.open("account")


def _kept(stage: Stage) -> None:
    """Undo what `_cancelled` did, just before or in an earlier run."""
    _portal(stage)
    if (keep := stage.page.locator("form[action$='/keep'] button")).count():
        keep.click()
    stage.open("account")


def _foreign_link(stage: Stage) -> None:
    stage.sign_in("Sunny")
    stage.open("account")
    stage.page.goto(f"{stage.help}/go/somebody-elses-link")


def _launcher(stage: Stage) -> None:
    stage.open("articles/card-declined")
    Chat(stage.page, stage.speaker).launcher.wait_for()


def _waiting(stage: Stage) -> None:
    _launcher(stage)
    chat = Chat(stage.page, stage.speaker).open()
    chat.write(stage.speaker.person)
    chat.panel.get_by_text(stage.speaker.waiting).wait_for()
    chat.said("bot").first.wait_for()


def _cantonese(stage: Stage) -> None:
    _launcher(stage)
    chat = Chat(stage.page, stage.speaker).open()
    chat.write("我張卡碌唔到")
    chat.said("bot").first.wait_for()


_HEAD = ".masthead"
_NEWS = ".account-news"
_PLAN = ".account-part:has(dl) >> nth=0"
_BILLS = ".account-part:has(dl) >> nth=1"
_WAYS = ".account-ways"
_MANAGE = ".account-part:has(.account-ways)"

_STATUS = ".account-part .ways > div:nth-child(1)"
_NEXT = ".account-part .ways > div:nth-child(2)"
_CARD = ".account-part .ways > div:nth-child(3)"

SHOTS = (
    Shot("welcome", "home", _page(""), (_HEAD, ".hero"), ("form[role=search] >> visible=true",)),
    Shot(
        "find-your-billing-pages",
        "user-menu",
        _user_menu,
        ("header", ".tile"),
        ("summary", ".menu a"),
    ),
    Shot(
        "find-your-billing-pages",
        "subscriptions",
        _subscriptions,
        ("header", ".tile"),
        (".tile button",),
    ),
    Shot("find-your-billing-pages", "sign-in", _page("contact"), (_HEAD, "h1"), (".me-stranger",)),
    Shot(
        "find-your-billing-pages",
        "manage",
        _account("Sunny"),
        (_MANAGE,),
        (f"{_WAYS} a[href$=portal_home]",),
    ),
    Shot("your-account-page", "trouble", _account("Pip"), (_NEWS, _BILLS), (_NEWS, _PLAN, _BILLS)),
    Shot("your-account-page", "well", _account("Sunny"), ("h1", _PLAN), (_NEXT, _CARD)),
    Shot(
        "your-account-page",
        "manage",
        _account("Sunny"),
        (_MANAGE, ".account-age"),
        (_WAYS, ".account-age a"),
    ),
    Shot(
        "talk-to-a-person",
        "contact",
        _page("contact"),
        ("h1", ".letter-about"),
        (".letter textarea", ".letter .button"),
    ),
    Shot(
        "talk-to-a-person",
        "launcher",
        _launcher,
        ("main .callout", "help-chat button"),
        ("help-chat button",),
        chat=True,
    ),
    Shot("talk-to-a-person", "waiting", _waiting, ("dialog",), chat=True),
    Shot(
        "use-your-language",
        "switch",
        _page("articles/card-declined"),
        (_HEAD, "h1"),
        (".languages",),
    ),
    Shot("use-your-language", "chat", _cantonese, ("dialog",), chat=True),
    Shot("card-expiring", "account", _account("Marigold"), (_NEWS, _PLAN), (_NEWS, _CARD)),
    Shot("default-method-usage", "account", _account("Sunny"), ("h1", _PLAN), (_CARD,)),
    Shot(
        "pay-an-open-invoice",
        "account",
        _account("Pip"),
        (_BILLS, _MANAGE),
        (_BILLS, f"{_WAYS} a[href$=pay_invoice]"),
    ),
    Shot(
        "payment-failed",
        "account-trouble",
        _account("Pip"),
        ("h1", _NEWS),
        (_NEWS, f"{_NEWS} .button"),
    ),
    Shot(
        "3d-secure",
        "account-confirm",
        _account("Wren"),
        ("h1", _NEWS),
        (_NEWS, f"{_NEWS} .button"),
    ),
    Shot(
        "retries-and-grace-period",
        "next-try",
        _account("Pip"),
        (_BILLS, _MANAGE),
        (f"{_BILLS} >> .account-note >> nth=-1", f"{_WAYS} a[href$=pay_invoice]"),
    ),
    Shot("payment-security", "account-card", _account("Sunny"), (_PLAN,), (_CARD,)),
    Shot("change-plan", "next-charge", _account("Sunny"), ("h1", _PLAN), (_NEXT,)),
    Shot("cancel-subscription", "account-ending", _cancelled, ("h1", _PLAN), (_STATUS,)),
    Shot("resume-subscription", "next-charge", _kept, ("h1", _PLAN), (_NEXT,)),
    Shot(
        "several-accounts",
        "wrong-account",
        _foreign_link,
        ("h1", ".told form"),
        (".others a.button", ".others form .button"),
    ),
)


@contextmanager
def _demo() -> Iterator[tuple[str, str]]:
    """Run the demo; yield the help centre's and the host app's base URLs."""
    command = [sys.executable, "-m", "helpcenter", "demo", "--port", "8741"]
    # A file, not a pipe: nobody reads on while the shots are taken, and a pipe would fill up.
    with NamedTemporaryFile() as said:
        process = subprocess.Popen(command, stdout=said, stderr=subprocess.STDOUT, cwd=ROOT)
        try:
            yield _addresses(process, Path(said.name))
        finally:
            process.terminate()
            process.wait()


def _addresses(process: subprocess.Popen[bytes], said: Path) -> tuple[str, str]:
    while process.poll() is None:
        text = said.read_text(encoding="utf-8")
        host = re.search(r"demo product is at (http\S+\d)", text)
        helping = re.search(r"help centre is at (http\S+\d)", text)
        if host and helping:
            return helping[1], host[1]
        time.sleep(0.1)
    raise SystemExit(said.read_text(encoding="utf-8"))


def _take(browser: Browser, shot: Shot, speaker: Speaker, bases: tuple[str, str]) -> bytes:
    context = browser.new_context(
        viewport=_SIZE,
        device_scale_factor=_SCALE,
        locale=speaker.tag,
        reduced_motion="reduce",
        # Only so that the rings can be drawn; our pages allow no foreign styles.
        bypass_csp=True,
    )
    page = context.new_page()
    shot.go(Stage(page, *bases, speaker))
    if not shot.chat:
        page.add_style_tag(content="help-chat { display: none }")
    boxes = [page.locator(wanted).first.bounding_box() for wanted in shot.rings]
    page.evaluate(_DRAW, [[box, index + 1] for index, box in enumerate(boxes)])
    png = shrink(page, page.screenshot(clip=_clip(page, shot), full_page=not shot.chat))
    context.close()
    return png


def _clip(page: Page, shot: Shot) -> FloatRect:
    """Return the area around what is shown: as wide as the page, but for the chat's panel."""
    found = [page.locator(wanted).first.bounding_box() for wanted in shot.show]
    shown = [box for box in found if box]
    left = max(0, min(box["x"] for box in shown) - _PAD) if shot.chat else 0
    top = max(0, min(box["y"] for box in shown) - _PAD)
    end = max(box["y"] + box["height"] for box in shown) + _PAD
    return {"x": left, "y": top, "width": _SIZE["width"] - left, "height": end - top}


def main() -> None:
    """Take the screenshots of the articles named on the command line, or all, in every locale."""
    chosen = set(sys.argv[1:])
    with _demo() as bases, sync_playwright() as playwright:
        browser = launch(playwright)
        for speaker in SPEAKERS:
            for shot in SHOTS:
                if chosen and shot.slug not in chosen:
                    continue
                png = _take(browser, shot, speaker, bases)
                file = _MEDIA / shot.slug / _FOLDERS[speaker.tag] / f"{shot.name}.png"
                file.parent.mkdir(parents=True, exist_ok=True)
                file.write_bytes(png)
                sys.stdout.write(f"{len(png) // 1024:4} KB  {file.relative_to(ROOT)}\n")
        browser.close()


if __name__ == "__main__":
    main()
