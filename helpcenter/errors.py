"""Errors a person or a client can be told about: a stable code and a kind, never prose.

`web.errors` maps the kind to an HTTP status, `i18n.error_words` the code to words in the reader's
language. Anything that is not a `HelpcenterError` is a fault of ours and is shown as `internal`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Kind(StrEnum):
    """What sort of refusal this is; decides the HTTP status and the exit code."""

    INVALID = "invalid"
    UNAUTHENTICATED = "unauthenticated"
    FORBIDDEN = "forbidden"
    NOT_FOUND = "not_found"
    METHOD = "method"
    CONFLICT = "conflict"
    STALE = "stale"
    TOO_LARGE = "too_large"
    TOO_MANY = "too_many"
    INTERNAL = "internal"
    UNAVAILABLE = "unavailable"


@dataclass(frozen=True, slots=True)
class FieldError:
    """One thing wrong with one input: where (dotted path) and a stable code."""

    field: str
    code: str


@dataclass(slots=True)
class HelpcenterError(Exception):
    """A refusal with a stable `code`; `params` fill the words, `errors` point at inputs.

    `retry_after` is in whole seconds and only set for `Kind.TOO_MANY` and `Kind.UNAVAILABLE`.
    """

    code: str
    kind: Kind
    params: Mapping[str, str] = field(default_factory=dict)
    errors: tuple[FieldError, ...] = ()
    retry_after: int | None = None

    def __str__(self) -> str:
        return self.code
