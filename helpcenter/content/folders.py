"""What is made of content, kept on disk: written whole, named by what it was made from, checked.

A folder is complete or does not exist: files are written beside it, forced to disk with their
checksums, then renamed into place. Anything unexpected in a folder makes it count as not there.
"""

import hashlib
import json
import os
import shutil
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path

_MANIFEST = "manifest.json"
_UNFINISHED = "unfinished-"
_KEPT = 2
_ABANDONED_SECONDS = 3600


def load(root: Path, key: str) -> dict[str, bytes] | None:
    """Return the files saved under a key, None unless every byte is as it was saved."""
    folder = root / key
    try:
        manifest = json.loads((folder / _MANIFEST).read_bytes())
        sums = manifest["files"]
        if manifest["key"] != key or {path.name for path in folder.iterdir()} != {*sums, _MANIFEST}:
            return None
        files = {name: (folder / name).read_bytes() for name in sums}
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return files if {name: _sum(data) for name, data in files.items()} == sums else None


def names(root: Path) -> list[str]:
    """Return the keys under which something may be saved, newest first."""
    try:
        kept = [path for path in root.iterdir() if not path.name.startswith(_UNFINISHED)]
        return [path.name for path in sorted(kept, key=_age)]
    except OSError:
        return []


def save(root: Path, key: str, files: Mapping[str, bytes]) -> None:
    """Save files under a key and sweep out what is old; raises `OSError` if that is impossible."""
    root.mkdir(parents=True, exist_ok=True)
    unfinished = Path(tempfile.mkdtemp(prefix=_UNFINISHED, dir=root))
    try:
        for name, data in files.items():
            _write(unfinished / name, data)
        manifest = {"key": key, "files": {name: _sum(data) for name, data in files.items()}}
        _write(unfinished / _MANIFEST, json.dumps(manifest).encode())
        _sync(unfinished)
        _replace(unfinished, root / key)
        _sync(root)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)
    _sweep(root, key)


def _replace(new: Path, place: Path) -> None:
    """Rename a folder into place; a spoilt one there makes room, a good one may stay."""
    try:
        new.rename(place)
    except OSError:
        if load(place.parent, place.name) is not None:
            return
        shutil.rmtree(place)
        new.rename(place)


def _sweep(root: Path, key: str) -> None:
    """Remove all folders but the newest few, and unfinished ones that nobody works on any more."""
    folders = sorted(
        (folder for folder in root.iterdir() if folder.is_dir() and folder.name != key), key=_age
    )
    finished = [folder for folder in folders if not folder.name.startswith(_UNFINISHED)]
    abandoned = time.time() - _ABANDONED_SECONDS
    for folder in folders:
        if folder in finished[: _KEPT - 1]:
            continue
        if folder in finished or folder.stat().st_mtime < abandoned:
            shutil.rmtree(folder, ignore_errors=True)


def _age(path: Path) -> float:
    return -path.stat().st_mtime


def _write(path: Path, data: bytes) -> None:
    with path.open("xb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _sum(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
