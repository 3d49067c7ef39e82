"""What an import found, before it is ours: pages, categories, and how to look things up."""

import hashlib
import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date

from helpcenter.articles.importing.tree import Node
from helpcenter.articles.model import Status
from helpcenter.content.problems import Report
from helpcenter.i18n.locale import SOURCE, Locale
from helpcenter.i18n.negotiate import alias
from helpcenter.identity.caller import Audience

LONGEST_SLUG = 80
_LONGEST_SUMMARY = 280
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufeff\ufffe\uffff]")
_LINE_ENDS = re.compile("\r\n?|[\u2028\u2029]")


@dataclass
class Page:
    """An article in one locale as another tool had it; `key` is the same in all its locales.

    `name` is what its slug should come from, `shelf` the key of its category, `addresses` are the
    paths it had. `slug` and `anchors` (old id to new) are set when the pages are planned.
    """

    key: str
    locale: Locale
    file: str
    name: str
    shelf: str
    title: str
    summary: str
    body: Node
    digest: str
    updated: date | None = None
    keywords: tuple[str, ...] = ()
    order: int | None = None
    status: Status = Status.PUBLISHED
    audience: Audience = Audience.PUBLIC
    addresses: tuple[str, ...] = ()
    is_titled: bool = False
    """Whether a first heading of the highest level is the title once more."""
    is_current: bool = False
    """Whether a translation is known to say what its source says now."""
    slug: str = ""
    category: str = ""
    anchors: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Shelf:
    """A category in one locale; `name` is what its slug should come from, else its key."""

    title: str
    summary: str = ""
    order: int | None = None
    name: str = ""


@dataclass
class Haul:
    """All that was found.

    `target` gives the key of the page that an address in a page means, None for none of them;
    `picture` the bytes of a picture it shows, or a sentence why there are none.
    """

    pages: list[Page]
    shelves: dict[tuple[Locale, str], Shelf]
    target: Callable[[Page, str], str | None]
    picture: Callable[[Page, str], bytes | str]
    own_hosts: frozenset[str] = frozenset()


def clean(text: object) -> str:
    """Return text without what no file of ours may hold; anything but text is nothing."""
    if not isinstance(text, str):
        return ""
    return _FORBIDDEN.sub("", _LINE_ENDS.sub("\n", text))


def one_line(text: object, longest: int = 200) -> str:
    """Return text as one line of at most `longest` characters."""
    words = " ".join(clean(text).split())
    return words if len(words) <= longest else words[: longest - 1].rstrip() + "…"


def summarise(body: Node) -> str:
    """Return the first words of a body, cut behind a sentence."""
    for node in body.walk():
        if node.tag == "p" and len(node.words) > 20:  # noqa: PLR2004 - shorter ones are labels
            words = one_line(node.words, 4 * _LONGEST_SUMMARY)
            if len(words) <= _LONGEST_SUMMARY:
                return words
            ends = [m.end() for m in re.finditer(r"[.!?](?=\s)|[。！？]", words[:_LONGEST_SUMMARY])]
            return words[: ends[-1]] if ends else one_line(words, _LONGEST_SUMMARY)
    return ""


def slugify(name: str) -> str:
    """Return a slug made of a name's Latin letters and digits, "" when it has none."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return "-".join(re.findall(r"[a-z0-9]+", plain))[:LONGEST_SLUG].strip("-")


def unique(wish: str, key: str, taken: set[str]) -> str:
    """Return a slug that nobody has yet, as near to the wish as can be, and take it."""
    wish = wish or f"article-{digest(key)[:8]}"
    slug, number = wish, 2
    while slug in taken:
        slug, number = f"{wish}-{number}", number + 1
    taken.add(slug)
    return slug


def digest(text: str) -> str:
    """Return a short hash of a text."""
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]


def locale_of(tag: str) -> Locale | None:
    """Return the folder a language's articles go to, None when `tag` names no language.

    All Traditional Chinese is taken for Hong Kong's, all English is one.
    """
    ours = Locale("zh_HK")
    if re.fullmatch(r"zh(?:[-_](?:cn|sg|hans).*)?", tag, re.IGNORECASE):
        return Locale("zh_CN")
    known = alias(tag, (SOURCE, ours))
    if known is not None:
        return known
    language, _, region = tag.replace("-", "_").partition("_")
    wished = (Locale(f"{language.lower()}_{region.upper()}"), Locale(language.lower()))
    return next((locale for locale in wished[not region :] if locale.is_known), None)


def warn(report: Report, file: str) -> Callable[[int, str, str], None]:
    """Return what notes a sentence about a line of one file."""
    return lambda line, code, message: report.warning(file, line, code, message)


def by_key(pages: Iterable[Page]) -> dict[str, dict[Locale, Page]]:
    """Sort pages into families, each the translations of one article."""
    families: dict[str, dict[Locale, Page]] = {}
    for page in sorted(pages, key=lambda page: (page.key, page.locale)):
        families.setdefault(page.key, {}).setdefault(page.locale, page)
    return families
