"""Where words come from: a site's own folder over the starter content (DESIGN §2.1).

`i18n/` and `bot/` are read from every root, the site's own winning; `articles/` is wholly the
site's where it has such a folder. What exactly wins over what is each loader's business.
"""

import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from helpcenter.content.problems import ContentError, Problem, Report

MAX_TEXT = 1_000_000
"""Bytes of a text file."""

_IGNORED = re.compile(r"\.|.*~$|#.*#$|.*\.(?:swp|tmp|bak|orig)$|Thumbs\.db$")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Root:
    """A folder that holds `articles/`, `bot/` and `i18n/`; `label` goes before names in messages.

    `path` is resolved.
    """

    path: Path
    label: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """One content file: its root and its path from there, with forward slashes."""

    root: Root
    relative: str

    @property
    def name(self) -> str:
        """What messages call the file."""
        return self.root.label + self.relative

    @property
    def path(self) -> Path:
        """Where the file is on disk."""
        return self.root.path / self.relative


def starter() -> Path:
    """Return the starter content: beside the code in a wheel, around it in a clone."""
    package = Path(__file__).resolve().parents[1]
    packed = package / "_content"
    return packed if packed.is_dir() else package.parent


def find_roots(content: Path | None) -> tuple[Root, ...]:
    """Return the roots, the winning one first; raises `ContentError` if `content` is no folder."""
    below = starter()
    if content is None or content.resolve() == below:
        return (Root(below),)
    if not content.is_dir():
        message = "this is no folder: make it with `helpcenter init`, or mend HELPCENTER_CONTENT"
        raise ContentError([Problem(str(content), 0, "no_folder", message)])
    return (Root(content.resolve()), Root(below, "<starter>/"))


def layers(roots: Sequence[Root], relative: str) -> tuple[Source, ...]:
    """Return the files at `relative` that exist, the winning one last."""
    found = (Source(root, relative) for root in reversed(roots))
    return tuple(source for source in found if os.path.lexists(source.path))


def listing(root: Root, folder: str, report: Report) -> tuple[Source, ...]:
    """Return all files below `folder` by name; editors' leavings and hidden files are passed over.

    Links to folders are not followed but noted in `report`.
    """
    return tuple(sorted(_walk(root, folder, report), key=lambda source: source.relative))


def _walk(root: Root, folder: str, report: Report) -> Iterator[Source]:
    for at, folders, files in os.walk(root.path / folder):
        place = Path(at).relative_to(root.path).as_posix()
        folders[:] = [name for name in folders if _usable(root, f"{place}/{name}", report)]
        for name in folders:
            if (Path(at) / name).is_symlink():
                message = "links to folders are not followed: put the folder itself here"
                report.error(f"{root.label}{place}/{name}", 0, "symlink", message)
        names = (f"{place}/{name}" for name in files)
        yield from (Source(root, name) for name in names if _usable(root, name, report))


def _usable(root: Root, relative: str, report: Report) -> bool:
    name = relative.rpartition("/")[2]
    if _IGNORED.match(name):
        return False
    if not name.isprintable():
        shown = ascii(relative)[1:-1]
        report.error(root.label + shown, 0, "bad_name", "a name nobody can type: rename it")
        return False
    return True


def read_bytes(source: Source, limit: int) -> bytes:
    """Return a file's bytes; raises `ContentError` for links out of the root or large files."""
    try:
        real = source.path.resolve(strict=True)
        if not real.is_relative_to(source.root.path):
            raise _refusal(source, "symlink", "links out of the content folder: copy the file here")
        if not real.is_file():
            raise _refusal(source, "unreadable", "is no ordinary file: remove it")
        with real.open("rb") as stream:
            data = stream.read(limit + 1)
    except (OSError, RuntimeError) as error:
        raise _refusal(source, "unreadable", f"cannot be read: {error}") from None
    if len(data) > limit:
        size = real.stat().st_size
        raise _refusal(
            source, "too_large", f"{size:,} bytes where {limit:,} are allowed: make it smaller"
        )
    return data


def read_text(source: Source, limit: int = MAX_TEXT) -> str:
    r"""Return a file's text with `\n` line ends and no byte order mark; raises `ContentError`."""
    data = read_bytes(source, limit)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _refusal(source, "not_utf8", "is not UTF-8: save it as UTF-8", line) from None
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if control := _CONTROL.search(text):
        line = text.count("\n", 0, control.start()) + 1
        raise _refusal(source, "control_character", "a control character: remove it", line)
    return text


def _refusal(source: Source, code: str, message: str, line: int = 0) -> ContentError:
    return ContentError([Problem(source.name, line, code, message)])
