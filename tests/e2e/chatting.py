"""What the chat stories share: the panel as a person finds it, on any page, in either language."""

from dataclasses import dataclass

from playwright.sync_api import Locator, Page, expect


@dataclass(frozen=True)
class Speaker:
    """Somebody with a language, and what the panel says to them."""

    tag: str
    launcher: str
    line: str
    reply: str
    choice: str
    person: str
    waiting: str
    portal: str
    unsent: str
    retry: str


SPEAKERS = [
    Speaker(
        "en", "Chat", "my card was declined", "What did the message say?", "Something else",
        "Talk to a person", "Waiting for a person", "Use another card", "Not sent.", "Try again",
    ),
    Speaker(
        "zh-HK", "對話", "我張卡畀人拒絕咗", "提示顯示甚麼？", "其他或不清楚",
        "轉由專人跟進", "正等候專人回覆", "改用另一張卡", "未能傳送。", "再試一次",
    ),
]  # fmt: skip


class Chat:
    """The panel on a page, in one language."""

    def __init__(self, page: Page, speaker: Speaker) -> None:
        self.page = page
        self.speaker = speaker
        self.launcher = page.get_by_role("button", name=speaker.launcher, exact=True)
        self.panel = page.get_by_role("dialog")
        self.log = self.panel.get_by_role("log")
        self.text = self.panel.locator("textarea")

    def open(self) -> "Chat":
        """Press the launcher."""
        self.launcher.click()
        expect(self.text).to_be_focused()
        return self

    def write(self, text: str) -> None:
        """Type a line and press Enter."""
        self.text.fill(text)
        self.text.press("Enter")

    def said(self, role: str) -> Locator:
        """Return what one side has said, greeting left out."""
        return self.log.locator(f".item.{role}[data-seq]")

    def ask(self) -> None:
        """Say what is wrong and wait for the bot's answer."""
        self.write(self.speaker.line)
        expect(self.said("bot").first).to_be_visible()
