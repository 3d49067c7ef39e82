"""What somebody at a dead address was probably looking for."""

import re

from rapidfuzz import fuzz

from helpcenter.articles.model import Article
from helpcenter.i18n.locale import Locale
from helpcenter.identity.caller import ANONYMOUS
from helpcenter.site.model import Site
from helpcenter.web.site import contents

LIMIT = 3
_ALIKE = 62
_LONGEST = 120


def words_of(path: str) -> str:
    """Return the last words of a path, as somebody would type them into a search box."""
    words = re.findall(r"[^\W_]+", path.rstrip("/").rpartition("/")[2])
    return " ".join(words)[:_LONGEST]


def meant(site: Site, path: str, locale: Locale) -> tuple[Article, ...]:
    """Return public articles whose address or title resembles the last words of `path`."""
    words = words_of(path)
    if not words:
        return ()
    wanted = words.lower()
    articles = contents.newest(site.library, locale, ANONYMOUS.reads)
    scored = [(_alike(wanted, article), article) for article in articles]
    likely = sorted((pair for pair in scored if pair[0] >= _ALIKE), key=lambda pair: -pair[0])
    return tuple(article for _, article in likely[:LIMIT])


def _alike(words: str, article: Article) -> float:
    names = (article.slug.replace("-", " "), article.title.lower())
    return max(fuzz.token_set_ratio(words, name) for name in names)
