"""Pictures of an article become figures with known sizes, and `::: video` a film or a link."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from markdown_it.token import Token

from helpcenter.articles.markup.labels import Labels
from helpcenter.articles.markup.place import Place
from helpcenter.articles.markup.tokens import closing, inline, line_of, opening, plain, spots, text
from helpcenter.articles.matter import VideoMatter
from helpcenter.articles.pictures import IMAGES, Gallery, Picture
from helpcenter.content.problems import ContentError
from helpcenter.content.schema import validate
from helpcenter.content.yaml import load
from helpcenter.i18n.locale import Locale


@dataclass(frozen=True, slots=True)
class Album:
    """One article's share of the gallery; `seen` is what was found in it, by name."""

    gallery: Gallery
    slug: str
    locale: Locale
    seen: dict[str, Picture] = field(default_factory=dict)

    def picture(
        self, name: str, line: int, place: Place, suffixes: frozenset[str]
    ) -> Picture | None:
        """Find a file, or note what is wrong with it and return None."""
        try:
            found = self.gallery.find(self.slug, self.locale, name)
        except ContentError as error:
            for problem in error.problems:
                if problem.file:
                    place.report.problems.append(problem)
                else:
                    place.error(line, problem.code, problem.message)
            return None
        if name.rpartition(".")[2] not in suffixes:
            wanted = ", ".join(sorted(suffixes))
            place.error(line, "bad_picture_name", f"`{name}` should be one of: {wanted}")
            return None
        self.seen[name] = found
        return found


def place_pictures(tokens: Sequence[Token], album: Album, place: Place) -> list[Token]:
    """Point pictures at their files; those alone on a line become figures with a caption."""
    for line, token in spots(tokens):
        if token.type == "image":
            _point(token, line, album, place)
    placed: list[Token] = []
    for token in tokens:
        if token.type == "inline" and placed and placed[-1].type == "paragraph_open":
            opener = placed.pop()
            placed.extend(_paragraph(opener, token))
        elif token.type != "paragraph_close":
            placed.append(token)
    return placed


def _point(token: Token, line: int, album: Album, place: Place) -> None:
    if not plain(token.children).strip():
        message = "a picture without words: say in `![…]` what it shows, for those who cannot see"
        place.error(line, "missing_alt", message)
    picture = album.picture(str(token.attrs["src"]), line, place, IMAGES)
    token.attrs["src"] = picture.media.url if picture else ""
    if picture:
        token.attrs |= {"width": picture.width, "height": picture.height}
    token.attrs |= {"loading": "lazy", "decoding": "async"}


def _paragraph(opener: Token, words: Token) -> Iterator[Token]:
    """Cut a paragraph at the lines that hold nothing but a picture."""
    run: list[Token] = []
    for line in _lines(words.children or ()):
        pictures = [child for child in line if child.type == "image"]
        lone = (
            len(pictures) == 1 and not "".join(c.content for c in line if c not in pictures).strip()
        )
        if not lone:
            run.extend(line)
            continue
        yield from _text(opener, run, words)
        yield from _figure(pictures[0], line_of(words))
        run = []
    yield from _text(opener, run, words)


def _lines(children: Sequence[Token]) -> Iterator[list[Token]]:
    """Cut inline tokens behind their line breaks; a line inside a link or emphasis is not cut."""
    line: list[Token] = []
    depth = 0
    for child in children:
        line.append(child)
        depth += child.nesting
        if child.type in {"softbreak", "hardbreak"} and depth == 0:
            yield line
            line = []
    if line:
        yield line


def _text(opener: Token, run: list[Token], words: Token) -> Iterator[Token]:
    while run and run[-1].type in {"softbreak", "hardbreak"}:
        run.pop()
    if run:
        yield opener
        yield inline(run, line_of(words))
        closer = closing("p", "paragraph")
        closer.hidden = opener.hidden
        yield closer


def _figure(image: Token, line: int) -> Iterator[Token]:
    caption = str(image.attrs.pop("title", ""))
    yield opening("figure", class_="figure")
    yield inline(_opened(image), line)
    if caption:
        yield opening("figcaption")
        yield inline([text(caption)], line)
        yield closing("figcaption")
    yield closing("figure")


def _opened(image: Token) -> list[Token]:
    """Let a picture lead to its file, where it can be seen large."""
    if not image.attrs["src"]:
        return [image]
    link = Token("link_open", "a", 1, attrs={"class": "zoom", "href": image.attrs["src"]})
    return [link, image, Token("link_close", "a", -1)]


def show_video(token: Token, album: Album, labels: Labels, place: Place) -> list[Token]:
    """Turn a `::: video` block into a film of ours, or a plain link to one elsewhere."""
    line = line_of(token)
    try:
        loaded = load(token.content, place.file, place.line(line + 1))
        video = validate(VideoMatter, loaded, place.file)
    except ContentError as error:
        place.report.problems.extend(error.problems)
        return []
    if video.src.startswith(("https://", "http://")):
        link = Token("link_open", "a", 1, attrs={"href": video.src})
        words = inline([link, text(video.title), Token("link_close", "a", -1)], line)
        return [opening("p", class_="video-link"), words, closing("p")]
    return _film(video, album, labels, line, place)


def _film(video: VideoMatter, album: Album, labels: Labels, line: int, place: Place) -> list[Token]:
    if ":" in video.src:
        message = f"`{video.src}` is no film: name a file of ours, or an http(s) address"
        place.error(line + 1, "refused_link", message)
        return []
    if video.poster is None:
        place.error(line, "missing_poster", "a film needs a `poster:` picture of its size")
        return []
    film = album.picture(video.src, line, place, frozenset({"mp4", "webm"}))
    poster = album.picture(video.poster, line, place, IMAGES)
    if film is None or poster is None:
        return []
    size = {"width": str(poster.width), "height": str(poster.height)}
    player = opening("video", controls="", preload="none", poster=poster.media.url, **size)
    player.attrs["aria-label"] = video.title
    source = Token("source", "source", 0, attrs={"src": film.media.url}, block=True)
    source.attrs["type"] = film.media.content_type
    shown = [opening("figure", class_="video"), player, source]
    if video.captions is None:
        place.warning(
            line, "missing_captions", "a film without `captions:` (a .vtt file): add some"
        )
    elif track := album.picture(video.captions, line, place, frozenset({"vtt"})):
        attrs = {"kind": "captions", "src": track.media.url, "srclang": album.locale.tag}
        attrs |= {"label": labels.captions, "default": ""}
        shown.append(Token("track", "track", 0, attrs=dict(attrs), block=True))
    title = [opening("figcaption"), inline([text(video.title)], line), closing("figcaption")]
    return [*shown, closing("video"), *title, closing("figure")]
