"""The SDK's own types as a schema, for what is newer than the published OpenAPI."""

import types
from typing import Any, Literal, NotRequired, Required, Union, get_args, get_origin, get_type_hints

import typing_extensions
from stripe import StripeContext, _request_options
from stripe.params.billing_portal import _session_create_params as newest

from tests.stripe_contract.spec import Json

SESSIONS = "/v1/billing_portal/sessions"

# What the OpenAPI (2026-05-27.dahlia) does not know yet and the SDK (2026-10-28.endive) does.
NEWER_FLOWS = frozenset({"customer_update", "subscription_pause"})
NEWER_PARAMS = frozenset({"after_expiration"})

# Options of the call, not parameters; the SDK's types list them together.
_OPTIONS = frozenset(
    {
        "api_key",
        "content_type",
        "headers",
        "idempotency_key",
        "max_network_retries",
        "stripe_account",
        "stripe_context",
        "stripe_version",
    }
)


def problems(params: Json) -> list[str]:
    """Return what the SDK's types find wrong with a portal session's parameters."""
    known = {name for name in params if name in _OPTIONS}
    return [f"{name}: an option, not a parameter" for name in known] + _typed(
        newest.SessionCreateParams, params, ""
    )


def without_newer(params: Json) -> Json:
    """Return parameters with newer ones left out and newer flows put as one the OpenAPI knows."""
    older = {name: value for name, value in params.items() if name not in NEWER_PARAMS}
    data = older.get("flow_data")
    if isinstance(data, dict) and data.get("type") in NEWER_FLOWS:
        rest = {name: value for name, value in data.items() if name != data["type"]}
        older["flow_data"] = rest | {"type": "payment_method_update"}
    return older


def _typed(hint: Any, value: Any, where: str) -> list[str]:
    origin = get_origin(hint)
    if origin in {NotRequired, Required, typing_extensions.NotRequired}:
        return _typed(get_args(hint)[0], value, where)
    if origin in {Union, types.UnionType}:
        return _union(get_args(hint), value, where)
    if origin is Literal and value not in get_args(hint):
        return [f"{where}: {value!r} is not one of {get_args(hint)}"]
    if origin is list:
        return _list(get_args(hint)[0], value, where)
    if typing_extensions.is_typeddict(hint):
        return _hash(hint, value, where)
    leaf = hint in {str, int, bool, float}
    return [f"{where}: must be a {hint.__name__}"] if leaf and not isinstance(value, str) else []


def _list(inner: Any, value: Any, where: str) -> list[str]:
    if not isinstance(value, list):
        return [f"{where}: must be a list"]
    return [p for i, item in enumerate(value) for p in _typed(inner, item, f"{where}[{i}]")]


def _union(options: tuple[Any, ...], value: Any, where: str) -> list[str]:
    """Check a union; the SDK's enumerations end in `| str`, which says "may grow", not "any"."""
    closed = [option for option in options if get_origin(option) is Literal]
    return min((_typed(option, value, where) for option in closed or options), key=len)


def _hash(hint: Any, value: Any, where: str) -> list[str]:
    if not isinstance(value, dict):
        return [f"{where}: must be a hash"]
    names = {**vars(_request_options), **vars(newest), "StripeContext": StripeContext}
    fields = get_type_hints(hint, globalns=names, include_extras=True)
    found = [
        f"{where}: {name} is required"
        for name in hint.__required_keys__
        if name not in value and name not in _OPTIONS
    ]
    for name, child in value.items():
        inside = f"{where}[{name}]" if where else name
        if name in fields:
            found += _typed(fields[name], child, inside)
        else:
            found.append(f"{inside}: no such parameter (SDK types)")
    return found
