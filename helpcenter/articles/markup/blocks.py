"""The `::: name` blocks of our Markdown, as a rule for markdown-it."""

import re

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock

from helpcenter.articles.markup.place import place_in
from helpcenter.content.schema import did_you_mean

BLOCKS = frozenset({"faq", "cards"})
"""Blocks that hold Markdown."""

RAW_BLOCKS = frozenset({"video"})
"""Blocks that hold YAML."""

_FENCE = re.compile(r":{3,}")


def blocks_plugin(md: MarkdownIt) -> None:
    """Teach `md` the blocks; faults go to the place in the env."""
    names = ["paragraph", "reference", "blockquote", "list"]
    md.block.ruler.before("fence", "named_block", _rule, {"alt": names})


def _rule(state: StateBlock, start: int, end: int, silent: bool) -> bool:  # noqa: FBT001 - theirs
    opened = None if state.is_code_block(start) else _fence(state, start)
    if opened is None:
        return False
    if silent:
        return True
    place = place_in(state.env)
    colons, name = opened
    close = _closing(state, start, end, colons)
    if name not in BLOCKS | RAW_BLOCKS:
        known = did_you_mean(name, BLOCKS | RAW_BLOCKS)
        what = f"`::: {name}` is not a block{known}" if name else "this `:::` closes nothing"
        place.error(start, "unknown_block", what)
    elif close is None:
        message = f"`::: {name}` is never closed: put `:::` on a line of its own after it"
        place.error(start, "unclosed_block", message)
    stop = end if close is None else close
    if name in RAW_BLOCKS:
        token = state.push(name, "", 0)
        token.content = state.getLines(start + 1, stop, state.blkIndent, keepLastLF=False)
    else:
        token = state.push("named_block_open", "div", 1)
        _inside(state, start + 1, stop)
        state.push("named_block_close", "div", -1)
    token.info, token.map, token.block = name, [start, stop], True
    state.line = stop if close is None else stop + 1
    return True


def _closing(state: StateBlock, start: int, end: int, colons: int) -> int | None:
    """Return the line of the `:::` that closes the block begun on `start`."""
    depth = 1
    for line in range(start + 1, end):
        if state.sCount[line] < state.blkIndent and _text(state, line):
            return None
        found = _fence(state, line)
        if found and found[0] >= colons:
            depth += 1 if found[1] else -1
            if depth == 0:
                return line
    return None


def _fence(state: StateBlock, line: int) -> tuple[int, str] | None:
    """Return how many colons a line begins with and what follows them, None for fewer than 3."""
    text = _text(state, line)
    found = _FENCE.match(text)
    return (found.end(), text[found.end() :].strip()) if found else None


def _inside(state: StateBlock, start: int, stop: int) -> None:
    parent, last = state.parentType, state.lineMax
    state.parentType, state.lineMax = "named_block", stop
    state.md.block.tokenize(state, start, stop)
    state.parentType, state.lineMax = parent, last


def _text(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]
