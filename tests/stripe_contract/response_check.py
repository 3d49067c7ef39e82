"""Is an answer one that Stripe's OpenAPI allows?"""

from typing import Any

from tests.stripe_contract.spec import Json, Spec, ref_name

# Fields and values newer than the OpenAPI, which the SDK's types know. Nothing else is excused.
NEWER_FIELDS = frozenset(
    {
        ("billing_portal.session", "after_expiration"),
        ("portal_features", "subscription_pause"),
        ("portal_flows_flow", "customer_update"),
        ("portal_flows_flow", "subscription_pause"),
        ("subscription", "status_details"),
    }
)
NEWER_VALUES = frozenset(
    {
        ("portal_flows_flow", "type", "customer_update"),
        ("portal_flows_flow", "type", "subscription_pause"),
    }
)

_TYPES: dict[str, type | tuple[type, ...]] = {
    "array": list,
    "boolean": bool,
    "integer": int,
    "number": (int, float),
    "object": dict,
    "string": str,
}


def problems_of_response(spec: Spec, method: str, path: str, status: int, answer: Any) -> list[str]:
    """Return what is wrong with a JSON answer to a call; empty if Stripe's schema allows it.

    Checked: required and nullable fields, types, enumerations, and no field the schema lacks.
    """
    operation = spec.operation(method, path)
    if operation is None:
        return [] if status >= 400 else [f"{method} {path}: no such call"]
    key = "200" if status == 200 else "default"
    schema = operation["responses"][key]["content"]["application/json"]["schema"]
    return problems_of_value(spec, schema, answer, f"{method} {path}")


def problems_of_value(spec: Spec, schema: Json, value: Any, where: str) -> list[str]:
    """Return what is wrong with a value of a schema."""
    name = ref_name(schema) or ""
    schema = spec.resolve(schema)
    if value is None:
        return [] if schema.get("nullable") or not schema else [f"{where}: must not be null"]
    if "anyOf" in schema:
        options = [problems_of_value(spec, option, value, where) for option in schema["anyOf"]]
        # An alternative of the wrong type altogether says less than one with a wrong field.
        return min(options, key=lambda found: (f"{where}:" in " ".join(found), len(found)))
    kind = schema.get("type")
    if kind is None:
        return []
    if not isinstance(value, _TYPES[kind]) or (kind != "boolean" and isinstance(value, bool)):
        return [f"{where}: {type(value).__name__} where {kind} is due"]
    return _typed_problems(spec, schema, value, where, name)


def _typed_problems(spec: Spec, schema: Json, value: Any, where: str, name: str) -> list[str]:
    if "enum" in schema and value not in schema["enum"]:
        return [f"{where}: {value!r} is not one of {schema['enum']}"]
    if schema["type"] == "array":
        rows = enumerate(value)
        inner = schema["items"]
        return [p for i, v in rows for p in problems_of_value(spec, inner, v, f"{where}[{i}]")]
    if schema["type"] == "object":
        return _object_problems(spec, schema, value, where, name)
    return []


def _object_problems(spec: Spec, schema: Json, value: Json, where: str, name: str) -> list[str]:
    known: dict[str, Json] = schema.get("properties", {})
    extra = schema.get("additionalProperties")
    found = [f"{where}: {key} is missing" for key in schema.get("required", ()) if key not in value]
    for key, child in value.items():
        inside = f"{where}.{key}"
        if isinstance(child, str) and (name, key, child) in NEWER_VALUES:
            continue
        if key in known:
            found += problems_of_value(spec, known[key], child, inside)
        elif isinstance(extra, dict):
            found += problems_of_value(spec, extra, child, inside)
        elif known and (name, key) not in NEWER_FIELDS:
            found.append(f"{inside}: no such field")
    return found
