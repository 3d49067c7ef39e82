"""Search against tantivy with one combined field: same articles, same queries, query by query.

Measured is the CPU time of the asking thread for ten hits with title and marked snippet.
"""

import statistics
import time
from collections.abc import Callable

import tantivy

from helpcenter.articles.model import Article
from tests.bench.corpus import Corpus, chinese, english
from tests.bench.table import Row
from tests.search.shelf import ask, index

ARTICLES, QUERIES, ROUNDS = 1000, 200, 7
BARS = {"en": 1.8, "zh-HK": 1.5}


def run() -> list[Row]:
    """Measure both languages and return the rows."""
    return [row for make in (english, chinese) for row in compare(make(ARTICLES, QUERIES))]


def compare(corpus: Corpus) -> list[Row]:
    """Ask both engines each query in turn, several rounds, and take each query's median."""
    engine = index(corpus.articles)
    reference = Tantivy(corpus)

    def ours(query: str) -> None:
        ask(engine, query, corpus.locale)

    pairs = []
    for query in corpus.queries:
        turns = [(cpu(ours, query), cpu(reference.ask, query)) for _ in range(ROUNDS)]
        pairs.append(tuple(statistics.median(side) for side in zip(*turns, strict=True)))
    mine, theirs = (sorted(side) for side in zip(*pairs, strict=True))
    bar = BARS[corpus.locale.tag]
    rows = []
    for name, rank in (("median", 50), ("p95", 95)):
        at = len(mine) * rank // 100
        rows.append(
            Row(
                name=f"search {corpus.locale.tag}, {name}",
                ours=mine[at],
                reference=theirs[at],
                unit="CPU ms",
                bar=f"≤ {bar} × tantivy" if rank == 50 else "",
                met=mine[at] / theirs[at] <= bar if rank == 50 else None,
                note=f"{len(corpus.articles)} articles, {len(mine)} queries",
            )
        )
    return rows


def cpu(ask_one: Callable[[str], object], query: str) -> float:
    """Return the milliseconds of CPU that one query costs this thread."""
    before = time.thread_time()
    ask_one(query)
    return (time.thread_time() - before) * 1000


class Tantivy:
    """The reference, as its users would set it up: weights by repetition in one field."""

    def __init__(self, corpus: Corpus) -> None:
        self._analyzer = _bigrams() if corpus.locale.is_han else _stems()
        builder = tantivy.SchemaBuilder()
        builder.add_text_field("all", tokenizer_name="ours", index_option="freq")
        builder.add_text_field("body", stored=True, tokenizer_name="ours", index_option="freq")
        builder.add_text_field("title", stored=True, tokenizer_name="raw")
        self._schema = builder.build()
        self._index = tantivy.Index(self._schema)
        self._index.register_tokenizer("ours", self._analyzer)
        writer = self._index.writer(num_threads=1)
        for article in corpus.articles:
            writer.add_document(
                tantivy.Document(title=article.title, all=_weighted(article), body=_body(article))
            )
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()

    def ask(self, text: str) -> list[tuple[object, str]]:
        """Return title and marked snippet of the best ten."""
        terms = self._analyzer.analyze(text)
        searcher = self._index.searcher()
        query, in_body = (self._query(field, terms) for field in ("all", "body"))
        generator = tantivy.SnippetGenerator.create(searcher, in_body, self._schema, "body")
        hits = []
        for _, address in searcher.search(query, 10).hits:
            document = searcher.doc(address)
            snippet = generator.snippet_from_doc(document)
            hits.append((document.get_first("title"), snippet.to_html()))
        return hits

    def _query(self, field: str, terms: list[str]) -> tantivy.Query:
        queries = [tantivy.Query.term_query(self._schema, field, term) for term in terms]
        return tantivy.Query.boolean_query([(tantivy.Occur.Should, query) for query in queries])


def _stems() -> tantivy.TextAnalyzer:
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    return (
        builder.filter(tantivy.Filter.lowercase()).filter(tantivy.Filter.stemmer("english")).build()
    )


def _bigrams() -> tantivy.TextAnalyzer:
    return tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.ngram(2, 2, prefix_only=False)).build()


def _body(article: Article) -> str:
    return "\n".join([article.summary, *(section.text for section in article.sections)])


def _weighted(article: Article) -> str:
    headings = [section.title for section in article.sections if section.id]
    return "\n".join(
        [article.title] * 6 + [*article.keywords] * 4 + headings * 3 + [_body(article)]
    )
