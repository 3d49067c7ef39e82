"""Renders a body of Markdown the way a whole folder is, for tests that look at one thing."""

import struct
from pathlib import Path

from helpcenter.articles.library import Library
from helpcenter.articles.load import load_library
from helpcenter.articles.model import Article
from helpcenter.content.problems import Report
from helpcenter.i18n.catalogues import load_catalogues
from helpcenter.i18n.locale import SOURCE, Locale
from tests.factories import ARTICLE, CATEGORY, SETTINGS, folder

ZH = Locale("zh_HK")
TEA = "articles/en/drinks/tea.md"
BODY = ARTICLE.count("\n") + 1
"""The file's line on which a body begins."""

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + struct.pack(">II", 640, 480) + b"\x08\0\0\0\0"

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="30"><rect/></svg>'


def load(path: Path, files: dict[str, str | bytes], report: Report | None = None) -> Library:
    """Load a folder of articles; without a report of one's own it must be without errors."""
    root = folder(path, {"articles/en/drinks/_index.md": CATEGORY, **files})
    given = report or Report()
    catalogues = load_catalogues([root], SETTINGS, given)
    library = load_library(root, SETTINGS, catalogues, given)
    assert report is not None or given.errors == ()
    return library


def render(path: Path, body: str, **files: str | bytes) -> Article:
    """Return an article with this body; `files` are pictures by name, dots written as `_`."""
    return load(path, _files(body, files)).articles[SOURCE, "tea"]


def faults(path: Path, body: str, **files: str | bytes) -> list[str]:
    """Return what is wrong with a body as `line code: message`, lines counted in the body."""
    report = Report()
    load(path, _files(body, files), report)
    return [
        f"{p.line - BODY + 1} {p.code}: {p.message}" if p.file == TEA else str(p)
        for p in (*report.errors, *report.warnings)
    ]


def _files(body: str, pictures: dict[str, str | bytes]) -> dict[str, str | bytes]:
    return {TEA: ARTICLE + body} | {
        f"articles/_media/tea/en/{name.replace('_', '.')}": data for name, data in pictures.items()
    }
