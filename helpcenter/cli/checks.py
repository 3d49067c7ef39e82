"""What `helpcenter doctor` looks at besides Stripe: address, signing in, database, content."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from helpcenter.cli.context import load_site

if TYPE_CHECKING:
    from helpcenter.settings import Settings


class Status(StrEnum):
    """How well something is; a FAULT keeps something promised from working."""

    OK = "ok"
    WARNING = "warning"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at, and a sentence that says what to do where it is not well."""

    check: str
    status: Status
    sentence: str


def address(settings: "Settings") -> Iterator[Finding]:
    """Look at where people open the help centre."""
    base = settings.base_url
    if base.startswith("https:"):
        yield Finding("address", Status.OK, f"People open the help centre at {base}.")
    elif settings.is_on_loopback:
        said = f"Only this machine can open {base}: set HELPCENTER_BASE_URL to an https address."
        yield Finding("address", Status.WARNING, said)
    else:
        said = f"{base} is plain http: set HELPCENTER_BASE_URL to an https address."
        yield Finding("address", Status.FAULT, said)


def signing_in(settings: "Settings") -> Iterator[Finding]:
    """Look at how customers sign in."""
    from helpcenter.identity.shortcomings import PLAIN_HTTP, shortcomings

    # The address is looked at for itself.
    missing = [sentence for sentence in shortcomings(settings) if sentence != PLAIN_HTTP]
    for sentence in missing:
        yield Finding("signing in", Status.WARNING, sentence)
    if not missing:
        how = settings.host_jwt_algorithm
        said = f"Customers sign in through the host app, whose JWTs are signed by {how}."
        yield Finding("signing in", Status.OK, said)


def database(settings: "Settings") -> Iterator[Finding]:
    """Look at the database, without making or changing one."""
    from helpcenter.db.engine import FILE

    if settings.database_url is not None:
        yield _schema(settings)
        if settings.secret is None:
            said = "With PostgreSQL every node needs the same HELPCENTER_SECRET: set it."
            yield Finding("secret", Status.FAULT, said)
        return
    if (settings.data / FILE).exists():
        yield _schema(settings)
    else:
        said = f"There is no database in {settings.data} yet: `helpcenter serve` makes it."
        yield Finding("database", Status.WARNING, said)
    yield _sqlite()


def _schema(settings: "Settings") -> Finding:
    from contextlib import closing

    from helpcenter.db.database import DatabaseError
    from helpcenter.db.engine import open_database
    from helpcenter.db.migrate import current, head, known

    url = settings.database_url.get_secret_value() if settings.database_url else None
    try:
        with closing(open_database(url, settings.data)) as opened:
            found = current(opened)
    except DatabaseError as error:
        return Finding("database", Status.FAULT, f"{_line(error)}: see that it is there.")
    except Exception as error:  # noqa: BLE001 - whatever it is, it stands in the way
        # The kind only: a driver's message may hold addresses and names.
        said = f"The database does not answer ({type(error).__name__}): see that it is whole."
        return Finding("database", Status.FAULT, said)
    if found == head():
        return Finding("database", Status.OK, f"The database answers and is at revision {found}.")
    if found is not None and found not in known():
        said = (
            f"The database is at revision {found}, newer than this helpcenter: use the one "
            "that wrote it, or a newer one."
        )
        return Finding("database", Status.FAULT, said)
    said = (
        f"The database is at revision {found or 'none'}, behind {head()}: `helpcenter serve` "
        "or `helpcenter migrate` brings it there."
    )
    return Finding("database", Status.WARNING, said)


def _sqlite() -> Finding:
    from helpcenter.db.lock import has_wal_reset_bug
    from helpcenter.db.sqlite import library

    version = library().sqlite_version_info
    number = ".".join(map(str, version))
    if has_wal_reset_bug(version):
        said = (
            f"With SQLite {number} commands that write must wait until `serve` has ended: "
            'pip install "helpcenter[sqlite]" for a newer one.'
        )
        return Finding("sqlite", Status.WARNING, said)
    return Finding("sqlite", Status.OK, f"With SQLite {number} commands may write beside `serve`.")


def content(settings: "Settings") -> Iterator[Finding]:
    """Look whether a site can be built."""
    from helpcenter.content.problems import ContentError

    try:
        site = load_site(settings)
    except ContentError:
        said = "No site can be built: `helpcenter check` names every problem."
        yield Finding("content", Status.FAULT, said)
        return
    locales = ", ".join(locale.tag for locale in site.library.locales)
    said = f"A site of {len(site.library.articles)} articles can be built in {locales}."
    yield Finding("content", Status.OK, said)


def _line(error: Exception) -> str:
    return str(error).partition("\n")[0].rstrip(".:")
