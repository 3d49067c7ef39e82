"""The chat widget: `/widget.js`, which is asked for again, and chunks that are kept for good.

The panel's modules are sent as one, joined as the style sheets are: their order is fixed, the lines
by which they import each other fall away. Nothing is built before, nothing is renamed.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from starlette.requests import Request

from helpcenter.errors import HelpcenterError, Kind
from helpcenter.i18n.locale import SOURCE
from helpcenter.i18n.names import own_name
from helpcenter.web.deps import present_site
from helpcenter.web.prepared import IMMUTABLE, Prepared
from helpcenter.web.site.routes import NamedRoute
from helpcenter.web.widget_words import WORDS

if TYPE_CHECKING:
    from starlette.routing import BaseRoute

    from helpcenter.i18n.catalogues import Catalogue
    from helpcenter.site.model import Site
    from helpcenter.web.headers import Headers
    from helpcenter.web.templating import Templates

FOLDER = Path(__file__).with_name("static") / "widget"

BRIEF = b"public, max-age=300"
"""The loader: five minutes old at most, so that a new release is everywhere soon."""

MODULES = ("view", "frame", "wire", "panel")
"""The panel's modules, those that are imported before those that import them."""

_LINK = re.compile(r"^import .*;\n|^export (?=class|function|const)", re.MULTILINE)
# A remark has a space before it and after it, which no address in a string has.
_MARGIN = re.compile(r"^[ \t]*//.*\n|[ \t]+// .*$|^[ \t]+|^\n", re.MULTILINE)
_REMARK = re.compile(r"/\*.*?\*/", re.DOTALL)
_BETWEEN = re.compile(r"\s*([{};,])\s*|(?<=:)\s+")
_CHUNK = re.compile(r"([A-Za-z-]+)-[0-9a-f]{12}\.js")
_ROUTE = "/widget/{name}"
_LANGUAGES = "const LANGUAGES = {};"
_PANEL = '"./panel.js"'

# Any page may import a module that asks for no cookies and tells everybody the same.
_OPEN = [
    (b"access-control-allow-origin", b"*"),
    (b"cross-origin-resource-policy", b"cross-origin"),
    (b"content-type", b"text/javascript; charset=utf-8"),
]


@dataclass(frozen=True)
class Chunks:
    """The widget's modules as they are sent: the loader, and the others by hashed name."""

    loader: str
    hashed: Mapping[str, str]


def make_chunks(catalogues: Iterable["Catalogue"], folder: Path = FOLDER) -> Chunks:
    """Return the modules for these languages, the first of which speaks where none else fits."""
    hashed: dict[str, str] = {}
    table = {}
    for catalogue in catalogues:
        tag = catalogue.locale.tag
        words = {name: catalogue.gettext(message) for name, message in WORDS.items()}
        table[tag] = {
            "name": own_name(catalogue.locale),
            "chat": words["chat"],
            "words": _keep(hashed, tag, f"export default {_json(words)};\n"),
        }
    loader = _script(folder, "loader").replace(_LANGUAGES, f"const LANGUAGES = {_json(table)};")
    address = _keep(hashed, "panel", _panel(folder))
    return Chunks(loader.replace(_PANEL, _json(address)), hashed)


def _panel(folder: Path) -> str:
    """Return the panel with its style as one module."""
    rules = _REMARK.sub("", (folder / "panel.css").read_text("utf-8"))
    css = _BETWEEN.sub(r"\1", rules).strip()
    modules = (_LINK.sub("", _script(folder, name)) for name in MODULES)
    return "".join([f"const css = {_json(css)};\n", *modules, "export { Panel };\n"])


def _script(folder: Path, name: str) -> str:
    return _MARGIN.sub("", (folder / f"{name}.js").read_text("utf-8"))


def _keep(hashed: dict[str, str], name: str, text: str) -> str:
    """Keep a chunk under its hashed name and return its address."""
    file = f"{name}-{hashlib.sha256(text.encode()).hexdigest()[:12]}.js"
    hashed[file] = text
    return f"/widget/{file}"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


@dataclass(frozen=True)
class _Answers:
    """What is sent for one snapshot's words, by hashed name and by plain name."""

    hash: str | None
    loader: Prepared
    hashed: Mapping[str, Prepared]
    plain: Mapping[str, Prepared]


class Widget:
    """The answers for the present site, made when it is first asked for."""

    def __init__(self, templates: "Templates", headers: "Headers") -> None:
        self._templates = templates
        self._headers = headers
        self._made: _Answers | None = None

    def loader(self, site: "Site | None") -> Prepared:
        """Return `/widget.js`."""
        return self._of(site).loader

    def chunk(self, site: "Site | None", name: str) -> Prepared | None:
        """Return a chunk by its hashed name, None for what was never there.

        Of a name that went with another release or other words the present one, for a short while
        only: a page that was open meanwhile goes on.
        """
        answers = self._of(site)
        found = _CHUNK.fullmatch(name)
        return answers.hashed.get(name) or answers.plain.get(found[1] if found else "")

    def _of(self, site: "Site | None") -> _Answers:
        wanted = site.hash if site else None
        if self._made is None or self._made.hash != wanted:
            locales = site.library.locales if site else (SOURCE,)
            first = sorted(locales, key=lambda locale: locale != SOURCE)
            speech = self._templates.speech
            chunks = make_chunks(speech(site, locale) for locale in first)
            self._made = self._answers(wanted, chunks)
        return self._made

    def _answers(self, of: str | None, chunks: Chunks) -> _Answers:
        hashed = chunks.hashed
        return _Answers(
            of,
            self._prepare(chunks.loader, BRIEF, "/widget.js"),
            {name: self._prepare(text, IMMUTABLE, _ROUTE) for name, text in hashed.items()},
            {
                _CHUNK.sub(r"\1", name): self._prepare(text, BRIEF, _ROUTE)
                for name, text in hashed.items()
            },
        )

    def _prepare(self, text: str, lasting: bytes, route: str) -> Prepared:
        own = [*_OPEN, (b"cache-control", lasting), *self._headers]
        return Prepared(text.encode(), own, route=route)


def routes(templates: "Templates", headers: "Headers") -> "list[BaseRoute]":
    """Return the routes of the widget's files."""
    widget = Widget(templates, headers)

    async def loader(request: Request) -> Prepared:
        return widget.loader(present_site(request))

    async def chunk(request: Request) -> Prepared:
        found = widget.chunk(present_site(request), request.path_params["name"])
        if found is None:
            raise HelpcenterError("not_found", Kind.NOT_FOUND)
        return found

    return [
        NamedRoute("/widget.js", loader, methods=["GET"], include_in_schema=False),
        NamedRoute(_ROUTE, chunk, methods=["GET"], include_in_schema=False),
    ]
