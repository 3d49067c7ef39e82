"""`Database`: the one door to stored rows, the same for SQLite and PostgreSQL."""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable
from concurrent.futures import Future
from typing import Literal, TypeVar

from sqlalchemy import Connection, text

T = TypeVar("T")
Dialect = Literal["sqlite", "postgresql"]


class DatabaseError(Exception):
    """The database cannot be used; the text tells an operator why and what would help."""


class Database(ABC):
    """Runs functions of synchronous SQL, each in a transaction of its own.

    Such a function takes a `Connection`, never commits or rolls back by itself, does nothing but
    SQL (no HTTP, mail, hashing or await) and may run twice: only the run that commits counts.
    What it raises reaches the caller, and then none of its writes are kept.
    """

    dialect: Dialect

    async def write(self, fn: Callable[[Connection], T]) -> T:
        """Run `fn` in a writing transaction; return its result once that is on the disk.

        A caller cancelled while `fn` waits its turn withdraws it; once begun, it is completed.
        """
        return await asyncio.wrap_future(self._write(fn))

    def write_sync(self, fn: Callable[[Connection], T]) -> T:
        """Do as `write`, for commands; never call it from an event loop or inside another fn."""
        return self._write(fn).result()

    async def read(self, fn: Callable[[Connection], T]) -> T:
        """Run `fn` on one unchanging view of the data; an attempt to write raises."""
        return await asyncio.wrap_future(self._read(fn))

    def read_sync(self, fn: Callable[[Connection], T]) -> T:
        """Do as `read`, for commands; never call it from an event loop or inside another fn."""
        return self._read(fn).result()

    async def ping(self) -> None:
        """Ask the database for a sign of life; raises whatever stands in the way."""
        await self.read(lambda conn: conn.execute(text("SELECT 1")).scalar_one())

    @abstractmethod
    def alter_sync(self, fn: Callable[[Connection], T]) -> T:
        """Run `fn`, which may change the schema, while nobody else does, across processes."""

    @abstractmethod
    def close(self) -> None:
        """Finish what was accepted, then let go of every connection and thread.

        Blocks until then. Later calls raise `DatabaseError`; closing twice does nothing.
        """

    @abstractmethod
    def _write(self, fn: Callable[[Connection], T]) -> Future[T]: ...

    @abstractmethod
    def _read(self, fn: Callable[[Connection], T]) -> Future[T]: ...
