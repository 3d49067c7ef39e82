"""`Indexer`: builds a search index, or takes the one that an earlier run left on disk."""

import contextlib
import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from helpcenter.articles.model import Article, Status
from helpcenter.content import folders
from helpcenter.i18n.locale import Locale
from helpcenter.identity.caller import Audience
from helpcenter.language.fold import Folder
from helpcenter.search.analysis import VERSION
from helpcenter.search.clauses import Parser
from helpcenter.search.documents import Document, Entry, prepare
from helpcenter.search.vocabulary import Vocabulary, count

if TYPE_CHECKING:
    from helpcenter.search.engine import Engine

_ENTRIES, _WORDS, _HASH = "entries.json", "words.json", "content-hash"
_OURS = frozenset({_ENTRIES, _WORDS, _HASH})


class Indexer:
    """An `IndexBuilder`. With a root it keeps finished indexes there, else in memory only."""

    def __init__(self, folder: Folder, parser: Parser, root: Path | None = None) -> None:
        self._folder = folder
        self._parser = parser
        self._root = root

    def __call__(self, articles: Iterable[Article], content_hash: str) -> "Engine":
        """Index the published articles given, unless that has been done before.

        Takes seconds for thousands of articles: call it off the event loop. A disk that cannot
        be written costs the next start its time, nothing else.
        """
        from helpcenter.search import whoosh

        if self._root is None:
            return self._open(self._files(articles), content_hash)
        key = _key(content_hash, whoosh.VERSION)
        kept = self._kept(key, content_hash)
        if kept is not None:
            return kept
        files = self._files(articles)
        with contextlib.suppress(OSError):
            folders.save(self._root, key, {**files, _HASH: content_hash.encode()})
        return self._open(files, content_hash)

    def last_good(self) -> "Engine | None":
        """Return the newest index on disk that this version can read, whatever it was built of."""
        from helpcenter.search import whoosh

        if self._root is None:
            return None
        for name in folders.names(self._root):
            files = folders.load(self._root, name)
            content_hash = files[_HASH].decode() if files and _HASH in files else None
            if content_hash is not None and name == _key(content_hash, whoosh.VERSION):
                return self._kept(name, content_hash)
        return None

    def _kept(self, key: str, content_hash: str) -> "Engine | None":
        """Open an index on disk; what cannot be read counts as not there, and is built again."""
        files = folders.load(self._root, key) if self._root else None
        if files is None:
            return None
        try:
            return self._open(files, content_hash)
        except Exception:  # noqa: BLE001 - Whoosh raises anything at all for what it cannot read
            return None

    def _files(self, articles: Iterable[Article]) -> dict[str, bytes]:
        from helpcenter.search import whoosh

        published = sorted(
            (article for article in articles if article.status is Status.PUBLISHED),
            key=lambda article: (article.locale, article.slug),
        )
        locales = sorted({article.locale for article in published})
        entries: list[Entry] = []
        surfaces: list[frozenset[tuple[str, str]]] = []

        def prepared() -> Iterable[Document]:
            for article in published:
                document = prepare(article, self._folder)
                entries.append(document.entry)
                surfaces.append(document.surfaces)
                yield document

        files = whoosh.write(prepared(), locales)
        files[_ENTRIES] = _json([[*e[:1], e.locale.folder, *e[2:]] for e in entries])
        files[_WORDS] = _json(count(surfaces))
        return files

    def _open(self, files: Mapping[str, bytes], content_hash: str) -> "Engine":
        from helpcenter.search.engine import Engine
        from helpcenter.search.whoosh import WhooshStore

        entries = [
            Entry(slug, Locale(locale), category, Audience(audience), *others)
            for slug, locale, category, audience, *others in json.loads(files[_ENTRIES])
        ]
        store = WhooshStore({n: data for n, data in files.items() if n not in _OURS})
        vocabulary = Vocabulary(json.loads(files[_WORDS]))
        return Engine(content_hash, store, entries, vocabulary, self._folder, self._parser)


def _key(content_hash: str, library: str) -> str:
    marks = (content_hash, VERSION, library)
    return hashlib.sha256("\0".join(marks).encode()).hexdigest()[:32]


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()
