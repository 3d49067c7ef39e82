"""`Node`: a careful hand on an answer of Stripe, whatever its shape turns out to be.

Every accessor returns a clean value or None and never raises, so one odd field costs that field
only. Strings pass only if they look like an id, a code or a short name: a URL, a client secret or
a raw message has no way into what is read.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from helpcenter.i18n.money import Money

_ID = re.compile(r"[A-Za-z0-9_-]{1,255}", re.ASCII)
_CODE = re.compile(r"[a-z0-9_]{1,80}", re.ASCII)
_LAST4 = re.compile(r"[0-9]{4}", re.ASCII)
_CURRENCY = re.compile(r"[A-Za-z]{3}", re.ASCII)
_NAME_LENGTH = 120
# Past what Stripe can charge in any currency, and before integers get slow to print.
_MAX_MINOR = 10**15
_MAX_COUNT = 10**9
# 1 January 9999: a later day, in the reader's own zone, may be past what `datetime` can hold.
_MAX_UNIX = 253370764800


class Node:
    """One value inside an answer; a missing one is a node too."""

    __slots__ = ("_value",)

    def __init__(self, value: object) -> None:
        self._value = value

    def at(self, *path: str) -> "Node":
        """Return the node behind nested keys."""
        value = self._value
        for key in path:
            value = value.get(key) if isinstance(value, Mapping) else None
        return Node(value)

    def items(self) -> tuple["Node", ...]:
        """Return the elements of a list, or of a list object's `data`."""
        value = self._value.get("data") if isinstance(self._value, Mapping) else self._value
        if isinstance(value, str) or not isinstance(value, Sequence):
            return ()
        return tuple(map(Node, value))

    @property
    def is_object(self) -> bool:
        """Whether this is an object with fields: an expanded one, not an id."""
        return isinstance(self._value, Mapping)

    @property
    def is_given(self) -> bool:
        """Whether there is a text that is not empty; what it says stays here."""
        return isinstance(self._value, str) and self._value != ""

    def boolean(self) -> bool | None:
        """Return true or false."""
        return self._value if isinstance(self._value, bool) else None

    def id(self) -> str | None:
        """Return an id, given as such or by the expanded object."""
        return (self.at("id") if self.is_object else self).matching(_ID)

    def code(self) -> str | None:
        """Return a status, a type or an error code."""
        return self.matching(_CODE)

    def last4(self) -> str | None:
        """Return the last four digits of a card."""
        return self.matching(_LAST4)

    def name(self) -> str | None:
        """Return a short name written for customers, or None if it looks like anything else."""
        value = self._value
        if not isinstance(value, str) or "://" in value or not value.isprintable():
            return None
        return value.strip()[:_NAME_LENGTH] or None

    def count(self) -> int | None:
        """Return a whole number of at least zero and of a size that counts something."""
        number = self._integer()
        return number if number is not None and 0 <= number <= _MAX_COUNT else None

    def flag(self) -> bool:
        """Return whether this is exactly true."""
        return self._value is True

    def when(self) -> datetime | None:
        """Return a unix time as an aware UTC datetime."""
        number = self._integer()
        if number is None or not 0 < number < _MAX_UNIX:
            return None
        return datetime.fromtimestamp(number, UTC)

    def money(self, currency: "Node") -> Money | None:
        """Return an amount of smallest units in the currency another node names."""
        number, code = self._integer(), currency.matching(_CURRENCY)
        if number is None or code is None or abs(number) > _MAX_MINOR:
            return None
        return Money(number, code.upper())

    def matching(self, pattern: re.Pattern[str]) -> str | None:
        """Return a text that matches `pattern` from end to end and is no client secret."""
        value = self._value
        if not isinstance(value, str) or "_secret" in value:
            return None
        return value if pattern.fullmatch(value) else None

    def _integer(self) -> int | None:
        value = self._value
        return value if isinstance(value, int) and not isinstance(value, bool) else None
