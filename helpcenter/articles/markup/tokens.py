"""Small helpers over markdown-it tokens: making them, walking them, reading their words."""

from collections.abc import Iterator, Sequence
from itertools import accumulate

from markdown_it.token import Token


def opening(tag: str, kind: str = "", **attrs: str) -> Token:
    """Make the token that opens `tag`; `class_` gives the class."""
    given: dict[str, str | int | float] = {
        k.rstrip("_").replace("_", "-"): v for k, v in attrs.items()
    }
    return Token(f"{kind or tag}_open", tag, 1, attrs=given, block=True)


def closing(tag: str, kind: str = "") -> Token:
    """Make the token that closes `tag`."""
    return Token(f"{kind or tag}_close", tag, -1, block=True)


def inline(children: Sequence[Token], line: int = 0) -> Token:
    """Make a run of inline tokens that stand on `line` of the body."""
    return Token("inline", "", 0, children=list(children), map=[line, line + 1])


def text(content: str) -> Token:
    """Make plain text; the renderer escapes it."""
    return Token("text", "", 0, content=content)


def line_of(token: Token) -> int:
    """Return the line of the body (from 0) that a token begins on."""
    return token.map[0] if token.map else 0


def spots(tokens: Sequence[Token]) -> Iterator[tuple[int, Token]]:
    """Yield every inline token, pictures' alternative texts left out, with its line."""
    for token in tokens:
        line = line_of(token)
        for child in token.children or ():
            yield line, child
            line += child.type in {"softbreak", "hardbreak"}


def plain(children: Sequence[Token] | None) -> str:
    """Return the words of inline tokens; a picture counts with its alternative text."""
    words = []
    for child in children or ():
        if child.type in {"softbreak", "hardbreak"}:
            words.append(" ")
        elif child.type == "image":
            words.append(plain(child.children))
        else:
            words.append(child.content)
    return "".join(words)


def matching(tokens: Sequence[Token], start: int) -> int:
    """Return the index of the token that closes the one at `start`."""
    depths = accumulate(tokens[index].nesting for index in range(start, len(tokens)))
    return start + next(index for index, depth in enumerate(depths) if depth == 0)
