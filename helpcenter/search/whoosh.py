"""Whoosh as the store of postings and of what hits show: the only file that imports it.

Whoosh keeps, sorts and packs; ranking is ours (`search.ranking`). An index is a handful of named
byte strings here, held in memory and read only: whoever keeps them on disk has checked them first,
for Whoosh's blocks are pickles.
"""

import json
import threading
from collections.abc import Generator, Iterable, Mapping
from itertools import islice
from typing import cast

import numpy as np
import whoosh
from whoosh import columns, fields, formats
from whoosh.codec.whoosh3 import W3Codec, W3LeafMatcher
from whoosh.filedb.filestore import RamStorage

from helpcenter.i18n.locale import Locale
from helpcenter.search.documents import Document, Passage, Record
from helpcenter.search.store import Postings

VERSION = ".".join(map(str, whoosh.__version__))

_BLOCK = 1024
"""Postings a block; ours are always read to the end, so fewer and larger blocks are quicker."""
_MEMORY_MB = 256
_RECORD = "record"


class Weighted(fields.FieldType):
    """A field whose value is its terms with their weights: the analysis has been done."""

    def __init__(self) -> None:
        super().__init__(formats.Existence(), None)  # type: ignore[arg-type] # none is needed

    def index(
        self, value: Mapping[str, float], **_: object
    ) -> Generator[tuple[bytes, int, float, bytes], None, None]:
        """Hand Whoosh (term, frequency, weight, value) for each term."""
        for term, weight in value.items():
            yield term.encode(), 1, weight, b""


class WhooshStore:
    """A finished index. Whoosh's readers move a shared file position, so one thread at a time."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        """`files` are those of `write`; raises anything at all if they are not."""
        storage = RamStorage()
        storage.files.update(files)
        self._reader = storage.open_index().reader()
        # A reader of nothing knows no columns.
        self._records = self._reader.column_reader(_RECORD) if self._reader.doc_count_all() else ()
        self._lock = threading.Lock()

    def postings(self, locale: Locale, term: str) -> Postings:
        """Return the numbers and weights of the documents that hold a term, by number."""
        name, text = _field(locale), term.encode()
        with self._lock:
            if (name, text) not in self._reader:
                return np.empty(0, np.int32), np.empty(0, np.float32)
            # One segment without deletions, written by us: the plain matcher, never a wrapped one.
            return _decode(cast("W3LeafMatcher", self._reader.postings(name, text)))

    def expand(self, locale: Locale, prefix: str, limit: int) -> list[str]:
        """Return at most `limit` terms that begin with `prefix`, in order."""
        with self._lock:
            terms = self._reader.expand_prefix(_field(locale), prefix.encode())
            return [term.decode() for term in islice(terms, limit)]

    def record(self, number: int) -> Record:
        """Return what the document of that number shows."""
        with self._lock:
            packed = self._records[number]
        passages, headings, text, folded, pieces = json.loads(packed)
        return Record(
            tuple(Passage(*passage) for passage in passages),
            headings,
            text,
            folded,
            tuple(map(tuple, pieces)),
        )


def write(documents: Iterable[Document], locales: Iterable[Locale]) -> dict[str, bytes]:
    """Index documents, numbered from 0 as they come; return the index as named byte strings.

    A field a locale: how rare a term is, is a matter of one language.
    """
    storage = RamStorage()
    schema: dict[str, fields.FieldType] = {_field(locale): Weighted() for locale in locales}
    # Whoosh's own stored fields are packed with zlib, which is half the cost of showing a hit.
    schema[_RECORD] = fields.COLUMN(columns.VarBytesColumn())
    index = storage.create_index(fields.Schema(**schema))
    writer = index.writer(codec=W3Codec(blocklimit=_BLOCK), limitmb=_MEMORY_MB)
    for document in documents:
        packed = json.dumps(document.record, ensure_ascii=False).encode()
        terms = {_field(document.entry.locale): document.weights}
        writer.add_document(**{_RECORD: packed}, **terms)
    writer.commit(optimize=True)
    return {name: bytes(data) for name, data in storage.files.items()}


def _field(locale: Locale) -> str:
    return f"terms_{locale.folder}"


def _decode(matcher: W3LeafMatcher) -> Postings:
    """Read all postings of a term, block by block: one by one takes ten times as long."""
    numbers: list[int] = []
    weights: list[float] = []
    while matcher.is_active():
        matcher._read_ids()  # noqa: SLF001 - Whoosh has no public way to read a whole block
        matcher._read_weights()  # noqa: SLF001 - the same
        numbers.extend(matcher._ids or ())  # noqa: SLF001 - the same
        weights.extend(matcher._weights or ())  # noqa: SLF001 - the same
        matcher._next_block()  # noqa: SLF001 - the same
    return np.array(numbers, np.int32), np.array(weights, np.float32)
