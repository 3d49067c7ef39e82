"""Small things that tests of several rooms make: content folders, and sites built from them."""

from collections.abc import Mapping
from pathlib import Path

from helpcenter.content.roots import Root

CONTENT = Path(__file__).parent / "content"
"""The kettle shop: whimsical fixture content, in both locales."""


def folder(path: Path, files: Mapping[str, str | bytes]) -> Root:
    """Write `files` (relative name → text or bytes) below `path`; return it as a content root."""
    for name, text in files.items():
        file = path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(text if isinstance(text, bytes) else text.encode())
    path.mkdir(parents=True, exist_ok=True)
    return Root(path.resolve())
