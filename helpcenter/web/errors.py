"""Refusals on the wire: problem+json (RFC 9457) for clients, a page for people."""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from helpcenter.errors import FieldError, HelpcenterError, Kind
from helpcenter.i18n.error_words import field_words, words
from helpcenter.i18n.locale import Locale
from helpcenter.i18n.negotiate import alias, match
from helpcenter.web.deps import preferred_locale, present_site, tools_of
from helpcenter.web.site.frame import Frame, everywhere, languages
from helpcenter.web.site.meant import meant, words_of
from helpcenter.web.site.moved import moved

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.requests import Request

PROBLEM_TYPE = "application/problem+json"

STATUS: Mapping[Kind, int] = {
    Kind.INVALID: 400,
    Kind.UNAUTHENTICATED: 401,
    Kind.FORBIDDEN: 403,
    Kind.NOT_FOUND: 404,
    Kind.METHOD: 405,
    Kind.CONFLICT: 409,
    Kind.STALE: 412,
    Kind.TOO_LARGE: 413,
    Kind.TOO_MANY: 429,
    Kind.INTERNAL: 500,
    Kind.UNAVAILABLE: 503,
}

_STATUS_OF_CODE: Mapping[str, int] = {"url_too_long": 414}
"""Where HTTP has a more exact status than the kind's."""

_KINDS = {status: kind for kind, status in STATUS.items()}

_FIELD_CODES = {
    "missing": "missing",
    "int_parsing": "not_a_number",
    "int_from_float": "not_a_number",
    "int_parsing_size": "out_of_range",
    "greater_than_equal": "out_of_range",
    "less_than_equal": "out_of_range",
    "string_too_long": "too_long",
}


def install(app: "FastAPI") -> None:
    """Let the app answer every refusal, its own and the framework's, in one way."""
    app.add_exception_handler(HelpcenterError, _refused)
    app.add_exception_handler(HTTPException, _framework)
    app.add_exception_handler(RequestValidationError, _not_valid)
    app.add_exception_handler(Exception, _fault)


def status_of(error: HelpcenterError) -> int:
    """Return the HTTP status of a refusal."""
    return _STATUS_OF_CODE.get(error.code) or STATUS[error.kind]


def response(request: "Request", error: HelpcenterError) -> Response:
    """Return the answer for a refusal, in the form the asked address speaks."""
    headers = {"cache-control": "no-store"}
    if error.retry_after is not None:
        headers["retry-after"] = str(error.retry_after)
    if speaks_json(request.scope["path"]):
        body = json.dumps(problem(request, error), ensure_ascii=False)
        return Response(body, status_of(error), headers, PROBLEM_TYPE)
    return Response(_page(request, error), status_of(error), headers, "text/html")


def speaks_json(path: str) -> bool:
    """Tell whether clients, not people, ask at this path."""
    return path.startswith("/api/") or path in _FOR_MACHINES


_FOR_MACHINES = {"/healthz", "/readyz", "/metrics", "/openapi.json", "/webhooks/stripe"}


def problem(request: "Request", error: HelpcenterError) -> dict[str, Any]:
    """Return the problem document in the caller's language."""
    locale = _locale(request)
    catalogue = tools_of(request).templates.speech(present_site(request), locale)
    said = words(error, catalogue.gettext)
    return {
        "type": f"urn:helpcenter:problem:{error.code}",
        "title": said.title,
        "status": status_of(error),
        "code": error.code,
        "detail": said.detail,
        "errors": [
            {
                "field": one.field,
                "code": one.code,
                "detail": field_words(one.code, catalogue.gettext),
            }
            for one in error.errors
        ],
    }


def _page(request: "Request", error: HelpcenterError) -> bytes:
    tools, site, locale = tools_of(request), present_site(request), _locale(request)
    said = words(error, tools.templates.speech(site, locale).gettext)
    known = site.library.locales if site else (locale,)
    lost = error.kind is Kind.NOT_FOUND
    homes = languages(locale, everywhere(known, ""))
    return tools.templates.render(
        "site/error.html",
        locale,
        site,
        frame=Frame(said.title, said.detail, homes, findable=False),
        status=status_of(error),
        said=said,
        meant=meant(site, request.scope["path"], locale) if site and lost else (),
        sought=words_of(request.scope["path"]) if lost else "",
    )


def _locale(request: "Request") -> Locale:
    """Return the language of the address asked for, else the reader's."""
    site = present_site(request)
    available = site.library.locales if site else ()
    if request.scope["path"].startswith("/api/"):
        named = match(request.query_params.get("locale", ""), available)
    else:
        named = alias(request.scope["path"].split("/", 2)[1], available)
    return named or preferred_locale(request)


async def _refused(request: "Request", error: Exception) -> Response:
    if not isinstance(error, HelpcenterError):
        raise error
    return await _elsewhere(request, error) or response(request, error)


async def _elsewhere(request: "Request", error: HelpcenterError) -> Response | None:
    """Return the way to an article that had this address in another help centre."""
    if error.kind is not Kind.NOT_FOUND or speaks_json(request.scope["path"]):
        return None
    return await moved(request)


async def _framework(request: "Request", error: Exception) -> Response:
    """Say in our words what the router refused: no such path, no such method, a bad body."""
    if not isinstance(error, HTTPException):
        raise error
    kind = _KINDS.get(error.status_code) or (
        Kind.INTERNAL if error.status_code >= STATUS[Kind.INTERNAL] else Kind.INVALID
    )
    ours = HelpcenterError(kind.value, kind)
    if (elsewhere := await _elsewhere(request, ours)) is not None:
        return elsewhere
    answer = response(request, ours)
    answer.headers.update(error.headers or {})
    return answer


async def _not_valid(request: "Request", error: Exception) -> Response:
    if not isinstance(error, RequestValidationError):
        raise error
    faults = tuple(
        FieldError(
            ".".join(str(part) for part in fault["loc"][1:]) or str(fault["loc"][0]),
            _FIELD_CODES.get(fault["type"], "invalid"),
        )
        for fault in error.errors()
    )
    return response(request, HelpcenterError("invalid", Kind.INVALID, errors=faults))


async def _fault(request: "Request", _error: Exception) -> Response:
    """Say that it is our fault; the exception itself goes on to the log, never to the reader."""
    return response(request, HelpcenterError("internal", Kind.INTERNAL))
