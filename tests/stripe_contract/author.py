"""Answers that Stripe's published schema allows, likely and unlikely ones alike."""

import random
from collections.abc import Iterable
from typing import Any, TypeAlias

from helpcenter.billing.codes import CARD_DECLINES, ERRORS, LOCAL_DECLINES
from tests.stripe_contract.spec import Json, Spec, ref_name

Expand: TypeAlias = dict[str, "Expand"]

CANARY = "canary"
"""Is in every text of an answer that no customer is to read."""

NOW = 1_795_338_000
DAY = 86_400

_MOMENTS = (
    -1,
    1,
    253_402_300_799,
    NOW - 400 * DAY,
    NOW - 20 * DAY,
    NOW - DAY,
    NOW,
    NOW + 3 * DAY,
    NOW + 400 * DAY,
)
_COUNTS = (0, 1, 2, 12_800, 99_999_999, -1)
_TEXTS = ("", CANARY, f"<b>{CANARY}</b>", f"https://{CANARY}.example/", f"{{{{ {CANARY} }}}} %s")
_UNKNOWN = (CANARY, f"Never {CANARY}!")
_DECLINES = (*CARD_DECLINES, *LOCAL_DECLINES, *_UNKNOWN)
# Most refusals are a bank's.
_CODES = (*ERRORS, *_UNKNOWN, *["card_declined"] * len(ERRORS))

# What the schema leaves open and Stripe's pages do not.
_USUAL: dict[str, tuple[Any, ...]] = {
    "advice_code": ("confirm_card_data", "do_not_try_again", "try_again_later", CANARY),
    "brand": ("visa", "mastercard", "amex", "unionpay", "cartes_bancaires", "unknown"),
    "code": _CODES,
    "currency": ("hkd", "usd", "jpy", "kwd", "isk", "twd"),
    "decline_code": _DECLINES,
    "description": ("Plus plan", "1 × Studio plan (at HK$128.00 / month)"),
    "display_brand": ("visa", "mastercard", "eftpos_australia"),
    "exp_month": (1, 10, 11, 12),
    "exp_year": (2025, 2026, 2027, 2099),
    "failure_code": _CODES,
    "funding": ("credit", "debit", "prepaid", "unknown"),
    "last4": ("4242", "0005"),
    "network_status": ("approved_by_network", "declined_by_network", "reversed_after_approval"),
    "reason": _DECLINES,
}
_OF_OBJECTS: dict[tuple[str, str], tuple[Any, ...]] = {
    ("charge_outcome", "type"): ("authorized", "issuer_declined", "blocked", "invalid", CANARY),
    ("payment_method_card_checks", ""): ("pass", "fail", "unavailable", "unchecked"),
}


class Author:
    """Writes answers; `seed` decides whatever the schema leaves open.

    A `terse` author leaves out what is not required and says null wherever that is allowed. Each
    value of an enumeration is used before any is used again. Objects of one kind have one of two
    ids, so that answers speak of each other. URLs lead to `origin`.
    """

    def __init__(
        self, spec: Spec, seed: int = 0, *, terse: bool = False, origin: str = "https://x.example"
    ) -> None:
        self._spec = spec
        self._seed = seed
        self._random = random.Random(seed)  # noqa: S311 - to be repeated, not to be unguessable
        self._terse = terse
        self._origin = origin
        self._decks: dict[tuple[str, str], list[Any]] = {}
        self.unused: dict[tuple[str, str], set[Any]] = {}
        """By schema and field: the values of enumerations met that were never used."""

    def __repr__(self) -> str:
        return f"Author({self._seed}, terse={self._terse})"

    def answer(self, method: str, path: str, expand: Iterable[str] = ()) -> Json:
        """Return the body of an answer with status 200; raises KeyError for an unknown call."""
        return self._body(method, path, "200", expand)

    def error(self, method: str, path: str) -> Json:
        """Return the body of a refusal."""
        return self._body(method, path, "default", ())

    def _body(self, method: str, path: str, key: str, expand: Iterable[str]) -> Json:
        operation = self._spec.operation(method, path)
        if operation is None:
            raise KeyError(path)
        schema = operation["responses"][key]["content"]["application/json"]["schema"]
        body: Json = self._value(schema, "", "", _tree(expand), 0)
        return body

    def _value(self, schema: Json, owner: str, field: str, expand: Expand | None, deep: int) -> Any:
        name = ref_name(schema) or ""
        schema = self._spec.resolve(schema)
        if schema.get("nullable") and (self._terse or self._chance(0.3)):
            return None
        if "anyOf" in schema:
            return self._any_of(schema, owner, field, expand, deep)
        kind = schema.get("type", "object")
        if "enum" in schema:
            return self._deal(owner, field, schema["enum"])
        if kind == "object":
            return self._object(schema, name or f"{owner}.{field}", expand or {}, deep)
        if kind == "array":
            count = 0 if self._terse and deep > 1 else self._random.randint(0, max(0, 4 - deep))
            return [self._value(schema["items"], owner, field, expand, deep) for _ in range(count)]
        return self._leaf(schema, kind, owner, field)

    def _any_of(
        self, schema: Json, owner: str, field: str, expand: Expand | None, deep: int
    ) -> Any:
        options = schema["anyOf"]
        refs = [option for option in options if ref_name(option)]
        if "x-expansionResources" in schema and expand is None and len(refs) < len(options):
            return self._id(ref_name(refs[0]) or field)
        # The first is the usual one, the others are such as a deleted customer.
        chosen = (refs or options)[0] if self._chance(0.8) else self._random.choice(refs or options)
        return self._value(chosen, owner, field, expand, deep)

    def _object(self, schema: Json, name: str, expand: Expand, deep: int) -> Json:
        required = schema.get("required", ())
        known: dict[str, Json] = schema.get("properties", {})
        if not known and isinstance(schema.get("additionalProperties"), dict):
            return (
                {CANARY: CANARY} if schema["additionalProperties"].get("type") == "string" else {}
            )
        likely = 0.0 if self._terse else (0.7, 0.7, 0.6, 0.5, 0.3, 0.1)[min(deep, 5)]
        return {
            field: self._value(child, name, field, expand.get(field), deep + 1)
            for field, child in known.items()
            if field in required or field in expand or (deep < 7 and self._chance(likely))
        }

    def _leaf(self, schema: Json, kind: str, owner: str, field: str) -> Any:
        usual = _OF_OBJECTS.get((owner, field)) or _OF_OBJECTS.get((owner, ""))
        usual = usual or _USUAL.get(field)
        if kind == "boolean":
            return self._chance(0.5)
        if kind == "number":
            return self._random.choice((0.0, 12.5))
        if kind == "integer":
            moments = schema.get("format") == "unix-time"
            return self._random.choice(_MOMENTS if moments else usual or _COUNTS)
        return self._text(schema, usual, owner, field)

    def _text(self, schema: Json, usual: tuple[Any, ...] | None, owner: str, field: str) -> str:
        if field == "id":
            return self._id(owner)
        if field.endswith("url"):
            return f"{self._origin}/{CANARY}"
        pools = {"currency": _USUAL["currency"], "decimal": ("12.5",), "int64": ("12",)}
        found = pools.get(schema.get("format", "")) or usual or _TEXTS
        return str(self._random.choice(found))

    def _id(self, kind: str) -> str:
        return f"{kind.replace('.', '')}_{self._random.randint(1, 2)}"

    def _deal(self, owner: str, field: str, values: list[Any]) -> Any:
        deck = self._decks.setdefault((owner, field), [])
        if not deck:
            deck += self._random.sample(values, len(values))
            self.unused.setdefault((owner, field), set(values))
        dealt = deck.pop()
        self.unused[owner, field].discard(dealt)
        return dealt

    def _chance(self, likely: float) -> bool:
        return self._random.random() < likely


def _tree(paths: Iterable[str]) -> Expand:
    """Return expansions as a tree; in a list's `data`, the elements' fields are its branches."""
    root: Expand = {}
    for path in paths:
        here = root
        for step in path.split("."):
            here = here.setdefault(step, {})
    return root
