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


def meant(site: Site, path: str, locale: Locale) -> tuple[Article, ...]:
    """Return public articles whose address or title resembles the last words of `path`."""
    words = " ".join(re.findall(r"\w+", path.rstrip("/").rpartition("/")[2]))[:_LONGEST]
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
