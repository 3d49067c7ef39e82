"""Search indexes for sites: the index builder with the words of the content it serves."""

from collections.abc import Iterable
from pathlib import Path

from helpcenter.articles.model import Article
from helpcenter.content.problems import Report
from helpcenter.content.roots import find_roots
from helpcenter.search.build import Indexer
from helpcenter.search.clauses import Parser
from helpcenter.search.index import IndexBuilder, SearchIndex
from helpcenter.search.words import load_folder, load_synonyms
from helpcenter.settings import Settings


def index_builder(settings: Settings, root: Path | None = None) -> IndexBuilder:
    """Return a builder that reads variants and synonyms anew each time.

    With `root` finished indexes are kept below it, else in memory only.
    """

    def build_index(articles: Iterable[Article], content_hash: str) -> SearchIndex:
        # Faults in these files were noted when the site was built.
        roots, unheard = find_roots(settings.content), Report()
        articles = tuple(articles)
        folder = load_folder(roots, unheard)
        synonyms = load_synonyms(roots, {a.locale for a in articles}, unheard)
        return Indexer(folder, Parser(folder, synonyms), root)(articles, content_hash)

    return build_index
