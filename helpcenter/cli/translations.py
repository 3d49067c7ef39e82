"""`helpcenter translations`: what is translated, what has changed since, and recording it."""

import difflib
import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from helpcenter.cli.context import Exit, explained, fail, load_settings

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from helpcenter.articles.coverage import Standing
    from helpcenter.articles.library import Library
    from helpcenter.content.past import Past
    from helpcenter.content.roots import Root
    from helpcenter.i18n.locale import Locale
    from helpcenter.settings import Settings


def translations(
    slug: Annotated[str | None, typer.Argument(metavar="[SLUG]", help="One article only.")] = None,
    content: Annotated[Path | None, typer.Option(help="The site's own content folder.")] = None,
    since: Annotated[
        str | None, typer.Option(help="Only what changed after a day or a git revision.")
    ] = None,
    *,
    mark: Annotated[bool, typer.Option("--mark", help="Record SLUG as up to date.")] = False,
    typo: Annotated[
        bool, typer.Option("--typo", help="SLUG's last edit means nothing to translators.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print for machines.")] = False,
) -> None:
    """Show for each locale what is translated and what has changed since, most read first.

    Exit code 0, whatever there is to do; `helpcenter check` is what fails.
    """
    with explained():
        from helpcenter.content.past import find

        if (mark or typo) and (slug is None or mark is typo):
            fail("Name one article, and one of --mark and --typo.", Exit.USAGE)
        settings = load_settings(content=content)
        library, root = _library(settings)
        if slug is not None and slug not in {found for _, found in library.articles}:
            fail(f"There is no article `{slug}`.", Exit.USAGE)
        past = find(root.path, since or "HEAD")
        if since and past is None:
            fail(f"`{since}` is no day and no revision of a git repository here.", Exit.USAGE)
        if slug is not None and (mark or typo):
            done = _record(library, root, slug, past if typo else None, typo=typo)
            typer.echo("\n".join(done) or "Nothing to record.")
            return
        standings = _standings(settings, library, past if since else None)
    shown = [one for one in standings if slug in {None, one.slug}]
    if as_json:
        typer.echo(_as_json(shown))
    elif slug is not None:
        typer.echo("\n".join(_one(shown, library, root, past if since else None)))
    else:
        typer.echo("\n".join(_all(shown)))


def _library(settings: "Settings") -> "tuple[Library, Root]":
    """Return the articles and where they lie; what is wrong with the bot does not matter here."""
    from helpcenter.articles.load import articles_root, load_library
    from helpcenter.content.problems import Report
    from helpcenter.content.roots import find_roots
    from helpcenter.i18n.catalogues import load_catalogues

    roots, report = find_roots(settings.content), Report()
    root = articles_root(roots)
    catalogues = load_catalogues(roots, settings, report)
    library = load_library(root, settings, catalogues, report)
    report.raise_errors()
    return library, root


def _standings(settings: "Settings", library: "Library", past: "Past | None") -> "list[Standing]":
    from helpcenter.articles.coverage import State, survey

    ranking = _ranking(settings)
    found = [one for locale in library.locales[1:] for one in survey(library, ranking, locale)]
    if past is None:
        return found
    changed = {slug for slug, sections in _changes(library, past) if sections}
    return [one for one in found if one.slug in changed or one.state is State.MISSING]


def _ranking(settings: "Settings") -> "Mapping[Locale, Sequence[str]]":
    """Return what is read most, nothing while there is no database to ask."""
    from contextlib import closing
    from datetime import UTC, datetime

    from helpcenter.articles.reads import PERIOD, most_read
    from helpcenter.db.engine import FILE, open_database

    url = settings.database_url.get_secret_value() if settings.database_url else None
    if url is None and not (settings.data / FILE).exists():
        return {}
    try:
        with closing(open_database(url, settings.data)) as database:
            since = datetime.now(UTC).date() - PERIOD
            return database.read_sync(lambda conn: most_read(conn, since, 10_000))
    except Exception:  # noqa: BLE001 - an older database has no such table; the order is a comfort
        return {}


def _changes(library: "Library", past: "Past") -> "Iterator[tuple[str, list[str]]]":
    """Yield each source article and the ids of its sections that read otherwise then."""
    from helpcenter.articles.coverage import source_hashes
    from helpcenter.i18n.locale import SOURCE

    for locale, slug in library.articles:
        if locale == SOURCE:
            before = _hashes_then(library, slug, past)
            now = source_hashes(library, slug)
            yield slug, [id_ for id_ in now if now[id_] != before.get(id_)]


def _hashes_then(library: "Library", slug: str, past: "Past") -> dict[str, str]:
    from helpcenter.articles.recording import hashes_of
    from helpcenter.content.problems import ContentError
    from helpcenter.i18n.locale import SOURCE

    text = past.text(library.articles[SOURCE, slug].source)
    try:
        return hashes_of(text) if text else {}
    except ContentError:
        return {}


def _record(
    library: "Library", root: "Root", slug: str, past: "Past | None", *, typo: bool
) -> list[str]:
    """Write down which source an article's translations translate; return what was written."""
    from helpcenter.articles.coverage import after_typo, source_hashes
    from helpcenter.articles.recording import record
    from helpcenter.i18n.locale import SOURCE

    if root.label:
        fail("The starter content is not yours to record in: `helpcenter init`.", Exit.USAGE)
    if typo and past is None:
        fail("--typo needs the article as it was: keep the content in git.", Exit.USAGE)
    if (SOURCE, slug) not in library.articles:
        fail(f"`{slug}` has no source article.", Exit.USAGE)
    now = source_hashes(library, slug)
    done = []
    for locale in library.locales[1:]:
        found = library.articles.get((locale, slug))
        if found is None:
            continue
        hashes = now
        if past is not None:
            hashes = after_typo(found.translates, _hashes_then(library, slug, past), now)
        file = root.path / found.source
        text = file.read_text("utf-8")
        if (written := record(text, hashes)) != text:
            file.write_text(written, "utf-8", newline="")
            done.append(f"{found.source}: recorded.")
    return done


def _all(standings: "Sequence[Standing]") -> "Iterator[str]":
    from helpcenter.articles.coverage import State

    for locale in dict.fromkeys(one.locale for one in standings):
        here = [one for one in standings if one.locale == locale]
        current = sum(one.state is State.CURRENT for one in here)
        yield f"{locale}: {current} of {len(here)} up to date ({100 * current // len(here)} %)"
        for one in here:
            if one.state is not State.CURRENT:
                names = ", ".join(name or "lead" for name in one.sections)
                yield f"  {one.state:<9} {one.slug}{f': {names}' if names else ''}"


def _one(
    standings: "Sequence[Standing]", library: "Library", root: "Root", past: "Past | None"
) -> "Iterator[str]":
    from helpcenter.articles.coverage import source_hashes
    from helpcenter.i18n.locale import SOURCE

    for one in standings:
        yield f"{one.locale}: {one.state}"
        now = source_hashes(library, one.slug)
        yield from (f"  {name or 'lead'}: {now[name]}" for name in one.sections)
    if past is not None and standings:
        source = library.articles[SOURCE, standings[0].slug].source
        before = (past.text(source) or "").splitlines()
        after = (root.path / source).read_text("utf-8").splitlines()
        yield from difflib.unified_diff(before, after, "then", "now", lineterm="")


def _as_json(standings: "Sequence[Standing]") -> str:
    told = [
        {
            "locale": one.locale.tag,
            "slug": one.slug,
            "title": one.title,
            "state": one.state,
            "sections": list(one.sections),
        }
        for one in standings
    ]
    return json.dumps({"translations": told}, ensure_ascii=False, indent=2)
