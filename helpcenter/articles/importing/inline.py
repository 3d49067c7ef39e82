r"""Words inside a paragraph, as Markdown of ours: emphasis, code, links, pictures.

Strong and emphasised runs travel as private characters until the whole line is known: only then
can be told whether `**` would work where it stands (beside Chinese it often does not).
"""

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from helpcenter.articles.importing.tree import BLOCKS, Node
from helpcenter.content import variables

BREAK = "\ue006"
_STRONG, _STRONG_END, _EM, _EM_END = "\ue000", "\ue001", "\ue002", "\ue003"
_STRONG_RUN = re.compile("\ue000([^\ue000\ue001]*)\ue001")
_EM_RUN = re.compile("\ue002([^\ue002\ue003]*)\ue003")
_BANG_END = "\ue007"
_BANG = re.compile("!\ue007([\ue000-\ue003]*)\\[")
"""An exclamation mark before a link, which would make a picture of it."""
_MARKS = re.compile("[\ue000-\ue005]")
_SPECIAL = re.compile(r"[\\`*\[\]<>|]|&(?=#?\w+;)|(?<![^\W_])_|_(?![^\W_])|~(?=~)")
_LINE_START = re.compile(r"(?:[#>+=-]|:(?=::)|~(?=~)|\d{1,9}(?=[.)](?:\s|\Z)))")
_MOVABLE = frozenset(".,:;!?。，：；！？、…」』》）】")

STRONG = frozenset({"strong", "b"})
EMPHASIS = frozenset({"em", "i", "cite", "dfn", "var"})
CODE = frozenset({"code", "kbd", "samp", "tt"})
HIDDEN = frozenset(
    "script style noscript template head title meta link base object applet canvas svg math map "  # noqa: SIM905 - reads better
    "input select textarea datalist audio".split()
)
"""Elements that show no words of an article, or none that Markdown could say."""


@dataclass(frozen=True)
class Doors:
    """What the words need from outside: where links lead, what pictures are called.

    `link` returns the address to write, None to keep the words only; `picture` the file's name.
    Both are given the address found and the node, and note what they refuse.
    """

    link: Callable[[str, Node], str | None]
    picture: Callable[[str, Node], str | None]


def write(nodes: Sequence[Node], doors: Doors, *, pictures: bool = True) -> str:
    r"""Return one paragraph's Markdown; `\\` and a line's end stand where a line was broken."""
    text = "".join(_node(node, doors, pictures=pictures) for node in nodes)
    text = _collapse(text)
    text = _BANG.sub(r"\!\1[", text).replace(_BANG_END, "")
    text = _STRONG_RUN.sub(partial(_emphasise, mark="**"), text)
    text = _EM_RUN.sub(partial(_emphasise, mark="*"), text)
    text = _MARKS.sub("", text)
    lines = [line.strip() for line in text.split(BREAK)]
    while lines and not lines[0]:
        lines.pop(0)
    while lines and not lines[-1]:
        lines.pop()
    return "\\\n".join(_guard_start(line) for line in lines if line)


def escape(text: str) -> str:
    """Write plain words so that Markdown reads them as they are."""
    return variables.escape(_SPECIAL.sub(r"\\\g<0>", text))


def _guard_start(line: str) -> str:
    """Keep words at the beginning of a line from being a heading, a list or a rule."""
    found = _LINE_START.match(line)
    if found is None:
        return line
    if found[0].isdigit():
        return f"{found[0]}\\{line[found.end() :]}"
    return f"\\{line}"


def _node(node: Node, doors: Doors, *, pictures: bool) -> str:
    if not node.tag:
        words = escape(_strip_private(node.text))
        return words + _BANG_END if words.endswith("!") else words
    if node.tag in HIDDEN:
        return ""
    match node.tag:
        case "br":
            text = BREAK
        case "img":
            text = picture(node, doors) if pictures else escape(node.attrs.get("alt", ""))
        case tag if tag in CODE:
            text = code(node.words)
        case _:
            inner = (_node(child, doors, pictures=pictures) for child in node.children)
            text = _around(node, "".join(inner), doors)
    return text


def _around(node: Node, inner: str, doors: Doors) -> str:
    """Return what stands inside an element with the element's own meaning."""
    if node.tag == "a":
        return "" if "footnote-backref" in node.classes else _link(node, inner, doors)
    if node.tag in STRONG and inner.strip():
        return _wrap(inner, _STRONG, _STRONG_END)
    if node.tag in EMPHASIS and inner.strip():
        return _wrap(inner, _EM, _EM_END)
    return f" {inner} " if node.tag in BLOCKS else inner


def _wrap(inner: str, begin: str, end: str) -> str:
    """Mark a run, spaces left outside, marks of the same kind inside it dropped."""
    inner = inner.replace(begin, "").replace(end, "").replace(BREAK, " ")
    words = inner.strip()
    before, after = inner[: len(inner) - len(inner.lstrip())], inner[len(inner.rstrip()) :]
    return f"{before}{begin}{words}{end}{after}"


def _link(node: Node, inner: str, doors: Doors) -> str:
    address = node.attrs.get("href", "").strip()
    if not address or "](" in inner:
        return inner
    inner = _MARKS.sub("", inner.replace(BREAK, " ")).strip()
    target = doors.link(address, node)
    if target is None:
        return inner
    if not inner:
        return ""
    return f"[{inner}]({target})"


def code(words: str) -> str:
    """Return a run of code between as many marks as it needs."""
    if not words:
        return ""
    ticks = max((len(run) for run in re.findall(r"`+", words)), default=0) + 1
    space = " " if words[0] == "`" or words[-1] == "`" else ""
    mark = "`" * ticks
    return mark + space + variables.escape(_strip_private(words)) + space + mark


def picture(node: Node, doors: Doors, caption: str = "") -> str:
    """Return a picture, or nothing where there is none."""
    address = node.attrs.get("src", "").strip()
    name = doors.picture(address, node)
    if name is None:
        return _instead(address, node, doors)
    alt = " ".join((node.attrs.get("alt") or caption or node.attrs.get("title", "")).split())
    if not alt:
        alt = re.sub(r"[\W_]+", " ", name.rpartition(".")[0]).strip() or "Picture"
    title = f' "{_quoted(caption)}"' if caption and caption != alt else ""
    return f"![{escape(_strip_private(alt))}]({name}{title})"


def _instead(address: str, node: Node, doors: Doors) -> str:
    """Return a link to a picture that lies on another server, else the words it has."""
    words = escape(" ".join(node.attrs.get("alt", "").split()))
    if address.startswith(("https://", "http://")) and words:
        target = doors.link(address, node)
        return f"[{words}]({target})" if target else words
    return words


def _quoted(text: str) -> str:
    return escape(_strip_private(text)).replace('"', '\\"')


def _strip_private(text: str) -> str:
    return re.sub("[\ue000-\ue007]", "", text)


def _collapse(text: str) -> str:
    """Make runs of white space one space, or none between Chinese characters of two lines."""

    def one(found: re.Match[str]) -> str:
        before, after = text[: found.start()][-1:], text[found.end() :][:1]
        return "" if "\n" in found[0] and _wide(before) and _wide(after) else " "

    return re.sub(r"[ \t\n\r\f\v\u00a0]+", one, text)


def _wide(character: str) -> bool:
    return bool(character) and unicodedata.east_asian_width(character) in {"W", "F"}


def _emphasise(found: re.Match[str], mark: str) -> str:
    """Set marks where they work: punctuation is moved out, or the marks are left away."""
    words, head, tail = found[1], "", ""
    if mark == "**":
        words = words.strip()
    before, after = found.string[: found.start()][-1:], found.string[found.end() :][:1]
    while words and not _flanks(words[-1], after) and words[-1] in _MOVABLE:
        words, tail, after = words[:-1], words[-1] + tail, words[-1]
    while words and not _flanks(words[0], before) and words[0] in _MOVABLE | {"「", "（", "《"}:
        words, head, before = words[1:], head + words[0], words[0]
    if not words or not _flanks(words[-1], after) or not _flanks(words[0], before):
        return head + words + tail
    if words.endswith("\\") or before == "*" or after == "*":
        return head + words + tail
    return f"{head}{mark}{words}{mark}{tail}"


def _flanks(inside: str, outside: str) -> bool:
    """Tell whether a mark between these two characters begins or ends a run (CommonMark §6.2)."""
    if inside.isspace():
        return False
    loose = not outside or outside.isspace() or outside in "\ue000\ue001\ue002\ue003\ue006"
    return loose or not _punctuates(inside) or _punctuates(outside)


def _punctuates(character: str) -> bool:
    return unicodedata.category(character)[0] in "PS"
