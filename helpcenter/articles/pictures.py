"""Pictures and films of the writers: found, measured, made sure of, given a content-hash URL."""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree as ET

from helpcenter.articles.model import Media
from helpcenter.articles.rasters import SIZES
from helpcenter.content.problems import ContentError, Problem, Report
from helpcenter.content.roots import Root, Source, listing, read_bytes
from helpcenter.i18n.locale import SOURCE, Locale

FOLDER = "articles/_media"
TYPES = {
    "svg": "image/svg+xml",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
    "mp4": "video/mp4",
    "webm": "video/webm",
    "vtt": "text/vtt; charset=utf-8",
}
IMAGES = frozenset({"svg", "png", "jpg", "jpeg", "gif", "webp"})
MAX_BYTES = {"mp4": 50_000_000, "webm": 50_000_000, "gif": 10_000_000}
MAX_PICTURE = 2_000_000

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*\.([a-z0-9]+)\Z")
_UNSAFE_SVG = re.compile(
    r"<!DOCTYPE|<!ENTITY|<\?xml-stylesheet|@import|\son\w+\s*="
    r"|<(?:[\w.-]+:)?(?:script|foreignObject|iframe|embed|object|handler|listener)\b"
    r"|(?:href|src)\s*=\s*[\"']?\s*(?![#\"'])|url\(\s*[\"']?(?![#\"'])"
    r"|attributeName\s*=\s*[\"']?\s*(?:xlink:)?href",
    re.IGNORECASE,
)
"""What makes a picture run or load something; a browser that opens it by itself would do so."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A file ready to be served; `width` and `height` are in CSS pixels, 0 for what has none."""

    media: Media
    width: int
    height: int

    @property
    def key(self) -> str:
        """The file name in its URL."""
        return self.media.url.rpartition("/")[2]


@dataclass
class Gallery:
    """Everything below `articles/_media`, looked up as articles name it; remembers what is used."""

    files: Mapping[str, Source]
    known: Mapping[str, Picture] = field(default_factory=dict)
    """What the last build has measured, by the place on disk."""
    used: dict[str, Picture] = field(default_factory=dict)
    asked: set[str] = field(default_factory=set)

    @classmethod
    def open(cls, root: Root, report: Report, known: Mapping[str, Picture]) -> "Gallery":
        """List the files of a root."""
        return cls({s.relative: s for s in listing(root, FOLDER, report)}, known)

    def find(self, slug: str, locale: Locale, name: str) -> Picture:
        """Return an article's file in its locale, else the source locale's.

        Raises `ContentError`, whose problem says what is wrong with the name or the file.
        """
        if not _NAME.match(name):
            raise ContentError([Problem("", 0, "bad_picture_name", _bad_name(name))])
        wanted = [f"{FOLDER}/{slug}/{each.folder}/{name}" for each in (locale, SOURCE)]
        for path in wanted:
            if path in self.files:
                self.asked.add(path)
                if path not in self.used:
                    source = self.files[path]
                    self.used[path] = read_picture(source, self.known.get(str(source.path)))
                return self.used[path]
        message = f"there is no file `{wanted[0]}`: put it there, or mend the name"
        raise ContentError([Problem("", 0, "missing_picture", message)])

    def unused(self) -> tuple[Source, ...]:
        """Return the files that no article has asked for so far."""
        return tuple(source for path, source in self.files.items() if path not in self.asked)

    def media(self) -> dict[str, Media]:
        """Return what is used, by the file name in its URL."""
        return {picture.key: picture.media for picture in self.used.values()}


def read_picture(source: Source, known: Picture | None = None) -> Picture:
    """Measure a file and name it by its content; raises `ContentError` for a false one.

    One that still is what was `known` of it is not measured again.
    """
    name = source.relative.rpartition("/")[2]
    suffix = name.rpartition(".")[2]
    if suffix not in TYPES:
        raise _fault(source, f"`.{suffix}` files are not served: use {', '.join(sorted(TYPES))}")
    data = read_bytes(source, MAX_BYTES.get(suffix, MAX_PICTURE))
    digest = hashlib.sha256(data).hexdigest()[:16]
    media = Media(f"/media/{digest}-{name}", str(source.path), TYPES[suffix])
    if known is not None and known.media == media:
        return known
    width, height = _measure(source, suffix, data)
    return Picture(media, width, height)


def _measure(source: Source, suffix: str, data: bytes) -> tuple[int, int]:
    if suffix == "svg":
        return _measure_svg(source, data)
    if suffix in SIZES:
        size = SIZES[suffix](data)
        if size is None or 0 in size:
            kind = suffix.upper()
            raise _fault(source, f"is no {kind} picture inside: save it again as {kind}")
        return size
    marks = {"mp4": data[4:8] == b"ftyp", "webm": data[:4] == b"\x1aE\xdf\xa3"}
    if not marks.get(suffix, data.lstrip(b"\xef\xbb\xbf").startswith(b"WEBVTT")):
        raise _fault(source, f"is no .{suffix} file inside: save it again in that format")
    return 0, 0


def _measure_svg(source: Source, data: bytes) -> tuple[int, int]:
    try:
        words = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _fault(source, "is not UTF-8: save the SVG as UTF-8") from None
    if unsafe := _UNSAFE_SVG.search(words):
        raise _fault(source, f"holds `{unsafe[0].strip()}`: a picture may not run or load anything")
    try:
        svg = ET.fromstring(words)  # noqa: S314 - DOCTYPE and entities are refused above
    except ET.ParseError as error:
        raise _fault(source, f"is no well-formed SVG: {error}") from None
    sizes = [_pixels(svg.get(name)) for name in ("width", "height")]
    if None in sizes:
        box = [_pixels(part) for part in re.split(r"[\s,]+", svg.get("viewBox", "").strip())]
        sizes = box[2:4]
    width, height = [*sizes, None, None][:2]
    if not svg.tag.endswith("svg") or not width or not height:
        raise _fault(source, "says no size: give <svg> a width and height, or a viewBox")
    return width, height


def _pixels(value: str | None) -> int | None:
    found = re.fullmatch(r"\s*(\d{1,5})(?:\.\d+)?(?:px)?\s*", value or "")
    return int(found[1]) if found else None


def _bad_name(name: str) -> str:
    return (
        f"`{name}` is no file name: write the bare name of a file in the article's folder below "
        "`_media`, of letters, digits, `-` and `_`"
    )


def _fault(source: Source, message: str) -> ContentError:
    return ContentError([Problem(source.name, 0, "bad_picture", message)])


def fault_of(data: bytes, suffix: str) -> str:
    """Return what is wrong with a picture that lies nowhere yet, "" for nothing."""
    if len(data) > MAX_BYTES.get(suffix, MAX_PICTURE):
        return f"{len(data):,} bytes are too many: make it smaller"
    try:
        _measure(Source(Root(Path()), f"picture.{suffix}"), suffix, data)
    except ContentError as error:
        return error.problems[0].message
    return ""
