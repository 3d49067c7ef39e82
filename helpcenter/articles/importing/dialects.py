"""What the dialects of Markdown add to it, said as HTML elements around plain Markdown.

Admonitions of MkDocs (`!!! note`), Docusaurus and VitePress (`:::note`), tags of GitBook, Jekyll,
GitHub (`{% hint %}`), shortcodes of Hugo (`{{< callout >}}`), components of MDX (`<Note>`). Each
block is taken out whole, its inside is looked at the same way.
"""

import re
from collections.abc import Callable, Sequence

from helpcenter.articles.importing.callouts import KINDS
from helpcenter.articles.importing.lines import (
    Line,
    box,
    closing,
    dedent,
    indent_of,
    outside_code,
    under,
)

Note = Callable[[int, str, str], None]
"""Takes a line, a code and a sentence about what could not be carried over."""

_MKDOCS = re.compile(
    r"(?P<mark>!!!|\?\?\?\+?|===\+?!?)\s*(?P<kind>[\w-]*)[^\"]*(?:\"(?P<title>[^\"]*)\")?\s*\Z"
)
_COLONS = re.compile(r"(?P<mark>:{3,})\s*\{?(?P<kind>[A-Za-z][\w-]*)\}?\s*(?P<rest>.*?)\s*\Z")
_FROM_CODE = re.compile(r":::\s*[A-Za-z_]\w*(?:\.\w+)+\s*\Z")
"""A page of a program's reference, which another tool writes from its source."""
_OPTION = re.compile(r"\s*:([\w-]+):\s*(.*?)\s*\Z")
_TAG = re.compile(
    r"(?:\{%-?\s*(?P<liquid>[A-Za-z][\w-]*)(?P<a>[^%]*?)-?%\}"
    r"|\{\{[<%]\s*(?P<hugo>[A-Za-z][\w/-]*)(?P<b>.*?)/?[>%]\}\})\s*\Z"
)
_COMPONENT = re.compile(
    r"<(?P<name>[A-Z][\w.]*|details|steps?|tabs?|card)\b(?P<attrs>[^<>]*?)(?P<self>/?)>\s*\Z"
)
_ATTRIBUTE = re.compile(
    r"([\w:-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|\{\s*[\"'`]([^\"'`]*)[\"'`]\s*\}|([^\s\"'{}>]+))"
)
_QUOTED = re.compile(r"[\"“]([^\"”]*)[\"”]")

_QUESTIONS = frozenset(
    {
        "details",
        "accordion",
        "expander",
        "expandable",
        "collapse",
        "spoiler",
        "toggle",
        "faq",
        "faqitem",
    }
)
_TITLED = frozenset(
    {
        "tab",
        "tabitem",
        "tab-item",
        "step",
        "card",
        "cardlink",
        "linkcard",
        "update",
        "panel",
        "code-tab",
    }
)
_QUIET = frozenset(
    "tabs tabgroup tabset steps stepper cardgroup cardgrid cards columns column row frame "  # noqa: SIM905 - reads better
    "codegroup accordiongroup fragment filetree block blocks content-ref raw endraw code-group div "
    "section center grid list-table tabbed accordions detail stepper "
    "tab-set margin glossary".split()
)
_DEEPEST = 20


def convert(lines: Sequence[Line], note: Note, depth: int = 0) -> list[Line]:
    """Return lines of Markdown and HTML only; what is not understood is noted, its words kept."""
    done: list[Line] = []
    after = 0
    for position, (number, text), plain in outside_code(lines):
        if position < after:
            continue
        found = _block(lines[position:], note) if plain and depth < _DEEPEST else None
        if found is None:
            done.append((number, text))
            continue
        taken, inner, attrs = found
        after = position + taken
        margin = indent_of(text)
        done += box(convert(dedent(inner), note, depth + 1), number, margin, **attrs)
    return done


Found = tuple[int, Sequence[Line], dict[str, str]]
"""How many lines a block takes, the lines inside it, the attributes of its element."""


def _block(lines: Sequence[Line], note: Note) -> Found | None:
    text = lines[0][1].strip()
    if text.startswith(("!!!", "???", "===")):
        return _admonition(lines, text)
    if text.startswith(":::"):
        return _colons(lines, text, note)
    if text.startswith(("{%", "{{<", "{{%")):
        return _tag(lines, text, note)
    if text.startswith("<"):
        return _component(lines, note)
    return None


def _admonition(lines: Sequence[Line], text: str) -> Found | None:
    found = _MKDOCS.match(text)
    if found is None or (found["mark"] == "===" and found["title"] is None):
        return None
    taken = under(lines[1:], indent_of(lines[0][1]))
    if not taken and not found["kind"]:
        return None
    inner = lines[1 : 1 + taken]
    title = found["title"] or ""
    if found["mark"].startswith("==="):
        return 1 + taken, inner, {"data_hc": "titled", "data_title": title}
    if found["mark"].startswith("???") and title:
        return 1 + taken, inner, _question(title)
    return 1 + taken, inner, _callout(found["kind"], title)


def _colons(lines: Sequence[Line], text: str, note: Note) -> Found | None:
    if _FROM_CODE.match(text):
        note(lines[0][0], "left_out", f"`{text}` takes its words from a program: left out")
        return 1 + under(lines[1:], indent_of(lines[0][1])), [], {}
    found = _COLONS.match(text)
    if found is None:
        return (1, [], {}) if not text.strip(":") else None
    if found["rest"].endswith(":::"):
        return None
    mark = found["mark"]
    end = closing(
        lines,
        lambda line: line.strip().startswith(mark) and bool(_COLONS.match(line.strip())),
        lambda line: line.strip() == mark,
    )
    title = re.sub(r"\A\[(.*)\]\Z|\{[^}]*\}", r"\1", found["rest"]).strip()
    inner = lines[1:end] if end else lines[1:]
    if end and found["kind"].lower() in {"figure", "image"}:
        return 1 + end, _figure(lines[0][0], found["rest"], inner), {}
    if end is None:
        note(
            lines[0][0], "unclosed_block", f"`{text}` is never closed: read to the end of the page"
        )
    return (
        1 + len(inner) + (end is not None),
        inner,
        _meaning(found["kind"], title, lines[0][0], note),
    )


def _figure(line: int, path: str, inner: Sequence[Line]) -> list[Line]:
    """Return MyST's figure as a picture, its words below it; options are `:name: value` lines."""
    options = {m[1]: m[2] for _, text in inner if (m := _OPTION.match(text))}
    words = [(number, text) for number, text in inner if not _OPTION.match(text)]
    return [(line, f"![{options.get('alt', '')}]({path})"), (line, ""), *words]


def _tag(lines: Sequence[Line], text: str, note: Note) -> Found | None:
    found = _TAG.match(text)
    if found is None:
        return None
    name = found["liquid"] or found["hugo"]
    given = found["a"] or found["b"] or ""
    ends = re.compile(rf"(?:\{{%-?\s*end{re.escape(name)}\b|\{{\{{[<%]\s*/\s*{re.escape(name)}\b)")
    begins = re.compile(rf"(?:\{{%-?|\{{\{{[<%])\s*{re.escape(name)}\b(?!.*/[>%]\}}\}})")
    end = closing(
        lines,
        lambda line: bool(begins.match(line.strip())),
        lambda line: bool(ends.match(line.strip())),
    )
    if end is None:
        return None
    attrs = _attributes(given)
    quoted = _QUOTED.search(given)
    title = (
        attrs.get("title")
        or attrs.get("name")
        or (quoted[1] if quoted and "=" not in given else "")
    )
    first = given.split(maxsplit=1)[0].strip("\"'") if given.split() else ""
    style = attrs.get("style") or attrs.get("type") or attrs.get("context") or first
    inner = lines[1:end]
    if name in {"highlight", "code"}:
        fence = "~~~~"
        inner = (
            [(lines[0][0], fence + first), *inner, (lines[end][0], fence)]
            if name == "highlight"
            else inner
        )
        return end + 1, inner, {}
    kind = (
        style
        if name in {"hint", "callout", "notice", "admonition", "alert", "note", "aside"}
        and style.lower() in KINDS
        else name
    )
    return end + 1, inner, _meaning(kind, title, lines[0][0], note)


def _component(lines: Sequence[Line], note: Note) -> Found | None:
    joined, count = _opening(lines)
    found = _COMPONENT.match(joined)
    if found is None:
        return None
    name = found["name"]
    attrs = _attributes(found["attrs"])
    title = (
        attrs.get("title")
        or attrs.get("label")
        or attrs.get("summary")
        or attrs.get("header")
        or ""
    )
    kind = attrs.get("type") or attrs.get("variant") or "note"
    kind = kind if name.lower() in {"admonition", "callout", "aside", "alert", "notice"} else name
    href = attrs.get("href") or attrs.get("link") or attrs.get("to") or ""
    if found["self"]:
        if not (title or href):
            note(lines[0][0], "left_out", f"the component `<{name}>` has no words: left out")
            return count, [], {}
        words = f"[{title or href}]({href})" if href else f"**{title}**"
        return count, [(lines[0][0], words)], {}
    begins, ends = (
        re.compile(rf"<{re.escape(name)}\b(?!.*/>\s*\Z)(?!.*</{re.escape(name)}>)"),
        f"</{name}>",
    )
    rest = [(lines[0][0], joined), *lines[count:]]
    end = closing(
        rest, lambda line: bool(begins.match(line.strip())), lambda line: line.strip() == ends
    )
    if end is None:
        return None
    inner = rest[1:end]
    if name == "details":
        return count + end, inner, {"tag": "details", "id": attrs.get("id", "")}
    meaning = _meaning(kind, title, lines[0][0], note)
    if href and "data_title" in meaning:
        meaning["data_href"] = href
    return count + end, inner, meaning


def _opening(lines: Sequence[Line]) -> tuple[str, int]:
    """Join the lines of a tag that is written over several; return how many there were."""
    joined = lines[0][1].strip()
    count = 1
    while count < min(len(lines), 30) and ">" not in joined and re.match(r"<[A-Z]", joined):
        joined = f"{joined} {lines[count][1].strip()}"
        count += 1
    return joined, count


def _attributes(text: str) -> dict[str, str]:
    return {
        found[1].lower(): next((part for part in found.groups()[1:] if part is not None), "")
        for found in _ATTRIBUTE.finditer(text)
    }


def _meaning(kind: str, title: str, line: int, note: Note) -> dict[str, str]:
    """Return the attributes of the element a named block becomes."""
    name = kind.lower().rpartition("/")[2]
    if name in _QUESTIONS:
        return _question(title or "Details")
    if name in KINDS:
        return _callout(name, title)
    if name in _TITLED:
        return {"data_hc": "titled", "data_title": title}
    if name not in _QUIET:
        note(line, "unknown_block", f"the block `{kind}` is not known here: its words were kept")
    return {"data_hc": "titled", "data_title": title} if title else {}


def _callout(kind: str, title: str) -> dict[str, str]:
    return {"data_hc": "callout", "data_kind": kind, "data_title": title}


def _question(title: str) -> dict[str, str]:
    return {"tag": "details", "data_title": title}
