"""How often search finds the article that is meant: known items, nothing withheld.

Queries are what one article alone is called: its title, a heading, a keyword; then the same typed
with a slip, half, in Simplified characters, or half in the other script.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

import opencc

from helpcenter.articles.model import Article
from helpcenter.search.engine import Engine
from tests.bench.corpus import COMMON, Corpus
from tests.bench.table import Row
from tests.search.shelf import EN, ask

QUERIES = 300
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_LONG, _SHORT_HAN = 5, 3


@dataclass(frozen=True)
class Wanted:
    """A query and the slug that it means."""

    text: str
    slug: str


def rows(index: Engine, corpus: Corpus) -> list[Row]:
    """Ask for known items in each way people have of typing."""
    rng = random.Random(7)  # noqa: S311 - the same queries each time is the point
    titles = _sample(rng, corpus, lambda article: [article.title])
    headings = _sample(rng, corpus, lambda a: [s.title for s in a.sections if s.id])
    keywords = _sample(rng, corpus, lambda article: article.keywords)
    found = [
        _row(index, corpus, "titles", titles, 0.98),
        _row(index, corpus, "headings", headings, 0.95),
        _row(index, corpus, "keywords", keywords, 0.95),
    ]
    if corpus.locale == EN:
        slips = [one for one in (_slip(rng, one) for one in titles) if one]
        halves = [replace(one, text=_half(one.text)) for one in titles]
        return [
            *found,
            _row(index, corpus, "typos", slips, 0.85),
            _row(index, corpus, "half a last word", halves, 0.78),
        ]
    simplified = opencc.OpenCC("t2s")
    return [
        *found,
        _row(
            index,
            corpus,
            "Simplified",
            [replace(one, text=simplified.convert(one.text)) for one in titles],
            0.93,
        ),
        _row(
            index,
            corpus,
            "mixed with Latin",
            [replace(one, text=f"{one.text}Stripe") for one in titles],
            0.98,
        ),
    ]


def _row(index: Engine, corpus: Corpus, kind: str, wanted: Iterable[Wanted], bar: float) -> Row:
    hits = [_is_found(index, corpus, one) for one in wanted]
    recall = sum(hits) / len(hits)
    name = f"search {corpus.locale.tag}, {len(corpus.articles):,} articles, found: {kind}"
    note = f"recall in the first ten, {len(hits)} queries"
    return Row(name, recall, None, "", f"≥ {bar}", recall >= bar, note)


def _is_found(index: Engine, corpus: Corpus, one: Wanted) -> bool:
    return any(hit.slug == one.slug for hit in ask(index, one.text, corpus.locale).hits)


def _sample(
    rng: random.Random, corpus: Corpus, names: Callable[[Article], Iterable[str]]
) -> list[Wanted]:
    """Choose names that one article alone goes by, and that are more than a word everybody uses."""
    every = Counter(name for article in corpus.articles for name in names(article))
    alone = [
        Wanted(name, article.slug)
        for article in corpus.articles
        for name in names(article)
        if every[name] == 1 and _says_something(name)
    ]
    return rng.sample(alone, min(QUERIES, len(alone)))


def _says_something(name: str) -> bool:
    telling = [word for word in name.split() if word not in COMMON.split()]
    return len(telling) > 1 or (not name.isascii() and len(name) > _SHORT_HAN)


def _slip(rng: random.Random, one: Wanted) -> Wanted | None:
    """Mistype a letter of a long word, never its first."""
    words = one.text.split()
    long = [at for at, word in enumerate(words) if len(word) >= _LONG]
    if not long:
        return None
    chosen = rng.choice(long)
    words[chosen] = rng.choice(list(_slips(rng, words[chosen])))
    return replace(one, text=" ".join(words))


def _slips(rng: random.Random, word: str) -> Iterator[str]:
    at = rng.randrange(1, len(word) - 1)
    yield word[:at] + word[at + 1 :]
    yield word[:at] + word[at + 1] + word[at] + word[at + 2 :]
    yield word[:at] + rng.choice(_LETTERS) + word[at:]
    yield word[:at] + rng.choice(_LETTERS) + word[at + 1 :]


def _half(text: str) -> str:
    """Leave the last word half typed."""
    *before, last = text.split()
    return " ".join([*before, last[: max(2, (len(last) + 1) // 2)]])
