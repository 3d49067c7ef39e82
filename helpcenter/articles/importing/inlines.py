"""Tags, shortcodes and expressions inside a line: turned into Markdown, or left out and noted."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from helpcenter.articles.importing.dialects import Note
from helpcenter.articles.importing.lines import Line, outside_code

_CODE = re.compile(r"(`+)(?!`).*?(?<!`)\1(?!`)")
_IMPORT = re.compile(r"(?:import\s+[\w{*'\"].*|export\s+(?:const|default|let|function|async)\b.*)")
_LIQUID = re.compile(r"\{%-?\s*(?P<name>[\w-]+)\s*(?P<rest>.*?)-?%\}")
_HUGO = re.compile(r"\{\{[<%]\s*(?P<name>/?[\w/-]+)\s*(?P<rest>.*?)/?\s*[>%]\}\}")
_OUTPUT = re.compile(r"\{\{-?\s*(?P<name>[^{}<>%]*?)\s*-?\}\}")
_MDX_COMMENT = re.compile(r"\{/\*.*?\*/\}")
_MDX_STRING = re.compile(r"\{\s*(['\"`])([^'\"`{}]*)\1\s*\}")
_LEFTOVERS = re.compile(r"(?:\[\[?_?TOC_?\]?\]|\{:toc[^}]*\}|\[TOC\])", re.IGNORECASE)
_ATTRIBUTES = re.compile(
    r"(?: +\{:|(?<=[)\]*_`\w])\{:?)\s*(?:[.#][\w-]+|[\w-]+=(?:\"[^\"]*\"|[^\s}]+))[^{}]*\}"
)
_ATTRIBUTE_LINE = re.compile(r"\s*\{:?\s*[.#][\w-][^{}]*\}\s*\Z")
_HEADING = re.compile(r" {0,3}#{1,6}\s")
_WIKI = re.compile(r"(?<!!)\[\[([^\]|#\n]+)(#[^\]|\n]+)?(?:\|([^\]\n]+))?\]\]")
_INCLUDE = re.compile(r"\[!INCLUDE\s*\[[^\]]*\]\([^)]*\)\]|--8<--\s*\S+|\{!.*?!\}", re.IGNORECASE)
_ICON = re.compile(
    r"(?<![\w:]):(?:material|fontawesome|octicons|simple|fa|heroicons)-[\w-]+:(?:\{[^}]*\})?"
)
_ADDRESS = re.compile(r"(?:site\.)?(?:base_?url|url|root_?path|page\.\w+)\b")
_PLAIN_NAME = re.compile(r"[\w.\s|:'\"/()-]+")
_FILMS = {"youtube": "https://www.youtube.com/watch?v=", "vimeo": "https://vimeo.com/"}
_TABS = re.compile(r"\{(?:start_tabs|end_tabs|tab\||(?:settings|relative|further)[\w_]*\|)[^{}]*\}")
_QUOTED = re.compile(r"[\"'“]([^\"'”]+)[\"'”]")
_QUIET = frozenset(
    "if else elsif elseif endif unless endunless for endfor case when endcase comment endcomment "  # noqa: SIM905 - reads better
    "raw endraw capture endcapture assign octicon ifversion endifversion br end partial".split()
)


def clean(lines: Sequence[Line], note: Note, words: Mapping[str, str], *, mdx: bool) -> list[Line]:
    """Return the lines without what only another tool understands; `words` are its variables."""
    done: list[Line] = []
    imports = mdx
    skipping = False
    for _, (number, text), plain in outside_code(lines):
        if not plain:
            done.append((number, text))
            continue
        if skipping or (imports and _IMPORT.match(text)):
            skipping = bool(text.strip()) and not text.rstrip().endswith((";", "'", '"'))
            continue
        done.append((number, _clean(text, number, note, words, mdx=mdx)))
    return done


def _clean(text: str, number: int, note: Note, words: Mapping[str, str], *, mdx: bool) -> str:
    if "{" not in text and "[" not in text and ":" not in text and "<--" not in text:
        return text
    kept: list[str] = []
    at = 0
    for code in _CODE.finditer(text):
        kept += [_plain(text[at : code.start()], number, note, words, mdx=mdx), code[0]]
        at = code.end()
    kept.append(_plain(text[at:], number, note, words, mdx=mdx))
    return "".join(kept)


@dataclass(frozen=True)
class _Line:
    """Replaces what stands in one line."""

    number: int
    note: Note
    words: Mapping[str, str]

    def gone(self, what: str) -> str:
        shown = " ".join(what.split())[:60]
        self.note(self.number, "left_out", f"`{shown}` was left out: say it in words")
        return ""

    def hugo(self, found: re.Match[str]) -> str:
        name, rest = found["name"], found["rest"]
        quoted = _QUOTED.search(rest)
        target = quoted[1] if quoted else rest.split(maxsplit=1)[0] if rest.split() else ""
        if name in {"ref", "relref"}:
            return target
        if name in {"figure", "img", "image"}:
            return _figure(rest)
        if name in _FILMS and target:
            return f"[Video]({_FILMS[name]}{target})"
        return "" if name.startswith("/") else self.gone(found[0])

    def liquid(self, found: re.Match[str]) -> str:
        name, rest = found["name"], found["rest"].strip()
        if name == "link":
            return rest
        if name == "data" and rest in self.words:
            return self.words[rest]
        if name == "embed" and (quoted := _QUOTED.search(rest)):
            return f"[{quoted[1]}]({quoted[1]})"
        return "" if name in _QUIET or name.startswith("end") else self.gone(found[0])

    def output(self, found: re.Match[str]) -> str:
        name = found["name"].split("|")[0].strip()
        if name in self.words:
            return self.words[name]
        if not name or _ADDRESS.match(name):
            return ""
        return self.gone(found[0]) if _PLAIN_NAME.fullmatch(found["name"]) else found[0]


def _plain(text: str, number: int, note: Note, words: Mapping[str, str], *, mdx: bool) -> str:
    line = _Line(number, note, words)
    text = _HUGO.sub(line.hugo, _LIQUID.sub(line.liquid, text))
    text = _OUTPUT.sub(line.output, text)
    text = _INCLUDE.sub(lambda found: line.gone(found[0]), text)
    text = _WIKI.sub(lambda f: f"[{(f[3] or f[1]).strip()}](<{f[1].strip()}{f[2] or ''}>)", text)
    text = _TABS.sub("", _ICON.sub("", _LEFTOVERS.sub("", text)))
    if _ATTRIBUTE_LINE.match(text):
        return ""
    if not _HEADING.match(text):
        text = _ATTRIBUTES.sub("", text)
    return _MDX_STRING.sub(r"\2", _MDX_COMMENT.sub("", text)) if mdx else text


def _figure(rest: str) -> str:
    given = dict(re.findall(r"(\w+)\s*=\s*[\"']([^\"']*)[\"']", rest))
    if "src" not in given:
        return ""
    words = given.get("alt") or given.get("caption") or given.get("title") or ""
    return f"![{words}](<{given['src']}>)"
