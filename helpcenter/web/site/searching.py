"""Search for pages and clients: the index is asked, its answer is held against the site."""

import secrets
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.requests import HTTPConnection

from helpcenter.errors import HelpcenterError, Kind
from helpcenter.search.index import Hit, Query, Results
from helpcenter.site.model import Site
from helpcenter.web.site.suggesting import searches_of

WARM_UP_SECONDS = 3
"""When a client may ask again while the first index is being built."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a search found, under a random id that says nothing about who searched."""

    id: str
    results: Results


async def searched(request: HTTPConnection, site: Site, query: Query) -> Answer:
    """Ask the index and note what was looked for; further pages of one search are no searches."""
    answer = await run_in_threadpool(seek, site, query)
    if query.text and not query.offset:
        searches_of(request).log.note(answer.id, query.text, query.locale, answer.results.total)
    return answer


def seek(site: Site, query: Query) -> Answer:
    """Ask the index; raises `search_warming` while there is none.

    The index may be the last good one before this site, so hits that no longer fit are dropped.
    """
    if site.index is None:
        raise HelpcenterError("search_warming", Kind.UNAVAILABLE, retry_after=WARM_UP_SECONDS)
    found = site.index.search(query)
    hits = tuple(hit for hit in found.hits if _fits(site, hit, query))
    total = found.total - (len(found.hits) - len(hits))
    return Answer(secrets.token_urlsafe(12), Results(hits, total, found.corrected))


def _fits(site: Site, hit: Hit, query: Query) -> bool:
    found = site.library.find(hit.slug, hit.locale)
    if found is None or found.article.locale != hit.locale:
        return False
    if found.article.audience not in query.audiences:
        return False
    return hit.section is None or any(s.id == hit.section.id for s in found.article.sections)
