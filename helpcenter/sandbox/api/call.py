"""One call of the API: who asks, with which rights, for what."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from helpcenter.sandbox.api.failure import StripeFailure, missing, no_such, not_one_of, unknown
from helpcenter.sandbox.shapes import listing
from helpcenter.sandbox.state import Obj, State

# The right needed to read a kind; a kind not named here needs its own name.
_RIGHTS = {
    "billing_portal.configuration": "customer_portal",
    "billing_portal.session": "customer_portal",
    "invoice_payment": "invoice",
    "price": "plan",
    "setup_attempt": "setup_intent",
}

_MOST = 100
_USUAL = 10


@dataclass(frozen=True, slots=True)
class Key:
    """An API key: all rights (`rights` is None) or those of a restricted key."""

    name: str = field(repr=False)
    account: str
    livemode: bool = False
    rights: frozenset[str] | None = None

    def require(self, right: str) -> None:
        """Refuse the call unless the key has `right`, for example `customer_read`."""
        if self.rights is None or right in self.rights:
            return
        shown = f"{self.name[:8]}{'*' * 12}{self.name[-4:]}"
        message = (
            f"The provided key '{shown}' does not have the required permissions for this endpoint "
            f"on account '{self.account}'. Having the 'rak_{right}' permission would allow this "
            "request to continue."
        )
        raise StripeFailure(403, message)

    def allow(self, kind: str) -> None:
        """Refuse the call unless the key may read objects of `kind`."""
        self.require(f"{_RIGHTS.get(kind, kind)}_read")


@dataclass(frozen=True, slots=True)
class Call:
    """A call after authentication and parsing; `params` holds no `expand`."""

    state: State
    key: Key
    path: dict[str, str]
    params: Obj

    def text(self, name: str) -> str | None:
        """Return a string parameter, None if absent. Refuses a nested value."""
        value = self.params.get(name)
        if value is None or isinstance(value, str):
            return value
        raise StripeFailure(400, "Invalid string: expected a string.", None, name)

    def need(self, name: str) -> str:
        """Return a string parameter that must be there and not empty."""
        value = self.text(name)
        if not value:
            raise missing(name)
        return value

    def flag(self, name: str) -> bool | None:
        """Return a boolean parameter, None if absent."""
        value = self.text(name)
        if value not in {None, "true", "false"}:
            raise StripeFailure(400, f"Invalid boolean: {value}", None, name)
        return None if value is None else value == "true"

    def hash(self, name: str) -> Obj | None:
        """Return a nested parameter, None if absent."""
        value = self.params.get(name)
        if value is None or isinstance(value, dict):
            return value
        raise StripeFailure(400, "Invalid object", None, name)

    def choice(self, name: str, options: Sequence[str]) -> str | None:
        """Return a parameter of an enumeration, None if absent."""
        value = self.text(name)
        if value is not None and value not in options:
            raise not_one_of(name, tuple(options))
        return value

    def fetch(self, kind: str, id_: str, param: str | None = None) -> Obj:
        """Return an object; if it is missing, 404 when the path named it, else 400."""
        found = self.state.find(kind, id_)
        gone = found is None or (found.get("deleted") and param is not None)
        failure = no_such(kind, id_, param or "id", status=400 if param else 404)
        if gone or found is None:
            raise failure
        if self.key.livemode:
            hint = (
                "; a similar object exists in test mode, but a live mode key was used to make this "
                "request."
            )
            message = failure.message + hint
            raise StripeFailure(failure.status, message, failure.code, failure.param)
        return found

    def page(self, kind: str, rows: Sequence[Obj], url: str) -> Obj:
        """Return one page of `rows` (newest first) as `limit` and `starting_after` ask."""
        if self.key.livemode:
            rows = []
        limit = self._limit()
        after = self.text("starting_after")
        if after:
            ids = [row["id"] for row in rows]
            if after not in ids:
                raise no_such(kind, after, "starting_after")
            rows = rows[ids.index(after) + 1 :]
        return listing(url, rows[:limit], has_more=len(rows) > limit)

    def _limit(self) -> int:
        text = self.text("limit")
        if text is None:
            return _USUAL
        if not text.isascii() or not text.isdigit():
            raise StripeFailure(
                400, f"Invalid integer: {text}", "parameter_invalid_integer", "limit"
            )
        if not 1 <= int(text) <= _MOST:
            message = f"This value must be between 1 and {_MOST}."
            raise StripeFailure(400, message, "parameter_invalid_integer", "limit")
        return int(text)


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One method and path of the API.

    `answers` is the kind of its answer (a `list:` for lists), from which expansions are checked.
    `params` are the names it takes besides `expand`; anything else is refused, as Stripe does.
    """

    method: str
    path: str
    right: str
    answers: str
    handle: Callable[[Call], Obj]
    params: frozenset[str] = frozenset()

    def check(self, params: Obj) -> None:
        """Refuse unknown parameters."""
        for name in params:
            if name not in self.params:
                raise unknown(name)


def names(text: str) -> frozenset[str]:
    """Return parameter names from a line of words."""
    return frozenset(text.split())
