"""Small things that tests of several rooms make: content folders, and sites built from them."""

from collections.abc import Mapping
from pathlib import Path

from helpcenter.content.roots import Root
from helpcenter.settings import Settings
from helpcenter.site.build import build
from helpcenter.site.model import Site

CONTENT = Path(__file__).parent / "content"
"""The kettle shop: whimsical fixture content, in both locales."""

SETTINGS = Settings.model_validate({"product": {"en": "Kettle & Co", "zh_HK": "水煲店"}})
"""Settings that no test changes."""

ARTICLE = "---\ntitle: Tea\nsummary: It is hot.\nupdated: 2026-11-01\n---\n"
"""The least front matter an article may have; it ends on line 5."""

CATEGORY = "---\ntitle: Drinks\nsummary: Wet things.\n---\n"


def folder(path: Path, files: Mapping[str, str | bytes]) -> Root:
    """Write `files` (relative name → text or bytes) below `path`; return it as a content root."""
    path.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        file = path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return Root(path.resolve())


def kettle_root() -> Root:
    """Return the kettle shop as a content root."""
    return Root(CONTENT.resolve())


def kettle_site(settings: Settings = SETTINGS) -> Site:
    """Build the kettle shop, without an index."""
    return build(settings, [kettle_root()])
