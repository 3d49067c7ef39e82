"""Headings of what is brought in: levels without gaps, ids that links and translations share."""

import re
from collections.abc import Sequence

from helpcenter.articles.importing.blocks import HEADINGS, landmarks
from helpcenter.articles.importing.pages import Page
from helpcenter.articles.importing.tree import Node
from helpcenter.articles.markup.headings import TOP, derive_id

_ID = re.compile(r"[^\W_]+(?:[-_][^\W_]+)*\Z")
_DEEPEST = 6


def settle(page: Page, source: Page | None) -> None:
    """Give a page's headings levels and ids, and learn where its old anchors lead now.

    A translation with the outline of its source takes the source's ids.
    """
    _drop_title(page)
    marks = landmarks(page.body)
    _level([mark for mark in marks if mark.tag in HEADINGS])
    theirs = landmarks(source.body) if source is not None else []
    alike = [_shape(mark) for mark in marks] == [_shape(mark) for mark in theirs]
    taken: set[str] = set()
    plain: dict[str, int] = {}
    for position, mark in enumerate(marks):
        old = mark.attrs.get("id", "")
        words = _title(mark)
        wish = theirs[position].attrs["id"] if alike and theirs else old
        mark.attrs["id"] = _unique(wish if _ID.match(wish) else derive_id(words), taken)
        mark.attrs["old-id"] = old
        for name in (old, _github(words, plain), derive_id(words)):
            page.anchors.setdefault(name, mark.attrs["id"])
    _learn_inner(page)


def _drop_title(page: Page) -> None:
    """Take a first heading that only repeats the title away."""
    first = next((node for node in page.body.walk() if node.tag in HEADINGS), None)
    if first is None or first.tag != "h1":
        return
    same = first.words.casefold() == page.title.casefold()
    alone = sum(node.tag == "h1" for node in page.body.walk()) == 1
    if same or (alone and page.is_titled):
        first.tag, first.children = "div", []


def _level(headings: Sequence[Node]) -> None:
    """Begin at level 2 and never skip one."""
    shift = TOP - min((int(node.tag[1]) for node in headings), default=TOP)
    before = TOP - 1
    for node in headings:
        before = min(int(node.tag[1]) + shift, before + 1, _DEEPEST)
        node.attrs["level"] = str(before)


def _shape(mark: Node) -> str:
    return mark.attrs.get("level", mark.tag)


def _title(mark: Node) -> str:
    if mark.tag != "details":
        return mark.words
    summary = next((child for child in mark.children if child.tag == "summary"), None)
    return summary.words if summary else ""


def _github(words: str, seen: dict[str, int]) -> str:
    """Return the id that GitHub and most generators give a heading."""
    name = re.sub(r"[^\w\- ]", "", words.lower()).replace(" ", "-")
    count = seen.get(name, 0)
    seen[name] = count + 1
    return f"{name}-{count}" if count else name


def _unique(wish: str, taken: set[str]) -> str:
    found, number = wish, 2
    while found in taken:
        found, number = f"{wish}-{number}", number + 1
    taken.add(found)
    return found


def _learn_inner(page: Page) -> None:
    """Let anchors between headings lead to the heading above them."""
    here = ""
    marks = {id(mark) for mark in landmarks(page.body)}
    for node in page.body.walk():
        if id(node) in marks:
            here = node.attrs["id"]
        elif name := node.attrs.get("id") or (node.attrs.get("name") if node.tag == "a" else ""):
            page.anchors.setdefault(name, here)
