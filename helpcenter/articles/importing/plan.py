"""From pages to files of ours: slugs, categories, links, pictures, redirects."""

import base64
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import IntEnum
from urllib.parse import quote, unquote, urlsplit

from helpcenter.articles.importing import blocks, inline
from helpcenter.articles.importing.inline import Doors
from helpcenter.articles.importing.outline import settle
from helpcenter.articles.importing.pages import (
    Haul,
    Page,
    Shelf,
    by_key,
    digest,
    one_line,
    slugify,
    unique,
)
from helpcenter.articles.importing.tree import BLOCKS, Node
from helpcenter.articles.model import Status
from helpcenter.articles.pictures import fault_of
from helpcenter.content import variables
from helpcenter.content.problems import Report
from helpcenter.i18n.locale import SOURCE, Locale
from helpcenter.identity.caller import Audience

GENERAL = "general"
_SOME = 3
_BREADTH = tuple(Audience)
_UNSAFE = re.compile(r"[\s<>()\\\"]")
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:", re.IGNORECASE)
_WORDY = frozenset({"p", "li", "td", "th", "dt", "dd", "h1", "h2", "h3", "h4", "h5", "h6", "pre"})
_LOST = frozenset({"script", "form", "object", "embed", "applet", "audio", "canvas", "svg", "math"})
_MAGIC = (
    (b"\x89PNG", "png"),
    (b"\xff\xd8\xff", "jpg"),
    (b"GIF8", "gif"),
    (b"RIFF", "webp"),
    (b"<svg", "svg"),
    (b"<?xml", "svg"),
)


class Form(IntEnum):
    """How much of a page is carried over."""

    WHOLE = 0
    LINKLESS = 1
    BARE = 2


@dataclass
class Plan:
    """Everything that is to be written, by path below the site's folder."""

    haul: Haul
    report: Report
    families: Mapping[str, Mapping[Locale, Page]]
    left_out: set[tuple[str, Locale]] = field(default_factory=set)
    """Pages that could not be carried after all; links to them keep their words only."""

    def files(self, forms: Mapping[str, Form]) -> dict[str, bytes]:
        """Return the files of all pages, whole but where `forms` has another form for the path."""
        made: dict[str, bytes] = {}
        for family in self.families.values():
            for page in family.values():
                if (page.key, page.locale) in self.left_out:
                    continue
                try:
                    made |= _Writer(self, page, made).write(forms.get(path_of(page), Form.WHOLE))
                except Exception:  # noqa: BLE001 - one page nobody foresaw must not stop the rest
                    self.left_out.add((page.key, page.locale))
                    message = "cannot be written as Markdown: left out"
                    self.report.error(page.file, 0, "left_out", message)
        return made | self._indexes()

    def find(self, key: str, locale: Locale) -> Page | None:
        """Return what a reader of `locale` would see of a page."""
        family = self.families.get(key, {})
        wanted = (family.get(locale), family.get(SOURCE))
        return next((p for p in wanted if p and (p.key, p.locale) not in self.left_out), None)

    def redirects(self) -> dict[str, str]:
        """Return old paths and the slugs they lead to."""
        return {
            address.rstrip("/"): page.slug
            for family in self.families.values()
            for page in family.values()
            for address in page.addresses
            if address.strip("/") and not re.search(r"[?#\s\"]", address) and len(address) < 400  # noqa: PLR2004 - sane
        }

    def _indexes(self) -> dict[str, bytes]:
        made = {}
        used: dict[tuple[Locale, str], list[Page]] = {}
        for family in self.families.values():
            for page in family.values():
                if (page.key, page.locale) not in self.left_out:
                    used.setdefault((page.locale, page.category), []).append(page)
        for (locale, category), pages in used.items():
            key = pages[0].shelf
            shelf = self.haul.shelves.get((locale, key)) or self._named(locale, key)
            if shelf is not None:
                titles = [page.title for page in pages if page.title != shelf.title]
                made[f"articles/{locale.folder}/{category}/_index.md"] = _index(shelf, titles)
        return made

    def _named(self, locale: Locale, key: str) -> Shelf | None:
        """Name a category by its folder, in the source's language only."""
        source = self.haul.shelves.get((SOURCE, key))
        if source is not None:
            return source if locale == SOURCE else Shelf(source.title, source.summary, source.order)
        words = re.sub(r"[-_\s]+", " ", re.sub(r"(?:\A|(?<=/))\d+[-_. ]+", "", key)).strip()
        title = ": ".join(part.strip().capitalize() for part in words.split("/")) or "General"
        return Shelf(title)


def make_plan(haul: Haul, taken: set[str], shelves: Mapping[str, str], report: Report) -> Plan:
    """Decide slugs, categories and ids.

    `taken` are slugs that are not to be had, `shelves` the categories there are, by key.
    """
    families = by_key(haul.pages)
    _note_doubles(haul, families, report)
    named: dict[str, str] = dict(shelves)
    used = set(named.values())
    for key, family in families.items():
        source = family.get(SOURCE) or next(iter(family.values()))
        name = slugify(source.name)
        wish = name if name not in taken else slugify(f"{source.shelf} {source.name}")
        slug = unique(wish or slugify(source.title), key, taken)
        if source.shelf not in named:
            shelf = haul.shelves.get((source.locale, source.shelf))
            name = slugify(shelf.name if shelf and shelf.name else source.shelf)
            named[source.shelf] = unique(name or GENERAL, source.shelf, used)
        for page in family.values():
            page.slug, page.category = slug, named[source.shelf]
            page.audience = source.audience
            settle(page, source if page is not source else None)
    return Plan(haul, report, families)


def path_of(page: Page) -> str:
    """Return where a page goes."""
    return f"articles/{page.locale.folder}/{page.category}/{page.slug}.md"


def _note_doubles(
    haul: Haul, families: Mapping[str, Mapping[Locale, Page]], report: Report
) -> None:
    kept = {id(page) for family in families.values() for page in family.values()}
    for page in haul.pages:
        if id(page) not in kept:
            message = f"another file is this page in `{page.locale}` too: left out"
            report.warning(page.file, 0, "duplicate_page", message)


@dataclass
class _Writer:
    """Writes one page."""

    plan: Plan
    page: Page
    others: Mapping[str, bytes]
    pictures: dict[str, bytes] = field(default_factory=dict)
    names: dict[str, str | None] = field(default_factory=dict)

    def write(self, form: Form) -> dict[str, bytes]:
        doors = Doors(self._link if form is Form.WHOLE else self._outward, self._picture)
        self._name_links()
        self._note_hidden()
        if form is Form.BARE:
            body = "\n\n".join(_paragraphs(self.page.body))
        else:
            body = blocks.write(self.page.body, doors)
        text = f"{self._matter()}\n{body.strip()}\n"
        return {path_of(self.page): text.encode(), **self.pictures}

    def _name_links(self) -> None:
        """Give links that ask for it the title of where they lead."""
        for node in self.page.body.walk():
            if node.tag == "a" and node.words == "AUTOTITLE":
                key = self.plan.haul.target(self.page, node.attrs.get("href", ""))
                found = self.plan.find(key, self.page.locale) if key else None
                node.children = [Node("", node.line, text=found.title if found else "see here")]

    def _note_hidden(self) -> None:
        for node in self.page.body.walk():
            if node.tag in _LOST:
                message = f"`<{node.tag}>` was left out: it has no place in an article"
                self.plan.report.warning(self.page.file, node.line, "left_out", message)

    def _matter(self) -> str:
        page = self.page
        lines = [f"title: {quoted(page.title)}", f"summary: {quoted(one_line(page.summary, 400))}"]
        if page.keywords:
            lines.append(f"keywords: [{', '.join(map(quoted, page.keywords))}]")
        if page.order is not None:
            lines.append(f"order: {page.order}")
        if page.status is Status.DRAFT:
            lines.append("status: draft")
        if page.audience is not Audience.PUBLIC:
            lines.append(f"audience: {page.audience}")
        lines.append(f"updated: {(page.updated or date(2000, 1, 1)).isoformat()}")
        return "---\n" + "\n".join(lines) + "\n---\n"

    def _link(self, address: str, node: Node) -> str | None:
        address = address.strip().replace("\n", "")
        address = f"https:{address}" if address.startswith("//") else address
        if address.startswith("#"):
            return self._here(unquote(address[1:]))
        try:
            parts = urlsplit(address)
            scheme = parts.scheme.lower()
            ours = scheme in {
                "http",
                "https",
                "",
            } and parts.netloc.lower() in self.plan.haul.own_hosts | {""}
        except ValueError:
            self._refuse(node, address, "is no address")
            return None
        if ours:
            return self._inside(address, node, whole=bool(parts.netloc))
        if scheme in {"http", "https"} or (scheme == "mailto" and "@" in parts.path):
            return _outside(address)
        if scheme == "tel":
            return None
        self._refuse(node, address, "is no link we allow")
        return None

    def _outward(self, address: str, node: Node) -> str | None:
        """Return where a link leads if that is somewhere else than here."""
        found = self._link(address, node)
        return found if found and found.startswith(("http:", "https:", "mailto:")) else None

    def _here(self, anchor: str) -> str | None:
        found = self.page.anchors.get(anchor) or self.page.anchors.get(anchor.lower())
        return f"#{quote(found)}" if found else None

    def _inside(self, address: str, node: Node, *, whole: bool) -> str | None:
        key = self.plan.haul.target(self.page, address)
        if key is not None and key.startswith("page:"):
            return key
        found = self.plan.find(key, self.page.locale) if key is not None else None
        if found is None:
            if whole:
                return _outside(address)
            self._refuse(node, address, "leads to no page that was brought in")
            return None
        if (found.status is Status.DRAFT and self.page.status is not Status.DRAFT) or (
            _BREADTH.index(found.audience) > _BREADTH.index(self.page.audience)
        ):
            self._refuse(node, address, "leads to what readers of this page cannot open")
            return None
        anchor = unquote(urlsplit(address).fragment)
        id_ = found.anchors.get(anchor) or found.anchors.get(anchor.lower(), "")
        near = found.category == self.page.category
        path = f"{found.slug}.md" if near else f"../{found.category}/{found.slug}.md"
        return f"{path}#{quote(id_)}" if id_ else path

    def _refuse(self, node: Node, address: str, why: str) -> None:
        message = f"the link `{one_line(address, 100)}` {why}: its words were kept"
        self.plan.report.warning(self.page.file, node.line, "link_left_out", message)

    def _picture(self, address: str, node: Node) -> str | None:
        if address not in self.names:
            self.names[address] = self._bring(address, node)
        return self.names[address]

    def _bring(self, address: str, node: Node) -> str | None:
        shown = one_line(address, 100)
        found = self._look(address)
        if isinstance(found, str):
            message = f"the picture `{shown}` was left out: {found}"
            self.plan.report.warning(self.page.file, node.line, "picture_left_out", message)
            return None
        ending = next(
            (kind for mark, kind in _MAGIC if found.lstrip(b"\xef\xbb\xbf\r\n ").startswith(mark)),
            "",
        )
        if fault := _fault(found, ending):
            message = f"the picture `{shown}` was left out: {fault}"
            self.plan.report.warning(self.page.file, node.line, "picture_left_out", message)
            return None
        stem = (
            slugify(unquote(urlsplit(address).path).rpartition("/")[2].rpartition(".")[0])
            or "picture"
        )
        return self._store(f"{stem}.{ending}", found)

    def _look(self, address: str) -> bytes | str:
        """Return a picture's bytes, from the page itself or from where the pages came from."""
        head, _, data = address.partition(",")
        if head.startswith("data:image/") and head.endswith(";base64"):
            try:
                return base64.b64decode("".join(data.split()), validate=True)
            except ValueError:
                return "its data cannot be read"
        if _SCHEME.match(address) and not address.lower().startswith(("http://", "https://")):
            return "it is no file"
        return self.plan.haul.picture(self.page, address) if address else "it names no file"

    def _store(self, name: str, data: bytes) -> str:
        """Give a picture its place; one that the source shows as well is not copied."""
        folder = f"articles/_media/{self.page.slug}"
        source = f"{folder}/{SOURCE.folder}/{name}"
        own = f"{folder}/{self.page.locale.folder}/{name}"
        if self.others.get(source) == data or self.pictures.get(own) == data:
            return name
        if own in self.pictures:
            stem, _, ending = name.rpartition(".")
            return self._store(f"{stem}-{digest(data.hex())[:6]}.{ending}", data)
        self.pictures[own] = data
        return name


def _fault(data: bytes, ending: str) -> str:
    """Return why a picture cannot be shown, "" when it can."""
    return fault_of(data, ending) if ending else "its kind is not shown here"


def _outside(address: str) -> str:
    """Write an address of the web so that Markdown does not end it early."""
    return _UNSAFE.sub(lambda found: quote(found[0], safe=""), address).replace("{{", "%7B%7B")


def _no_link(_address: str, _node: Node) -> None:
    return None


def _paragraphs(body: Node) -> Iterator[str]:
    """Yield a body's words, each once, and nothing else."""
    for block in (body, *body.walk()):
        if (block is body or block.tag in _WORDY) and (words := "".join(_own(block)).split()):
            doors = Doors(_no_link, _no_link)
            yield inline.write([Node("", text=" ".join(words))], doors)


def _own(block: Node) -> Iterator[str]:
    """Yield the words of a block that stand in no block inside it."""
    for child in block.children:
        if not child.tag:
            yield child.text
        elif child.tag not in _WORDY:
            yield from _own(child)
            yield " " if child.tag in BLOCKS else ""


def quoted(text: str) -> str:
    """Write words as YAML that fits on a line, no variable in them."""
    words = variables.escape(text)
    return json.dumps(words, ensure_ascii=False)


def _index(shelf: Shelf, titles: Sequence[str]) -> bytes:
    """Return a category's file; without a summary it says what the first articles are about."""
    some = " · ".join(one_line(title, 80) for title in titles[:_SOME])
    summary = one_line(shelf.summary, 400) or some or shelf.title
    order = f"order: {shelf.order}\n" if shelf.order is not None else ""
    title = quoted(one_line(shelf.title))
    return f"---\ntitle: {title}\nsummary: {quoted(summary)}\n{order}---\n".encode()
