"""A bounded set of threads that says plainly when it is closed."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

from helpcenter.db.database import DatabaseError

T = TypeVar("T")


class Threads:
    """Runs calls on at most `count` threads, in the order they were given."""

    def __init__(self, count: int, name: str) -> None:
        self._executor = ThreadPoolExecutor(count, thread_name_prefix=name)

    def submit(self, call: Callable[[], T]) -> Future[T]:
        """Queue `call`; raises `DatabaseError` after `close`."""
        try:
            return self._executor.submit(call)
        except RuntimeError:
            raise DatabaseError("the database is closed") from None

    def close(self) -> None:
        """Wait until everything queued has run."""
        self._executor.shutdown(wait=True)
