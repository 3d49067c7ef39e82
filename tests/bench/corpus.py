"""Articles and queries to measure search on: made up, the same each time, distributed like text.

Words follow Zipf's law. English ones are built of syllables and endings, so that stemming has work;
Chinese ones are one to three characters of a few hundred.
"""

import itertools
import random
from dataclasses import dataclass, replace

from helpcenter.articles.model import Article
from helpcenter.i18n.locale import Locale
from tests.search.shelf import article

_ONSETS = (
    "b bl br c ch cl cr d dr f fl fr g gl gr h j k l m n p pl pr qu r s sc sh sl st t th tr v w"
)
_RIMES = (
    "a ab ack ail ain am and ard ark ate ed ell en end ent er est ight in ing ish ock old on ound"
)
_ENDINGS = ("", "", "", "s", "ed", "ing", "er", "ly", "ment", "ation")
COMMON = "the of and to in a is that for it as with on be by at this your card payment account bill"
_HAN = [chr(code) for code in range(0x4E00, 0x9FA5, 35)]
_COMMON_HAN = list("的我你在有是和可以請如果付款信用卡帳單更新銀行戶口設定訂閱方式")


@dataclass(frozen=True)
class Corpus:
    """Articles of one locale and what is looked for among them."""

    locale: Locale
    articles: tuple[Article, ...]
    queries: tuple[str, ...]


def english(count: int, queries: int) -> Corpus:
    """Make `count` English articles of about two kilobytes."""
    rng = random.Random(20261122)  # noqa: S311 - the same text each time is the point
    onsets, rimes = _ONSETS.split(), _RIMES.split()
    roots = {
        "".join(rng.choice(onsets) + rng.choice(rimes) for _ in range(rng.randint(1, 3)))
        for _ in range(6000)
    }
    words = COMMON.split() + [root + rng.choice(_ENDINGS) for root in sorted(roots)]
    return _corpus(Locale("en"), _Writer(rng, words, " ", ". ", (3, 5)), count, queries)


def chinese(count: int, queries: int) -> Corpus:
    """Make `count` Chinese articles of about a thousand characters."""
    rng = random.Random(20261123)  # noqa: S311 - the same text each time is the point
    words = _COMMON_HAN + [
        "".join(rng.choices(_HAN, k=rng.choice((1, 2, 2, 2, 3)))) for _ in range(2500)
    ]
    return _corpus(Locale("zh_HK"), _Writer(rng, words, "", "。", (7, 11)), count, queries)


class _Writer:
    """Writes text with words in Zipf's proportions."""

    def __init__(
        self, rng: random.Random, words: list[str], space: str, stop: str, sizes: tuple[int, int]
    ) -> None:
        self.rng = rng
        self._words = words
        self._space = space
        self._stop = stop
        self.lead, self.body = sizes
        weights = [1 / (rank + 3) ** 1.1 for rank in range(len(words))]
        self._odds = list(itertools.accumulate(weights))

    def phrase(self, shortest: int, longest: int) -> str:
        count = self.rng.randint(shortest, longest)
        return self._space.join(self.rng.choices(self._words, cum_weights=self._odds, k=count))

    def text(self, sentences: int) -> str:
        return "".join(self.phrase(6, 18) + self._stop for _ in range(sentences))


def _corpus(locale: Locale, writer: _Writer, count: int, queries: int) -> Corpus:
    articles = tuple(_article(locale, writer, number) for number in range(count))
    chosen = writer.rng.choices(articles, k=queries)
    asked = tuple(writer.rng.choice(_names(one)) for one in chosen)
    return Corpus(locale, articles, asked)


def _names(one: Article) -> tuple[str, ...]:
    """Return what the article is called; its title is asked for as often as all the others."""
    others = [section.title for section in one.sections if section.id] + [*one.keywords]
    return *[one.title] * len(others), *others


def _article(locale: Locale, writer: _Writer, number: int) -> Article:
    sections = [("", "", writer.text(writer.lead))]
    sections += [(f"s{n}", writer.phrase(2, 5), writer.text(writer.body)) for n in range(4)]
    keywords = [writer.phrase(1, 3) for _ in range(5)]
    made = article(f"a{number:05}", locale, writer.phrase(3, 7), sections, keywords)
    return replace(made, summary=writer.text(1))
