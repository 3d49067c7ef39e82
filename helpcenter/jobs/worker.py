"""The worker: takes due jobs off the outbox inside the server's own process."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

import structlog
from sqlalchemy import Connection

from helpcenter.clock import Clock
from helpcenter.db.database import Database
from helpcenter.errors import HelpcenterError
from helpcenter.jobs import outbox
from helpcenter.jobs.handlers import Handlers, Lease, LeaseLostError
from helpcenter.jobs.outbox import Job
from helpcenter.jobs.wakeups import Wakeups

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Limits:
    """How much at once, how often to look, and how long anything may take."""

    slots: int = 8
    poll: timedelta = timedelta(seconds=1)
    lease: timedelta = timedelta(seconds=30)
    longest: timedelta = timedelta(minutes=5)
    grace: timedelta = timedelta(seconds=10)


class Worker:
    """Runs jobs by their handlers, several at once, until stopped.

    Leases are renewed while a handler runs; after `limits.longest` it is cancelled and has failed.
    """

    def __init__(
        self,
        database: Database,
        handlers: Handlers,
        clock: Clock,
        wakeups: Wakeups,
        limits: Limits | None = None,
    ) -> None:
        self._database = database
        self._handlers = handlers
        self._clock = clock
        self._wakeups = wakeups
        self._limits = limits or Limits()
        self._running: set[asyncio.Task[None]] = set()
        self._stopping = False

    async def run(self) -> None:
        """Work until `stop` is called, then give what still runs `limits.grace` to end.

        What has not ended by then, or when this is cancelled, is cancelled and its lease released.
        """
        try:
            while not self._stopping:
                job = await self._claim() if len(self._running) < self._limits.slots else None
                if job is None:
                    await self._wakeups.wait(self._limits.poll.total_seconds())
                else:
                    self._start(job)
            await self._join(self._limits.grace.total_seconds())
        finally:
            for task in self._running:
                task.cancel()
            await self._join(None)

    def stop(self) -> None:
        """Begin nothing new; `run` returns when everything begun has ended."""
        self._stopping = True
        self._wakeups.notify()

    def _start(self, job: Job) -> None:
        task = asyncio.create_task(self._work(job), name=f"job {job.name} {job.id}")
        self._running.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        # A slot is free, and the next job of the same key may begin.
        self._wakeups.notify()

    async def _join(self, seconds: float | None) -> None:
        if self._running:
            await asyncio.wait(self._running, timeout=seconds)

    async def _claim(self) -> Job | None:
        def claim(conn: Connection) -> Job | None:
            return outbox.claim(
                conn,
                now=self._clock.now(),
                lease=self._limits.lease,
                names=self._handlers.names,
            )

        # Shielded, since a claim that has begun is completed even if nobody waits for it any more.
        claiming = asyncio.ensure_future(self._database.write(claim))
        try:
            return await asyncio.shield(claiming)
        except asyncio.CancelledError:
            await self._give_back(claiming)
            raise
        except Exception:
            log.exception("jobs_unreachable")
            return None

    async def _give_back(self, claiming: asyncio.Future[Job | None]) -> None:
        """Release what a claim brings that came too late to be worked on."""
        with suppress(Exception):
            if job := await claiming:
                await self._settle(job, outbox.release)

    async def _work(self, job: Job) -> None:
        handler = self._handlers[job.name]
        if job.attempts > handler.retry.attempts:
            # Its worker died each time, so that nobody could count a failure.
            await self._settle(job, partial(handler.fail, error="abandoned"))
            return
        try:
            await self._handle(job)
        except asyncio.CancelledError:
            await self._settle(job, outbox.release)
            raise
        except LeaseLostError:
            log.warning("job_lease_lost", job=job.id, name=job.name)
        except Exception as error:
            code = error.code if isinstance(error, HelpcenterError) else type(error).__name__
            log.exception("job_failed", job=job.id, name=job.name, attempt=job.attempts, code=code)
            await self._settle(job, partial(handler.fail, error=code))
        else:
            await self._settle(job, outbox.finish)

    async def _handle(self, job: Job) -> None:
        """Run the handler as long as the lease can be kept and the time is not over."""
        lease = Lease(job, self._clock)
        work = asyncio.ensure_future(self._handlers[job.name].handle(job.payload, lease))
        keep = asyncio.create_task(self._keep(job))
        both = (work, keep)
        try:
            seconds = self._limits.longest.total_seconds()
            await asyncio.wait(both, timeout=seconds, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for part in both:
                part.cancel()
            await asyncio.wait(both)
        if not work.cancelled():
            return work.result()
        if not keep.cancelled():
            raise LeaseLostError
        raise TimeoutError

    async def _keep(self, job: Job) -> None:
        """Renew the lease until it is lost."""
        held = True
        while held:
            await asyncio.sleep(self._limits.lease.total_seconds() / 3)
            held = await self._settle(job, partial(outbox.renew, lease=self._limits.lease))

    async def _settle(self, job: Job, change: Callable[..., bool]) -> bool:
        """Write what becomes of the job; False if its lease is lost.

        If that cannot be written, the lease runs out and the job is run again.
        """
        try:
            return await self._database.write(lambda conn: change(conn, job, now=self._clock.now()))
        except Exception:
            log.exception("job_not_settled", job=job.id, name=job.name)
            return True
