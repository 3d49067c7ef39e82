"""Reading Stripe's form encoding: `a[b][]=x` and `a[0][b]=c` become nested dicts and lists."""

import re
from collections.abc import Iterable
from urllib.parse import parse_qsl

from helpcenter.sandbox.api.failure import StripeFailure
from helpcenter.sandbox.state import Obj

_NAME = re.compile(r"^([^\[\]]+)((?:\[[^\[\]]*\])*)$")
_KEY = re.compile(r"\[([^\[\]]*)\]")
_DEEPEST = 12


def parse(body: str) -> Obj:
    """Return the nested parameters of a query string or form body; leaves are strings.

    Raises StripeFailure if a name is no parameter name or uses one name in two shapes.
    """
    return nest(parse_qsl(body, keep_blank_values=True, max_num_fields=1000))


def nest(pairs: Iterable[tuple[str, str]]) -> Obj:
    """Return nested parameters from flat pairs in order."""
    root: Obj = {}
    for name, value in pairs:
        match = _NAME.match(name)
        if not match:
            raise StripeFailure(400, f"Invalid parameter name: {name}", None, name)
        keys = [match[1], *_KEY.findall(match[2])]
        if len(keys) > _DEEPEST:
            raise StripeFailure(400, "Too many levels of nesting.", None, match[1])
        _put(root, keys, value, name)
    return {key: _tidy(value) for key, value in root.items()}


def _put(node: Obj, keys: list[str], value: str, name: str) -> None:
    for key in keys[:-1]:
        child = node.setdefault(_slot(node, key), {})
        if not isinstance(child, dict):
            raise StripeFailure(400, f"Invalid parameter: {name}", None, name)
        node = child
    slot = _slot(node, keys[-1])
    if isinstance(node.get(slot), dict):
        raise StripeFailure(400, f"Invalid parameter: {name}", None, name)
    node[slot] = value


def _slot(node: Obj, key: str) -> str:
    """Return the key to use; an empty one means "next in the list"."""
    return key or str(len(node))


def _tidy(value: object) -> object:
    """Turn dicts whose keys are 0, 1, 2 … into lists, all the way down."""
    if not isinstance(value, dict):
        return value
    if value and all(key.isdigit() for key in value):
        return [_tidy(value[key]) for key in sorted(value, key=int)]
    return {key: _tidy(child) for key, child in value.items()}
