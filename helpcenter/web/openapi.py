"""`/openapi.json`: how every API route answers and refuses."""

from typing import Any

from pydantic import BaseModel, Field

from helpcenter.web.errors import PROBLEM_TYPE


class FieldProblem(BaseModel):
    """One thing wrong with one input."""

    field: str
    code: str
    detail: str


class Problem(BaseModel):
    """A refusal (RFC 9457). `code` is stable; the words are in the caller's language."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    errors: list[FieldProblem] = Field(default_factory=list)


_REFUSALS: dict[int | str, str] = {
    400: "An input cannot be used.",
    404: "There is no such thing, or not for this caller.",
    413: "The body is too large.",
    414: "The address is too long.",
    503: "Not ready yet; `Retry-After` says when to ask again.",
}


def refusals() -> dict[int | str, dict[str, Any]]:
    """Return the `responses` that document problem+json for a router."""
    schema = {"$ref": "#/components/schemas/Problem"}
    described = {**_REFUSALS, "default": "Any other refusal."}
    return {
        status: {"description": text, "content": {PROBLEM_TYPE: {"schema": schema}}}
        for status, text in described.items()
    }


def with_problem_schema(document: dict[str, Any]) -> dict[str, Any]:
    """Return the document with the schema the refusals refer to."""
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    whole = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    schemas.update(whole.pop("$defs", {}))
    schemas["Problem"] = whole
    return document
