"""Suggestions as somebody types: CPU of the handler's work for every beginning of real titles."""

import time
from statistics import quantiles

from helpcenter.articles.library import Library
from helpcenter.search.suggest import LIMIT, Suggester
from tests.bench.corpus import Corpus, chinese, english
from tests.bench.table import Row
from tests.search.shelf import FOLDER, PUBLIC

ARTICLES, TITLES = 10_000, 60


def run() -> list[Row]:
    """Measure both languages over one library and return the rows."""
    corpora = [make(ARTICLES, TITLES) for make in (english, chinese)]
    articles = {(a.locale, a.slug): a for corpus in corpora for a in corpus.articles}
    locales = tuple(corpus.locale for corpus in corpora)
    begun = time.process_time()
    suggester = Suggester(Library(locales, articles, {}, {}, {}), FOLDER)
    building = time.process_time() - begun
    rows = [Row("suggest: building", building, None, "CPU s", note=f"{len(articles)} articles")]
    return rows + [_typed(suggester, corpus) for corpus in corpora]


def _typed(suggester: Suggester, corpus: Corpus) -> Row:
    beginnings = [
        title[:end]
        for title in (article.title for article in corpus.articles[:TITLES])
        for end in range(1, len(title) + 1)
    ]
    costs = []
    for typed in beginnings:
        begun = time.thread_time_ns()
        suggester.suggest(typed, corpus.locale, PUBLIC, LIMIT)
        costs.append((time.thread_time_ns() - begun) / 1e6)
    p95 = quantiles(costs, n=20)[18]
    return Row(
        f"suggest {corpus.locale.tag}, p95",
        p95,
        None,
        "CPU ms",
        "≤ 3 ms",
        p95 <= 3,
        note=f"{len(beginnings)} beginnings",
    )
