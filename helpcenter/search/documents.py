"""Documents: articles as the index keeps them, terms with their weights and text for snippets.

One document is one article in one locale. Weights of title, headings, keywords and body are summed
into one pseudo-frequency a term (BM25F): scoring the fields apart and adding ranks titles worse.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
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
    """A section, and where in the record's folded text it starts.

    The lead comes first, with id "", the article's title and summary.
    """

    id: str
    title: str
    start: int


class Record(NamedTuple):
    """What a hit shows: read from the index for the hits of a page only.

    `text` is that of all passages, in order; `folded` is None where it is just that in lower case;
    `pieces` is the way back (`Folded`); `headings` are the folded titles of the passages, a line
    each.
    """

    passages: tuple[Passage, ...]
    headings: str
    text: str
    folded: str | None
    pieces: tuple[tuple[int, int, bool], ...]

    def unfold(self) -> Folded:
        """Return the folded text with its way back to the original."""
        folded = self.text.lower() if self.folded is None else self.folded
        return Folded(self.text, folded, self.pieces)


@dataclass(frozen=True)
class Document:
    """One article in one locale, ready to be indexed.

    `weights` are by term; `surfaces` are the (term, spelling) pairs of its Latin words.
    """

    entry: Entry
    record: Record
    weights: dict[str, float]
    surfaces: frozenset[tuple[str, str]]


def prepare(article: Article, folder: Folder) -> Document:
    """Take an article apart for the index."""
    record = _record(article, folder)
    title, *headings = record.headings.split("\n")
    keywords = [folder.fold(keyword).text for keyword in article.keywords]
    weights: dict[str, float] = defaultdict(float)
    surfaces: set[tuple[str, str]] = set()
    for text, weight in _weighted(title, keywords, headings, record.unfold().text):
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
        "\n".join(["", *keywords, *headings, ""]),
    )
    return Document(entry, record, weights, frozenset(surfaces))


def _weighted(
    title: str, keywords: Iterable[str], headings: Iterable[str], body: str
) -> Iterator[tuple[str, float]]:
    yield title, _TITLE
    for keyword in keywords:
        yield keyword, _KEYWORDS
    for heading in headings:
        yield heading, _HEADING
    yield body, _BODY


def _record(article: Article, folder: Folder) -> Record:
    """Lay the sections end to end; each is folded for itself, so that each has its own place."""
    lead = "\n".join([article.summary, *(s.text for s in article.sections if not s.id)])
    sections = [("", article.title, lead.strip())]
    sections += [(s.id, s.title, s.text) for s in article.sections if s.id]
    passages: list[Passage] = []
    pieces: list[tuple[int, int, bool]] = []
    text = folded = ""
    for id_, title, words in sections:
        passages.append(Passage(id_, title, len(folded)))
        part = folder.fold(f"{words}\n")
        pieces += [(at + len(folded), back + len(text), even) for at, back, even in part.pieces]
        text += part.original
        folded += part.text
    headings = "\n".join(_line(folder.fold(passage.title).text) for passage in passages)
    kept = None if text.lower() == folded else folded
    return Record(tuple(passages), headings, text, kept, _joined(pieces))


def _joined(pieces: Iterable[tuple[int, int, bool]]) -> tuple[tuple[int, int, bool], ...]:
    """Join neighbouring pieces that are as far from their originals: most text is one piece."""
    joined: list[tuple[int, int, bool]] = []
    for at, back, even in pieces:
        if joined and even and joined[-1][2] and joined[-1][0] - joined[-1][1] == at - back:
            continue
        joined.append((at, back, even))
    return tuple(joined)


def _line(text: str) -> str:
    return text.replace("\n", " ")
