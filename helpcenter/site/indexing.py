"""Search indexes for sites: the index builder with the words of the content it serves."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from helpcenter.articles.model import Article
from helpcenter.content.problems import Report
from helpcenter.content.roots import find_roots
from helpcenter.i18n.locale import Locale
from helpcenter.search.build import Indexer
from helpcenter.search.clauses import Parser
from helpcenter.search.index import SearchIndex
from helpcenter.search.words import load_folder, load_synonyms
from helpcenter.settings import Settings


@dataclass(frozen=True, slots=True)
class SiteIndexer:
    """An `IndexBuilder` that reads variants and synonyms anew each time.

    With `root` finished indexes are kept below it, else in memory only.
    """

    settings: Settings
    root: Path | None = None

    def __call__(self, articles: Iterable[Article], content_hash: str) -> SearchIndex:
        """Index a site's articles, unless that has been done before."""
        articles = tuple(articles)
        return self._indexer({a.locale for a in articles})(articles, content_hash)

    def last_good(self, locales: Iterable[Locale]) -> SearchIndex | None:
        """Return what an earlier run has left, whatever content it was built from."""
        return self._indexer(locales).last_good()

    def _indexer(self, locales: Iterable[Locale]) -> Indexer:
        # Faults in these files were noted when the site was built.
        roots, unheard = find_roots(self.settings.content), Report()
        folder = load_folder(roots, unheard)
        synonyms = load_synonyms(roots, locales, unheard)
        return Indexer(folder, Parser(folder, synonyms), self.root)
