"""Is a request one that Stripe's OpenAPI allows?"""

import re
from typing import Any

from helpcenter.sandbox.api.forms import parse
from tests.stripe_contract import typed_params
from tests.stripe_contract.spec import Json, Spec, ref_name

DEEPEST_EXPAND = 4

_INTEGER = re.compile(r"-?\d+")


def problems_of_request(
    spec: Spec, method: str, path: str, query: str, body: str, *, dated: bool = False
) -> list[str]:
    """Return what is wrong with a request; empty if Stripe's schema allows it.

    Checked: the path and method exist; no unknown parameter at any level; required ones, types,
    enumerations and lengths; expansions exist and are not too deep. A portal session is held
    against the SDK's own types too, which know the newest parameters; only those on the named list
    of `typed_params` are excused from the OpenAPI, and none if the check is `dated`.
    """
    operation = spec.operation(method, path)
    if operation is None:
        return [f"{method} {path}: no such call"]
    params = parse(body if method == "POST" else query)
    if method == "POST" and query:
        return [f"{path}: a POST carries its parameters in its body"]
    expand = params.pop("expand", [])
    problems = _expand_problems(spec, operation, expand)
    if path == typed_params.SESSIONS and not dated:
        problems += typed_params.problems(params)
        params = typed_params.without_newer(params)
    return problems + _value_problems(spec, _schema(operation, method), params, "")


def _schema(operation: Json, method: str) -> Json:
    if method == "POST":
        schema: Json = operation["requestBody"]["content"]["application/x-www-form-urlencoded"][
            "schema"
        ]
        return schema
    rows = [row for row in operation.get("parameters", []) if row["in"] == "query"]
    return {
        "type": "object",
        "properties": {row["name"]: row["schema"] for row in rows},
        "required": [row["name"] for row in rows if row.get("required")],
    }


def _value_problems(spec: Spec, schema: Json, value: Any, where: str) -> list[str]:
    schema = spec.resolve(schema)
    if "anyOf" in schema:
        tried = [_value_problems(spec, option, value, where) for option in schema["anyOf"]]
        return min(tried, key=len)
    kind = schema.get("type", "string")
    if kind == "object":
        return _object_problems(spec, schema, value, where)
    if kind == "array":
        if not isinstance(value, list):
            return [f"{where}: must be a list"]
        rows = enumerate(value)
        return [
            p for i, v in rows for p in _value_problems(spec, schema["items"], v, f"{where}[{i}]")
        ]
    return _leaf_problems(schema, kind, value, where)


def _object_problems(spec: Spec, schema: Json, value: Any, where: str) -> list[str]:
    if not isinstance(value, dict):
        return [f"{where}: must be a hash"]
    known: dict[str, Json] = schema.get("properties", {})
    extra = schema.get("additionalProperties")
    problems = [
        f"{where}: {name} is required" for name in schema.get("required", ()) if name not in value
    ]
    for name, child in value.items():
        inside = f"{where}[{name}]" if where else name
        if name in known:
            problems += _value_problems(spec, known[name], child, inside)
        elif isinstance(extra, dict):
            problems += _value_problems(spec, extra, child, inside)
        else:
            problems.append(f"{inside}: no such parameter")
    return problems


def _leaf_problems(schema: Json, kind: str, value: Any, where: str) -> list[str]:
    if not isinstance(value, str):
        return [f"{where}: must be a {kind}"]
    if "enum" in schema and value not in schema["enum"]:
        return [f"{where}: {value!r} is not one of {schema['enum']}"]
    if len(value) > schema.get("maxLength", len(value)):
        return [f"{where}: longer than {schema['maxLength']}"]
    if kind == "integer" and not _INTEGER.fullmatch(value):
        return [f"{where}: {value!r} is no integer"]
    if kind == "boolean" and value not in {"true", "false"}:
        return [f"{where}: {value!r} is no boolean"]
    return []


def _expand_problems(spec: Spec, operation: Json, expand: Any) -> list[str]:
    if not isinstance(expand, list):
        return ["expand: must be a list"]
    answer = operation["responses"]["200"]["content"]["application/json"]["schema"]
    return [problem for path in expand for problem in expand_path_problems(spec, answer, path)]


def expand_path_problems(spec: Spec, answer: Json, path: str) -> list[str]:
    """Return what is wrong with one `expand` path of an answer with this schema."""
    steps = path.split(".")
    if len(steps) > DEEPEST_EXPAND:
        return [f"expand {path}: more than {DEEPEST_EXPAND} levels"]
    here = [answer]
    for step in steps:
        here = [child for schema in here for child in _children(spec, schema, step)]
        if not here:
            return [f"expand {path}: {step} cannot be expanded"]
    return []


def _children(spec: Spec, schema: Json, step: str) -> list[Json]:
    """Return the schemas behind an expandable field, through alternatives and lists."""
    found = []
    for option in _alternatives(spec, schema):
        if step in option.get("x-expandableFields", ()):
            child = option["properties"][step]
            found.append(child.get("items", child))
    return found


def _alternatives(spec: Spec, schema: Json) -> list[Json]:
    whole = spec.resolve(schema)
    options = whole.get("anyOf")
    if not options:
        return [whole]
    return [
        inner for option in options if ref_name(option) for inner in _alternatives(spec, option)
    ]
