"""English stems: `declined`, `declines` and `declining` are one term."""

import threading
from functools import lru_cache

import snowballstemmer

_PER_THREAD = threading.local()
"""A stemmer keeps the word it works on, so no two threads may share one."""


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """Return the English stem of a folded word; a word of another language comes back as it is."""
    if not word.isascii():
        return word
    stemmer = getattr(_PER_THREAD, "english", None)
    if stemmer is None:
        stemmer = _PER_THREAD.english = snowballstemmer.stemmer("english")
    return str(stemmer.stemWord(word))
