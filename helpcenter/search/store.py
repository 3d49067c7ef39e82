"""What ranking asks of whatever keeps the postings."""

from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from helpcenter.i18n.locale import Locale
from helpcenter.search.documents import Record

Postings = tuple[NDArray[np.int32], NDArray[np.float32]]
"""The numbers of the documents that hold a term, in order, and its weight in each."""


class Store(Protocol):
    """A finished, unchanging index; safe to ask from several threads."""

    def postings(self, locale: Locale, term: str) -> Postings:
        """Return a term's postings, empty ones if nobody holds it."""
        ...

    def record(self, number: int) -> Record:
        """Return what the document of that number shows."""
        ...
