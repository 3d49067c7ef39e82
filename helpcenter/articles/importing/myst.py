"""MyST's directives between backticks, written as the blocks and code that others understand."""

import re
from collections.abc import Sequence

from helpcenter.articles.importing.lines import Line

_DIRECTIVE = re.compile(r"([ \t>]*)(`{3,}|~{3,})\{([A-Za-z][\w-]*)\}[ \t]*(.*?)[ \t]*\Z")
_FENCE = re.compile(r"[ \t>]*(`{3,}|~{3,})")
_OPTION = re.compile(r"[ \t>]*:[\w-]+:(?:[ \t].*)?\Z")
_CODE = {"code": "", "code-block": "", "code-cell": "", "sourcecode": "", "math": "math"}
"""Directives that hold code, and its language where they name none."""


def translate(lines: Sequence[Line]) -> list[Line]:
    """Turn `{note}` behind backticks into `:::note`, `{code-block} sh` into code."""
    done = list(lines)
    position = 0
    endless: set[str] = set()
    while position < len(done):
        number, text = done[position]
        position += 1
        fenced = _FENCE.match(text)
        if fenced is None or fenced[1] in endless:
            continue
        end = _end(done, position, fenced[1])
        if end is None:
            endless.add(fenced[1])
            continue
        if (found := _DIRECTIVE.match(text)) is None:
            position = end + 1
            continue
        margin, fence, name, rest = found.groups()
        if name.lower() in _CODE:
            done[position - 1] = (number, f"{margin}{fence}{rest or _CODE[name.lower()]}")
            while position < end and _OPTION.match(done[position][1]):
                del done[position]
                end -= 1
            position = end + 1
        else:
            mark = ":" * len(fence)
            done[position - 1] = (number, f"{margin}{mark}{{{name}}} {rest}".rstrip())
            done[end] = (done[end][0], f"{margin}{mark}")
    return done


def _end(lines: Sequence[Line], start: int, fence: str) -> int | None:
    """Return where a fence is closed: by as many of its marks, or more."""
    closes = re.compile(rf"[ \t>]*{re.escape(fence[0])}{{{len(fence)},}}[ \t]*\Z")
    return next((at for at in range(start, len(lines)) if closes.match(lines[at][1])), None)
