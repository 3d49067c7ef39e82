"""Documents: articles as the index keeps them, terms with their weights and text for snippets.

One document is one article in one locale. Weights of title, headings, keywords and body are summed
into one pseudo-frequency a term (BM25F): scoring the fields apart and adding ranks titles worse.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from helpcenter.articles.model import Article
from helpcenter.i18n.locale import Locale
from helpcenter.identity.caller import Audience
from helpcenter.language.fold import Folded, Folder
from helpcenter.search.analysis import parts

_TITLE, _KEYWORDS, _HEADING, _BODY = 6.0, 4.0, 3.0, 1.0


class Entry(NamedTuple):
    """What ranking needs to know of a document; `length` is in weighted terms.

    `title` is folded; `names` are its folded keywords and headings, a line each.
    """

    slug: str
    locale: Locale
    category: str
    audience: Audience
    length: float
    title: str
    names: str


class Passage(NamedTuple):
    """A section as it is kept: its text, the folded text, and the way back (`Folded.pieces`).

    The lead comes first, with id "", the article's title and summary. `heading` is the folded
    title. `folded` is None where it is just the text in lower case.
    """

    id: str
    title: str
    heading: str
    text: str
    folded: str | None
    pieces: tuple[tuple[int, int, bool], ...]

    def unfold(self) -> Folded:
        """Return the folded text with its way back to the original."""
        folded = self.text.lower() if self.folded is None else self.folded
        return Folded(self.text, folded, self.pieces)


class Record(NamedTuple):
    """What a hit shows: read from the index for the hits of a page only."""

    title: str
    passages: tuple[Passage, ...]


@dataclass(frozen=True)
class Document:
    """One article in one locale, ready to be indexed."""

    entry: Entry
    record: Record
    weights: Mapping[str, float]
    surfaces: frozenset[tuple[str, str]]


def prepare(article: Article, folder: Folder) -> Document:
    """Take an article apart for the index."""
    title = folder.fold(article.title).text
    lead = "\n".join([article.summary, *(s.text for s in article.sections if not s.id)])
    sections = [(s.id, s.title, s.text) for s in article.sections if s.id]
    passages = tuple(
        _passage(*section, folder) for section in [("", article.title, lead.strip()), *sections]
    )
    keywords = [folder.fold(keyword).text for keyword in article.keywords]
    weights: dict[str, float] = defaultdict(float)
    surfaces: set[tuple[str, str]] = set()
    for text, weight in _weighted(title, keywords, passages):
        for term, surface in parts(text):
            weights[term] += weight
            if surface is not None:
                surfaces.add((term, surface))
    entry = Entry(
        article.slug,
        article.locale,
        article.category,
        article.audience,
        sum(weights.values()),
        title,
        "\n".join(["", *keywords, *(passage.heading for passage in passages[1:]), ""]),
    )
    return Document(entry, Record(article.title, passages), weights, frozenset(surfaces))


def _weighted(
    title: str, keywords: Iterable[str], passages: Iterable[Passage]
) -> Iterator[tuple[str, float]]:
    yield title, _TITLE
    for keyword in keywords:
        yield keyword, _KEYWORDS
    for passage in passages:
        if passage.id:
            yield passage.heading, _HEADING
        yield passage.unfold().text, _BODY


def _passage(id_: str, title: str, text: str, folder: Folder) -> Passage:
    folded = folder.fold(text)
    plain = text.lower() == folded.text
    kept = None if plain else folded.text
    return Passage(id_, title, folder.fold(title).text, text, kept, folded.pieces)
