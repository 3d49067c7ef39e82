"""The browser: Debian's Chromium, headless, and what to say when it or a font is missing."""

import os
import shutil
import subprocess

from playwright.sync_api import Browser, Playwright

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")

ARGS = (
    "--headless=new",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


class NoBrowserError(Exception):
    """The browser stories cannot be told here; the text says what to install."""


def require_browser() -> str:
    """Return the path of Chromium; raises `NoBrowserError` without it or without a CJK font."""
    path = next((found for name in NAMES if (found := shutil.which(name))), None)
    if path is None:
        raise NoBrowserError(
            "no Chromium on PATH: install it (Debian: apt-get install chromium fonts-noto-cjk), "
            "or leave the browser stories out with E2E=no"
        )
    fonts = shutil.which("fc-list")
    listed = fonts and subprocess.run(
        [fonts, ":lang=zh-hk", "family"], capture_output=True, text=True, check=False
    )
    if not listed or not listed.stdout.strip():
        raise NoBrowserError(
            "no font for Hong Kong Chinese, every zh-HK page would be boxes: install one "
            "(Debian: apt-get install fontconfig fonts-noto-cjk), or set E2E=no"
        )
    return path


def launch(playwright: Playwright) -> Browser:
    """Start the browser; raises `NoBrowserError`."""
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    return playwright.chromium.launch(executable_path=require_browser(), args=[*ARGS, *sandbox])
