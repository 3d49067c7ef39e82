"""`helpcenter search`: what a visitor would find, in the terminal."""

import json
import secrets
from html import unescape
from typing import TYPE_CHECKING, Annotated

import typer

from helpcenter.cli.context import Exit, explained, fail, load_settings, load_site

if TYPE_CHECKING:
    from rich.text import Text

    from helpcenter.i18n.locale import Locale
    from helpcenter.search.index import Hit, Query, Results
    from helpcenter.site.model import Site


def search(
    query: Annotated[str, typer.Argument(metavar="Q", help="What to look for.")],
    locale: Annotated[str, typer.Option(help="The reader's language.")] = "en",
    as_json: Annotated[bool, typer.Option("--json", help="Print as the API does.")] = False,  # noqa: FBT002 - a flag
) -> None:
    """Search the public articles, as the search page does."""
    with explained():
        from helpcenter.identity.caller import ANONYMOUS
        from helpcenter.search.index import Query
        from helpcenter.search.present import as_json as present
        from helpcenter.site.indexing import SiteIndexer

        settings = load_settings()
        site = load_site(settings)
        asked = Query(query, _locale(site, locale), ANONYMOUS.reads)
        index = SiteIndexer(settings)(site.library.articles.values(), site.hash)
    results = index.search(asked)
    if as_json:
        answer = present(results, asked, secrets.token_urlsafe(12))
        typer.echo(json.dumps(answer, ensure_ascii=False, indent=2))
    else:
        _show(results, asked)


def _locale(site: "Site", tag: str) -> "Locale":
    from helpcenter.i18n.negotiate import match

    found = match(tag, site.library.locales)
    if found is None:
        known = ", ".join(locale.tag for locale in site.library.locales)
        fail(f"No articles in `{tag}`; there are: {known}", Exit.USAGE)
    return found


def _show(results: "Results", query: "Query") -> None:
    from rich.console import Console
    from rich.text import Text

    console = Console(highlight=False)
    if results.corrected:
        console.print(Text.assemble("Showing results for ", (results.corrected, "bold")))
    if not results.hits:
        console.print(Text(f"Nothing found for “{query.text}”."))
    for number, hit in enumerate(results.hits, start=query.offset + 1):
        console.print(_lines(number, hit))


def _lines(number: int, hit: "Hit") -> "Text":
    from rich.text import Text

    from helpcenter.search.present import url_of

    note = f"  ({hit.locale.tag} only)" if hit.fallback else ""
    text = Text.assemble(f"{number}. ", (hit.title, "bold"), (note, "yellow"))
    if hit.section:
        text.append(f" › {hit.section.title}")
    text.append("\n   ")
    for index, piece in enumerate(hit.snippet_html.split("<mark>")):
        marked, _, plain = piece.rpartition("</mark>") if index else ("", "", piece)
        text.append(unescape(marked), "bold underline")
        text.append(unescape(plain))
    text.append(f"\n   {url_of(hit)}\n", "dim")
    return text
