"""`Renderer`: from a body of Markdown to safe HTML and sections, in three steps.

`read` parses and names the headings, so that every article's ids are known before any link is
followed; `render` then does the rest. No HTML of a writer ever passes.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from markdown_it.token import Token

from helpcenter.articles.markup.figures import Album, place_pictures, show_video
from helpcenter.articles.markup.headings import Heading, name_headings
from helpcenter.articles.markup.labels import Labels
from helpcenter.articles.markup.links import LinkError, Target
from helpcenter.articles.markup.markdown import fill, make_parser, parse
from helpcenter.articles.markup.place import Place, as_env
from helpcenter.articles.markup.sections import cut_sections
from helpcenter.articles.markup.shapes import anchor, shape
from helpcenter.articles.markup.tokens import spots
from helpcenter.articles.model import Section

Resolve = Callable[[str], Target]
"""Finds a link's target; raises `LinkError`."""


@dataclass(frozen=True, slots=True)
class Parsed:
    """A body whose headings have their ids."""

    tokens: Sequence[Token]
    headings: tuple[Heading, ...]
    place: Place


@dataclass(frozen=True, slots=True)
class Setting:
    """What surrounds a body: words of the settings, labels, pictures, and where links lead."""

    words: Mapping[str, str]
    labels: Labels
    album: Album
    resolve: Resolve


class Renderer:
    """Turns Markdown into HTML; one serves a whole build, from one thread."""

    def __init__(self) -> None:
        self._md = make_parser()

    def read(self, body: str, place: Place) -> Parsed:
        """Parse a body."""
        tokens = parse(self._md, body, place)
        return Parsed(tokens, name_headings(tokens, place), place)

    def render(
        self, parsed: Parsed, title: str, hashes: Mapping[str, str], setting: Setting
    ) -> tuple[str, tuple[Section, ...]]:
        """Return HTML and sections; `title` is the lead's. Faults go to the place's report.

        A parsed body is used up by this.
        """
        place = parsed.place
        tokens = list(parsed.tokens)
        fill(tokens, setting.words)
        tokens = shape(tokens, setting.labels, place)
        tokens = self._films(tokens, setting, place)
        sections = cut_sections(tokens, title, parsed.headings, hashes)
        _aim(tokens, setting.resolve, place)
        tokens = place_pictures(tokens, setting.album, place)
        tokens = anchor(tokens, setting.labels)
        html = self._md.renderer.render(tokens, self._md.options, as_env(place))
        return str(html), sections

    def _films(self, tokens: Sequence[Token], setting: Setting, place: Place) -> list[Token]:
        shown: list[Token] = []
        for token in tokens:
            if token.type == "video":
                shown += show_video(token, setting.album, setting.labels, place)
            else:
                shown.append(token)
        return shown


def _aim(tokens: Sequence[Token], resolve: Resolve, place: Place) -> None:
    """Point every link at its target; a refused one loses its address and is noted."""
    for line, token in spots(tokens):
        if token.type != "link_open":
            continue
        try:
            target = resolve(str(token.attrs["href"]))
        except LinkError as error:
            place.error(line, error.code, str(error))
            token.attrs.pop("href")
            continue
        token.attrs["href"] = target.href
        if target.kind != "internal":
            token.attrs["class"] = target.kind
        if target.kind == "external":
            token.attrs["rel"] = "noopener"
