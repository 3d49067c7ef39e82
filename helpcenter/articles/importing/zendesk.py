"""An export of Zendesk Guide as pages: the JSON of `GET /api/v2/help_center/…`, in any files.

Categories become categories; the name of a section becomes a keyword of its articles, which stay
together in its order. All articles of a section follow those of the section before it.
"""

import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

from helpcenter.articles.importing import tree
from helpcenter.articles.importing.matter import day_of
from helpcenter.articles.importing.pages import (
    Haul,
    Page,
    Shelf,
    clean,
    digest,
    locale_of,
    one_line,
    summarise,
)
from helpcenter.articles.model import Status
from helpcenter.articles.pictures import MAX_BYTES
from helpcenter.content.problems import ContentError, Report
from helpcenter.content.roots import MAX_TEXT, Root, Source, read_bytes
from helpcenter.i18n.locale import Locale
from helpcenter.identity.caller import Audience

MAX_JSON = 200_000_000
"""Bytes of one file of an export."""

_LISTS = {
    "categories": "category",
    "category": "category",
    "sections": "section",
    "section": "section",
    "articles": "article",
    "article": "article",
    "translations": "translation",
    "translation": "translation",
    "article_attachments": "attachment",
    "attachments": "attachment",
    "article_attachment": "attachment",
}
_ARTICLE = re.compile(r"/hc/(?:[\w-]+/)?articles/(\d+)")
_DAYS = ("edited_at", "updated_at", "created_at")
_ATTACHMENT = re.compile(r"/(?:article_)?attachments/(?:token/\w+/)?(\d+)?")
_REQUEST = re.compile(r"/hc/(?:[\w-]+/)?requests/new")
_PER_SECTION = 1000

Item = Mapping[str, object]


@dataclass
class Export:
    """Reads an export, a folder or one file; `default` is the language of what says none."""

    root: Root
    files: tuple[str, ...]
    default: Locale
    report: Report
    _items: dict[str, dict[tuple[str, str], tuple[Item, str, int]]] = field(default_factory=dict)
    _media: dict[str, list[str]] = field(default_factory=dict)

    def read(self) -> Haul:
        """Return all articles; what cannot be read is noted and left out."""
        for name in self.files:
            if name.lower().endswith((".json", ".jsonl", ".ndjson")):
                self._read_file(name)
            else:
                self._media.setdefault(name.rpartition("/")[2].lower(), []).append(name)
        shelves: dict[tuple[Locale, str], Shelf] = {}
        for item, _, _ in [*self._all("category"), *self._translations("category")]:
            key, locale = f"category:{_id(item)}", self._locale(item)
            title = one_line(item.get("name") or item.get("title"))
            if locale is not None and title:
                summary = tree.parse(clean(item.get("description") or item.get("body"))).words
                shelves[locale, key] = Shelf(
                    title, one_line(summary, 400), _number(item, "position"), title
                )
        pages = [page for found in self._articles() if (page := self._page(*found))]
        return Haul(pages, shelves, self.target, self.picture, self._hosts())

    def target(self, _page: Page, address: str) -> str | None:
        """Return the key of the article an address means."""
        path = unquote(urlsplit(address).path)
        if _REQUEST.search(path):
            return "page:contact"
        found = _ARTICLE.search(path)
        return f"article:{found[1]}" if found else None

    def picture(self, _page: Page, address: str) -> bytes | str:
        """Return the bytes of an attachment that lies beside the JSON."""
        path = unquote(urlsplit(address).path)
        found = _ATTACHMENT.search(path)
        names = [path.rpartition("/")[2]]
        number = found[1] if found and found[1] else ""
        for item, _, _ in self._all("attachment"):
            if _id(item) == number:
                names.insert(0, one_line(item.get("file_name") or item.get("display_file_name")))
        places = [place for name in names for place in self._media.get(name.lower(), [])]
        places += [p for all_ in self._media.values() for p in all_ if number and number in p]
        exact = [place for place in places if number and number in place]
        for place in [*exact, *places][:1]:
            ending = place.rpartition(".")[2].lower()
            try:
                return read_bytes(Source(self.root, place), MAX_BYTES.get(ending, 10_000_000))
            except ContentError as error:
                return error.problems[0].message
        return "the export holds no such file"

    def _read_file(self, name: str) -> None:
        try:
            text = read_bytes(Source(self.root, name), MAX_JSON).decode("utf-8-sig")
        except ContentError as error:
            self.report.problems += error.problems
            return
        except UnicodeDecodeError as error:
            line = error.object.count(b"\n", 0, error.start) + 1
            self.report.error(name, line, "not_utf8", "is not UTF-8: left out")
            return
        try:
            found = [json.loads(text)] if text.strip() else []
        except RecursionError:
            self.report.error(name, 1, "bad_json", "is nested too deeply: left out")
            return
        except ValueError as error:
            found = _each_line(text)
            if not found:
                line = getattr(error, "lineno", 1)
                self.report.error(name, line, "bad_json", f"is no JSON ({error}): left out")
        lines = _lines(text)
        hint = re.sub(r"[\d_-]+\Z", "", Path(name).stem.lower())
        for value in found:
            self._take(value, _LISTS.get(hint, ""), name, lines, 0)

    def _take(
        self, value: object, kind: str, file: str, lines: Mapping[str, int], depth: int
    ) -> None:
        """Collect items, wherever the file holds them."""
        if isinstance(value, list) and depth < 8:  # noqa: PLR2004 - deeper is no export
            for each in value:
                self._take(each, kind, file, lines, depth + 1)
        if not isinstance(value, dict):
            return
        sort = _sort(value, kind)
        if sort:
            key = (_named_id(value, sort), one_line(value.get("locale")))
            line = lines.get(_id(value), 1)
            self._items.setdefault(sort, {}).setdefault(key, (value, file, line))
        for name, inner in value.items():
            if isinstance(inner, dict | list) and depth < 8:  # noqa: PLR2004 - the same
                given = inner
                if sort and name == "translations" and isinstance(inner, list):
                    given = [_child(each, value, sort) for each in inner if isinstance(each, dict)]
                self._take(given, _LISTS.get(str(name).lower(), ""), file, lines, depth + 1)

    def _all(self, sort: str) -> list[tuple[Item, str, int]]:
        return list(self._items.get(sort, {}).values())

    def _translations(self, of: str) -> Iterator[tuple[Item, str, int]]:
        """Yield translations as items of their own: with the id of what they translate."""
        for item, file, line in self._all("translation"):
            if str(item.get("source_type") or "article").lower() == of:
                yield {**item, "id": item.get("source_id")}, file, line

    def _articles(self) -> Iterator[tuple[Item, str, int, bool]]:
        """Yield every article in every language once; an explicit translation wins."""
        seen: dict[str, Item] = {}
        done: set[tuple[str, Locale | None]] = set()
        for item, _, _ in self._all("article"):
            seen.setdefault(_id(item), item)
        for found, file, line in [*self._translations("article"), *self._all("article")]:
            key = (_id(found), self._locale(found))
            if key in done:
                continue
            done.add(key)
            base = seen.get(key[0], {})
            lasting = ("section_id", "position", "label_names", "user_segment_id", "source_locale")
            item = {name: base.get(name) for name in lasting} | dict(found)
            if not any(day_of(found.get(name)) for name in _DAYS):
                item |= {name: base.get(name) for name in _DAYS}
            yield item, file, line, found.get("outdated") is False

    def _page(self, item: Item, file: str, line: int, current: bool) -> Page | None:  # noqa: FBT001 - one of four facts
        number, locale, title = (
            _id(item),
            self._locale(item),
            one_line(item.get("title") or item.get("name")),
        )
        body = clean(item.get("body"))
        if not number or locale is None or not title:
            message = "an article without id, title or a language we know: left out"
            self.report.warning(file, line, "left_out", message)
            return None
        if len(body) > MAX_TEXT:
            message = f"the article `{title}` is too long ({len(body):,} characters): left out"
            self.report.error(file, line, "too_large", message)
            return None
        root = tree.parse(body)
        for node in root.walk():
            node.line = line
        section = self._one("section", one_line(str(item.get("section_id") or "")))
        category = one_line(str(section.get("category_id") or ""))
        names = item.get("label_names")
        labels = [one_line(each, 100) for each in names] if isinstance(names, list) else []
        name = self._named("section", section, locale)
        place = _PER_SECTION * (_number(section, "position") or 0) + (
            _number(item, "position") or 0
        )
        return Page(
            key=f"article:{number}",
            locale=locale,
            file=f"{file}#{number}",
            name=title if locale.language == "en" else "",
            shelf=f"category:{category}" if category else "general",
            title=title,
            summary=summarise(root) or title,
            body=root,
            digest=digest(json.dumps(item, sort_keys=True, default=str)),
            updated=next(filter(None, (day_of(item.get(name)) for name in _DAYS)), None),
            keywords=tuple(dict.fromkeys(filter(None, [*labels, name])))[:20],
            order=place,
            status=Status.DRAFT if item.get("draft") is True else Status.PUBLISHED,
            audience=Audience.SIGNED_IN if item.get("user_segment_id") else Audience.PUBLIC,
            addresses=tuple(self._addresses(item, number)),
            is_current=current,
        )

    def _addresses(self, item: Item, number: str) -> Iterator[str]:
        yield f"/hc/articles/{number}"
        tag = one_line(item.get("locale"))
        if re.fullmatch(r"[\w-]+", tag):
            yield f"/hc/{tag}/articles/{number}"
        if found := _ARTICLE.search(_path(item.get("html_url"))):
            yield found[0]

    def _one(self, sort: str, number: str) -> Item:
        found = (item for item, _, _ in self._all(sort) if _id(item) == number)
        return next(found, {})

    def _named(self, sort: str, item: Item, locale: Locale) -> str:
        """Return an item's name in a language, "" where it has none in it."""
        for each, _, _ in [*self._translations(sort), *self._all(sort)]:
            if _id(each) == _id(item) and self._locale(each) == locale:
                return one_line(each.get("name") or each.get("title"), 100)
        return ""

    def _locale(self, item: Item) -> Locale | None:
        tag = one_line(item.get("locale") or item.get("source_locale"))
        return locale_of(tag) if tag else self.default

    def _hosts(self) -> frozenset[str]:
        addresses = (item.get("html_url") for sort in self._items for item, _, _ in self._all(sort))
        return frozenset(filter(None, map(_host, addresses)))


def find_files(path: Path) -> tuple[Root, tuple[str, ...]]:
    """Return the root and the files of an export: a folder's, or the one file alone."""
    if path.is_file():
        return Root(path.parent.resolve()), (path.name,)
    root = path.resolve()
    found = []
    for at, folders, files in os.walk(root):
        folders[:] = sorted(name for name in folders if name[0] != ".")
        found += [
            (Path(at) / name).relative_to(root).as_posix()
            for name in sorted(files)
            if name[0] != "."
        ]
    return Root(root), tuple(found)


def _sort(item: Item, hint: str) -> str:
    """Return what an object is, by its keys and by what it stands in."""
    if "source_type" in item and "locale" in item:
        return "translation"
    if hint and ("id" in item or (hint == "translation" and "locale" in item)):
        return hint
    if "section_id" in item and "title" in item:
        return "article"
    if "category_id" in item and "name" in item:
        return "section"
    return "attachment" if "content_url" in item and "file_name" in item else ""


def _child(item: Item, parent: Item, sort: str) -> Item:
    """Let a translation that stands inside what it translates say so."""
    return {"source_id": parent.get("id"), "source_type": sort, **item}


def _id(item: Item) -> str:
    value = item.get("id")
    return (
        str(value)
        if isinstance(value, int | str) and re.fullmatch(r"[\w-]{1,40}", str(value))
        else ""
    )


def _named_id(item: Item, sort: str) -> str:
    """Return what an item of a sort is known by: a translation by what it translates."""
    if sort != "translation":
        return _id(item)
    return f"{item.get('source_type')}:{item.get('source_id')}".lower()


def _number(item: Item, name: str) -> int | None:
    value = item.get(name)
    return value if isinstance(value, int) and abs(value) < 10**6 else None


def _path(address: object) -> str:
    try:
        return urlsplit(address).path if isinstance(address, str) else ""
    except ValueError:
        return ""


def _host(address: object) -> str:
    try:
        return urlsplit(address).netloc.lower() if isinstance(address, str) else ""
    except ValueError:
        return ""


def _each_line(text: str) -> list[object]:
    """Read one JSON object a line; nothing when that is not what it is."""
    try:
        return [json.loads(line) for line in text.splitlines() if line.strip()]
    except (ValueError, RecursionError):
        return []


def _lines(text: str) -> dict[str, int]:
    """Return the line on which each id stands first."""
    found: dict[str, int] = {}
    line, at = 1, 0
    for match in re.finditer(r'"id"\s*:\s*"?([\w-]{1,40})', text):
        line += text.count("\n", at, match.start())
        at = match.start()
        found.setdefault(match[1], line)
    return found
