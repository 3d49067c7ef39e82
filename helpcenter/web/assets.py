"""Style sheets and modules: read once, joined, hashed, packed; served from memory for good."""

import hashlib
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING

from helpcenter.web.prepared import IMMUTABLE, Prepared

if TYPE_CHECKING:
    from collections.abc import Mapping

    from helpcenter.web.headers import Headers

FOLDER = Path(__file__).with_name("static")

STYLES = (
    "raw",
    "meaning",
    "base",
    "layout",
    "me",
    "search",
    "listing",
    "article",
    "account",
    "letter",
    "prose",
    "feedback",
    "print",
)
"""Files of `static/css` in the order of the cascade; they are sent as one sheet."""

INBOX = ("raw", "meaning", "base", "layout", "inbox")
"""The sheet of agents' pages."""

_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


class Assets:
    """Static files by plain name (`site.css`, `contents.js`), and their hashed addresses."""

    def __init__(self, headers: "Headers", folder: Path = FOLDER) -> None:
        sheets = {"site.css": STYLES, "inbox.css": INBOX}
        files = {
            sheet: b"\n".join(_read(folder / "css" / f"{name}.css") for name in names)
            for sheet, names in sheets.items()
        }
        for path in sorted([*(folder / "js").glob("*.js"), *(folder / "img").glob("*.svg")]):
            files[path.name] = _read(path)
        urls: dict[str, str] = {}
        self._answers: dict[str, Prepared] = {}
        for name, body in files.items():
            stem, dot, suffix = name.rpartition(".")
            hashed = f"{stem}-{hashlib.sha256(body).hexdigest()[:12]}{dot}{suffix}"
            own = [(b"content-type", _TYPES[dot + suffix].encode()), (b"cache-control", IMMUTABLE)]
            urls[name] = f"/static/{hashed}"
            self._answers[hashed] = Prepared(body, [*own, *headers], route="/static/{name}")
        self.urls: Mapping[str, str] = MappingProxyType(urls)

    def find(self, hashed: str) -> Prepared | None:
        """Return the answer for a hashed file name, None for one we never gave out."""
        return self._answers.get(hashed)


def _read(path: Path) -> bytes:
    return path.read_bytes()
