"""What every verb needs: the settings, the content, and an end that explains itself."""

import logging
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from helpcenter.db.database import Database
    from helpcenter.settings import Settings
    from helpcenter.site.model import Site


class Exit(IntEnum):
    """Exit codes, the same for every verb (docs/commands.md)."""

    OK = 0
    FAULTS = 1
    """What was checked has faults: content errors, failing conversation tests."""
    USAGE = 2
    """The command line itself is wrong."""
    SETTINGS = 3
    """A setting or the content cannot be used."""
    BUSY = 4
    """Another process holds the site, or the database cannot be used."""


def load_settings(**overrides: object) -> "Settings":
    """Read the settings from the environment; the only place that looks at it."""
    from helpcenter.settings import read

    return read(os.environ, **overrides)


def load_site(settings: "Settings", *, keep: bool = False) -> "Site":
    """Build the site from the content the settings name.

    With `keep` what is compiled is left in the data folder for the next start.
    """
    from helpcenter.content.roots import find_roots
    from helpcenter.site.build import build
    from helpcenter.site.keeping import Keeper

    keeper = Keeper.of(settings, keeps=keep)
    return build(settings, find_roots(settings.content), keeper=keeper)


def fail(text: str, code: Exit) -> NoReturn:
    """Say why and leave."""
    print(text, file=sys.stderr)  # noqa: T201 - plain words for a terminal or a log
    raise SystemExit(code)


@contextmanager
def explained() -> Iterator[None]:
    """Turn the failures a person can mend into words and an exit code."""
    from helpcenter.content.problems import ContentError
    from helpcenter.db.database import DatabaseError
    from helpcenter.settings import SettingsError

    try:
        yield
    except SettingsError as error:
        fail(f"A setting cannot be used:\n{error}", Exit.SETTINGS)
    except ContentError as error:
        fail(f"The content cannot be used:\n{error}", Exit.SETTINGS)
    except DatabaseError as error:
        fail(str(error), Exit.BUSY)


@contextmanager
def logging_apart(level: int = logging.WARNING) -> Iterator[None]:
    """Keep what is logged, from `level` on, out of what a verb prints: on standard error."""
    import structlog

    before, configured = structlog.get_config(), structlog.is_configured()
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    try:
        yield
    finally:
        structlog.reset_defaults()
        if configured:
            structlog.configure(**before)


@contextmanager
def database_of(settings: "Settings", *, purpose: str) -> Iterator["Database"]:
    """Open the database to write to it, alone where its library demands that, and close it."""
    with database_alone(settings, purpose=purpose) as (database, _):
        yield database


@contextmanager
def database_alone(settings: "Settings", *, purpose: str) -> Iterator[tuple["Database", bool]]:
    """Do as `database_of`, and tell whether surely no other process was using it then."""
    from contextlib import nullcontext

    from helpcenter.db.engine import open_database
    from helpcenter.db.lock import hold

    url = settings.database_url.get_secret_value() if settings.database_url else None
    with nullcontext(enter_result=False) if url else hold(settings.data, purpose) as alone:
        database = open_database(url, settings.data)
        try:
            yield database, alone
        finally:
            database.close()
