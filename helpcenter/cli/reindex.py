"""`helpcenter reindex`: build the index and compile the rules ahead of a start."""

import time

import typer

from helpcenter.cli.context import explained, load_settings, load_site


def reindex() -> None:
    """Build the search index and compile the bot's rules, so that the next start finds them."""
    from helpcenter.site.indexing import SiteIndexer

    with explained():
        settings = load_settings()
        site = load_site(settings, keep=True)
        begun = time.monotonic()
        articles = tuple(site.library.articles.values())
        place = settings.data / "search"
        SiteIndexer(settings, place)(articles, site.hash)
        seconds = time.monotonic() - begun
    typer.echo(f"{len(articles)} articles are indexed in {place} ({seconds:.1f} s).")
