"""Lines of a file that remember their number, and cutting blocks out of them."""

import re
from collections.abc import Callable, Iterator, Sequence
from html import escape

Line = tuple[int, str]
"""The line's number in its file, from 1, and its text."""

_FENCE = re.compile(r"[ \t>]*(`{3,}|~{3,})")


def numbered(text: str, first: int = 1) -> list[Line]:
    """Cut a text into lines; `first` is the number of its first."""
    return list(enumerate(text.expandtabs(4).split("\n"), first))


def indent_of(text: str) -> int:
    """Return how far a line stands in."""
    return len(text) - len(text.lstrip(" "))


def outside_code(lines: Sequence[Line]) -> Iterator[tuple[int, Line, bool]]:
    """Yield position, line, and whether it stands outside fenced code."""
    fence = ""
    for position, line in enumerate(lines):
        found = _FENCE.match(line[1])
        if fence:
            yield position, line, False
            if found and found[1][0] == fence[0] and len(found[1]) >= len(fence):
                fence = "" if not line[1].strip(" >`~") else fence
        elif found:
            fence = found[1]
            yield position, line, False
        else:
            yield position, line, True


def closing(
    lines: Sequence[Line], opens: Callable[[str], bool], closes: Callable[[str], bool]
) -> int | None:
    """Return the position of the line that closes what the first line opens."""
    depth = 0
    for position, (_, text), plain in outside_code(lines):
        if not plain:
            continue
        if position == 0 or opens(text):
            depth += 1
        elif closes(text):
            depth -= 1
            if depth == 0:
                return position
    return None


def dedent(lines: Sequence[Line]) -> list[Line]:
    """Move lines to the left as far as all of them allow."""
    margin = min((indent_of(text) for _, text in lines if text.strip()), default=0)
    return [(number, text[margin:]) for number, text in lines]


def indented(lines: Sequence[Line], by: int) -> list[Line]:
    """Move lines to the right."""
    return [(number, " " * by + text if text.strip() else "") for number, text in lines]


def under(lines: Sequence[Line], margin: int) -> int:
    """Return how many of the lines, from the first, stand in further than `margin` or are empty."""
    count = 0
    for position, (_, text) in enumerate(lines):
        if text.strip() and indent_of(text) <= margin:
            break
        count = position + 1 if text.strip() else count
    return count


def box(
    inner: Sequence[Line], number: int, margin: int, tag: str = "div", **attrs: str
) -> list[Line]:
    """Put lines between the tags of an HTML element, so that they stay Markdown."""
    given = "".join(f' {k.replace("_", "-")}="{escape(v)}"' for k, v in attrs.items() if v)
    last = inner[-1][0] if inner else number
    body = indented(inner, margin)
    around = " " * margin
    return [
        (number, ""),
        (number, f'{around}<{tag} data-line="{number}"{given}>'),
        (number, ""),
        *body,
        (last, ""),
        (last, f"{around}</{tag}>"),
        (last, ""),
    ]
