"""From loaded YAML to a pydantic model, or to problems with the line of the offending entry."""

import difflib
from collections.abc import Iterable
from typing import TypeVar, get_args

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from helpcenter.content.problems import ContentError, Problem
from helpcenter.content.yaml import Loaded, Path

ModelT = TypeVar("ModelT", bound=BaseModel)

_WORDS = {
    "string_type": "should be text: put numbers in quotes",
    "list_type": "should be a list: one `- ` line an entry",
    "tuple_type": "should be a list: one `- ` line an entry",
    "dict_type": "should be a table of `key: value` lines",
    "model_type": "should be a table of `key: value` lines",
    "bool_type": "should be true or false",
    "int_type": "should be a whole number",
    "int_parsing": "should be a whole number",
    "bool_parsing": "should be true or false",
    "string_too_short": "is empty: write something, or remove the key",
    "date_from_datetime_parsing": "should be a date as YYYY-MM-DD",
    "date_parsing": "should be a date as YYYY-MM-DD",
    "date_type": "should be a date as YYYY-MM-DD",
}


_SHOWN = 8
"""Known names that are told when none is close; nobody reads fifty."""


class Schema(BaseModel):
    """What every content file's model starts from: unknown keys are faults, values are frozen."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)


def validate(model: type[ModelT], loaded: Loaded, file: str) -> ModelT:
    """Check `loaded` against `model`; raises `ContentError` with every fault, each on its line."""
    try:
        return model.model_validate(loaded.value if loaded.value is not None else {})
    except ValidationError as error:
        details = error.errors(include_url=False)
    raise ContentError(_problem(model, loaded, file, item) for item in details)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return `; did you mean …?` or some of what is known, to end a sentence with."""
    names = sorted(known)
    close = difflib.get_close_matches(word, names, n=1, cutoff=0.6)
    if close:
        return f"; did you mean `{close[0]}`?"
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return f"; known are: {', '.join(names[:_SHOWN])}{more}" if names else ""


def _problem(model: type[BaseModel], loaded: Loaded, file: str, item: ErrorDetails) -> Problem:
    path = _path(loaded.value, item["loc"])
    name = ".".join(map(str, path)) or "the file"
    line, kind = loaded.line(path), item["type"]
    if kind == "extra_forbidden":
        known = _keys(model, path[:-1])
        return Problem(
            file, line, "unknown_key", f"`{name}` is not known{did_you_mean(str(path[-1]), known)}"
        )
    if kind == "missing":
        name = ".".join(map(str, item["loc"]))
        return Problem(file, line, "missing_key", f"`{name}` is missing: add it")
    if kind in {"enum", "literal_error"}:
        expected = str(item.get("ctx", {}).get("expected", ""))
        return Problem(
            file, line, "bad_value", f"`{name}` is {item['input']!r} but should be {expected}"
        )
    words = _WORDS.get(kind) or item["msg"].removeprefix("Value error, ")
    return Problem(file, line, "bad_value", f"`{name}`: {words}")


def _path(value: object, loc: tuple[str | int, ...]) -> Path:
    """Drop what is not a key of the data (pydantic adds the names of union members)."""
    path: list[str | int] = []
    for part in loc:
        inside = (isinstance(value, dict) and part in value) or (
            isinstance(value, list) and isinstance(part, int) and part < len(value)
        )
        if inside:
            value = value[part]  # type: ignore[index]  # a dict or a list, as just seen
            path.append(part)
    return tuple(path)


def _keys(model: type[BaseModel], path: Path) -> set[str]:
    """Return the keys that may stand at `path`, looking through lists, tables and unions."""
    models = {model}
    for part in path:
        fields = [
            m.model_fields[name]
            for m in models
            for name in m.model_fields
            if part in {name, m.model_fields[name].alias}
        ]
        if fields:
            models = set().union(*(_models(field.annotation) for field in fields))
    return {field.alias or name for m in models for name, field in m.model_fields.items()}


def _models(annotation: object) -> set[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return {annotation}
    return set().union(*(_models(part) for part in get_args(annotation)))
