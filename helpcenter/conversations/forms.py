"""What is filled into a form part: checked, redacted, and put into words."""

from collections.abc import Mapping

from helpcenter.conversations.parts import Form, FormField, FormKind
from helpcenter.errors import FieldError, HelpcenterError, Kind
from helpcenter.identity.emails import normal_email
from helpcenter.language.redact import redact

LONGEST_VALUE = 200
"""Characters of one value."""


def filled(form: Form, values: Mapping[str, str]) -> dict[str, str]:
    """Return the values as they are kept, by field, in the form's order.

    Raises `form_invalid` that names each field at fault as `values.<name>`.
    """
    wrong = [FieldError(f"values.{name}", "unknown") for name in values.keys() - form.names]
    kept: dict[str, str] = {}
    for field in form.fields:
        try:
            value = _value(field, values.get(field.name, ""))
        except ValueError as error:
            wrong.append(FieldError(f"values.{field.name}", str(error)))
        else:
            kept |= {field.name: value} if value else {}
    if wrong:
        raise HelpcenterError("form_invalid", Kind.INVALID, errors=tuple(wrong))
    return kept


def in_words(form: Form, values: Mapping[str, str]) -> str:
    """Return what the feed shows of a filled form: a line a field."""
    given = [field for field in form.fields if field.name in values]
    return "\n".join(f"{field.label}: {values[field.name]}" for field in given)


def _value(field: FormField, text: str) -> str:
    """Return one value; raises `ValueError` with the code of what is wrong."""
    value = " ".join(redact(text).text.split())
    if not value:
        if field.required:
            raise ValueError("missing")
        return ""
    if len(value) > LONGEST_VALUE:
        raise ValueError("too_long")
    if not value.isprintable():
        raise ValueError("invalid")
    if field.kind is FormKind.EMAIL:
        try:
            return normal_email(value)
        except HelpcenterError as error:
            raise ValueError("invalid") from error
    return value
