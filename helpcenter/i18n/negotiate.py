"""Which language a reader gets: from a tag in a URL, a cookie or `Accept-Language`.

`babel.negotiate_locale` compares strings and so never finds `zh_HK` for `zh-Hant` or `yue`. Here
tags are completed with CLDR's likely subtags and compared by language, then by script.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from babel.core import get_global

from helpcenter.i18n.locale import SOURCE, Locale

MAX_RANGES = 32
"""Ranges of an `Accept-Language` header that are read; no browser sends more."""

_TAG = re.compile(
    r"(?P<language>[a-z]{2,3})(?:-(?P<extended>[a-z]{3}))?(?:-(?P<script>[a-z]{4}))?"
    r"(?:-(?P<region>[a-z]{2}|\d{3}))?(?P<rest>(?:-[a-z0-9]{1,8})*)",
    re.ASCII,
)
_WEIGHT = re.compile(r"q=(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)", re.ASCII)

_MACROLANGUAGE = {"yue": "zh", "cmn": "zh"}
"""Spoken languages that are written in a language we may have, in the script they imply."""


@dataclass(frozen=True, slots=True)
class _Shape:
    """A tag taken apart: lower-case language, title-case script ("" if nobody knows), region."""

    language: str
    script: str
    region: str


def match(tag: str, available: Sequence[Locale]) -> Locale | None:
    """Return the locale that a reader of `tag` is best served by, None for another language.

    Same language, script and region win over same language and script, then same language in
    another script. Any text is allowed; what is not a language tag matches nothing.
    """
    wanted = _shape(tag)
    if wanted is None:
        return None
    best: tuple[int, Locale] | None = None
    for locale in available:
        have = _shape(locale.tag)
        if have is None or have.language != wanted.language:
            continue
        rank = 2 * (have.script == wanted.script) + (have.region == wanted.region)
        if best is None or rank > best[0]:
            best = (rank, locale)
    return best[1] if best else None


def alias(segment: str, available: Sequence[Locale]) -> Locale | None:
    """Return the locale that a URL's first segment means, None when it is not a language of ours.

    Only language, script and region are understood, so that a slug is not taken for a tag.
    """
    found = _TAG.fullmatch(segment.lower().replace("_", "-"))
    if found is None or found["rest"] or found["extended"]:
        return None
    return match(segment, available)


def negotiate(
    available: Sequence[Locale], accept_language: str | None = None, cookie: str | None = None
) -> Locale:
    """Choose a locale: the cookie's, else the best range of `Accept-Language`, else the source.

    Never fails: whatever cannot be understood counts for nothing. `available` holds the source
    locale or at least one other.
    """
    if cookie and (chosen := match(cookie, available)):
        return chosen
    for tag in _ranges(accept_language or ""):
        if tag == "*":
            break
        if chosen := match(tag, available):
            return chosen
    return SOURCE if SOURCE in available else available[0]


def _ranges(header: str) -> list[str]:
    """Return the ranges of the header, best first; refused (q=0) and garbled ones left out."""
    weighted: list[tuple[float, str]] = []
    for item in header.split(",", MAX_RANGES)[:MAX_RANGES]:
        tag, _, parameters = item.partition(";")
        weight = _WEIGHT.fullmatch(parameters.strip().lower()) if parameters.strip() else None
        if parameters.strip() and weight is None:
            continue
        quality = float(weight[1]) if weight else 1.0
        if quality > 0:
            weighted.append((quality, tag.strip()))
    return [tag for _, tag in sorted(weighted, key=lambda pair: -pair[0])]


@lru_cache(maxsize=512)
def _shape(tag: str) -> _Shape | None:
    found = _TAG.fullmatch(tag.strip().lower().replace("_", "-"))
    if found is None:
        return None
    spoken = found["extended"] or found["language"]
    script, region = (found["script"] or "").title(), (found["region"] or "").upper()
    if not (script and region):
        likely = _likely(spoken, script, region)
        script, region = script or likely.script, region or likely.region
    return _Shape(_MACROLANGUAGE.get(spoken, found["language"]), script, region)


def _likely(language: str, script: str, region: str) -> _Shape:
    """Complete a tag by CLDR; the more of it is known, the surer the completion."""
    subtags = get_global("likely_subtags")
    written = _MACROLANGUAGE.get(language, language)
    known = ((language, script, region), (language,), (written, script, region), (written,))
    keys = ("_".join(filter(None, key)) for key in known)
    full = next((subtags[key] for key in keys if key in subtags), "")
    parts = [*full.split("_"), "", ""][:3]
    return _Shape(parts[0], parts[1], parts[2])
