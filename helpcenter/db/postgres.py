"""PostgreSQL: pooled transactions, tried again when the server asks for it."""

import random
import time
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

import psycopg
from sqlalchemy import URL, Connection, ExceptionContext, create_engine, event, text
from sqlalchemy.exc import DBAPIError

from helpcenter.db import types
from helpcenter.db.database import Database
from helpcenter.db.threads import Threads

T = TypeVar("T")
CONNECTIONS = 8
ATTEMPTS = 6
PAUSE_SECONDS = 0.02
AGAIN = frozenset({"40001", "40P01"})
"""Serialization failure and deadlock: the server asks for the same transaction once more."""
ALTER_LOCK = 0x48454C50
"""Any number, the same in every version: whoever changes the schema holds it."""


class PostgresDatabase(Database):
    """A database on a server; `url` is a SQLAlchemy URL whose driver is psycopg."""

    dialect = "postgresql"

    def __init__(self, url: URL) -> None:
        self._engine = create_engine(
            url,
            pool_size=CONNECTIONS,
            max_overflow=0,
            pool_pre_ping=True,
            hide_parameters=True,
            json_serializer=types.to_json,
            connect_args={"connect_timeout": 10},
        )
        event.listen(self._engine, "handle_error", _keep_values_out)
        self._reading = self._engine.execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )
        self._threads = Threads(CONNECTIONS, "helpcenter-postgres")

    def alter_sync(self, fn: Callable[[Connection], T]) -> T:
        """Run `fn` in one transaction under an advisory lock."""

        def locked(conn: Connection) -> T:
            conn.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": ALTER_LOCK})
            return fn(conn)

        return self.write_sync(locked)

    def close(self) -> None:
        """Finish everything queued, then close the pool."""
        self._threads.close()
        self._engine.dispose()

    def _write(self, fn: Callable[[Connection], T]) -> Future[T]:
        return self._threads.submit(lambda: self._transact(fn))

    def _read(self, fn: Callable[[Connection], T]) -> Future[T]:
        return self._threads.submit(lambda: self._view(fn))

    def _transact(self, fn: Callable[[Connection], T]) -> T:
        for attempt in range(1, ATTEMPTS):
            try:
                return self._once(fn)
            except DBAPIError as error:
                if getattr(error.orig, "sqlstate", None) not in AGAIN:
                    raise
            # Apart by chance, so that two that met do not meet again.
            time.sleep(random.uniform(0, PAUSE_SECONDS * 2**attempt))  # noqa: S311 - no secret
        return self._once(fn)

    def _once(self, fn: Callable[[Connection], T]) -> T:
        with self._engine.connect() as conn, conn.begin() as transaction:
            result = fn(conn)
            # Raises if `fn` ended the transaction itself; the block's end would be silent.
            transaction.commit()
            return result

    def _view(self, fn: Callable[[Connection], T]) -> T:
        with self._reading.connect() as conn, conn.begin():
            return fn(conn)


def _keep_values_out(context: ExceptionContext) -> None:
    """Shorten an error to its first line: its details quote rows, and errors are logged."""
    error, wrapped = context.original_exception, context.sqlalchemy_exception
    if isinstance(error, psycopg.Error) and error.diag.message_primary:
        error.args = (error.diag.message_primary,)
        if wrapped is not None:
            wrapped.args = (f"({type(error).__name__}) {error}",)
