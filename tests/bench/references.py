"""What search is measured beside: tantivy, SQLite's FTS5 and Whoosh as its own handbook uses it.

Each is set up as its users would, over the same articles, and answers with the best ten's titles
and marked snippets.
"""

import re
import sqlite3
from collections.abc import Callable
from itertools import pairwise

import tantivy
from whoosh import fields
from whoosh.analysis.analyzers import StemmingAnalyzer
from whoosh.analysis.ngrams import NgramWordAnalyzer
from whoosh.filedb.filestore import RamStorage
from whoosh.qparser.default import MultifieldParser
from whoosh.qparser.syntax import OrGroup

from helpcenter.articles.model import Article
from tests.bench.corpus import Corpus

Ask = Callable[[str], object]
_HAN = re.compile(r"[一-鿿]+")


class Tantivy:
    """Weights by repetition in one field."""

    def __init__(self, corpus: Corpus) -> None:
        self._analyzer = _bigram_analyzer() if corpus.locale.is_han else _stems()
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


class Fts5:
    """SQLite's own: stemmed English, Chinese cut into bigrams before; ranked, then cut out."""

    def __init__(self, corpus: Corpus) -> None:
        self._han = corpus.locale.is_han
        tokenizer = "unicode61" if self._han else "porter unicode61"
        self._rows = sqlite3.connect(":memory:")
        self._rows.execute(
            "CREATE VIRTUAL TABLE articles USING fts5"
            f"(title, keywords, headings, body, tokenize='{tokenizer}')"
        )
        self._rows.executemany(
            "INSERT INTO articles VALUES (?, ?, ?, ?)",
            [tuple(map(self._cut, _parts(article))) for article in corpus.articles],
        )
        self._rows.execute("INSERT INTO articles(articles) VALUES ('optimize')")

    def ask(self, text: str) -> list[tuple[object, ...]]:
        """Return title and marked snippet of the best ten."""
        words = re.findall(r"\w+", self._cut(text))
        # Cut for the ten only: asked for in the sorted query it would be made for every match.
        return self._rows.execute(
            "SELECT title, snippet(articles, 3, '<mark>', '</mark>', '…', 30)"
            " FROM articles WHERE articles MATCH ?1 AND rowid IN (SELECT rowid FROM articles"
            " WHERE articles MATCH ?1 ORDER BY bm25(articles, 6.0, 4.0, 3.0, 1.0) LIMIT 10)",
            (" OR ".join(f'"{word}"' for word in words),),
        ).fetchall()

    def _cut(self, text: str) -> str:
        return _HAN.sub(lambda run: _bigrams(run[0]), text) if self._han else text


class StockWhoosh:
    """Four fields, any word, a searcher a query, and Whoosh's own highlights."""

    def __init__(self, corpus: Corpus) -> None:
        analyzer = NgramWordAnalyzer(2, 2) if corpus.locale.is_han else StemmingAnalyzer()
        names = ("title", "keywords", "headings", "body")
        schema = fields.Schema(**{n: fields.TEXT(analyzer, stored=True) for n in names})
        self._index = RamStorage().create_index(schema)
        writer = self._index.writer(limitmb=512)
        for article in corpus.articles:
            writer.add_document(**dict(zip(names, _parts(article), strict=True)))
        writer.commit()
        boosts = {"title": 6.0, "keywords": 4.0, "headings": 3.0, "body": 1.0}
        self._parser = MultifieldParser([*names], schema, fieldboosts=boosts, group=OrGroup)

    def ask(self, text: str) -> list[tuple[object, str]]:
        """Return title and marked snippet of the best ten."""
        with self._index.searcher() as searcher:
            hits = searcher.search(self._parser.parse(text), limit=10)
            return [(hit["title"], hit.highlights("body")) for hit in hits]


def _stems() -> tantivy.TextAnalyzer:
    builder = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
    return (
        builder.filter(tantivy.Filter.lowercase()).filter(tantivy.Filter.stemmer("english")).build()
    )


def _bigram_analyzer() -> tantivy.TextAnalyzer:
    return tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.ngram(2, 2, prefix_only=False)).build()


def _bigrams(run: str) -> str:
    return f" {' '.join(a + b for a, b in pairwise(run)) or run} "


def _parts(article: Article) -> tuple[str, str, str, str]:
    headings = "\n".join(section.title for section in article.sections if section.id)
    return article.title, "\n".join(article.keywords), headings, _body(article)


def _body(article: Article) -> str:
    return "\n".join([article.summary, *(section.text for section in article.sections)])


def _weighted(article: Article) -> str:
    title, keywords, headings, body = _parts(article)
    return "\n".join([title] * 6 + [keywords] * 4 + [headings] * 3 + [body])
