"""Small forms, read strictly: each field once, as text."""

from urllib.parse import parse_qsl

from starlette.requests import Request

from helpcenter.errors import HelpcenterError, Kind

MOST_BYTES = 16 * 1024
MOST_FIELDS = 10
_TYPE = "application/x-www-form-urlencoded"


async def read_form(request: Request, most: int = MOST_BYTES) -> dict[str, str]:
    """Return the fields of a form of at most `most` bytes; raises `invalid` or `too_large`."""
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != _TYPE:
        raise HelpcenterError("invalid", Kind.INVALID)
    body = await request.body()
    if len(body) > most:
        raise HelpcenterError("too_large", Kind.TOO_LARGE)
    return read_fields(body)


def read_fields(encoded: bytes) -> dict[str, str]:
    """Return fields by name; raises `invalid` for a name given twice, bad UTF-8 or too many."""
    try:
        pairs = parse_qsl(
            encoded.decode("ascii"),
            keep_blank_values=True,
            errors="strict",
            max_num_fields=MOST_FIELDS,
        )
    except ValueError:
        raise HelpcenterError("invalid", Kind.INVALID) from None
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise HelpcenterError("invalid", Kind.INVALID)
    return fields
