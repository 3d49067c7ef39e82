"""Results as `GET /api/v1/search` and `helpcenter search --json` say them."""

from urllib.parse import quote

from helpcenter.search.index import Hit, Query, Results


def url_of(hit: Hit) -> str:
    """Return the path of a hit's page, with its section's anchor."""
    path = f"/{hit.locale.tag}/articles/{quote(hit.slug)}"
    return f"{path}#{quote(hit.section.id)}" if hit.section else path


def as_json(results: Results, query: Query, search_id: str) -> dict[str, object]:
    """Return what clients get; `search_id` is random and names this search for click reports."""
    return {
        "search_id": search_id,
        "query": query.text,
        "locale": query.locale.tag,
        "total": results.total,
        "corrected": results.corrected,
        "hits": [
            {
                "slug": hit.slug,
                "locale": hit.locale.tag,
                "title": hit.title,
                "url": url_of(hit),
                "section": (
                    {"id": hit.section.id, "title": hit.section.title} if hit.section else None
                ),
                "snippet_html": hit.snippet_html,
                "category": hit.category,
                "score": hit.score,
                "fallback": hit.fallback,
            }
            for hit in results.hits
        ],
    }
