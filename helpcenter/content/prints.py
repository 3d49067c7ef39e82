"""Digests of content files: what nobody has written since the last build is not read again."""

import hashlib
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

from helpcenter.content.problems import ContentError
from helpcenter.content.roots import Source, read_bytes

_FRESH_NS = 2_000_000_000
"""A file this young may be written again within one tick of the disk's clock."""
_LARGEST = 50_000_000


@dataclass(frozen=True, slots=True)
class Print:
    """The digest of a file's bytes, and what the disk said of the file as they were read."""

    digest: bytes
    stamp: tuple[int, ...]


@dataclass
class Prints:
    """Takes the prints of one build; `before` are those that the last one has taken."""

    before: Mapping[Source, Print] = field(default_factory=dict)
    taken: dict[Source, Print] = field(default_factory=dict)

    def of(self, sources: Iterable[Source]) -> bytes:
        """Return one digest over files, their names and their bytes.

        One that cannot be read is passed over: whoever needs it says so.
        """
        digest = hashlib.sha256()
        for source in sources:
            with suppress(ContentError):
                if source not in self.taken:
                    self.taken[source] = self._take(source)
                digest.update(f"\0{source.name}\0".encode())
                digest.update(self.taken[source].digest)
        return digest.digest()

    def _take(self, source: Source) -> Print:
        known, stamp = self.before.get(source), _stamp(source)
        if known is not None and stamp and known.stamp == stamp:
            return known
        # The stamp is older than the bytes, so a file written meanwhile is read again.
        data = read_bytes(source, _LARGEST)
        return Print(hashlib.sha256(data).digest(), stamp)


def _stamp(source: Source) -> tuple[int, ...]:
    """Return what changes when a file is written; nothing for one that was written just now."""
    try:
        found = source.path.stat()
    except OSError:
        return ()
    if time.time_ns() - max(found.st_mtime_ns, found.st_ctime_ns) < _FRESH_NS:
        return ()
    return found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino
