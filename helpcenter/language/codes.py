"""Security codes in text: three or four digits beside their name."""

import re
from collections.abc import Iterator

_NAME = (
    r"(?<![a-z])(?:cv[cvn]2?|csc|cid|card (?:verification|security) (?:code|value|number)"
    r"|security (?:code|number))(?![a-z])"
    r"|(?:安全|保安|检查|验证|校验)(?:码|编码|号码|密码)"
)
_SMALL = (
    r"(?:is|was|it's|its|are|as|number|no|code|digits?|the|my|our|on|of|for|card|and|here"
    r"|系|是|为|号码|嘅|的|我|卡|后面|背面|数字|三位|四位|个)"
)
_OTHER = r"(?:(?:card|visa|mastercard|ending(?: in| with)?|尾[号数]?(?:系|是)?)\W{0,3}\d{4}(?!\d))"
"""The last four digits of a card, on the way from the name to the code."""
_BETWEEN = rf"\W{{0,3}}(?:(?:{_OTHER}|{_SMALL})\W{{0,3}}){{0,8}}"
_CODE = r"(?:\d{3,4}(?!\d)|\d(?:[ -]\d){2,3}(?!\d))"
_AFTER = re.compile(rf"(?P<name>{_NAME}){_BETWEEN}(?:(?P<code>{_CODE})|(?P<done>•••))")
_FREE = r"(?<![\d.,$€£¥•])(?<!• )"
_BEFORE = re.compile(
    rf"{_FREE}(?P<code>\d{{3}}|\d{{4}}(?=\W{{1,3}}{_SMALL}))"
    rf"(?:\W{{1,3}}(?:{_SMALL}\W{{0,3}}){{0,5}})(?P<name>{_NAME})"
)
_REFERENCE = re.compile(r"_[a-z0-9_]*\Z")
_LONGEST = 64
"""Characters of a reference that are looked at."""
_NAMED = re.compile(_NAME)
_TOLD = r"(?:is|was|it's|its|it|the|my|code|number|here|系|是|佢|它|我|嘅|的|个|号码)"
_ALONE = re.compile(
    rf"\W*(?:(?P<bare>\d{{3}})|(?:{_TOLD}\W{{0,3}}){{1,8}}(?P<told>\d{{3,4}}))(?![\d.%])"
    r"(?!\W?(?:usd|hkd|dollars?|bucks|cents|one|card|元|块|蚊|卡|那|嗰))"
)
"""Three digits, or three or four behind a small word; four by themselves are a card's last."""


def find(text: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of the security codes in folded text whose digits are 0 to 9."""
    named = set()
    for found in _AFTER.finditer(text):
        named.add(found.start("name"))
        if found["code"] and not _is_of_reference(text, found.start("name")):
            yield found.span("code")
    for found in _BEFORE.finditer(text):
        if found.start("name") not in named:
            yield found.span("code")


def _is_of_reference(text: str, at: int) -> bool:
    """Tell whether a name is but letters of a reference: `in_1Ab0csc0000`."""
    return _REFERENCE.search(text, max(0, at - _LONGEST), at) is not None


def names(text: str) -> bool:
    """Tell whether a folded text names a security code."""
    return _NAMED.search(text) is not None


def alone(text: str) -> tuple[int, int] | None:
    """Return the span of the digits with which a folded text tells what was named before it."""
    found = _ALONE.match(text)
    return found.span(found.lastgroup or 0) if found else None
