"""SQLite's one writer: a thread, a connection, and one COMMIT for all that waits."""

from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from functools import partial
from itertools import groupby
from threading import Condition, Thread, current_thread
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection, Engine

from helpcenter.db.database import DatabaseError

T = TypeVar("T")
BATCH = 256
"""How many writes share a COMMIT at most, so that the first of a flood is not kept waiting."""


class _Task(Generic[T]):
    """A function somebody waits for."""

    def __init__(self, fn: Callable[[Connection], T], *, alone: bool) -> None:
        self._fn = fn
        self.alone = alone
        self.future: Future[T] = Future()

    def attempt(self, conn: Connection) -> Callable[[], None]:
        """Run in a savepoint; return what to tell the waiting side after COMMIT.

        Raises if the transaction around the savepoint is lost, which concerns the whole batch.
        """
        savepoint = conn.begin_nested()
        try:
            result = self._fn(conn)
        except BaseException as error:  # noqa: BLE001 - whatever it is belongs to the waiting side
            savepoint.rollback()
            return partial(self.future.set_exception, error)
        savepoint.commit()
        return partial(self.future.set_result, result)


class Writer:
    """Runs functions one after another and resolves their futures once they are on the disk."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._waiting: deque[_Task[Any]] = deque()
        self._changed = Condition()
        self._closed = False
        self._thread: Thread | None = None

    def submit(self, fn: Callable[[Connection], T], *, alone: bool = False) -> Future[T]:
        """Queue `fn`; `alone` gives it a transaction of its own, without foreign keys' actions.

        Raises `DatabaseError` once closed, and when a running fn asks: it would wait for itself.
        """
        if current_thread() is self._thread:
            raise DatabaseError("a function that writes cannot wait for another write")
        task = _Task(fn, alone=alone)
        with self._changed:
            if self._closed:
                raise DatabaseError("the database is closed")
            if self._thread is None:
                # Started by the first write: a command that only reads must leave no writer.
                self._thread = Thread(target=self._run, name="helpcenter-writer", daemon=True)
                self._thread.start()
            self._waiting.append(task)
            self._changed.notify()
        return task.future

    def close(self) -> None:
        """Write what waits, then end the thread."""
        with self._changed:
            self._closed = True
            self._changed.notify()
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        try:
            while batch := self._take():
                begun = [task for task in batch if task.future.set_running_or_notify_cancel()]
                for alone, tasks in groupby(begun, key=lambda task: task.alone):
                    self._settle(list(tasks), _commit_alone if alone else _commit_together)
        finally:
            self._abandon()

    def _take(self) -> list[_Task[Any]]:
        """Wait for work; an empty list means closed and nothing left."""
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._closed)
            count = min(len(self._waiting), BATCH)
            return [self._waiting.popleft() for _ in range(count)]

    def _settle(
        self,
        tasks: Sequence[_Task[Any]],
        commit: Callable[[Connection, Sequence[_Task[Any]]], list[Callable[[], None]]],
    ) -> None:
        try:
            with self._engine.connect() as conn:
                try:
                    answers = commit(conn, tasks)
                except BaseException:
                    # What broke may be the connection; the next batch gets a fresh one.
                    conn.invalidate()
                    raise
        except BaseException as error:  # noqa: BLE001 - all who wait hear of it
            answers = [partial(task.future.set_exception, error) for task in tasks]
        for answer in answers:
            answer()

    def _abandon(self) -> None:
        """Leave nobody waiting for a thread that is gone."""
        with self._changed:
            self._closed = True
            left, self._waiting = self._waiting, deque()
        for task in left:
            if task.future.set_running_or_notify_cancel():
                task.future.set_exception(DatabaseError("the writer has stopped"))


def _commit_together(conn: Connection, tasks: Sequence[_Task[Any]]) -> list[Callable[[], None]]:
    with conn.begin() as transaction:
        answers = [task.attempt(conn) for task in tasks]
        # Said here, not left to the block's end, which is silent if a function ended the
        # transaction behind our back: then nobody may be told that it was kept.
        transaction.commit()
    return answers


def _commit_alone(conn: Connection, tasks: Sequence[_Task[Any]]) -> list[Callable[[], None]]:
    """Run schema changes: rebuilding a table must not delete the rows that point to it.

    SQLite only heeds the switch outside of transactions, hence the driver's own connection.
    """
    driver = conn.connection.dbapi_connection
    assert driver is not None  # noqa: S101 - a checked-out connection has one
    driver.cursor().execute("PRAGMA foreign_keys=OFF")
    answers = []
    for task in tasks:
        with conn.begin() as transaction:
            answer = task.attempt(conn)
            broken = conn.exec_driver_sql("PRAGMA foreign_key_check").first()
            if broken:
                raise DatabaseError(f"a change of schema left rows of {broken[0]} without parent")
            transaction.commit()
        answers.append(answer)
    driver.cursor().execute("PRAGMA foreign_keys=ON")
    return answers
