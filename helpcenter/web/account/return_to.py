"""Where somebody may be sent after signing in: a page of ours and nothing else."""

import re
import unicodedata
from collections.abc import Sequence
from urllib.parse import unquote_to_bytes, urlsplit

from helpcenter.errors import HelpcenterError, Kind
from helpcenter.i18n.locale import Locale
from helpcenter.i18n.negotiate import alias

LONGEST = 2048

_ROOTED = re.compile(r"/(?![/\\])")
_NO_DESTINATION = {"signin", "signout"}
"""Pages that would only lead round in a circle."""


def checked(return_to: str, locales: Sequence[Locale]) -> str:
    """Return the path as given if it leads to a page of ours; raises `return_to_refused`.

    It is judged as given and once more after one percent-decoding.
    """
    decoded = _decoded(return_to)
    if decoded is None or not all(_is_path(text, locales) for text in (return_to, decoded)):
        raise HelpcenterError("return_to_refused", Kind.INVALID)
    return return_to


def _decoded(text: str) -> str | None:
    try:
        return unquote_to_bytes(text).decode("utf-8")
    except UnicodeError:
        return None


def _is_path(text: str, locales: Sequence[Locale]) -> bool:
    if len(text) > LONGEST or not _ROOTED.match(text):
        return False
    # C: control, format, surrogate, unassigned; Zl, Zp: line ends. None belongs in an address.
    if any(unicodedata.category(c)[0] == "C" or c in "\u2028\u2029" for c in text):
        return False
    return _is_known(urlsplit(text).path, locales)


def _is_known(path: str, locales: Sequence[Locale]) -> bool:
    first, *rest = path.split("/")[1:]
    if any(character in path for character in "\\@;") or ".." in path.split("/"):
        return False
    if first == "go":
        return len(rest) == 1 and bool(rest[0])
    return alias(first, locales) is not None and rest[:1] != [] and rest[0] not in _NO_DESTINATION
