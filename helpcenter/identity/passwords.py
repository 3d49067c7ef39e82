"""Agents' passwords: Argon2id, worked on by threads of its own so that nobody else waits.

Text is normalised (NFKC), so that a password typed on another keyboard is the same one.
"""

import asyncio
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

from helpcenter.errors import FieldError, HelpcenterError, Kind

SHORTEST, LONGEST = 12, 256
"""Characters; each work on one takes 19 MiB of memory, whatever its length."""

_AT_ONCE = 2

T = TypeVar("T")


class Passwords:
    """Hashes and compares, at most two at once; what waits longer waits in line.

    `cost` is Argon2's passes over memory; tests may take fewer.
    """

    def __init__(self, cost: int = 2) -> None:
        self._hasher = PasswordHash(
            (Argon2Hasher(time_cost=cost, memory_cost=19 * 1024, parallelism=1),)
        )
        self._threads = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="passwords")
        self._nobodys: str | None = None

    def hash(self, password: str) -> str:
        """Return what is stored of a password, for commands; raises `password_refused`."""
        check(password)
        return self._hasher.hash(_normal(password))

    async def verify(self, password: str, stored: str | None) -> bool:
        """Tell whether it is the password; takes as long where there is none (`stored` None)."""
        return await self._in_thread(lambda: self._verify(password, stored))

    def close(self) -> None:
        """Let the threads go once they are done."""
        self._threads.shutdown(wait=True, cancel_futures=True)

    def _verify(self, password: str, stored: str | None) -> bool:
        if self._nobodys is None:
            self._nobodys = self._hasher.hash("nobody has this password")
        long = len(password) > LONGEST
        known = self._hasher.verify("" if long else _normal(password), stored or self._nobodys)
        return known and stored is not None and not long

    async def _in_thread(self, call: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, call)


def check(password: str) -> None:
    """Raise `password_refused` for one that is too short or too long."""
    if not SHORTEST <= len(_normal(password)) <= LONGEST:
        raise HelpcenterError(
            "password_refused",
            Kind.INVALID,
            {"shortest": str(SHORTEST), "longest": str(LONGEST)},
            (FieldError("password", "out_of_range"),),
        )


def _normal(password: str) -> str:
    return unicodedata.normalize("NFKC", password)
