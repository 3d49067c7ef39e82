"""`helpcenter search-report`: what people look for, in vain too, and how search could learn it."""

import difflib
import json
from typing import TYPE_CHECKING, Annotated

import typer

from helpcenter.cli.context import Exit, explained, fail, load_settings, load_site

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import date

    from helpcenter.content.roots import Root
    from helpcenter.language.fold import Folder
    from helpcenter.search.report import Asked, Near, Nearest
    from helpcenter.settings import Settings

_SHOWN = 20


def search_report(
    since: Annotated[
        str, typer.Option(help="How far back: 12h, 30d, or a day such as 2026-11-22.")
    ] = "30d",
    locale: Annotated[str | None, typer.Option(help="Searches in one language only.")] = None,
    limit: Annotated[int, typer.Option(min=1, help="Queries in each list.")] = _SHOWN,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print for machines.")] = False,
) -> None:
    """Show what is searched for most, what finds nothing, and what nobody opens.

    For the latter two the nearest article, and patches that would make it be found: as a keyword of
    the article, or as a synonym. `git apply` in the content folder takes either.
    """
    from helpcenter.cli.webhooks import moment
    from helpcenter.clock import SystemClock

    start = moment(since, SystemClock().now())
    if start is None:
        fail(f"{since} is no span (12h, 30d) and no day (2026-11-22).", Exit.USAGE)
    with explained():
        from helpcenter.content.problems import Report
        from helpcenter.content.roots import find_roots
        from helpcenter.i18n.negotiate import match
        from helpcenter.search.report import Nearest
        from helpcenter.search.words import load_folder

        settings = load_settings()
        library = load_site(settings).library
        roots = find_roots(settings.content)
        folder = load_folder(roots, Report())
        wanted = match(locale, library.locales) if locale else None
        if locale and wanted is None:
            fail(f"No articles in `{locale}`.", Exit.USAGE)
        asked = _asked(settings, start.date(), folder)
    shown = [one for one in asked if wanted in {None, one.locale}]
    advice = Advice(roots, Nearest(library, folder))
    print_report = _print_json if as_json else _print
    print_report(start.date(), shown, limit, advice)


def _asked(settings: "Settings", since: "date", folder: "Folder") -> "list[Asked]":
    from contextlib import closing

    from helpcenter.db.engine import FILE, open_database
    from helpcenter.search.report import tally

    url = settings.database_url.get_secret_value() if settings.database_url else None
    if url is None and not (settings.data / FILE).exists():
        fail(f"Nobody has searched yet: there is no database in {settings.data}.", Exit.SETTINGS)
    with closing(open_database(url, settings.data)) as database:
        return database.read_sync(lambda conn: tally(conn, since, folder))


class Advice:
    """What would make queries be found: the nearest article, and a diff for either way."""

    def __init__(self, roots: "Sequence[Root]", nearest: "Nearest") -> None:
        self._roots = roots
        self._nearest = nearest

    def near(self, one: "Asked") -> "Near | None":
        """Return the article that a query was probably meant for."""
        return self._nearest.find(one.query, one.locale)

    def patches(self, one: "Asked", near: "Near") -> dict[str, str]:
        """Return the diffs that there can be, by `keyword` and `synonym`."""
        from helpcenter.articles.load import articles_root
        from helpcenter.search.patches import with_keyword, with_synonym

        article = articles_root(self._roots), near.article.source
        synonyms = self._roots[0], f"i18n/{one.locale.folder}/synonyms.txt"
        before = _read(*article), _read(*synonyms)
        after = (
            with_keyword(before[0], one.query),
            with_synonym(before[1], one.query, near.phrase),
        )
        made = {
            "keyword": _diff(before[0], after[0], article[1]),
            "synonym": _diff(before[1], after[1], synonyms[1]),
        }
        return {name: diff for name, diff in made.items() if diff}


def _read(root: "Root", relative: str) -> str:
    """Return a file's text; a site may have no synonyms of its own yet."""
    try:
        return (root.path / relative).read_text("utf-8")
    except FileNotFoundError:
        return ""


def _diff(before: str, after: str | None, name: str) -> str:
    if after is None:
        return ""
    old = f"a/{name}" if before else "/dev/null"
    one, other = before.splitlines(keepends=True), after.splitlines(keepends=True)
    return "".join(difflib.unified_diff(one, other, old, f"b/{name}", n=1))


def _print(since: "date", asked: "Sequence[Asked]", limit: int, advice: Advice) -> None:
    from helpcenter.search.report import in_vain, unopened

    times, vain = sum(one.times for one in asked), sum(one.in_vain for one in asked)
    typer.echo(f"{times} searches since {since}, {vain} of them in vain.")
    typer.echo("\nSearched most")
    for one in asked[:limit]:
        typer.echo(f"{_line(one)}  opened {one.opened}")
    for title, found in (("Found nothing", in_vain(asked)), ("Opened nothing", unopened(asked))):
        typer.echo(f"\n{title}")
        for one in found[:limit]:
            typer.echo("\n".join([_line(one), *_advised(one, advice)]))


def _line(one: "Asked") -> str:
    return f"{one.times:>6}  {one.locale.tag:<6} {one.query}"


def _advised(one: "Asked", advice: Advice) -> "Iterator[str]":
    near = advice.near(one)
    if near is None:
        yield "        no article is near: perhaps one is missing"
        return
    yield f"        near {near.article.slug}: {near.phrase}"
    for name, diff in advice.patches(one, near).items():
        yield f"        as a {name}:"
        yield diff.rstrip("\n")


def _print_json(since: "date", asked: "Sequence[Asked]", limit: int, advice: Advice) -> None:
    from helpcenter.search.report import in_vain, unopened

    told = {
        "since": since.isoformat(),
        "searches": sum(one.times for one in asked),
        "in_vain": sum(one.in_vain for one in asked),
        "top": [_told(one) for one in asked[:limit]],
        "found_nothing": [_with_advice(one, advice) for one in in_vain(asked)[:limit]],
        "opened_nothing": [_with_advice(one, advice) for one in unopened(asked)[:limit]],
    }
    typer.echo(json.dumps(told, ensure_ascii=False, indent=2))


def _told(one: "Asked") -> dict[str, object]:
    return {
        "query": one.query,
        "locale": one.locale.tag,
        "times": one.times,
        "in_vain": one.in_vain,
        "opened": one.opened,
    }


def _with_advice(one: "Asked", advice: Advice) -> dict[str, object]:
    near = advice.near(one)
    named = {"slug": near.article.slug, "phrase": near.phrase} if near else None
    return {**_told(one), "near": named, "patches": advice.patches(one, near) if near else {}}
