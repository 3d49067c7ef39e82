"""Addresses that articles had elsewhere, before they were brought here."""

import re
from collections.abc import Iterator, Mapping

_ENDING = re.compile(r"(?:/|/index)?(?:\.html?|\.mdx?)?/*\Z")
_NUMBERED = re.compile(r"/\d+(?=-[^/]*\Z)")


def plain(path: str) -> str:
    """Return a path without what does not distinguish it: a last slash, `.html`, `index`."""
    return _ENDING.sub("", path, count=1) or "/"


def find(moved: Mapping[str, str], path: str) -> str | None:
    """Return the slug that `path` (decoded, without query) leads to now.

    Words behind a number count for nothing: `/hc/en-us/articles/42-Any-title` is `…/articles/42`.
    """
    return next((moved[one] for one in _spellings(plain(path)) if one in moved), None)


def _spellings(path: str) -> Iterator[str]:
    yield path
    if number := _NUMBERED.search(path):
        yield path[: number.end()]
