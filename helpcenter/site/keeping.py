"""Compiled topics on disk, named by what they were compiled of and by what compiled them."""

import hashlib
import sys
import unicodedata
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from helpcenter import bot, content, language
from helpcenter.bot.compiled import Compiled
from helpcenter.content import folders
from helpcenter.content.problems import Problem
from helpcenter.settings import Settings

_FILE = "compiled.json"
_LIBRARIES = ("helpcenter", "opencc", "pydantic", "pystemmer")
"""Another version of one of these may make something else of the same files."""


@dataclass(frozen=True, slots=True)
class Kept:
    """What was compiled, and what was noted on the way."""

    compiled: Compiled
    noted: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Keeper:
    """Loads what was kept below a folder; keeps more there only if it `keeps`."""

    root: Path
    keeps: bool = True

    @classmethod
    def of(cls, settings: Settings, *, keeps: bool) -> "Keeper":
        """Return the keeper of a data folder."""
        return cls(settings.data / "bot", keeps)

    def load(self, compiled_of: bytes) -> Kept | None:
        """Return what was kept of these files by this very code; None if there is no such thing."""
        files = folders.load(self.root, _key(compiled_of))
        if files is None or _FILE not in files:
            return None
        try:
            return _adapter().validate_json(files[_FILE])
        except ValidationError:
            return None

    def save(self, compiled_of: bytes, kept: Kept) -> None:
        """Keep what was compiled of these files.

        A disk that cannot be written costs the next start its time, nothing else.
        """
        if self.keeps:
            data = _adapter().dump_json(kept, by_alias=True, exclude_defaults=True)
            with suppress(OSError):
                folders.save(self.root, _key(compiled_of), {_FILE: data})


@cache
def _adapter() -> TypeAdapter[Kept]:
    return TypeAdapter(Kept)


def _key(compiled_of: bytes) -> str:
    return hashlib.sha256(_compiler() + compiled_of).hexdigest()[:32]


@cache
def _compiler() -> bytes:
    """Return a digest of what compiles: our code, and the libraries it rests on."""
    found = hashlib.sha256(f"{sys.version} {unicodedata.unidata_version}".encode())
    for name in _LIBRARIES:
        found.update(f"\0{name} {version(name)}".encode())
    for room in (bot, content, language):
        for place in sorted(room.__path__):
            for file in sorted(Path(place).glob("*.py")):
                found.update(file.read_bytes())
    return found.digest()
