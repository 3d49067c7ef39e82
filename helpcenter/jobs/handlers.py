"""Who does which job: handlers by name, and the lease each of them works under."""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from helpcenter.clock import Clock
from helpcenter.jobs import outbox
from helpcenter.jobs.outbox import Job, Payload, Retry


class LeaseLostError(Exception):
    """The job is another worker's by now; what this one was about to write must not be kept."""


@dataclass(frozen=True, slots=True)
class Lease:
    """A worker's hold on a job, to be asked in the same transaction as every write for it."""

    job: Job
    clock: Clock

    def check(self, conn: Connection) -> None:
        """Raise `LeaseLostError` unless the lease holds until this transaction ends."""
        if not outbox.holds(conn, self.job, now=self.clock.now()):
            raise LeaseLostError

    def finish(self, conn: Connection) -> None:
        """Take the job off the outbox in this transaction; raises `LeaseLostError` as `check`.

        Called in the write that holds the job's effects, it makes them happen exactly once,
        whenever the process dies.
        """
        if not outbox.finish(conn, self.job, now=self.clock.now()):
            raise LeaseLostError


Handle = Callable[[Payload, Lease], Awaitable[None]]

GiveUp = Callable[[Connection, Payload, datetime], None]
"""Writes what becomes of a job that failed for good, in the transaction that parks it."""


@dataclass(frozen=True, slots=True)
class Handler:
    """What does a job, how often it may be tried, and what is done when no try is left."""

    handle: Handle
    retry: Retry
    give_up: GiveUp | None = None

    def fail(self, conn: Connection, job: Job, *, now: datetime, error: str) -> bool:
        """Put the job back, or park it and give it up, once; False if its lease is lost."""
        held = outbox.fail(conn, job, now=now, error=error, retry=self.retry)
        if held and self.give_up is not None and job.attempts >= self.retry.attempts:
            self.give_up(conn, job.payload, now)
        return held


class Handlers:
    """The handlers of a process, by the name of the job."""

    def __init__(self) -> None:
        self._by_name: dict[str, Handler] = {}

    def register(
        self,
        name: str,
        handle: Handle,
        retry: Retry | None = None,
        give_up: GiveUp | None = None,
    ) -> None:
        """Let `handle` do the jobs called `name`; raises `ValueError` if somebody does already."""
        if name in self._by_name:
            raise ValueError(f"two handlers for {name}")
        self._by_name[name] = Handler(handle, retry or Retry(), give_up)

    @property
    def names(self) -> Collection[str]:
        """The jobs that can be done here."""
        return self._by_name.keys()

    def __getitem__(self, name: str) -> Handler:
        return self._by_name[name]
