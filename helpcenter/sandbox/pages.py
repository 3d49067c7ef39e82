"""What the hosted pages and the demo product share: templates, words, headers, locale."""

from collections.abc import Mapping
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

_HERE = Path(__file__).parent

LOCALES = ("en", "zh-HK")

_SYMBOLS = {"hkd": "HK$", "usd": "US$"}


@cache
def _environment() -> Environment:
    """Return the templates; compiled once, when the first page is asked for."""
    return Environment(
        loader=FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def money(minor: int, currency: str) -> str:
    """Write an amount of cents as people do: HK$128.00. The sandbox sells in HKD and USD only."""
    return f"{_SYMBOLS[currency]}{minor / 100:,.2f}"


def day(moment: int, locale: str) -> str:
    """Write a unix time as a day in UTC: 22 Nov 2026, or 2026年11月22日."""
    date = datetime.fromtimestamp(moment, UTC)
    if locale == "zh-HK":
        return f"{date.year}年{date.month}月{date.day}日"
    return f"{date.day} {date:%b %Y}"


def page_locale(*wishes: str | None) -> str:
    """Return the first wish that names one of our two locales, else English.

    Any Chinese is zh-HK, as there is no other Chinese here.
    """
    for wish in wishes:
        language = (wish or "").partition("-")[0].lower()
        if language in {"zh", "yue"}:
            return "zh-HK"
        if language == "en":
            return "en"
    return "en"


def accepted(request: Request) -> str:
    """Return the browser's first choice of language, or nothing."""
    return request.headers.get("accept-language", "").partition(",")[0].strip()


def origin(url: str | None) -> str | None:
    """Return the origin of an absolute URL, None if it has none."""
    parts = urlsplit(url or "")
    return f"{parts.scheme}://{parts.netloc}" if parts.scheme and parts.netloc else None


def render(
    template: str,
    words: Mapping[str, tuple[str, str]],
    locale: str,
    status: int = 200,
    **context: Any,  # noqa: ANN401 — whatever the template names
) -> HTMLResponse:
    """Return a page. `words` are (English, zh-HK) by name, reached as `t.name` in templates."""
    index = LOCALES.index(locale)
    texts = {name: pair[index] for name, pair in words.items()}
    content = (
        _environment()
        .get_template(template)
        .render(
            t=texts,
            locale=locale,
            money=money,
            day=lambda moment: day(moment, locale),
            **context,
        )
    )
    return HTMLResponse(content, status)


def harden(response: Response, *destinations: str | None, script: str = "'none'") -> Response:
    """Set the headers every page has; `destinations` are other origins its forms may lead to.

    Chromium holds redirects after a form against form-action too, so the places where they end
    must be named. `script` says whose code pages run, and whom it may talk to.
    """
    forms = " ".join(["'self'", *sorted({place for place in destinations if place})])
    policy = (
        "default-src 'none'; style-src 'self'; img-src 'self' data:; "
        f"connect-src {script}; script-src {script}; form-action {forms}; "
        "base-uri 'none'; frame-ancestors 'none'"
    )
    response.headers["Content-Security-Policy"] = policy
    response.headers["Cache-Control"] = "no-store"
    # Not no-referrer: a form to another site must carry its Origin, and never more than that.
    response.headers["Referrer-Policy"] = "strict-origin"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


async def fields(request: Request) -> dict[str, str]:
    """Return a form's text fields; of several with one name, the last."""
    form = await request.form(max_fields=50, max_files=0)
    return {name: value for name, value in form.items() if isinstance(value, str)}


def stylesheet() -> bytes:
    """Return the one stylesheet of both apps."""
    return (_HERE / "static" / "sandbox.css").read_bytes()


def script() -> bytes:
    """Return the demo product's one script."""
    return (_HERE / "static" / "host.js").read_bytes()
