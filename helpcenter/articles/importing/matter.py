"""Front matter of other tools: YAML, TOML or JSON, keys by many names."""

import json
import re
import tomllib
from collections.abc import Callable, Mapping
from datetime import date, datetime

from helpcenter.articles.importing.pages import clean, one_line
from helpcenter.content.problems import ContentError
from helpcenter.content.yaml import load

_FENCES = {"---": "---", "+++": "+++"}
_PAIR = re.compile(r"([A-Za-z_][\w -]*?)\s*:\s*(.*?)\s*\Z")
_HEADERS = re.compile(r"(?:title|date|tags|slug|author|category|template)\s*:\s", re.IGNORECASE)
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")

TITLE = (
    "title",
    "nav_title",
    "sidebar_label",
    "linktitle",
    "shorttitle",
    "label",
    "name",
    "heading",
)
SUMMARY = (
    "description",
    "summary",
    "intro",
    "excerpt",
    "subtitle",
    "lead",
    "abstract",
    "metadescription",
)
KEYWORDS = ("keywords", "tags", "labels", "search_keywords")
ORDER = (
    "sidebar_position",
    "weight",
    "nav_order",
    "order",
    "position",
    "rank",
    "sort",
    "sidebar.order",
)
UPDATED = (
    "updated",
    "lastmod",
    "last_modified_at",
    "last_modified",
    "last_updated",
    "lastupdated",
    "updatedat",
    "updated_at",
    "modified",
    "last_update.date",
    "revised",
    "date",
    "created_at",
)
ADDRESS = ("permalink", "url", "slug", "path")
ALIASES = (
    "aliases",
    "redirect_from",
    "redirects",
    "redirect",
    "alias",
    "old_urls",
    "redirect_urls",
)
LANGUAGE = ("lang", "locale", "language")

Matter = Mapping[str, object]


def split(text: str, note: Callable[[int, str, str], None]) -> tuple[Matter, str, int]:
    """Return front matter with lower-case keys, the body, and the line the body begins on."""
    lines = text.split("\n")
    fence = lines[0].rstrip()
    if fence in _FENCES:
        end = next((n for n, line in enumerate(lines[1:], 1) if line.rstrip() == fence), None)
        if end is not None:
            inner = "\n".join(lines[1:end])
            found = _toml(inner, note) if fence == "+++" else _yaml(inner, note)
            return _flat(found), "\n".join(lines[end + 1 :]), end + 2
    if text.startswith("{"):
        return _json(text)
    if _HEADERS.match(lines[0]):
        end = next((n for n, line in enumerate(lines) if not line.strip()), len(lines))
        return _flat(_pairs("\n".join(lines[:end]))), "\n".join(lines[end:]), end + 1
    return {}, text, 1


def text_of(matter: Matter, names: tuple[str, ...]) -> str:
    """Return the first of these keys that holds words, as one line."""
    for name in names:
        value = matter.get(name)
        if (
            isinstance(value, str | int | float)
            and not isinstance(value, bool)
            and (words := one_line(str(value)))
        ):
            return words
    return ""


def list_of(matter: Matter, names: tuple[str, ...]) -> tuple[str, ...]:
    """Return the words of the first of these keys that is there, a list or divided by commas."""
    value = next((matter[name] for name in names if matter.get(name)), ())
    if isinstance(value, str):
        value = value.strip("[]").split(",")
    if not isinstance(value, list):
        return ()
    words = (one_line(str(one).strip("\"' "), 100) for one in value if isinstance(one, str | int))
    return tuple(dict.fromkeys(word for word in words if word))[:20]


def order_of(matter: Matter) -> int | None:
    """Return the place among its neighbours, None where nothing says."""
    for name in ORDER:
        value = matter.get(name)
        if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 10**6:
            return int(value)
    return None


def date_of(matter: Matter) -> date | None:
    """Return when it was last changed, None where nothing says."""
    for name in UPDATED:
        if day := day_of(matter.get(name)):
            return day
    return None


def day_of(value: object) -> date | None:
    """Return the day of a date or of a text that begins with one."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    if isinstance(value, str) and (found := _DATE.match(value.strip())):
        try:
            return date.fromisoformat(found[0])
        except ValueError:
            return None
    return None


def is_draft(matter: Matter) -> bool:
    """Tell whether readers are not to see it."""
    return matter.get("draft") in {True, "true"} or matter.get("published") in {False, "false"}


def _yaml(text: str, note: Callable[[int, str, str], None]) -> Mapping[str, object]:
    try:
        value = load(text, "", first_line=2).value
    except ContentError as error:
        problem = error.problems[0]
        note(problem.line, "front_matter", f"read line by line only: {problem.message}")
        return _pairs(text)
    return value if isinstance(value, dict) else {}


def _toml(text: str, note: Callable[[int, str, str], None]) -> Mapping[str, object]:
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        note(2, "front_matter", f"the TOML cannot be read ({error}): read line by line only")
        return _pairs(text.replace(" = ", ": "))


def _json(text: str) -> tuple[Matter, str, int]:
    try:
        found, end = json.JSONDecoder().raw_decode(text)
    except (ValueError, RecursionError):
        return {}, text, 1
    line = text.count("\n", 0, end) + 1
    return _flat(found), text[end:], line


def _pairs(text: str) -> dict[str, object]:
    """Read `key: value` lines and nothing else."""
    found: dict[str, object] = {}
    for line in text.split("\n"):
        if pair := _PAIR.match(line):
            value = clean(pair[2]).strip("\"'")
            found.setdefault(pair[1], {"true": True, "false": False}.get(value.lower(), value))
    return found


def _flat(found: object) -> Matter:
    """Return keys in lower case; `a: {b: c}` is also `a.b`."""
    flat: dict[str, object] = {}
    for key, value in found.items() if isinstance(found, dict) else ():
        name = str(key).lower()
        flat.setdefault(name, value)
        if isinstance(value, dict):
            flat |= {f"{name}.{str(inner).lower()}": each for inner, each in value.items()}
    return flat
