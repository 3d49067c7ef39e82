"""Whatever a writer saves while the site runs: refused with file and line, readers see nothing."""

import asyncio
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from helpcenter.content.problems import Severity
from helpcenter.content.roots import find_roots
from helpcenter.site.build import build
from helpcenter.site.reload import SiteHolder
from tests.factories import ARTICLE, CONTENT, SETTINGS

FOLDER = "articles/en/brewing"
NEW = f"{FOLDER}/new.md"
OLD = f"{FOLDER}/descale-your-kettle.md"
REDIRECTS = "articles/redirects.yaml"
MATTER = ARTICLE.removesuffix("---\n")
START = ARTICLE.count("\n") + 1
"""The line that words begin on."""


def text(words: str | bytes, name: str = NEW) -> Callable[[Path], None]:
    data = words if isinstance(words, bytes) else words.encode()

    def spoil(root: Path) -> None:
        (root / name).write_bytes(data)

    return spoil


def body(words: str) -> Callable[[Path], None]:
    return text(ARTICLE + words)


BOMB = "".join(f"  - &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 9))
KINDS: dict[str, tuple[Callable[[Path], None], str, str]] = {
    "not UTF-8": (text(ARTICLE.encode() + b"caf\xe9\n"), f"{NEW}:{START}", "not_utf8"),
    "UTF-16": (text(ARTICLE.encode("utf-16")), f"{NEW}:1", "not_utf8"),
    "5 MB": (body("x" * 5_000_000), f"{NEW}:0", "too_large"),
    "empty": (text(""), f"{NEW}:1", "no_front_matter"),
    "a link out": (lambda root: (root / NEW).symlink_to("/etc/hostname"), f"{NEW}:0", "symlink"),
    "a link to itself": (lambda root: (root / NEW).symlink_to(NEW), f"{NEW}:0", "unreadable"),
    "a pipe": (lambda root: os.mkfifo(root / NEW), f"{NEW}:0", "unreadable"),
    "a folder of elsewhere": (
        lambda root: (root / "articles/en/far").symlink_to("/etc"),
        "articles/en/far:0",
        "symlink",
    ),
    "a picture of elsewhere": (body("![x](../../p.png)\n"), f"{NEW}:{START}", "bad_picture_name"),
    "HTML": (body("a\n\n<img src=x onerror=alert(1)>\n"), f"{NEW}:{START + 2}", "raw_html"),
    "javascript:": (body("[x](JavaScript:alert(1))\n"), f"{NEW}:{START}", "refused_link"),
    "data:": (body("[x](data:text/html,x)\n"), f"{NEW}:{START}", "refused_link"),
    "redirects in a circle": (
        text("a: b\nb: c\nc: a\n", REDIRECTS),
        f"{REDIRECTS}:1",
        "redirect_cycle",
    ),
    "one slug twice": (
        text(ARTICLE, "articles/en/paying/descale-your-kettle.md"),
        "articles/en/paying/descale-your-kettle.md:0",
        "duplicate_slug",
    ),
    "a YAML bomb": (text(f"---\ntitle: Tea\nx:\n  - &a0 [x]\n{BOMB}---\n"), f"{NEW}:4", "yaml"),
    "YAML without an end": (text("---\n" + "[" * 100_000 + "\n---\n"), f"{NEW}:2", "yaml"),
    "a date that is none": (
        text(ARTICLE.replace("updated: ", "updated: next ")),
        f"{NEW}:4",
        "bad_value",
    ),
    "a topic that is none": (
        text("a: [\n", "bot/topics/refund.yaml"),
        "bot/topics/refund.yaml:2",
        "yaml",
    ),
    "a catalogue that is none": (
        text('msgid "Tea\n', "i18n/zh_HK/LC_MESSAGES/messages.po"),
        "i18n/zh_HK/LC_MESSAGES/messages.po:1",
        "bad_catalogue",
    ),
}


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("bad") / "site"
    return Path(shutil.copytree(CONTENT, path, ignore=shutil.ignore_patterns("*.py", "__pyc*")))


@pytest.fixture(scope="module")
def holder(root: Path) -> SiteHolder:
    """What `serve --reload` holds, without an index."""
    settings = SETTINGS.model_copy(update={"content": root, "data": root.parent / "data"})
    site = build(settings, find_roots(root))
    made = SiteHolder(settings, lambda _: None, lambda *_: None, site)  # type: ignore[arg-type]  # none is built
    made.start_indexing = lambda: None  # type: ignore[method-assign]  # nor asked for
    return made


@pytest.fixture
def unharmed(root: Path) -> Iterator[Path]:
    """The site's folder; what a test does to it is undone."""
    before = {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}
    yield root
    for path in sorted(root.rglob("*"), reverse=True):
        if path.is_symlink() or (not path.is_dir() and path not in before):
            path.unlink()
    for path, data in before.items():
        if path.read_bytes() != data:
            path.write_bytes(data)


@pytest.mark.parametrize("kind", KINDS)
def test_the_last_good_site_stays(holder: SiteHolder, unharmed: Path, kind: str) -> None:
    spoil, place, code = KINDS[kind]
    good = holder.site
    spoil(unharmed)
    assert asyncio.run(holder.reload()) is False
    assert holder.site is good
    faults = [str(one) for one in holder.problems if one.severity is Severity.ERROR]
    assert any(one.startswith(f"{place}: {code}: ") for one in faults), faults


def test_all_is_well_again_once_it_is_mended(holder: SiteHolder, unharmed: Path) -> None:
    file = unharmed / OLD
    file.write_text(file.read_text("utf-8") + "\nFresh words.\n", "utf-8")
    assert asyncio.run(holder.reload()) is True
    assert holder.problems == ()
    site = holder.site
    assert site is not None
    assert any("Fresh words." in article.html for article in site.library.articles.values())
