"""Whoosh as the store of postings and of what hits show: the only file that imports it.

Whoosh keeps, sorts and packs; ranking is ours (`search.ranking`). An index is a handful of named
byte strings here, held in memory and read only: whoever keeps them on disk has checked them first,
for Whoosh's blocks are pickles.
"""

import json
import threading
from array import array
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, cast

import numpy as np
import whoosh
from whoosh import columns, fields, formats
from whoosh.codec.whoosh3 import W3Codec, W3LeafMatcher
from whoosh.filedb.filestore import RamStorage
from whoosh.filedb.structfile import BufferFile

from helpcenter.i18n.locale import Locale
from helpcenter.search.documents import Document, Passage, Record
from helpcenter.search.store import Postings

if TYPE_CHECKING:
    from numpy.typing import NDArray

VERSION = ".".join(map(str, whoosh.__version__))

_BLOCK = 1024
"""Postings a block; ours are always read to the end, so fewer and larger blocks are quicker."""
_RECORD = "record"


class Weighted(fields.FieldType):
    """A field of terms with their weights; documents bring theirs by `_Pool`."""

    def __init__(self) -> None:
        super().__init__(formats.Existence(), None)  # type: ignore[arg-type] # none is needed


class _Memory(RamStorage):
    """Files in memory, read where they lie: Whoosh's own would copy each when it is opened.

    What it writes on the way stays in memory too; older ones share a folder of all processes.
    """

    def temp_storage(self, name: str | None = None) -> RamStorage:  # noqa: ARG002 - Whoosh's own
        """Return a place for what is thrown away at the end."""
        return _Memory()  # type: ignore[no-untyped-call] # Whoosh's own has no types

    def open_file(self, name: str, **_: object) -> BufferFile:
        """Return a file to read."""
        if name not in self.files:
            raise NameError(name)
        return BufferFile(self.files[name], name=name)


class _Pool:
    """The postings of an index that is being written, by term.

    Whoosh's own pool sorts a tuple a posting, which takes a third of the build and a gigabyte for
    ten thousand Chinese articles. Documents come in order here, so only the terms need sorting.
    """

    def __init__(self) -> None:
        self._fields: dict[str, dict[str, tuple[array[int], array[float]]]] = {}

    def take(self, field: str, number: int, weights: Mapping[str, float]) -> None:
        """Add the terms of a document; its number is higher than those before."""
        terms = self._fields.setdefault(field, {})
        for term, weight in weights.items():
            held = terms.get(term)
            if held is None:
                terms[term] = array("I", (number,)), array("f", (weight,))
            else:
                held[0].append(number)
                held[1].append(weight)

    def iter_postings(self) -> Iterator[tuple[str, bytes, int, float, bytes]]:
        """Hand Whoosh all postings in the order in which it writes them."""
        for field, terms in sorted(self._fields.items()):
            for text, term in sorted((term.encode(), term) for term in terms):
                for number, weight in zip(*terms[term], strict=True):
                    yield field, text, number, weight, b""

    def cleanup(self) -> None:
        """Let go of everything."""
        self._fields.clear()


class WhooshStore:
    """A finished index. Whoosh's readers move a shared file position, so one thread at a time."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        """`files` are those of `write`; raises anything at all if they are not."""
        storage = _Memory()  # type: ignore[no-untyped-call] # Whoosh's own has no types
        storage.files.update(files)
        self._reader = storage.open_index().reader()  # type: ignore[no-untyped-call] # the same
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
    storage = _Memory()  # type: ignore[no-untyped-call] # Whoosh's own has no types
    schema: dict[str, fields.FieldType] = {_field(locale): Weighted() for locale in locales}
    # Whoosh's own stored fields are packed with zlib, which is half the cost of showing a hit.
    schema[_RECORD] = fields.COLUMN(columns.VarBytesColumn())
    index = storage.create_index(fields.Schema(**schema))  # type: ignore[no-untyped-call] # the same
    # Parts of one file would be copied out of it again to be read.
    writer = index.writer(codec=W3Codec(blocklimit=_BLOCK), compound=False)
    pool = _Pool()
    for number, document in enumerate(documents):
        packed = json.dumps(document.record, ensure_ascii=False).encode()
        writer.add_document(**{_RECORD: packed})
        pool.take(_field(document.entry.locale), number, document.weights)
    # Its own is empty: the documents brought it no terms.
    writer.pool = pool
    writer.commit(optimize=True)
    return {name: bytes(data) for name, data in storage.files.items()}


def _field(locale: Locale) -> str:
    return f"terms_{locale.folder}"


def _decode(matcher: W3LeafMatcher) -> Postings:
    """Read all postings of a term, block by block: one by one takes ten times as long.

    Whoosh has no public way to read a whole block. One is a tuple of steps from number to number,
    and the weights: none if all are 1, a number if all are alike, else a tuple.
    """
    numbers: list[NDArray[np.int32]] = []
    weights: list[NDArray[np.float32]] = []
    while matcher.is_active():
        if matcher._data is None:  # noqa: SLF001 - see above
            matcher._read_data()  # noqa: SLF001 - see above
        steps, given, _ = matcher._data  # type: ignore[misc] # noqa: SLF001 - it is read by now
        numbers.append(np.fromiter(steps, np.int32, len(steps)).cumsum(dtype=np.int32))
        if isinstance(given, tuple):
            weights.append(np.fromiter(given, np.float32, len(given)))
        else:
            weights.append(np.full(len(steps), 1.0 if given is None else given, np.float32))
        matcher._next_block()  # noqa: SLF001 - see above
    if len(numbers) == 1:
        return numbers[0], weights[0]
    return np.concatenate(numbers), np.concatenate(weights)
